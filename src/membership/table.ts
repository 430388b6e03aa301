import type { PeerId } from '../network/network.ts'
import { encodeRow } from './codec.ts'
import { hash32 } from './hash.ts'
import { Latency } from './latency.ts'
import type { Member, MemberState } from './member.ts'
import { isPresent, type Row } from './row.ts'
import type { Suspicion } from './suspicion.ts'

/** All that a node knows of a member. Changed by `MemberTable.set` alone, as far as it is told to others. */
export interface MemberRecord {
  readonly id: PeerId
  state: MemberState
  incarnation: number
  addresses: readonly string[]
  /** Since when it is in this state. */
  since: number
  /** While the state is `suspect`. */
  suspicion: Suspicion | undefined
  readonly latency: Latency
  /** When it last sent anything to this node. */
  heardAt: number
  /** Direct probes in a row without an answer, and when the first of them began. */
  failures: number
  failingSince: number
  /** The helper that reached it last when this node did not. */
  via: PeerId | undefined
  /** Names (id, incarnation, state) among a few thousand rows: 52 bits of hash, so that it is an exact number. */
  key: number
  /** The row that it was set to last. */
  row: Row | undefined
  /** The row as it travels, once somebody needed it. */
  encoded: Uint8Array | undefined
}

/** The table of members, this node's own row among them, with keys and a digest to compare it by. */
export class MemberTable {
  readonly #records = new Map<PeerId, MemberRecord>()
  readonly #byKey = new Map<number, MemberRecord>()
  #present = 0
  #high = 0
  #low = 0

  /** Alive and suspect members, this node included. */
  get present(): number {
    return this.#present
  }

  get size(): number {
    return this.#records.size
  }

  get(id: PeerId): MemberRecord | undefined {
    return this.#records.get(id)
  }

  values(): IterableIterator<MemberRecord> {
    return this.#records.values()
  }

  /** Takes a row as it is: whether it may be taken is decided before. */
  set(row: Row, now: number): MemberRecord {
    let record = this.#records.get(row.id)
    if (record) {
      this.#uncount(record)
    } else {
      record = blank(row.id, now)
      this.#records.set(row.id, record)
    }
    if (record.state !== row.state) record.since = now
    record.state = row.state
    record.incarnation = row.incarnation
    if (row.addresses.length > 0) record.addresses = row.addresses
    row.key ??= keyOf(row)
    record.key = row.key
    record.row = row
    record.encoded = undefined
    this.#count(record)
    return record
  }

  remove(id: PeerId): void {
    const record = this.#records.get(id)
    if (!record) return
    this.#uncount(record)
    this.#records.delete(id)
  }

  /** The row as it travels; the same bytes until the record changes. */
  encoded(record: MemberRecord): Uint8Array {
    record.encoded ??= this.#encode(record)
    return record.encoded
  }

  /** In a crowd that starts together most are told on as they were heard: then all who heard the same row encode it once. */
  #encode({ id, state, incarnation, addresses, suspicion, row }: MemberRecord): Uint8Array {
    if (row && !suspicion && row.accusers.length === 0 && row.addresses === addresses) {
      row.encoded ??= encodeRow(row)
      return row.encoded
    }
    return encodeRow({ id, state, incarnation, addresses, accusers: suspicion?.accusers ?? [] })
  }

  byKey(key: number): MemberRecord | undefined {
    return this.#byKey.get(key)
  }

  /** Of every row, dead and left ones too. */
  keys(): number[] {
    return [...this.#byKey.keys()]
  }

  /**
   * Equal where the present members, their states and incarnations are. Dead and left ones do not count: nodes forget
   * them at different times, and newcomers never hear of them.
   */
  digest(): Uint8Array {
    const bytes = new Uint8Array(8)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, this.#high)
    view.setUint32(4, this.#low)
    return bytes
  }

  #count(record: MemberRecord): void {
    this.#byKey.set(record.key, record)
    this.#toggle(record, 1)
  }

  #uncount(record: MemberRecord): void {
    this.#byKey.delete(record.key)
    this.#toggle(record, -1)
  }

  /** The digest is the sum (exclusive or) of the keys, so that a change costs one step, whatever the size. */
  #toggle(record: MemberRecord, sign: 1 | -1): void {
    if (!isPresent(record.state)) return
    this.#present += sign
    this.#high = (this.#high ^ (record.key / 2 ** 32)) >>> 0
    this.#low = (this.#low ^ (record.key % 2 ** 32)) >>> 0
  }
}

export function keyOf({ id, incarnation, state }: Pick<Row, 'id' | 'incarnation' | 'state'>): number {
  const text = `${id} ${incarnation} ${state}`
  return hash32(text, 1) * 2 ** 20 + (hash32(text, 2) & 0xfffff)
}

/** What the layers above see of a record. */
export function memberOf({ id, state, incarnation, addresses, since, latency }: MemberRecord): Member {
  return { id, state, incarnation, addresses, since, latencyMs: latency.median }
}

const blank = (id: PeerId, now: number): MemberRecord => ({
  id,
  state: 'alive',
  incarnation: 0,
  addresses: [],
  since: now,
  suspicion: undefined,
  latency: new Latency(),
  heardAt: Number.NEGATIVE_INFINITY,
  failures: 0,
  failingSince: 0,
  via: undefined,
  key: 0,
  row: undefined,
  encoded: undefined,
})
