import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonSchema } from '../../src/capabilities/agent.ts'
import { validator } from '../../src/capabilities/schema.ts'
import type { Json } from '../../src/lib/json.ts'

const text: JsonSchema = {
  type: 'object',
  properties: { text: { type: 'string', minLength: 1 }, lang: { enum: ['de', 'en'] } },
  required: ['text'],
  additionalProperties: false,
}

/** `levels` definitions, each referring twice to the next: 2^levels looks at one value. */
function doubling(levels: number, leaf: JsonSchema): JsonSchema {
  const $defs: Record<string, JsonSchema> = { [`d${levels}`]: leaf }
  for (let i = 0; i < levels; i++) {
    $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] }
  }
  return { $ref: '#/$defs/d0', $defs }
}

describe('validator', () => {
  it('takes a good value', () => {
    expect(validator(text)({ text: 'hello', lang: 'de' })).toBeUndefined()
  })

  it.each<[Json, string]>([
    [{}, "the value must have required property 'text'"],
    [{ text: 7 }, '/text must be string'],
    [{ text: '' }, '/text must NOT have fewer than 1 characters'],
    [{ text: 'a', more: 1 }, 'the value must not have "more"'],
    [{ text: 'a', lang: 'fr' }, '/lang must be one of ["de","en"]'],
    [null, 'the value must be object'],
  ])('says what is wrong with %j', (value, expected) => {
    expect(validator(text)(value)).toBe(expected)
  })

  it('says of alternatives why the first does not fit', () => {
    const either = validator({ anyOf: [{ type: 'string' }, { type: 'number' }] })
    expect(either(true)).toBe('the value must match a schema in anyOf (the value must be string)')
  })

  it('knows draft-07 and 2020-12 by $schema', () => {
    const draft7 = validator({
      $schema: 'http://json-schema.org/draft-07/schema#',
      items: [{ type: 'string' }, { type: 'number' }],
    })
    expect(draft7(['a', 'b'])).toBe('/1 must be number')
    const draft2020 = validator({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      prefixItems: [{ type: 'string' }, { type: 'number' }],
    })
    expect(draft2020(['a', 'b'])).toBe('/1 must be number')
  })

  it('compares objects of a unique list whatever the order of their keys', () => {
    const unique = validator({ uniqueItems: true })
    expect(
      unique([
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toBe('the value must NOT have the same item twice')
    expect(unique([1, '1', [1], { a: 1 }])).toBeUndefined()
  })

  it('compiles schemas with the same $id apart', () => {
    const first = validator({ $id: 'urn:covey:x', type: 'string' })
    const second = validator({ $id: 'urn:covey:x', type: 'number' })
    expect(first('a')).toBeUndefined()
    expect(second('a')).toBe('the value must be number')
  })

  it('follows references inside the schema', () => {
    const tree = validator({
      $ref: '#/$defs/node',
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, n: { type: 'number' } } } },
    })
    expect(tree({ n: 1, next: { n: 2, next: { n: 'x' } } })).toBe('/next/next/n must be number')
  })

  it('agrees with what a schema of types says, for any JSON', () => {
    const types = ['null', 'boolean', 'number', 'string', 'array', 'object']
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'small' }), fc.constantFrom(...types), (value, type) => {
        const actual = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
        expect(validator({ type })(value as Json) === undefined).toBe(actual === type)
      }),
    )
  })
})

