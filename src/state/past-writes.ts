import type { Clock } from '../lib/clock.ts'
import { scan } from '../storage/scan.ts'
import type { Storage, StorageWrite } from '../storage/storage.ts'
import type { CellChange } from './cells.ts'
import type { Sibling } from './entry.ts'
import { RESERVED_PREFIX } from './limits.ts'
import type { Recorder } from './recorder.ts'
import { decodeFormer, encodeFormer } from './stored.ts'

/** Former values kept of a key that is one value, in writes: a working day of edits by hand. */
export const MAX_PAST_VALUES = 32
/** Former parts kept of a key of many: leaves, elements, updates of a document. */
export const MAX_PAST_PARTS = 1024
/** How long a former value is kept, in milliseconds: 30 days. */
export const MAX_PAST_AGE_MS = 30 * 24 * 60 * 60 * 1000
/** Former values kept in all, in bytes as counted here: they are held in memory. The oldest go first. */
const MAX_PAST_BYTES = 16 * 1024 * 1024
/** What a former value costs beside its bytes and names, roughly, in bytes. */
const OVERHEAD_BYTES = 200
/** The log is cleared a segment at a time: this many of them make up what is kept. */
const SEGMENTS = 16
/** Entries that are looked at to see whether a few keys crowd out the others, and how many of them may be of one key. */
const SAMPLES = 256
const CROWD = 8
/** Rows deleted by one transaction: clearing up is spread over the writes that follow it. */
const MAX_DELETES = 64

const TABLE = 'state.history'
/** Rows are numbered in the order in which they were written: 14 hexadecimal digits order every safe integer. */
const rowKey = (row: number): string => row.toString(16).padStart(14, '0')
const NO_WRITES: readonly StorageWrite[] = []

/** Superseded entries in the order in which they were superseded: three lists rather than one of objects, as it is written so often. */
class Segment {
  siblings: Sibling[] = []
  /** When they were superseded here, in milliseconds since 1970. */
  times: number[] = []
  rows: number[] = []
  bytes = 0

  push(sibling: Sibling, at: number, row: number): void {
    this.siblings.push(sibling)
    this.times.push(at)
    this.rows.push(row)
    this.bytes += bytesOf(sibling)
  }

  /** Whether one key seems to have a good part of it. Looks at a few only. */
  get isCrowded(): boolean {
    const step = Math.max(1, Math.floor(this.siblings.length / SAMPLES))
    const counts = new Map<string, number>()
    for (let i = 0; i < this.siblings.length; i += step) {
      const { key } = (this.siblings[i] as Sibling).entry
      const count = (counts.get(key) ?? 0) + 1
      if (count > CROWD) return true
      counts.set(key, count)
    }
    return false
  }

  /** Leaves each key no more than it may have, the newest; returns the rows of the others. */
  thin(): number[] {
    const { siblings, times, rows } = this
    const counts = new Map<string, Map<string, number>>()
    const kept: number[] = []
    const gone: number[] = []
    for (let i = siblings.length - 1; i >= 0; i--) {
      const sibling = siblings[i] as Sibling
      if (countUp(counts, sibling) <= maxOf(sibling)) kept.push(i)
      else gone.push(rows[i] as number)
    }
    kept.reverse()
    this.siblings = kept.map((i) => siblings[i] as Sibling)
    this.times = kept.map((i) => times[i] as number)
    this.rows = kept.map((i) => rows[i] as number)
    this.bytes = this.siblings.reduce((sum, sibling) => sum + bytesOf(sibling), 0)
    return gone
  }
}

/**
 * What keys held before, as this replica has seen it: the entries that others superseded here. A replica that was away gets
 * only what stands, so its history has holes where others' has none. Bounded by count, age and size; kept in the
 * transaction of the write that makes it. A log, since it is written with every write and hardly ever read.
 */
export class PastWrites implements Recorder {
  readonly #clock: Clock
  readonly #maxBytes: number
  /** The oldest first; the last one is written to. */
  #segments: Segment[] = [new Segment()]
  /** Bytes of all but the last. */
  #sealed = 0
  #row = 0
  /** Rows of what was cleared up, still to be deleted. */
  #dropped: number[] = []

