import fc from 'fast-check'
import { expect, it } from 'vitest'
import { simulatedSigner } from '../../../src/network/simulated/signer.ts'

const signer = simulatedSigner('a', 'secret')
const message = fc.uint8Array({ maxLength: 40 })

it('knows its signatures, and nobody else makes them', () => {
  fc.assert(
    fc.property(message, (bytes) => {
      const signature = signer.sign(bytes)
      expect(simulatedSigner('b', 'secret').verify('a', bytes, signature)).toBe(true)
      expect(signer.verify('b', bytes, signature)).toBe(false)
      expect(signer.verify('a', bytes, simulatedSigner('a', 'guessed').sign(bytes))).toBe(false)
      expect(signer.verify('a', bytes, signature.subarray(1))).toBe(false)
    }),
  )
})

it('tells every altered message: a bit that is another, zeros behind it, an end that is missing', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 9 }), (bytes, bit, zeros) => {
      const signature = signer.sign(bytes)
      const longer = new Uint8Array(bytes.length + zeros)
      longer.set(bytes)
      expect(signer.verify('a', longer, signature)).toBe(false)
      if (bytes.length === 0) return
      expect(signer.verify('a', bytes.subarray(0, -1), signature)).toBe(false)
      const altered = Uint8Array.from(bytes)
      const at = (bit >> 3) % bytes.length
      altered[at] = (altered[at] as number) ^ (1 << (bit & 7))
      expect(signer.verify('a', altered, signature)).toBe(false)
    }),
  )
})
