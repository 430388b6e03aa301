import type { SyncName } from '../../wire/sync.ts'
import { StateFormatError } from '../codec.ts'
import { peerOf, type ReplicaId } from '../dot.ts'
import { MAX_REPLICA_CHARS, MAX_REPLICAS } from '../limits.ts'
import { HASH_BYTES, hash64, hexOf, writeHash } from './hash.ts'

/** The hash that stands for a replica in vectors. */
export interface ReplicaHash {
  /** 8 bytes, not to be changed. */
  readonly bytes: Uint8Array
  /** In hexadecimal. */
  readonly text: string
}

/** Hashes of replica ids that were needed: the same few are asked for again and again. */
const known = new Map<ReplicaId, ReplicaHash>()
const encoder = new TextEncoder()

export function replicaHash(replica: ReplicaId): ReplicaHash {
  let hash = known.get(replica)
  if (!hash) {
    if (known.size >= MAX_REPLICAS) known.clear()
    const bytes = new Uint8Array(HASH_BYTES)
    writeHash(hash64(encoder.encode(replica)), bytes, 0)
    hash = { bytes, text: hexOf(bytes) }
    known.set(replica, hash)
  }
  return hash
}

/** What both ends of a session call replicas by from its beginning on: one place each. It must not change. */
export interface NameTable {
  readonly size: number
  /** Who stands there; undefined where this end cannot name it. */
  replica(index: number): ReplicaId | undefined
  /** What the name of such a one must hash to, in hexadecimal. */
  hash(index: number): string | undefined
  /** -1 where it is not in the table, or this end does not know that it is. */
  indexOf(replica: ReplicaId): number
}

const EMPTY: NameTable = {
  size: 0,
  replica: () => undefined,
  hash: () => undefined,
  indexOf: () => -1,
}

/** A sender's side of a session's table of replicas: what the receiver knows goes by index, the rest is named once. */
export class NameWriter {
  readonly #table: NameTable
  /** Those that were asked for, the same few again and again. */
  readonly #indexes = new Map<ReplicaId, number>()
  #next: number
  #unsaid: SyncName[] = []

  constructor(table: NameTable = EMPTY) {
    this.#table = table
    this.#next = table.size
  }

  /** The receiver cannot name this one: it is told with the next message. */
  introduce(index: number, replica: ReplicaId): void {
    this.#unsaid.push({ index, replica })
  }

  index(replica: ReplicaId): number {
    const known = this.#indexes.get(replica)
    if (known !== undefined) return known
    let index = this.#table.indexOf(replica)
    if (index === -1) {
      index = this.#next++
      this.introduce(index, replica)
    }
    this.#indexes.set(replica, index)
    return index
  }

  /** The names to put into the next message. */
  take(): SyncName[] {
    const names = this.#unsaid
    this.#unsaid = []
    return names
  }
}

/** The receiver's side of such a table. */
export class NameReader {
  readonly #table: NameTable
  /** Beside the table, in the same places. */
  readonly #learned: (ReplicaId | undefined)[] = []

  constructor(table: NameTable = EMPTY) {
    this.#table = table
  }

  /** Throws `StateFormatError` on names that are none, or not those that were announced. */
  learn(names: readonly SyncName[]): void {
    for (const { index, replica } of names) {
      const next = Math.max(this.#table.size, this.#learned.length)
      if (index > next || index >= 2 * MAX_REPLICAS) throw new StateFormatError('a name out of order')
      if (replica.length > MAX_REPLICA_CHARS || peerOf(replica) === undefined) {
        throw new StateFormatError('a bad replica id')
      }
      const known = this.#table.replica(index)
      const hash = this.#table.hash(index)
      if (known === undefined ? hash !== undefined && hash !== replicaHash(replica).text : known !== replica) {
        throw new StateFormatError('a wrong replica id')
      }
      if (known === undefined) this.#learned[index] = replica
    }
  }

  find(index: number): ReplicaId | undefined {
    return this.#learned[index] ?? this.#table.replica(index)
  }

  /** Throws `StateFormatError` where nothing was named so. */
  get(index: number): ReplicaId {
    const replica = this.find(index)
    if (replica === undefined) throw new StateFormatError('a replica without a name')
    return replica
  }
}
