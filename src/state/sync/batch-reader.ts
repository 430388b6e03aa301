import type { SyncBatch } from '../../wire/sync.ts'
import { checkEvent, StateFormatError } from '../codec.ts'
import type { Dot, ReplicaId } from '../dot.ts'
import { type Encoded, readEncoded } from '../encoded.ts'
import { type Entry, NO_PAST, onePast, type Past, SingleWrite, type WriteEvent } from '../entry.ts'
import { MAX_BATCH_ENTRIES, MAX_KEY_CHARS, MAX_PATH_CHARS, MAX_REPLICAS } from '../limits.ts'
import { ColumnReader } from './columns.ts'
import { MAX_MESSAGE_ENTRIES } from './limits.ts'
import type { NameReader } from './names.ts'
import { unpack } from './packing.ts'
import { TextReader } from './texts.ts'

/** UTF-8 bytes of the longest character, a unit of UTF-16 counted as one. */
const MAX_BYTES_A_CHAR = 3

/** The events of a batch, checked. Throws `StateFormatError`. */
export function readBatch(batch: SyncBatch, names: NameReader): WriteEvent[] {
  names.learn(batch.names)
  const reader = new BatchReader(batch, names)
  const events: WriteEvent[] = []
  for (let i = 0; i < batch.events; i++) events.push(reader.event())
  reader.end()
  return events
}

function valuesOf({ values, packedValues }: SyncBatch): Buffer {
  if (packedValues.length > 0 && values.length > 0) throw new StateFormatError('values packed and not')
  const { buffer, byteOffset, length } = packedValues.length > 0 ? unpack(packedValues) : values
  return Buffer.from(buffer, byteOffset, length)
}

class BatchReader {
  readonly #names: NameReader
  readonly #namespaces: readonly string[]
  readonly #authors: ColumnReader
  readonly #sequences: ColumnReader
  readonly #times: ColumnReader
  readonly #entries: ColumnReader
  readonly #spaces: ColumnReader
  readonly #keys: TextReader
  readonly #paths: TextReader
  readonly #sizes: ColumnReader
  readonly #values: Buffer
  readonly #fences: ColumnReader
  readonly #ranks: ColumnReader
  readonly #pasts: ColumnReader
  readonly #pastReplicas: ColumnReader
  readonly #pastSequences: ColumnReader
  readonly #origins: ColumnReader
  readonly #originSequences: ColumnReader
  /** The next sequence of each author but the last, by its index. */
  readonly #expected: number[] = []
  #author: ReplicaId | undefined
  #authorIndex = 0
  #next = 1
  #time = 0
  #valuesAt = 0
  #entriesRead = 0

  constructor(batch: SyncBatch, names: NameReader) {
    this.#names = names
    this.#namespaces = batch.namespaces
    this.#authors = new ColumnReader(batch.authors)
    this.#sequences = new ColumnReader(batch.sequences)
    this.#times = new ColumnReader(batch.times)
    this.#entries = new ColumnReader(batch.entries)
    this.#spaces = new ColumnReader(batch.spaces)
    const { keyShared, keyLengths, keyText, pathShared, pathLengths, pathText } = batch
    this.#keys = new TextReader(
      { shared: keyShared, lengths: keyLengths, text: keyText },
      MAX_KEY_CHARS * MAX_BYTES_A_CHAR,
    )
    this.#paths = new TextReader(
      { shared: pathShared, lengths: pathLengths, text: pathText },
      MAX_PATH_CHARS * MAX_BYTES_A_CHAR,
    )
    this.#sizes = new ColumnReader(batch.sizes)
    this.#values = valuesOf(batch)
    this.#fences = new ColumnReader(batch.fences)
    this.#ranks = new ColumnReader(batch.ranks)
    this.#pasts = new ColumnReader(batch.pasts)
    this.#pastReplicas = new ColumnReader(batch.pastReplicas)
    this.#pastSequences = new ColumnReader(batch.pastSequences)
    this.#origins = new ColumnReader(batch.origins)
    this.#originSequences = new ColumnReader(batch.originSequences)
  }

  event(): WriteEvent {
    const index = this.#authors.next()
    const replica = this.#names.get(index)
    if (replica !== this.#author) this.#turnTo(replica, index)
    const sequence = this.#next + this.#sequences.signed()
    this.#next = sequence + 1
    this.#time += this.#times.signed()
    const count = this.#entries.next() + 1
    this.#entriesRead += count
    if (count > MAX_BATCH_ENTRIES || this.#entriesRead > MAX_MESSAGE_ENTRIES) {
      throw new StateFormatError('too many entries')
    }
    const origin = this.#origin(this.#origins.next())
    const event =
      count === 1 && !origin ? this.#single(replica, sequence) : this.#several(replica, sequence, count, origin)
    checkEvent(event)
    return event
  }

  #turnTo(author: ReplicaId, index: number): void {
    if (this.#author !== undefined) this.#expected[this.#authorIndex] = this.#next
    this.#author = author
    this.#authorIndex = index
    this.#next = this.#expected[index] ?? 1
  }

  #single(replica: ReplicaId, sequence: number): WriteEvent {
    const entry = this.#entry()
    return new SingleWrite({ replica, sequence }, this.#time, entry, entry.past)
  }

  #several(replica: ReplicaId, sequence: number, count: number, origin: Dot | undefined): WriteEvent {
    const entries: Entry[] = []
    for (let i = 0; i < count; i++) entries.push(this.#entry())
    return { replica, sequence, time: this.#time, entries, ...(origin && { origin }) }
  }

  end(): void {
    for (const column of [this.#authors, this.#sequences, this.#times, this.#entries]) column.end()
    for (const column of [this.#origins, this.#originSequences]) column.end()
    for (const column of [this.#spaces, this.#sizes, this.#fences, this.#ranks, this.#pasts]) column.end()
    for (const column of [this.#keys, this.#paths, this.#pastReplicas, this.#pastSequences]) column.end()
    if (this.#valuesAt !== this.#values.length) throw new StateFormatError('values that nobody has')
  }

  /** @param name the index of its replica plus 1; 0: there is none */
  #origin(name: number): Dot | undefined {
    return name === 0 ? undefined : { replica: this.#names.get(name - 1), sequence: this.#originSequences.next() }
  }

  #entry(): Entry {
    const namespace = this.#namespaces[this.#spaces.next()]
    if (namespace === undefined) throw new StateFormatError('a namespace without a name')
    const key = this.#keys.next()
    const path = this.#paths.next()
    const value = this.#value(this.#sizes.next())
    const fence = this.#fences.next()
    const rank = this.#ranks.next()
    return { namespace, key, path, value, fence, rank, past: this.#past(this.#pasts.next()) }
  }

  #value(size: number): Encoded | undefined {
    if (size === 0) return undefined
    const end = this.#valuesAt + size - 1
    if (end > this.#values.length) throw new StateFormatError('a value that is not there')
    const value = readEncoded(this.#values, this.#valuesAt, end)
    this.#valuesAt = end
    return value
  }

  #past(count: number): Past {
    if (count === 0) return NO_PAST
    if (count > MAX_REPLICAS) throw new StateFormatError('a past of too many replicas')
    if (count === 1) return onePast(this.#names.get(this.#pastReplicas.next()), this.#pastSequences.next())
    const past = new Map<ReplicaId, number>()
    for (let i = 0; i < count; i++) past.set(this.#names.get(this.#pastReplicas.next()), this.#pastSequences.next())
    return past
  }
}
