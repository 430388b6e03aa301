import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../src/lib/canonical.ts'
import type { Json } from '../../src/lib/json.ts'

test('names stand in the order of their code units, whole numbers too', () => {
  // RFC 8785, section 3.2.3, and names that an object would tell first.
  const value = {
    '10': 1,
    '9': 2,
    a: { c: [], b: null },
    '': true,
    '\u20ac': 3,
    '\r': 4,
    '\ud83d\ude00': 5,
    '\ufb33': 6,
  }
  expect(canonicalJson(value)).toBe(
    '{"":true,"\\r":4,"10":1,"9":2,"a":{"b":null,"c":[]},"\u20ac":3,"\ud83d\ude00":5,"\ufb33":6}',
  )
})

test('a value comes back, and has one text whatever order its names were put in', () => {
  const turned = (value: Json): Json => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(turned)
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, member]) => [name, turned(member as Json)]),
    )
  }
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (any) => {
      const value = JSON.parse(JSON.stringify(any)) as Json
      expect(JSON.parse(canonicalJson(value))).toEqual(value)
      expect(canonicalJson(turned(value))).toBe(canonicalJson(value))
    }),
  )
})
