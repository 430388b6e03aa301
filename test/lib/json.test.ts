import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedKey } from '../../src/lib/json.ts'

test('a key that is there twice in one object is found, however it is written', () => {
  expect(repeatedKey('{"a":1,"a":2}')).toBe('a')
  expect(repeatedKey('[{"b":{"a":1}, "b" : 2}]')).toBe('b')
  expect(repeatedKey('{"x":{"choice":"no", "ch\\u006fice"\n:"yes"}}')).toBe('choice')
  expect(repeatedKey('{"\\"":1,"\\"":2}')).toBe('"')
})

test('what JSON.stringify writes has none, with any keys and texts in it', () => {
  const values = fc.jsonValue({ stringUnit: 'binary' })
  const strange = fc.jsonValue().map((value) => ({ 'a":{"a': value, a: '{"a":1,"a":', b: ['"a":', { a: '\\' }] }))
  fc.assert(
    fc.property(fc.oneof(values, strange), fc.constantFrom(undefined, 2), (value, indent) => {
      expect(repeatedKey(JSON.stringify(value, null, indent))).toBe(undefined)
    }),
  )
})
