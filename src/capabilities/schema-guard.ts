import { InvalidInputError } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import type { JsonSchema } from './agent.ts'
import { MAX_SCHEMA_DEPTH } from './limits.ts'

/** Key that `guard` puts into every subschema; its value is what one look at that subschema costs, in steps. */
export const COST_KEYWORD = 'coveyCost'

/** Subschemas of one schema: four times a large one by hand, and compiled in some 0.2 s. */
const MAX_SUBSCHEMAS = 512
/** Keywords whose value maps names to subschemas. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'])
/** Keywords whose value is compared with data, so nothing may be put into it. */
const DATA = new Set(['const', 'enum'])
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef']

/**
 * A copy of a schema in which every subschema carries its cost, so that checking a value against it can be stopped.
 * Schemas come from strangers: references make it easy to write one of 500 bytes that takes years to check. Throws
 * `InvalidInputError` on what could not be bounded.
 */
export function guard(schema: JsonSchema): JsonSchema {
  return guardSchema(schema, MAX_SCHEMA_DEPTH, { left: MAX_SUBSCHEMAS })
}

/** Subschemas that may still come. */
interface Allowance {
  left: number
}

function guardSchema(schema: JsonSchema, depth: number, allowance: Allowance): JsonSchema {
  if (allowance.left-- === 0) throw refused(`it has more than ${MAX_SUBSCHEMAS} parts`)
  if (depth === 0) throw refused(`it is nested deeper than ${MAX_SCHEMA_DEPTH} levels`)
  // Ajv makes the check of such a schema asynchronous; JSON Schema has no such word.
  if ('$async' in schema) throw refused('it says $async')
  const copy: [string, Json][] = []
  let cost = 1
  for (const [key, value] of Object.entries(schema)) {
    if (key === COST_KEYWORD) continue
    if (DATA.has(key)) {
      cost += checkData(value, depth)
      copy.push([key, value])
    } else if (MAPS.has(key) && isObject(value)) {
      const entries = Object.entries(value)
      cost += entries.length
      copy.push([key, fromEntries(entries.map(([name, child]) => [name, guardValue(child, depth - 1, allowance)]))])
    } else {
      cost += Array.isArray(value) ? value.length : 1
      copy.push([key, guardValue(value, depth - 1, allowance)])
    }
  }
  copy.push([COST_KEYWORD, cost])
  return fromEntries(copy)
}

/** What is not known to be data is treated as schemas: a reference can point anywhere. */
function guardValue(value: Json, depth: number, allowance: Allowance): Json {
  if (Array.isArray(value)) {
    if (depth === 0) throw refused(`it is nested deeper than ${MAX_SCHEMA_DEPTH} levels`)
    return value.map((item) => guardValue(item, depth - 1, allowance))
  }
  return isObject(value) ? guardSchema(value, depth, allowance) : value
}

/** Number of values in it; no references, which would lead out of what is counted. */
function checkData(value: Json, depth: number): number {
  if (depth === 0) throw refused(`it is nested deeper than ${MAX_SCHEMA_DEPTH} levels`)
  if (typeof value !== 'object' || value === null) return 1
  if (isObject(value) && REFERENCES.some((key) => key in value)) throw refused('a const or enum has a reference in it')
  let count = 1
  for (const child of Object.values(value)) count += checkData(child as Json, depth - 1)
  return count
}

function fromEntries(entries: readonly [string, Json][]): JsonSchema {
  // Object.fromEntries defines keys, so that "__proto__" stays a key.
  return Object.fromEntries(entries)
}

const isObject = (value: Json): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const refused = (why: string): InvalidInputError =>
  new InvalidInputError(
    `the schema cannot be used: ${why}`,
    'Write a JSON Schema (2020-12 or draft-07) that is complete in itself.',
  )
