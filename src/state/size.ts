import { InvalidInputError } from '../lib/errors.ts'
import { encodeEvent } from './codec.ts'
import { type Entry, SingleWrite, type WriteEvent } from './entry.ts'
import { MAX_BATCH_ENTRIES, MAX_EVENT_BYTES, MAX_NAMESPACE_CHARS, MAX_REPLICA_CHARS } from './limits.ts'

/** How many bytes an event has at most; a character takes up to three. */
export function mostBytes(event: WriteEvent): number {
  if (event instanceof SingleWrite) return mostBytesOf(event)
  let bytes = 0
  for (const entry of event.entries) bytes += mostBytesOf(entry)
  return bytes
}

function mostBytesOf({ key, path, value, past }: Entry): number {
  return 3 * (key.length + path.length) + (value?.length ?? 0) + past.size * MAX_REPLICA_CHARS + ENTRY_BYTES
}

/** What an entry adds to its texts and its value, at most: its namespace, numbers and the tags of its fields, in bytes. */
const ENTRY_BYTES = 3 * MAX_NAMESPACE_CHARS + 64

/** What an event, and each of its entries, grows by when it is brought in again, beside its author's name: that and a sequence, in bytes. */
const AGAIN_BYTES = 24

/** Throws `InvalidInputError` where a new event is too large for a frame, or would be when it is brought in again. */
export function checkWritten(event: WriteEvent): void {
  // The most entries with the longest names leave more room than that.
  if (mostBytes(event) <= MAX_EVENT_BYTES / 4) return
  checkSize(event, MAX_EVENT_BYTES - (event.entries.length + 1) * (event.replica.length + AGAIN_BYTES))
}

/** Throws `InvalidInputError` where an event is too large for a frame. */
export function checkSize(event: WriteEvent, limit = MAX_EVENT_BYTES): void {
  // Encoding it only to see how long it is would take longer than writing it.
  if (mostBytes(event) <= limit) return
  const bytes = encodeEvent(event).length
  if (bytes <= limit) return
  const { length } = event.entries
  throw new InvalidInputError(
    `a batch of ${length} entries and ${bytes} bytes is over the limit of ${limit} bytes`,
    'Write it in parts.',
  )
}

/** Throws `InvalidInputError` where an event may not have so many entries. */
export function checkCount(entries: number): void {
  if (entries > 0 && entries <= MAX_BATCH_ENTRIES) return
  throw new InvalidInputError(`a batch of ${entries} entries`, `Write 1 to ${MAX_BATCH_ENTRIES} at once.`)
}
