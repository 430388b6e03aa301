import { InvalidInputError, messageOf } from '../lib/errors.ts'
import { decodeJson, type Json } from '../lib/json.ts'
import { BYTES_TAG, bytesOfEncoded, type Encoded, encodedSize, encodedText, JSON_TAG } from './encoded.ts'

/** What a key can hold. Bytes come back as they went in; JSON as equal JSON. */
export type StateValue = Json | Uint8Array

/** Largest value, encoded, in bytes: with its envelope it fits one frame. */
export const MAX_VALUE_BYTES = 1024 * 1024
/** Deepest nesting of a JSON value: far beyond what people write, far below where a recursive reader overflows. */
export const MAX_DEPTH = 100

/** The value as it is kept. Throws `InvalidInputError` on what is no value or too large. */
export function encodeValue(value: StateValue): Encoded {
  if (!(value instanceof Uint8Array)) {
    const encoded = encodedText(textOf(value))
    checkSize(encodedSize(encoded) - 1)
    return encoded
  }
  checkSize(value.length)
  const out = new Uint8Array(value.length + 1)
  out[0] = BYTES_TAG
  out.set(value, 1)
  return out
}

/**
 * The value that is kept so. What `encodeValue` cannot have made, be it a later version's or a bad peer's, is shown as the
 * bytes that it is: the same everywhere, and no reason for a reader to fail.
 */
export function decodeValue(encoded: Encoded): StateValue {
  return typeof encoded === 'string' ? decodeText(encoded) : decodeBytes(encoded)
}

function decodeText(text: string): StateValue {
  try {
    return JSON.parse(text) as Json
  } catch {
    // No JSON: shown as it is.
    return bytesOfEncoded(text)
  }
}

function decodeBytes(bytes: Uint8Array): StateValue {
  const body = bytes.subarray(1)
  // A copy: whoever changes what he got must not change what is stored.
  if (bytes[0] === BYTES_TAG) return new Uint8Array(body)
  if (bytes[0] !== JSON_TAG || tooDeep(body)) return new Uint8Array(bytes)
  try {
    return decodeJson(body)
  } catch {
    // No JSON, or no UTF-8: shown as it is.
    return new Uint8Array(bytes)
  }
}

/** The text of a JSON value. Throws `InvalidInputError` on anything that `JSON.stringify` would drop or change without a word. */
export function textOf(value: Json): string {
  if (typeof value === 'object' && value !== null) checkJson(value, 0, { left: MAX_VALUE_BYTES })
  else checkScalar(value)
  try {
    return JSON.stringify(value)
  } catch (error) {
    throw new InvalidInputError(`the value is no JSON: ${messageOf(error)}`, 'Use plain JSON values, or bytes.')
  }
}

function checkSize(bytes: number): void {
  if (bytes + 1 <= MAX_VALUE_BYTES) return
  throw new InvalidInputError(
    `a value of ${bytes} bytes is over the limit of ${MAX_VALUE_BYTES - 1} bytes`,
    'Store it in parts, or store where it is.',
  )
}

function checkScalar(value: unknown): void {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return
  if (typeof value === 'number' && Number.isFinite(value)) return
  throw new InvalidInputError(
    `the value holds ${describe(value)}, which is no JSON`,
    'Use plain JSON values, or bytes.',
  )
}

/** `budget` ends the walk through values that hold one object many times over, and so are far larger than they look. */
function checkJson(value: unknown, depth: number, budget: { left: number }): void {
  if (typeof value !== 'object' || value === null) return checkScalar(value)
  if (depth >= MAX_DEPTH) {
    throw new InvalidInputError(
      `the value is nested more than ${MAX_DEPTH} deep`,
      'Flatten it, or cut the circle in it.',
    )
  }
  if (!Array.isArray(value)) {
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) checkScalar(value)
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  budget.left -= items.length
  if (budget.left < 0) checkSize(MAX_VALUE_BYTES)
  for (const item of items) checkJson(item, depth + 1, budget)
}

/** Whether JSON text is nested deeper than a recursive reader can bear. */
function tooDeep(text: Uint8Array): boolean {
  if (text.length <= 2 * MAX_DEPTH) return false
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const code = text[i]
    if (code === 0x22) quoted = !quoted
    else if (quoted && code === 0x5c) i++
    else if (!quoted && (code === 0x5b || code === 0x7b) && ++depth > MAX_DEPTH) return true
    else if (!quoted && (code === 0x5d || code === 0x7d)) depth--
  }
  return false
}

function describe(value: unknown): string {
  if (typeof value === 'object') return `an object of class ${value?.constructor?.name ?? 'unknown'}`
  return typeof value === 'number' ? String(value) : `something of type ${typeof value}`
}
