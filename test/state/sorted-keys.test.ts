import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedKeys } from '../../src/state/sorted-keys.ts'

const key = fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', '\u00e9', '\ud83d\udc26') })

test('it has the keys that hold something, in order, whatever changed between two looks', () => {
  const turn = fc.record({ toggled: fc.array(key, { maxLength: 8 }), prefix: key, after: fc.option(key) })
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 40 }), fc.array(turn, { maxLength: 10 }), (first, turns) => {
      const holding = new Set(first)
      const keys = new SortedKeys([...first, 'never'], (one) => holding.has(one))
      for (const { toggled, prefix, after } of turns) {
        for (const one of toggled) {
          if (!holding.delete(one)) holding.add(one)
          keys.changed(one)
        }
        const sorted = [...holding].sort()
        const wanted = sorted.filter((one) => one.startsWith(prefix) && (after === null || one > after))
        const found: string[] = []
        for (let one = keys.next(prefix, after ?? undefined); one !== undefined; one = keys.next(prefix, one))
          found.push(one)
        expect(found).toEqual(wanted)
        expect(keys.size).toBe(holding.size)
      }
    }),
  )
})

test('one change among many keys costs a look at a few', () => {
  const holding = new Set(Array.from({ length: 100_000 }, (_, i) => `k${i}`))
  let asked = 0
  const keys = new SortedKeys(holding, (one) => {
    asked++
    return holding.has(one)
  })
  keys.next('', undefined)
  asked = 0
  for (let i = 0; i < 1000; i++) {
    holding.add(`k${i}x`)
    keys.changed(`k${i}x`)
    expect(keys.next(`k${i}x`, undefined)).toBe(`k${i}x`)
  }
  expect(asked).toBe(1000)
  expect(keys.size).toBe(101_000)
})
