import valid from 'semver/functions/valid.js'
import { InvalidInputError } from '../lib/errors.ts'
import { decodeJson, type Json } from '../lib/json.ts'
import type { Capability, JsonSchema } from './agent.ts'
import {
  MAX_AGENTS,
  MAX_CAPABILITIES,
  MAX_DESCRIPTION_CHARS,
  MAX_NAME_CHARS,
  MAX_SCHEMA_BYTES,
  MAX_SCHEMA_DEPTH,
  MAX_TAGS,
} from './limits.ts'
import type { AgentDescription } from './provider.ts'

const CAPABILITY_NAME = /^[a-z0-9]+(?:[-_][a-z0-9]+)*(?:\.[a-z0-9]+(?:[-_][a-z0-9]+)*)*$/
const AGENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
const TAG = /^[^\s\p{Cc}]+$/u
/** Most tasks that an agent may run at once: a number above it is a mistake, not a machine. */
const MAX_CONCURRENCY = 65_536

const encoder = new TextEncoder()

/** Makes a schema of a value that may be anything; `where` is its place. Throws `InvalidInputError`. */
export type SchemaReader = (value: unknown, where: string) => JsonSchema

/**
 * What travels of an agent, from a value that may be anything: an export of a user's module, or a peer's message.
 * `where` names its origin in errors, such as `./my-agent.ts`. Throws `InvalidInputError`.
 */
export function describeAgent(value: unknown, where: string, readSchema = copySchema): AgentDescription {
  const agent = asObject(value, where, 'an agent is an object: { name, capabilities, handle }')
  const name = agent.name
  if (typeof name !== 'string' || name.length > MAX_NAME_CHARS || !AGENT_NAME.test(name)) {
    throw wrong(where, `"name" is ${show(name)}`, `Letters, digits, ".", "_" and "-", at most ${MAX_NAME_CHARS}.`)
  }
  const here = `${where}: agent "${name}"`
  const concurrency = agent.concurrency ?? 1
  if (
    typeof concurrency !== 'number' ||
    !Number.isInteger(concurrency) ||
    concurrency < 1 ||
    concurrency > MAX_CONCURRENCY
  ) {
    throw wrong(here, `"concurrency" is ${show(concurrency)}`, 'A whole number of tasks at once, 1 or more.')
  }
  const list = agent.capabilities
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_CAPABILITIES) {
    const what = Array.isArray(list) ? `${list.length} capabilities` : `"capabilities" is ${show(list)}`
    throw wrong(here, what, `A list of 1 to ${MAX_CAPABILITIES}: [{ name, version }].`)
  }
  const capabilities = list.map((item, index) =>
    describeCapability(item, `${here}: capability ${index + 1}`, readSchema),
  )
  const twice = firstTwice(capabilities.map((capability) => capability.name))
  if (twice !== undefined) {
    throw wrong(
      here,
      `the capability "${twice}" is there twice`,
      'Keep one; a second version needs an agent of its own.',
    )
  }
  return { name, concurrency, capabilities }
}

/** As `describeAgent`, for all agents of a node: their names differ. */
export function describeAgents(values: readonly unknown[], where: string, readSchema = copySchema): AgentDescription[] {
  if (values.length > MAX_AGENTS) throw wrong(where, `${values.length} agents`, `A node has at most ${MAX_AGENTS}.`)
  const agents = values.map((value) => describeAgent(value, where, readSchema))
  const twice = firstTwice(agents.map((agent) => agent.name))
  if (twice !== undefined) throw wrong(where, `two agents are called "${twice}"`, 'Give each a name of its own.')
  return agents
}

function describeCapability(value: unknown, where: string, readSchema: SchemaReader): Capability {
  const given = asObject(value, where, 'a capability is an object: { name, version }')
  const name = given.name
  if (typeof name !== 'string' || name.length > MAX_NAME_CHARS || !CAPABILITY_NAME.test(name)) {
    const rule = `Lower-case words joined by dots, such as text.summary, at most ${MAX_NAME_CHARS} characters.`
    throw wrong(where, `"name" is ${show(name)}`, rule)
  }
  const here = `${where} "${name}"`
  const version = given.version
  // `valid` alone also takes "v1.0.0" and " 1.0.0".
  if (typeof version !== 'string' || version.length > MAX_NAME_CHARS || valid(version) !== version.split('+')[0]) {
    throw wrong(here, `"version" is ${show(version)}`, 'A semantic version, such as 1.0.0.')
  }
  const capability: Capability = { name, version }
  const description = given.description
  if (description !== undefined) {
    if (typeof description !== 'string' || description.length > MAX_DESCRIPTION_CHARS) {
      throw wrong(here, `"description" is ${show(description)}`, `Text of at most ${MAX_DESCRIPTION_CHARS} characters.`)
    }
    capability.description = description
  }
  if (given.input !== undefined) capability.input = readSchema(given.input, `${here}: "input"`)
  if (given.output !== undefined) capability.output = readSchema(given.output, `${here}: "output"`)
  if (given.tags !== undefined) capability.tags = asTags(given.tags, here)
  return capability
}

function asTags(value: unknown, where: string): string[] {
  const good = (tag: unknown): tag is string => typeof tag === 'string' && tag.length <= MAX_NAME_CHARS && TAG.test(tag)
  if (!Array.isArray(value) || value.length > MAX_TAGS || !value.every(good)) {
    const rule = `At most ${MAX_TAGS} words without spaces, each of at most ${MAX_NAME_CHARS} characters.`
    throw wrong(where, `"tags" is ${show(value)}`, rule)
  }
  return [...value]
}

/** A schema that is an object here. */
function copySchema(value: unknown, where: string): JsonSchema {
  if (depthOver(value, MAX_SCHEMA_DEPTH)) throw tooDeep(where)
  const text = jsonText(value)
  if (text === undefined) {
    throw wrong(where, 'the schema is not plain JSON', 'Strings, numbers, booleans, null, lists and objects only.')
  }
  // A copy: what the owner does to its object later must not differ from what was announced.
  return parseSchema(encoder.encode(text), where)
}

/** A schema as JSON text in UTF-8. */
export function parseSchema(value: unknown, where: string): JsonSchema {
  const bytes = value as Uint8Array
  if (bytes.length > MAX_SCHEMA_BYTES) {
    throw wrong(where, `the schema has ${bytes.length} bytes`, `At most ${MAX_SCHEMA_BYTES}: describe less.`)
  }
  const schema = asObject(decodeJson(bytes), where, 'a JSON Schema is an object, such as { "type": "object" }')
  if (depthOver(schema, MAX_SCHEMA_DEPTH)) throw tooDeep(where)
  return schema as JsonSchema
}

const tooDeep = (where: string): InvalidInputError =>
  wrong(where, 'the schema is nested too deeply', `At most ${MAX_SCHEMA_DEPTH} levels.`)

function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    // A bigint or a `toJSON` that throws: the caller says so with the place.
    return undefined
  }
}

/** Whether nesting goes deeper than `limit`, without following it further. Also stops at a circle. */
function depthOver(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (limit === 0) return true
  for (const child of Object.values(value)) if (depthOver(child, limit - 1)) return true
  return false
}

function asObject(value: unknown, where: string, rule: string): { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(where, `${show(value)} was given`, `${rule[0]?.toUpperCase()}${rule.slice(1)}.`)
  }
  return value as { readonly [key: string]: Json }
}

function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index)
}

const wrong = (where: string, what: string, rule: string): InvalidInputError =>
  new InvalidInputError(`${where}: ${what}`, rule)

/** How a wrong value looks in an error: short, whatever it is. */
function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return 'a list that breaks the rule'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
