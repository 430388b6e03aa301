import { StateEvent } from '../wire/sync.ts'
import { type Dot, MAX_SEQUENCE, peerOf, type ReplicaId } from './dot.ts'
import { bytesOfEncoded, type Encoded, readEncoded } from './encoded.ts'
import { type Entry, hasSeen, NO_PAST, onePast, type Past, SingleWrite, type WriteEvent } from './entry.ts'
import {
  MAX_BATCH_ENTRIES,
  MAX_EVENT_BYTES,
  MAX_KEY_CHARS,
  MAX_NAMESPACE_CHARS,
  MAX_PATH_CHARS,
  MAX_REPLICA_CHARS,
  MAX_REPLICAS,
} from './limits.ts'

/** Bytes that stand for no event or context: malformed, or over a limit. */
export class StateFormatError extends RangeError {
  override readonly name = 'StateFormatError'
}

export function encodeEvent({ replica, sequence, time, entries, origin }: WriteEvent): Uint8Array {
  return StateEvent.encode({
    replica,
    sequence,
    time,
    entries: entries.map(({ namespace, key, path, value, fence, rank, past }) => ({
      namespace,
      key,
      path,
      ...(value && { value: bytesOfEncoded(value) as Uint8Array<ArrayBuffer> }),
      fence,
      rank,
      past: [...past].map(([of, last]) => ({ replica: of, sequence: last })),
    })),
    ...(origin && { origin }),
  })
}

/** The event, checked once and for all. Throws `StateFormatError`, or what the protobuf reader throws. */
export function decodeEvent(bytes: Uint8Array): WriteEvent {
  if (bytes.length > MAX_EVENT_BYTES) throw new StateFormatError(`an event of ${bytes.length} bytes`)
  const { replica, sequence, time, entries, origin } = StateEvent.decode(bytes, {
    limits: { entries: MAX_BATCH_ENTRIES, entries$: { past: MAX_REPLICAS } },
  })
  checkReplica(replica)
  const [only] = entries
  const event: WriteEvent =
    only && entries.length === 1 && !origin
      ? new SingleWrite({ replica, sequence }, time, { ...only, value: readValue(only.value) }, readPast(only.past))
      : { replica, sequence, time, entries: entries.map(readEntry), ...(origin && { origin }) }
  if (origin) checkReplica(origin.replica)
  checkEvent(event)
  return event
}

/** What holds of every event, but for the form of its replica ids. Throws `StateFormatError`. */
export function checkEvent(event: WriteEvent): void {
  const { replica, sequence, time } = event
  checkSequence(sequence)
  // Later than the year 2039 an HLC is no exact number any more.
  if (!(time >= 0 && time <= Number.MAX_SAFE_INTEGER)) throw new StateFormatError(`an event of time ${time}`)
  if (event instanceof SingleWrite) return checkEntry(event, replica, sequence)
  const { entries, origin } = event
  if (entries.length === 0) throw new StateFormatError('an event without entries')
  for (const entry of entries) checkEntry(entry, replica, sequence)
  if (origin) checkOrigin(origin, entries)
}

function readEntry(raw: StateEvent['entries'][number]): Entry {
  const { namespace, key, path, value, fence, rank } = raw
  return { namespace, key, path, value: readValue(value), fence, rank, past: readPast(raw.past) }
}

function readValue(bytes: Uint8Array | undefined): Encoded | undefined {
  return bytes && readEncoded(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
}

function readPast(raw: StateEvent['entries'][number]['past']): Past {
  const [first] = raw
  if (first === undefined) return NO_PAST
  if (raw.length === 1) {
    checkReplica(first.replica)
    return onePast(first.replica, first.sequence)
  }
  const past = new Map<ReplicaId, number>()
  for (const { replica, sequence } of raw) {
    checkReplica(replica)
    past.set(replica, sequence)
  }
  return past
}

function checkEntry({ namespace, key, path, fence, past }: Entry, author: ReplicaId, sequence: number): void {
  if (namespace === '' || namespace.length > MAX_NAMESPACE_CHARS) throw new StateFormatError('a bad namespace')
  if (key === '' || key.length > MAX_KEY_CHARS || path.length > MAX_PATH_CHARS) throw new StateFormatError('a bad key')
  if (!(fence >= 0 && fence <= Number.MAX_SAFE_INTEGER)) throw new StateFormatError(`a fence of ${fence}`)
  if (past === NO_PAST) return
  for (const [replica, last] of past) {
    checkSequence(last)
    // An entry cannot have seen its own author's future: it would hide writes that are still to come.
    if (replica === author && last >= sequence) throw new StateFormatError('a past beyond its own event')
  }
}

/** An entry that has not seen what it brings in again would stand beside it. */
function checkOrigin(origin: Dot, entries: readonly Entry[]): void {
  checkSequence(origin.sequence)
  if (!entries.every((entry) => hasSeen(entry, origin))) throw new StateFormatError('an origin that was not seen')
}

function checkReplica(replica: string): void {
  if (replica.length > MAX_REPLICA_CHARS || peerOf(replica) === undefined)
    throw new StateFormatError('a bad replica id')
}

function checkSequence(sequence: number): void {
  if (!(Number.isInteger(sequence) && sequence >= 1 && sequence <= MAX_SEQUENCE)) {
    throw new StateFormatError(`a sequence of ${sequence}`)
  }
}
