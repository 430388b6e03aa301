import { createHash } from 'node:crypto'
import { MAX_NAME_CHARS, MAX_TAGS } from '../capabilities/limits.ts'
import { checkQuery } from '../capabilities/match.ts'
import type { CapabilityQuery } from '../capabilities/provider.ts'
import { InvalidInputError, messageOf } from '../lib/errors.ts'
import { encodeJson, type Json } from '../lib/json.ts'
import { type Random, randomId } from '../lib/random.ts'
import type { PeerId } from '../network/network.ts'
import { DEFAULT_POLICY, type Policies, type Policy, policyNamed } from './policies.ts'
import type { TaskRequest } from './task.ts'

/** Largest input or output as JSON, in bytes: with its envelope it fits one frame. */
export const MAX_VALUE_BYTES = 1024 * 1024
/** Longest task id, in characters. */
export const MAX_ID_CHARS = 128
/** Attempts where the request does not say: three nodes lost in one task's time is a different problem. */
export const DEFAULT_MAX_ATTEMPTS = 3
/** Most attempts that a request may ask for. */
export const MAX_ATTEMPTS = 100
/** Milliseconds from submit to result where the request does not say: a person has long stopped waiting. */
export const DEFAULT_TIMEOUT_MS = 5 * 60 * 1000
/** Longest that a task may take, in milliseconds: it lives in memory only. */
export const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000
/** Nodes that a request may exclude: with those on the way, an award has room for them. */
export const MAX_EXCLUDED = 48

/** A request that was checked, with every default filled in. */
export interface CheckedRequest {
  id: string
  query: CapabilityQuery
  /** JSON in UTF-8. */
  input: Uint8Array
  policy: Policy
  timeoutMs: number
  maxAttempts: number
  exclude: readonly PeerId[]
}

/** Throws `InvalidInputError` on whatever is wrong with a request besides its schema. */
export function checkRequest(request: TaskRequest, policies: Policies, random: Random): CheckedRequest {
  const { id = randomId(random), timeoutMs = DEFAULT_TIMEOUT_MS, maxAttempts = DEFAULT_MAX_ATTEMPTS } = request
  if (typeof id !== 'string' || id.length === 0 || id.length > MAX_ID_CHARS) {
    throw new InvalidInputError('the task id is no text of fitting length', `Use 1 to ${MAX_ID_CHARS} characters.`)
  }
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new InvalidInputError(`timeoutMs is ${timeoutMs}`, `Use more than 0 and at most ${MAX_TIMEOUT_MS}.`)
  }
  if (!(Number.isInteger(maxAttempts) && maxAttempts >= 1 && maxAttempts <= MAX_ATTEMPTS)) {
    throw new InvalidInputError(`maxAttempts is ${maxAttempts}`, `Use a whole number from 1 to ${MAX_ATTEMPTS}.`)
  }
  const exclude = [...new Set(request.exclude ?? [])].sort()
  if (exclude.length > MAX_EXCLUDED) {
    throw new InvalidInputError(`${exclude.length} nodes are excluded`, `Exclude at most ${MAX_EXCLUDED}.`)
  }
  const policy = policyNamed(policies, request.policy ?? DEFAULT_POLICY)
  return { id, query: queryOf(request), input: encodeInput(request.input), policy, timeoutMs, maxAttempts, exclude }
}

function queryOf({ capability, version, tags }: TaskRequest): CapabilityQuery {
  if (typeof capability !== 'string' || capability.length === 0 || capability.length > MAX_NAME_CHARS) {
    throw new InvalidInputError(
      'the capability is no name',
      `Use 1 to ${MAX_NAME_CHARS} characters, like text.summary.`,
    )
  }
  const asked = [...new Set(tags ?? [])].sort()
  if (asked.length > MAX_TAGS || asked.some((tag) => tag.length > MAX_NAME_CHARS)) {
    throw new InvalidInputError(
      'too many or too long tags',
      `At most ${MAX_TAGS}, each of ${MAX_NAME_CHARS} characters.`,
    )
  }
  const query = {
    name: capability,
    ...(version !== undefined && { version }),
    ...(asked.length > 0 && { tags: asked }),
  }
  checkQuery(query)
  return query
}

function encodeInput(input: Json): Uint8Array {
  const bytes = encodeValue(input, 'the input')
  if (bytes.length <= MAX_VALUE_BYTES) return bytes
  throw new InvalidInputError(
    `the input has ${bytes.length} bytes of JSON`,
    `At most ${MAX_VALUE_BYTES}: send a reference to larger things.`,
  )
}

/** A user's value as JSON; throws `InvalidInputError` on what is none (a circle, a function, a bigint). */
export function encodeValue(value: Json, what: string): Uint8Array {
  try {
    const bytes = encodeJson(value)
    // `undefined` and functions have no JSON at all; TypeScript keeps them out, JavaScript callers do not.
    if (bytes.length > 0) return bytes
  } catch (error) {
    throw new InvalidInputError(`${what} is no JSON: ${messageOf(error)}`, 'Use plain JSON values.', { cause: error })
  }
  throw new InvalidInputError(`${what} is no JSON`, 'Use plain JSON values.')
}

/** Tells two tasks of one id apart: what is run, and on what. */
export function fingerprint(query: CapabilityQuery, input: Uint8Array): string {
  return createHash('sha256').update(query.name).update('\0').update(input).digest('base64')
}
