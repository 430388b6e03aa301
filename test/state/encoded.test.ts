import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOfEncoded, encodedSize, readEncoded, sameEncoded } from '../../src/state/encoded.ts'
import { decodeValue, encodeValue } from '../../src/state/value.ts'

const read = (bytes: Uint8Array) => readEncoded(Buffer.from(bytes))

test('a value has one form: what comes back from its bytes is the same, and as large as was said', () => {
  const values = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.uint8Array(), fc.string({ unit: 'binary', maxLength: 300 }))
  fc.assert(
    fc.property(values, (value) => {
      fc.pre(typeof value !== 'string' || value.isWellFormed())
      const encoded = encodeValue(value as string)
      const bytes = bytesOfEncoded(encoded)
      expect(read(bytes)).toEqual(encoded)
      expect(bytes.length).toBe(encodedSize(encoded))
      expect(decodeValue(bytes)).toEqual(decodeValue(encoded))
    }),
  )
})

test('whatever bytes come, the same go on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, asJson) => {
      if (asJson) bytes.fill(0, 0, 1)
      expect(bytesOfEncoded(read(bytes))).toEqual(bytes)
      expect(sameEncoded(read(bytes), bytes)).toBe(true)
    }),
  )
})

test('short JSON in ASCII is kept as its text, all else as bytes of its own', () => {
  expect(encodeValue({ a: 1 })).toBe('{"a":1}')
  expect(encodeValue('é')).toBeInstanceOf(Uint8Array)
  expect(encodeValue('x'.repeat(1000))).toBeInstanceOf(Uint8Array)
  const batch = Buffer.from([1, 7, 8, 9])
  const kept = readEncoded(batch, 0, 3) as Uint8Array
  batch.fill(0)
  expect(kept).toEqual(new Uint8Array([1, 7, 8]))
})
