import { InvalidInputError } from '../lib/errors.ts'
import { type Entry, SingleWrite, type WriteEvent } from './entry.ts'
import { MAX_BATCH_ENTRIES, MAX_EVENT_BYTES, MAX_NAMESPACE_CHARS, MAX_REPLICA_CHARS } from './limits.ts'

/** Whether an event is so large that its exact size matters; a character takes up to three bytes. */
export function mayBeLarge(event: WriteEvent): boolean {
  if (event instanceof SingleWrite) return mostBytes(event) > MAX_EVENT_BYTES
  let bytes = 0
  for (const entry of event.entries) bytes += mostBytes(entry)
  return bytes > MAX_EVENT_BYTES
}

function mostBytes({ key, path, value, past }: Entry): number {
  return 3 * (key.length + path.length) + (value?.length ?? 0) + past.size * MAX_REPLICA_CHARS + ENTRY_BYTES
}

/** What an entry adds to its texts and its value, at most: its namespace, numbers and the tags of its fields, in bytes. */
const ENTRY_BYTES = 3 * MAX_NAMESPACE_CHARS + 64

/** Throws `InvalidInputError` where an event may not have so many entries. */
export function checkCount(entries: number): void {
  if (entries > 0 && entries <= MAX_BATCH_ENTRIES) return
  throw new InvalidInputError(`a batch of ${entries} entries`, `Write 1 to ${MAX_BATCH_ENTRIES} at once.`)
}
