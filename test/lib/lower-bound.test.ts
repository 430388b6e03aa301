import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lowerBound } from '../../src/lib/lower-bound.ts'

test('what stands before it is below the text, and nothing from it on is', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 })), fc.string({ maxLength: 2 }), (texts, text) => {
      const sorted = texts.toSorted()
      const at = lowerBound(sorted, text)
      expect(sorted.slice(0, at).every((one) => one < text)).toBe(true)
      expect(sorted.slice(at).some((one) => one < text)).toBe(false)
    }),
  )
})
