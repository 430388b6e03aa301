import { CoveyError } from '../lib/errors.ts'
import { checkEvent, StateFormatError } from './codec.ts'
import type { Dot, ReplicaId } from './dot.ts'
import { readEncoded } from './encoded.ts'
import { type Entry, NO_PAST, onePast, type Past, SingleWrite, type WriteEvent } from './entry.ts'
import { ByteWriter } from './sync/columns.ts'

/**
 * Events as they lie on the disk. Texts and values stand behind their length, numbers are varints:
 *
 *     time, entries << 1 | has origin, [origin: replica, sequence], entry ...
 *     entry: flags, namespace, key, [path], [fence], [rank], [past], [value]
 *     past: the sequence of the event's own replica, or how many, and a replica and a sequence for each
 *
 * The event's own dot is not among it: a row has it in its key. Other replicas are named in full: one that is over may be
 * forgotten while pasts still name it.
 */
const HAS_VALUE = 1
const HAS_FENCE = 2
const HAS_RANK = 4
const HAS_PATH = 8
const HAS_PAST = 16
/** The past is of the event's own replica alone, as where one node writes a key again and again. */
const OWN_PAST = 32

/** What is written goes through this one: it ends where it begins, in one turn. */
const out = new ByteWriter()

/** The event with these of its entries. */
export function encodeStored(event: WriteEvent, entries: readonly Entry[] = event.entries): Buffer {
  out.clear()
  write(event, entries)
  return Buffer.from(out.view())
}

/** As `encodeStored`, with its dot and a time in milliseconds before it. */
export function encodeFormer(event: WriteEvent, entry: Entry, at: number): Buffer {
  out.clear()
  out.varint(Math.floor(at))
  writeDot(event)
  write(event, [entry])
  return Buffer.from(out.view())
}

/** Throws `CoveyError` with code `DATA_CORRUPT` on what `encodeStored` cannot have made. */
export function decodeStored(dot: Dot, bytes: Uint8Array): WriteEvent {
  return orCorrupt('an event', () => new EventReader(bytes).event(dot))
}

/** Throws as `decodeStored`. */
export function decodeFormer(bytes: Uint8Array): { event: WriteEvent; entry: Entry; at: number } {
  return orCorrupt('a former write', () => {
    const reader = new EventReader(bytes)
    const at = reader.varint()
    const event = reader.event(reader.dot())
    return { event, entry: event.entries[0] as Entry, at }
  })
}

/** What `read` answers. Throws `CoveyError` with code `DATA_CORRUPT` where it throws. */
export function orCorrupt<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new CoveyError(
      'DATA_CORRUPT',
      `${what} of the replicated state cannot be read`,
      'It is damaged, or of another version of covey. Restore it from a backup, or start with an empty directory: peers bring back what they hold.',
      { cause },
    )
  }
}

function write(event: WriteEvent, entries: readonly Entry[]): void {
  const { time, origin } = event
  out.varint(time)
  out.varint(entries.length * 2 + (origin ? 1 : 0))
  if (origin) writeDot(origin)
  for (let i = 0; i < entries.length; i++) writeEntry(entries[i] as Entry, event.replica)
}

function writeEntry({ namespace, key, path, value, fence, rank, past }: Entry, author: ReplicaId): void {
  const ownPast = past.size === 1 ? past.get(author) : undefined
  out.byte(
    (value === undefined ? 0 : HAS_VALUE) |
      (fence === 0 ? 0 : HAS_FENCE) |
      (rank === 0 ? 0 : HAS_RANK) |
      (path === '' ? 0 : HAS_PATH) |
      (past.size === 0 ? 0 : HAS_PAST) |
      (ownPast === undefined ? 0 : OWN_PAST),
  )
  out.text(namespace)
  out.text(key)
  if (path !== '') out.text(path)
  if (fence !== 0) out.varint(fence)
  if (rank !== 0) out.varint(rank)
  if (ownPast !== undefined) out.varint(ownPast)
  else if (past.size > 0) writePast(past)
  if (value === undefined) return
  out.varint(typeof value === 'string' ? value.length + 1 : value.length)
  out.encoded(value)
}

function writePast(past: Past): void {
  out.varint(past.size)
  for (const [replica, sequence] of past) writeDot({ replica, sequence })
}

function writeDot({ replica, sequence }: Dot): void {
  out.text(replica)
  out.varint(sequence)
}

class EventReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  event({ replica, sequence }: Dot): WriteEvent {
    const time = this.varint()
    const head = this.varint()
    const origin = head % 2 === 1 ? this.dot() : undefined
    const entries: Entry[] = []
    for (let i = 0; i < Math.floor(head / 2); i++) entries.push(this.#entry(replica))
    if (this.#at !== this.#bytes.length) throw new StateFormatError('bytes behind an event')
    const [only] = entries
    const event =
      only && entries.length === 1 && !origin
        ? new SingleWrite({ replica, sequence }, time, only, only.past)
        : { replica, sequence, time, entries, ...(origin && { origin }) }
    checkEvent(event)
    return event
  }

  dot(): Dot {
    return { replica: this.#text(), sequence: this.varint() }
  }

  varint(): number {
    let value = 0
    for (let factor = 1; factor <= Number.MAX_SAFE_INTEGER; factor *= 128) {
      const byte = this.#byte()
      value += (byte & 127) * factor
      if (byte < 128 && value <= Number.MAX_SAFE_INTEGER) return value
    }
    throw new StateFormatError('a number of more than 53 bits')
  }

  #entry(author: ReplicaId): Entry {
    const flags = this.#byte()
    const namespace = this.#text()
    const key = this.#text()
    const path = flags & HAS_PATH ? this.#text() : ''
    const fence = flags & HAS_FENCE ? this.varint() : 0
    const rank = flags & HAS_RANK ? this.varint() : 0
    const past = flags & OWN_PAST ? onePast(author, this.varint()) : flags & HAS_PAST ? this.#past() : NO_PAST
    if (!(flags & HAS_VALUE)) return { namespace, key, path, value: undefined, fence, rank, past }
    const [from, to] = this.#span()
    return { namespace, key, path, value: readEncoded(this.#bytes, from, to), fence, rank, past }
  }

  #past(): Past {
    const size = this.varint()
    const first = this.dot()
    if (size === 1) return onePast(first.replica, first.sequence)
    const past = new Map([[first.replica, first.sequence]])
    while (past.size < size) {
      const { replica, sequence } = this.dot()
      past.set(replica, sequence)
    }
    return past
  }

  #text(): string {
    const [from, to] = this.#span()
    return this.#bytes.toString('utf8', from, to)
  }

  /** Where something of a known length lies; behind it the reading goes on. */
  #span(): [from: number, to: number] {
    const length = this.varint()
    const from = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) throw new StateFormatError('an event that ends too soon')
    return [from, this.#at]
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new StateFormatError('an event that ends too soon')
    return byte
  }
}
