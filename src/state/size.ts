import { InvalidInputError } from '../lib/errors.ts'
import type { Entry, WriteEvent } from './entry.ts'
import { MAX_BATCH_ENTRIES, MAX_EVENT_BYTES, MAX_NAMESPACE_CHARS, MAX_REPLICA_CHARS } from './limits.ts'

/** Whether an event is so large that its exact size matters; a character takes up to three bytes. */
export function mayBeLarge({ entries }: WriteEvent): boolean {
  let bytes = 0
  for (let i = 0; i < entries.length; i++) {
    const { key, path, value, past } = entries[i] as Entry
    bytes += 3 * (key.length + path.length) + (value?.length ?? 0) + past.size * MAX_REPLICA_CHARS + ENTRY_BYTES
  }
  return bytes > MAX_EVENT_BYTES
}

/** What an entry adds to its texts and its value, at most: its namespace, numbers and the tags of its fields, in bytes. */
const ENTRY_BYTES = 3 * MAX_NAMESPACE_CHARS + 64

/** Why an event may not have so many entries; undefined where it may. */
export function checkCount(entries: number): InvalidInputError | undefined {
  if (entries > 0 && entries <= MAX_BATCH_ENTRIES) return undefined
  return new InvalidInputError(`a batch of ${entries} entries`, `Write 1 to ${MAX_BATCH_ENTRIES} at once.`)
}
