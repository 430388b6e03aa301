import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomId, sample, seededRandom, shuffle, systemRandom } from '../../src/lib/random.ts'

test('the same seed gives the same numbers, in range', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, limit) => {
      const [a, b] = [seededRandom(seed), seededRandom(seed)]
      for (let i = 0; i < 20; i++) {
        const value = a.below(limit)
        expect(value).toBe(b.below(limit))
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThan(limit)
      }
      expect(a.bytes(8)).toEqual(b.bytes(8))
    }),
  )
})

test('neighbouring seeds give different sequences', () => {
  const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => seededRandom(seed).float()))
  expect(firsts.size).toBe(1000)
})

test('shuffle keeps the items, sample takes distinct ones', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer()), fc.nat(50), fc.integer(), (items, count, seed) => {
      const random = seededRandom(seed)
      expect([...shuffle([...items], random)].sort()).toEqual([...items].sort())
      const taken = sample(items, count, random)
      expect(taken.length).toBe(Math.min(count, items.length))
      expect(new Set(taken).size).toBe(taken.length)
      for (const item of taken) expect(items).toContain(item)
    }),
  )
})

test('sample takes every item equally often', () => {
  const random = seededRandom(5)
  const counts = new Array<number>(10).fill(0)
  for (let i = 0; i < 10_000; i++) for (const item of sample([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3, random)) counts[item]!++
  // 3000 expected each, with a standard deviation of 46: six of them.
  for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(276)
})

test('ids differ and have the asked length', () => {
  const ids = new Set(Array.from({ length: 100 }, () => randomId(systemRandom)))
  expect(ids.size).toBe(100)
  for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{20}$/)
})