describe('a hostile schema', () => {
  it.each<[string, JsonSchema, RegExp]>([
    ['is no schema', { type: 'nonsense' }, /type/],
    ['wants a schema from elsewhere', { $ref: 'https://example.com/schema.json' }, /can't resolve reference/],
    ['wants the file system', { $ref: 'file:///etc/passwd' }, /can't resolve reference/],
    ['is asynchronous', { $async: true, type: 'string' }, /\$async/],
    ['has a pattern with look-around', { pattern: '(?=a)b' }, /invalid or unsupported/],
    ['has a pattern of great size', { pattern: '((a{1000}){1000}){1000}' }, /invalid repeat/],
    ['hides a reference in a constant', { $ref: '#/const', const: { $ref: '#' } }, /const or enum/],
    ['has many patterns', { anyOf: Array.from({ length: 40 }, () => ({ pattern: 'a{999}' })) }, /patterns/],
    ['has a long pattern', { pattern: 'a{999}'.repeat(100) }, /pattern has more/],
    ['has many parts', { anyOf: Array.from({ length: 600 }, () => ({ minimum: 1 })) }, /parts/],
    ['is too large', { description: 'x'.repeat(20_000) }, /more than/],
  ])('is refused that %s', (_, schema, message) => {
    expect(() => validator(schema)).toThrow(message)
    expect(() => validator(schema)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })

  it('is refused that is nested too deeply', () => {
    let schema: JsonSchema = {}
    for (let i = 0; i < 100; i++) schema = { not: schema }
    expect(() => validator(schema)).toThrow(/nested deeper/)
  })

  it.each<[string, JsonSchema]>([
    ['definitions', doubling(60, { type: 'string' })],
    [
      'definitions, under not',
      { not: { $ref: '#/$defs/d0' }, $defs: doubling(60, { type: 'string' }).$defs as JsonSchema },
    ],
  ])('that doubles itself through %s is stopped', (_, schema) => {
    expect(validator(schema)('a')).toMatch(/steps to check/)
  })

  it('that compares with a large constant again and again is stopped', () => {
    const constant = Array.from({ length: 2000 }, (_, n) => n)
    expect(validator(doubling(12, { const: constant }))(constant)).toMatch(/steps to check/)
  })

  // In a circle: 2^(depth of the stack) looks.
  it.each(['x-unknown', 'default', 'properties'])('that doubles itself in "%s" is stopped', (key) => {
    const double = { allOf: [{ $ref: `#/${key}/a` }, { $ref: `#/${key}/a` }] }
    const check = validator({ [key]: { a: double }, $ref: `#/${key}/a` })
    expect(check('a')).toMatch(/steps to check|nested too deeply/)
  })

  it('that runs in a circle is stopped', () => {
    expect(validator({ $ref: '#' })('a')).toMatch(/steps to check|nested too deeply/)
    expect(validator({ allOf: [{ $ref: '#' }] })('a')).toMatch(/steps to check|nested too deeply/)
  })

  it('with an evil pattern takes linear time', () => {
    const evil = validator({ pattern: '^(a+)+$' })
    expect(evil(`${'a'.repeat(50_000)}!`)).toMatch(/must match pattern/)
  })

  it('cannot make a long list of objects expensive', () => {
    const items = Array.from({ length: 30_000 }, (_, n) => ({ n }))
    expect(validator({ uniqueItems: true })(items)).toBeUndefined()
  })

  it('cannot run code', () => {
    const name = `"];globalThis.broken=true;//`
    const check = validator({
      $id: `urn:covey:${encodeURIComponent(name)}`,
      required: [name],
      properties: { [name]: { const: name, pattern: 'x' } },
      [name]: name,
    })
    expect(check({ [name]: 'y' })).toMatch(/must/)
    expect('broken' in globalThis).toBe(false)
  })

  it('with __proto__ pollutes nothing', () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"string"}},"__proto__":{"polluted":true}}',
    ) as JsonSchema
    validator(schema)({ a: 1 })
    expect('polluted' in {}).toBe(false)
  })
})

describe('a hostile value', () => {
  it('that is nested deeply is refused, not a crash', () => {
    const list = validator({ type: 'array', items: { $ref: '#' } })
    const value = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as Json
    expect(list(value)).toMatch(/nested too deeply|steps/)
  })

  it('of 1 MiB is checked whole', () => {
    const numbers = validator({ type: 'array', items: { type: 'number' } })
    expect(numbers(Array.from({ length: 500_000 }, (_, n) => n % 10))).toBeUndefined()
    const one = validator({ type: 'object', properties: { text: { type: 'string', maxLength: 2 ** 21 } } })
    expect(one({ text: 'x'.repeat(2 ** 20) })).toBeUndefined()
  })
})
