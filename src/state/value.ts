import { InvalidInputError, messageOf } from '../lib/errors.ts'
import { decodeJson, encodeJson, type Json } from '../lib/json.ts'

/** What a key can hold. Bytes come back as they went in; JSON as equal JSON. */
export type StateValue = Json | Uint8Array

/** Largest value, encoded, in bytes: with its envelope it fits one frame. */
export const MAX_VALUE_BYTES = 1024 * 1024
/** Deepest nesting of a JSON value: far beyond what people write, far below where a recursive reader overflows. */
export const MAX_DEPTH = 100

const JSON_TAG = 0
const BYTES_TAG = 1

/** The value behind one byte that says which kind it is. Throws `InvalidInputError` on what is no value or too large. */
export function encodeValue(value: StateValue): Uint8Array {
  const tag = value instanceof Uint8Array ? BYTES_TAG : JSON_TAG
  const body = value instanceof Uint8Array ? value : encodeChecked(value)
  if (body.length + 1 > MAX_VALUE_BYTES) {
    throw new InvalidInputError(
      `a value of ${body.length} bytes is over the limit of ${MAX_VALUE_BYTES - 1} bytes`,
      'Store it in parts, or store where it is.',
    )
  }
  const out = new Uint8Array(body.length + 1)
  out[0] = tag
  out.set(body, 1)
  return out
}

/** Throws on bytes that `encodeValue` cannot have made. */
export function decodeValue(bytes: Uint8Array): StateValue {
  const body = bytes.subarray(1)
  if (bytes[0] === BYTES_TAG) return body
  if (bytes[0] !== JSON_TAG) throw new RangeError(`a value of unknown kind ${bytes[0]}`)
  return decodeJson(body)
}

function encodeChecked(value: Json): Uint8Array {
  checkJson(value, 0)
  try {
    return encodeJson(value)
  } catch (error) {
    throw new InvalidInputError(`the value is no JSON: ${messageOf(error)}`, 'Use plain JSON values, or bytes.')
  }
}

/** What `JSON.stringify` would drop or change without a word is refused here. */
function checkJson(value: unknown, depth: number): void {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return
  if (typeof value === 'number' && Number.isFinite(value)) return
  if (typeof value !== 'object') {
    throw new InvalidInputError(
      `the value holds ${describe(value)}, which is no JSON`,
      'Use plain JSON values, or bytes.',
    )
  }
  if (depth >= MAX_DEPTH) {
    throw new InvalidInputError(
      `the value is nested more than ${MAX_DEPTH} deep`,
      'Flatten it, or cut the circle in it.',
    )
  }
  if (Array.isArray(value)) {
    for (const item of value) checkJson(item, depth + 1)
    return
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new InvalidInputError(
      `the value holds ${describe(value)}, which is no JSON`,
      'Use plain JSON values, or bytes.',
    )
  }
  for (const item of Object.values(value)) checkJson(item, depth + 1)
}

function describe(value: unknown): string {
  if (typeof value === 'object') return `an object of class ${value?.constructor?.name ?? 'unknown'}`
  return typeof value === 'number' ? String(value) : `something of type ${typeof value}`
}
