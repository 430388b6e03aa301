import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contains, type Range, RangeSet, subtract } from '../../src/state/ranges.ts'

const LAST = 40
const ranges = fc.array(
  fc.tuple(fc.integer({ min: 1, max: LAST }), fc.nat(6)).map(([from, more]): Range => [from, from + more]),
  { maxLength: 8 },
)

test('a set of ranges holds what was added, in order, and no two of them touch', () => {
  fc.assert(
    fc.property(ranges, (all) => {
      const set = RangeSet.of(all)
      for (let value = 0; value <= LAST + 8; value++) expect(set.has(value)).toBe(contains(all, value))
      for (const [i, [from]] of set.ranges.entries()) {
        expect(from).toBeGreaterThan((set.ranges[i - 1]?.[1] ?? -1) + 1)
      }
    }),
  )
})

test('a set of ranges has a range if it has all of it', () => {
  fc.assert(
    fc.property(ranges, fc.nat(LAST), fc.nat(8), (all, from, more) => {
      const values = Array.from({ length: more + 1 }, (_, i) => from + i)
      expect(RangeSet.of(all).has(from, from + more)).toBe(values.every((value) => contains(all, value)))
    }),
  )
})

test('what is subtracted is not there any more, and all else is, in order', () => {
  fc.assert(
    fc.property(ranges, ranges, (all, taken) => {
      const rest = subtract(all, taken)
      for (let value = 0; value <= LAST + 8; value++) {
        expect(contains(rest, value)).toBe(contains(all, value) && !contains(taken, value))
      }
      for (const [i, [from, to]] of rest.entries()) expect(to >= from && from > (rest[i - 1]?.[1] ?? -1)).toBe(true)
    }),
  )
})
