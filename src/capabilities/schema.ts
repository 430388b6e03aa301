import { createRequire } from 'node:module'
import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv'
import { canonicalJson } from '../lib/canonical.ts'
import { CoveyError, messageOf } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import type { JsonSchema } from './agent.ts'
import { MAX_SCHEMA_BYTES } from './limits.ts'
import { COST_KEYWORD, guard, refused } from './schema-guard.ts'

/** Undefined where the value is good, else what is wrong with it, for people: `/text must be string`. */
export type Validator = (value: Json) => string | undefined

/** Compiled schemas kept: those of the capabilities in use; one takes about 50 KiB. */
const MAX_VALIDATORS = 256
/**
 * Steps that one check may take: a look at one subschema with one value, or at 64 characters. 2 million take some
 * 0.2 s and are enough for a value of 1 MiB.
 */
const MAX_STEPS = 2_000_000
const CHARACTERS_A_STEP = 64
/** Patterns of one schema and characters of one: what RE2 compiles in some 0.2 s even where each is a{999}. */
const MAX_PATTERNS = 32
const MAX_PATTERN_CHARS = 512

// Loaded at first use, since a node without schemas never pays for it (70 ms), and synchronously, since nothing in a
// simulation may await an import.
const require = createRequire(import.meta.url)

const texts = new WeakMap<JsonSchema, string>()
/** By JSON text, the one used longest ago first. */
const validators = new Map<string, Validator>()
/** Steps left of the check that runs now. */
let steps = 0
/** Patterns of the schema that is compiled now. */
let patterns = 0

/**
 * Compiles a JSON Schema: draft 2020-12, or draft-07 where its `$schema` says so. Throws `InvalidInputError` on one
 * that is wrong or that needs a schema from elsewhere: nothing is ever fetched.
 *
 * A schema may come from a stranger. It is bounded in size and depth; every check has a budget of steps; `pattern` is
 * matched by RE2's algorithm in linear time (hence no look-around and no back-references); `format` says something to
 * people and is not checked.
 */
export function validator(schema: JsonSchema): Validator {
  const text = texts.get(schema) ?? JSON.stringify(schema)
  const known = validators.get(text)
  const check = known ?? compile(schema, text)
  texts.set(schema, text)
  validators.delete(text)
  validators.set(text, check)
  if (validators.size > MAX_VALIDATORS) validators.delete(validators.keys().next().value as string)
  return check
}

function compile(schema: JsonSchema, text: string): Validator {
  if (text.length > MAX_SCHEMA_BYTES) throw refused(`it has more than ${MAX_SCHEMA_BYTES} characters`)
  const guarded = guard(schema)
  const isDraft7 = typeof schema.$schema === 'string' && schema.$schema.includes('draft-07')
  try {
    checkSchema(schema, isDraft7)
    // Each in an Ajv of its own, so that it goes with its validator and its `$id` meets nobody else's.
    patterns = 0
    const ajv = newAjv(isDraft7, { meta: false, validateSchema: false })
    const check = ajv.compile<Json>(guarded)
    return (value) => run(check, value)
  } catch (error) {
    throw error instanceof CoveyError ? error : refused(messageOf(error))
  }
}

function run(check: ValidateFunction<Json>, value: Json): string | undefined {
  steps = MAX_STEPS
  try {
    return check(value) ? undefined : explain(check.errors ?? [])
  } catch (error) {
    if (error instanceof OutOfSteps) return error.message
    // The stack ran out.
    if (error instanceof RangeError) return 'is nested too deeply to check'
    throw error
  } finally {
    // The errors hold the value.
    check.errors = null
  }
}

class OutOfSteps extends Error {
  constructor() {
    super(`takes more than ${MAX_STEPS} steps to check`)
  }
}

function spend(amount: number): void {
  steps -= amount
  if (steps < 0) throw new OutOfSteps()
}

const metaAjvs: { draft7?: Ajv; draft2020?: Ajv } = {}

/** Whether it is a JSON Schema at all, by the drafts' own meta-schemas. */
function checkSchema(schema: JsonSchema, isDraft7: boolean): void {
  const name = isDraft7 ? 'draft7' : 'draft2020'
  patterns = 0
  metaAjvs[name] ??= newAjv(isDraft7, {})
  const ajv = metaAjvs[name]
  const { $schema: _, ...rest } = schema
  steps = MAX_STEPS
  if (!ajv.validateSchema(rest)) throw refused(explain(ajv.errors ?? []))
}

function newAjv(isDraft7: boolean, options: Options): Ajv {
  const { Ajv } = isDraft7 ? require('ajv') : { Ajv: require('ajv/dist/2020.js').Ajv2020 }
  const ajv: Ajv = new Ajv({
    ...options,
    strict: false,
    logger: false,
    validateFormats: false,
    // Inlining lets 500 references to 8 KiB become 4 MiB of code.
    inlineRefs: false,
    code: { regExp: Object.assign(linearRegExp, { code: '' }) },
  })
  ajv.addKeyword({
    keyword: COST_KEYWORD,
    schemaType: 'number',
    before: '$ref',
    errors: false,
    validate: (cost: number, value: Json) => {
      spend(cost + sizeOf(value))
      return true
    },
  })
  // Ajv's own compares all pairs of objects: 10^10 comparisons for a value of 1 MiB.
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have the same item twice' },
    validate: (unique: boolean, items: readonly Json[]) =>
      !unique || new Set(items.map(costlyText)).size === items.length,
  })
  return ajv
}

const costlyText = (item: Json): string => {
  const text = canonicalJson(item)
  spend(1 + text.length / CHARACTERS_A_STEP)
  return text
}

/** What keywords without subschemas look at: characters of a string, keys of an object. */
function sizeOf(value: Json): number {
  if (typeof value === 'string') return value.length / CHARACTERS_A_STEP
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 0
  return Object.keys(value).length
}

function linearRegExp(pattern: string): { test(text: string): boolean } {
  if (++patterns > MAX_PATTERNS) throw refused(`it has more than ${MAX_PATTERNS} patterns`)
  if (pattern.length > MAX_PATTERN_CHARS) throw refused(`a pattern has more than ${MAX_PATTERN_CHARS} characters`)
  const { RE2JS } = require('re2js')
  const expression = RE2JS.compile(RE2JS.translateRegExp(pattern))
  return {
    test(text) {
      spend(1 + text.length)
      return expression.test(text)
    },
  }
}

/** The error that says most, with its place. */
function explain(errors: readonly ErrorObject[]): string {
  const last = errors.at(-1)
  if (!last) return 'breaks the schema'
  const first = errors[0] as ErrorObject
  // Of alternatives the last error says only that none fits.
  return first === last ? sentence(last) : `${sentence(last)} (${sentence(first)})`
}

function sentence({ instancePath, message, keyword, params }: ErrorObject): string {
  const where = instancePath || 'the value'
  if (keyword === 'additionalProperties') return `${where} must not have "${params.additionalProperty}"`
  if (keyword === 'enum') return `${where} must be one of ${JSON.stringify(params.allowedValues).slice(0, 200)}`
  if (keyword === 'const') return `${where} must be ${JSON.stringify(params.allowedValue).slice(0, 200)}`
  return `${where} ${message ?? `breaks "${keyword}"`}`
}
