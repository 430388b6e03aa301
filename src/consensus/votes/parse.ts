import type { z } from 'zod'
import { canonicalJson } from '../../lib/canonical.ts'
import { InvalidInputError, messageOf } from '../../lib/errors.ts'
import { decodeJson, type Json } from '../../lib/json.ts'

/** Checks a value that may be anything. Throws `InvalidInputError` that names the place. */
export function parseShape<T>(value: unknown, schema: z.ZodType<T>, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const place = issue?.path.join('.') ?? ''
  throw new InvalidInputError(
    `that is not ${what}: ${place === '' ? '' : `${place}: `}${issue?.message}`,
    'Correct it.',
  )
}

/**
 * Reads canonical JSON in UTF-8. One value has one encoding (RFC 8785): whatever else means the same is refused, since a signature
 * is over the bytes. Throws `InvalidInputError`.
 */
export function parseCanonical<T>(
  bytes: Uint8Array,
  schema: z.ZodType<T>,
  { what, maxBytes }: { what: string; maxBytes: number },
): T {
  const refuse = (why: string): InvalidInputError =>
    new InvalidInputError(`that is not ${what}: ${why}`, 'The peer may run another version: covey doctor.')
  if (bytes.length > maxBytes) throw refuse(`it has ${bytes.length} bytes, at most ${maxBytes}`)
  let value: Json
  try {
    value = decodeJson(bytes)
  } catch (error) {
    throw refuse(messageOf(error))
  }
  const parsed = parseShape(value, schema, what)
  if (!Buffer.from(canonicalJson(value)).equals(bytes)) throw refuse('it is not in canonical form')
  return parsed
}
