import { InvalidInputError } from '../../lib/errors.ts'
import { encodeJson, type Json } from '../../lib/json.ts'
import { MAX_VALUE_BYTES } from './limits.ts'

/** A value as JSON. Throws `InvalidInputError` on one that no register takes, before anything is sent. */
export function encodeValue(value: Json): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(encodeJson(value))
  if (bytes.length <= MAX_VALUE_BYTES) return bytes
  throw new InvalidInputError(
    `a register's value of ${bytes.length} bytes is over the limit of ${MAX_VALUE_BYTES} bytes`,
    'Keep what is large in the replicated state, and its key here.',
  )
}
