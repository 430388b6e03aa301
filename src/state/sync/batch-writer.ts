import type { SyncBatch } from '../../wire/sync.ts'
import type { ReplicaId } from '../dot.ts'
import { encodedSize } from '../encoded.ts'
import { type Entry, SingleWrite, type WriteEvent } from '../entry.ts'
import { ByteWriter, ColumnWriter } from './columns.ts'
import { ENTRY_BYTES } from './limits.ts'
import type { NameWriter } from './names.ts'
import { pack } from './packing.ts'
import { TextWriter } from './texts.ts'

/** About how many bytes an event takes; never far less than it does. */
export function weightOf(event: WriteEvent): number {
  if (event instanceof SingleWrite) return ENTRY_BYTES + entryWeight(event)
  let bytes = event.origin ? 2 * ENTRY_BYTES : ENTRY_BYTES
  for (const entry of event.entries) bytes += entryWeight(entry)
  return bytes
}

function entryWeight({ key, path, value, past }: Entry): number {
  return ENTRY_BYTES + key.length + path.length + (value?.length ?? 0) + ENTRY_BYTES * past.size
}

/** Writes events into columns (protocols/sync/README.md, "Batches"). One writer a batch. */
export class BatchWriter {
  readonly #names: NameWriter
  readonly #namespaces = new Map<string, number>()
  readonly #authors = new ColumnWriter()
  readonly #sequences = new ColumnWriter()
  readonly #times = new ColumnWriter()
  readonly #entries = new ColumnWriter()
  readonly #spaces = new ColumnWriter()
  readonly #keys = new TextWriter()
  readonly #paths = new TextWriter()
  readonly #sizes = new ColumnWriter()
  readonly #values = new ByteWriter()
  readonly #fences = new ColumnWriter()
  readonly #ranks = new ColumnWriter()
  readonly #pasts = new ColumnWriter()
  readonly #pastReplicas = new ColumnWriter()
  readonly #pastSequences = new ColumnWriter()
  readonly #origins = new ColumnWriter()
  readonly #originSequences = new ColumnWriter()
  /** The next sequence expected of each author but the last, by its index. */
  readonly #expected: number[] = []
  /** Of the last author, since the next event is mostly of the same: its id, its index, the next sequence. */
  #author: ReplicaId | undefined
  #authorIndex = 0
  #next = 1
  /** Of the last entry. */
  #namespace: string | undefined
  #namespaceIndex = 0
  #time = 0
  /** Whether any path was not empty: a column of none is not written. */
  #pathed = false
  events = 0
  /** About how large the batch is, in bytes. */
  weight = 0

  constructor(names: NameWriter) {
    this.#names = names
  }

  push(event: WriteEvent, weight: number = weightOf(event)): void {
    const { replica, sequence, time } = event
    if (replica !== this.#author) this.#turnTo(replica)
    this.#authors.push(this.#authorIndex)
    this.#sequences.signed(sequence - this.#next)
    this.#next = sequence + 1
    this.#times.signed(time - this.#time)
    this.#time = time
    if (event instanceof SingleWrite) {
      this.#entries.push(0)
      this.#origins.push(0)
      this.#entry(event)
    } else {
      this.#several(event)
    }
    this.events++
    this.weight += weight
  }

  take(): SyncBatch {
    const keys = this.#keys.take()
    const paths = this.#pathed ? this.#paths.take() : undefined
    const nothing = new Uint8Array(0)
    const values = this.#values.take()
    const packed = pack(values)
    return {
      names: this.#names.take(),
      namespaces: [...this.#namespaces.keys()],
      events: this.events,
      authors: this.#authors.take(),
      sequences: this.#sequences.take(),
      times: this.#times.take(),
      entries: this.#entries.take(),
      spaces: this.#spaces.take(),
      keyShared: keys.shared,
      keyLengths: keys.lengths,
      keyText: keys.text,
      pathShared: paths?.shared ?? nothing,
      pathLengths: paths?.lengths ?? nothing,
      pathText: paths?.text ?? nothing,
      sizes: this.#sizes.take(),
      values: packed ? nothing : values,
      fences: this.#fences.take(),
      ranks: this.#ranks.take(),
      pasts: this.#pasts.take(),
      pastReplicas: this.#pastReplicas.take(),
      pastSequences: this.#pastSequences.take(),
      packedValues: packed ?? nothing,
      origins: this.#origins.take(),
      originSequences: this.#originSequences.take(),
    }
  }

  #turnTo(author: ReplicaId): void {
    if (this.#author !== undefined) this.#expected[this.#authorIndex] = this.#next
    this.#author = author
    this.#authorIndex = this.#names.index(author)
    this.#next = this.#expected[this.#authorIndex] ?? 1
  }

  #several({ entries, origin }: WriteEvent): void {
    this.#entries.push(entries.length - 1)
    this.#origins.push(origin ? this.#names.index(origin.replica) + 1 : 0)
    if (origin) this.#originSequences.push(origin.sequence)
    for (const entry of entries) this.#entry(entry)
  }

  #entry({ namespace, key, path, value, fence, rank, past }: Entry): void {
    if (namespace !== this.#namespace) {
      this.#namespace = namespace
      this.#namespaceIndex = this.#space(namespace)
    }
    this.#spaces.push(this.#namespaceIndex)
    this.#keys.push(key)
    this.#paths.push(path)
    if (path !== '') this.#pathed = true
    // 0 is a tombstone.
    this.#sizes.push(value ? encodedSize(value) + 1 : 0)
    if (value) this.#values.encoded(value)
    this.#fences.push(fence)
    this.#ranks.push(rank)
    this.#pasts.push(past.size)
    if (past.size === 0) return
    for (const [replica, sequence] of past) {
      this.#pastReplicas.push(this.#names.index(replica))
      this.#pastSequences.push(sequence)
    }
  }

  #space(namespace: string): number {
    const known = this.#namespaces.get(namespace)
    if (known !== undefined) return known
    const index = this.#namespaces.size
    this.#namespaces.set(namespace, index)
    return index
  }
}

/** Events as one batch. */
export function batchOf(events: readonly WriteEvent[], names: NameWriter): SyncBatch {
  const writer = new BatchWriter(names)
  for (const event of events) writer.push(event)
  return writer.take()
}
