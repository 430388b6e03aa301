import type { Clock } from '../lib/clock.ts'
import { CoveyError } from '../lib/errors.ts'
import { scan } from '../storage/scan.ts'
import type { Storage, StorageWrite } from '../storage/storage.ts'
import type { CellChange } from './cells.ts'
import { decodeEvent, encodeEvent } from './codec.ts'
import type { Sibling } from './entry.ts'
import { RESERVED_PREFIX } from './limits.ts'
import type { Recorder } from './store.ts'

/** Former values kept of a key that is one value, in writes: a working day of edits by hand. */
export const MAX_PAST_VALUES = 32
/** Former parts kept of a key of many: leaves, elements, updates of a document. */
export const MAX_PAST_PARTS = 1024
/** How long a former value is kept, in milliseconds: 30 days. */
export const MAX_PAST_AGE_MS = 30 * 24 * 60 * 60 * 1000
/** Former values kept in all, in bytes as counted here: they are held in memory. The oldest go first. */
export const MAX_PAST_BYTES = 32 * 1024 * 1024
/** What a former value costs beside its bytes and names, roughly, in bytes. */
const OVERHEAD_BYTES = 200

const TABLE = 'state.history'
/** Rows are numbered in the order in which they were written: 14 hexadecimal digits order every safe integer. */
const rowKey = (row: number): string => row.toString(16).padStart(14, '0')

/** One superseded entry. All of them form a list, the oldest first, so that any can leave at once. */
interface Past {
  readonly sibling: Sibling
  /** When it was superseded here, in milliseconds since 1970. */
  readonly at: number
  readonly row: number
  readonly bytes: number
  older: Past | undefined
  newer: Past | undefined
}

export interface PastLimits {
  values: number
  parts: number
  ageMs: number
  bytes: number
}

const LIMITS: PastLimits = {
  values: MAX_PAST_VALUES,
  parts: MAX_PAST_PARTS,
  ageMs: MAX_PAST_AGE_MS,
  bytes: MAX_PAST_BYTES,
}

/**
 * What keys held before, as this replica has seen it: the entries that others superseded here. A replica that was away gets
 * only what stands, so its history has holes where others' has none. Bounded by count, age and size; kept in the
 * transaction of the write that makes it.
 */
export class PastWrites implements Recorder {
  readonly #clock: Clock
  readonly #limits: PastLimits
  readonly #namespaces = new Map<string, Map<string, Past[]>>()
  #oldest: Past | undefined
  #newest: Past | undefined
  #bytes = 0
  #row = 0
  /** Rows to delete with the next transaction. */
  #dropped: number[] = []

  constructor(clock: Clock, limits: Partial<PastLimits> = {}) {
    this.#clock = clock
    this.#limits = { ...LIMITS, ...limits }
  }

  /** The former entries of a key, the oldest first. */
  of(namespace: string, key: string): Sibling[] {
    const limit = this.#clock.now() - this.#limits.ageMs
    const past = this.#namespaces.get(namespace)?.get(key) ?? []
    return past.filter(({ at }) => at >= limit).map(({ sibling }) => sibling)
  }

  /** Bytes held, as counted here. */
  get bytes(): number {
    return this.#bytes
  }

  record(changes: readonly CellChange[], durable: boolean): readonly StorageWrite[] {
    const rows: StorageWrite[] = []
    for (const { namespace, before, after } of changes) {
      if (before.length === 0 || namespace.startsWith(RESERVED_PREFIX)) continue
      const now = this.#clock.now()
      for (const sibling of before) {
        if (after.includes(sibling)) continue
        const past = this.#add(sibling, now, this.#row++)
        if (durable) rows.push({ table: TABLE, key: rowKey(past.row), value: encodePast(past) })
      }
      this.#expire(now)
    }
    const dropped = this.#dropped
    if (dropped.length === 0) return rows
    this.#dropped = []
    if (durable) for (const row of dropped) rows.push({ table: TABLE, key: rowKey(row), value: undefined })
    return rows
  }

  async load(storage: Storage): Promise<void> {
    for await (const page of scan(storage, TABLE)) {
      for (const { key, value } of page) {
        const { sibling, at } = decodePast(value)
        const row = Number.parseInt(new TextDecoder().decode(key), 16)
        this.#add(sibling, at, row)
        this.#row = Math.max(this.#row, row + 1)
      }
    }
    this.#expire(this.#clock.now())
  }

  #add(sibling: Sibling, at: number, row: number): Past {
    const { namespace, key, path, value } = sibling.entry
    const bytes = OVERHEAD_BYTES + (value?.length ?? 0) + 2 * (key.length + path.length)
    const past: Past = { sibling, at, row, bytes, older: this.#newest, newer: undefined }
    if (this.#newest) this.#newest.newer = past
    else this.#oldest = past
    this.#newest = past
    this.#bytes += bytes
    const keys = this.#keysOf(namespace)
    const ofKey = keys.get(key)
    if (!ofKey) keys.set(key, [past])
    else if (ofKey.push(past) > (path === '' ? this.#limits.values : this.#limits.parts)) {
      this.#unlink(ofKey.shift() as Past)
    }
    return past
  }

  /** Drops what is too old, and the oldest while there is too much. */
  #expire(now: number): void {
    for (let past = this.#oldest; past; past = this.#oldest) {
      if (past.at >= now - this.#limits.ageMs && this.#bytes <= this.#limits.bytes) return
      const { namespace, key } = past.sibling.entry
      const keys = this.#keysOf(namespace)
      const left = keys.get(key)?.filter((other) => other !== past) ?? []
      if (left.length > 0) keys.set(key, left)
      else keys.delete(key)
      this.#unlink(past)
    }
  }

  #unlink(past: Past): void {
    if (past.older) past.older.newer = past.newer
    else this.#oldest = past.newer
    if (past.newer) past.newer.older = past.older
    else this.#newest = past.older
    this.#bytes -= past.bytes
    this.#dropped.push(past.row)
  }

  #keysOf(namespace: string): Map<string, Past[]> {
    let keys = this.#namespaces.get(namespace)
    if (!keys) {
      keys = new Map()
      this.#namespaces.set(namespace, keys)
    }
    return keys
  }
}

/** The time at which it was superseded, then its event with this entry alone. */
function encodePast({ sibling: { event, entry }, at }: Past): Uint8Array {
  const bytes = encodeEvent({ ...event, entries: [entry] })
  const out = new Uint8Array(8 + bytes.length)
  new DataView(out.buffer).setFloat64(0, at)
  out.set(bytes, 8)
  return out
}

function decodePast(bytes: Uint8Array): { sibling: Sibling; at: number } {
  try {
    const event = decodeEvent(bytes.subarray(8))
    const [entry] = event.entries
    if (!entry) throw new RangeError('a former write without an entry')
    return { sibling: { event, entry }, at: new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0) }
  } catch (cause) {
    throw new CoveyError(
      'DATA_CORRUPT',
      'a former write of the replicated state cannot be read',
      'Restore the data directory from a backup, or start with an empty one: peers bring back what they hold.',
      { cause },
    )
  }
}