  constructor(clock: Clock, maxBytes = MAX_PAST_BYTES) {
    this.#clock = clock
    this.#maxBytes = maxBytes
  }

  /** The former entries of a key, the oldest first. Looks through all of them. */
  of(namespace: string, key: string): Sibling[] {
    const limit = this.#clock.now() - MAX_PAST_AGE_MS
    const former = this.#segments.flatMap(({ siblings, times }) => {
      return siblings.filter(({ entry }, i) => {
        return entry.key === key && entry.namespace === namespace && (times[i] as number) >= limit
      })
    })
    return former.slice(-maxOf(former[0]))
  }

  /** Bytes held, as counted here. */
  get bytes(): number {
    return this.#sealed + this.#current.bytes
  }

  record(changes: readonly CellChange[], durable: boolean): readonly StorageWrite[] {
    const rows: StorageWrite[] | undefined = durable ? [] : undefined
    const current = this.#current
    for (let i = 0; i < changes.length; i++) {
      const { namespace, before, after } = changes[i] as CellChange
      if (before.length === 0 || namespace.startsWith(RESERVED_PREFIX)) continue
      const at = this.#clock.now()
      for (let j = 0; j < before.length; j++) {
        const sibling = before[j] as Sibling
        if (after.includes(sibling)) continue
        const row = this.#row++
        current.push(sibling, at, row)
        rows?.push({ table: TABLE, key: rowKey(row), value: encodeFormer(sibling.event, sibling.entry, at) })
      }
    }
    if (current.bytes > this.#maxBytes / SEGMENTS) this.#seal()
    if (!rows) {
      this.#dropped = []
      return NO_WRITES
    }
    for (const row of this.#dropped.splice(0, MAX_DELETES)) {
      rows.push({ table: TABLE, key: rowKey(row), value: undefined })
    }
    return rows
  }

  async load(storage: Storage): Promise<void> {
    for await (const page of scan(storage, TABLE)) {
      for (const { key, value } of page) {
        const row = Number.parseInt(new TextDecoder().decode(key), 16)
        const { event, entry, at } = decodeFormer(value)
        this.#current.push({ event, entry }, at, row)
        this.#row = Math.max(this.#row, row + 1)
        if (this.#current.bytes > this.#maxBytes / SEGMENTS) this.#seal()
      }
    }
    for (const row of this.#current.thin()) this.#dropped.push(row)
    this.#seal()
  }

  get #current(): Segment {
    return this.#segments[this.#segments.length - 1] as Segment
  }

  /** Begins a new segment, and drops the oldest ones that are too old or too much. */
  #seal(): void {
    const full = this.#current
    if (full.isCrowded) for (const row of full.thin()) this.#dropped.push(row)
    this.#segments.push(new Segment())
    this.#sealed += full.bytes
    const limit = this.#clock.now() - MAX_PAST_AGE_MS
    const most = this.#maxBytes * (1 - 1 / SEGMENTS)
    for (let [oldest] = this.#segments; oldest && oldest !== this.#current; [oldest] = this.#segments) {
      if (this.#sealed <= most && (oldest.times.at(-1) ?? limit) >= limit) break
      this.#segments.shift()
      this.#sealed -= oldest.bytes
      for (const row of oldest.rows) this.#dropped.push(row)
    }
  }
}

/** How often the key has come by now. */
function countUp(counts: Map<string, Map<string, number>>, { entry: { namespace, key } }: Sibling): number {
  let keys = counts.get(namespace)
  if (!keys) {
    keys = new Map()
    counts.set(namespace, keys)
  }
  const count = (keys.get(key) ?? 0) + 1
  keys.set(key, count)
  return count
}

/** How many of such entries a key may have. */
function maxOf(sibling: Sibling | undefined): number {
  return sibling?.entry.path === '' ? MAX_PAST_VALUES : MAX_PAST_PARTS
}

function bytesOf({ entry }: Sibling): number {
  return OVERHEAD_BYTES + (entry.value?.length ?? 0) + 2 * (entry.key.length + entry.path.length)
}
