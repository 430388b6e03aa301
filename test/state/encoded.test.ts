import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidInputError } from '../../src/lib/errors.ts'
import type { Json } from '../../src/lib/json.ts'
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

/** What JSON can hold and programs stumble over. */
const corner = fc.constantFrom<Json>(
  '\ud800',
  '\udc00x',
  '\ufeff',
  '\u0000',
  '\u2028',
  '\u{10ffff}',
  '',
  [],
  {},
  [[]],
  2 ** 53,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  -1e-7,
  null,
  JSON.parse('{"__proto__":{"a":1},"constructor":null,"toString":0}') as Json,
)
const cornered = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    corner,
    fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constant('__proto__'), fc.string({ unit: 'binary' })), tie('value'), { maxKeys: 4 }),
  ),
})).value

test('JSON comes back as equal JSON, whatever it holds, in memory and from its bytes', () => {
  fc.assert(
    fc.property(cornered, (value) => {
      const encoded = encodeValue(value)
      // As text, so that an own key __proto__ counts as one; -0 is 0 in JSON.
      const text = JSON.stringify(value)
      expect(JSON.stringify(decodeValue(encoded))).toBe(text)
      expect(JSON.stringify(decodeValue(read(bytesOfEncoded(encoded))))).toBe(text)
    }),
    { numRuns: 500 },
  )
})

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
  undefined,
  10n,
  Symbol('x'),
  () => 1,
  new Date(0),
  new Map(),
  [undefined],
  // biome-ignore lint/suspicious/noSparseArray: a hole is the point
  [, 1],
  { a: undefined },
  { a: new Date(0) },
  { toJSON: () => 1 },
])('%o is no value: it would come back as another', (value) => {
  expect(() => encodeValue(value as unknown as Json)).toThrow(InvalidInputError)
})
