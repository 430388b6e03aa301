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

/** A sender's side of a session's table of replicas: what the receiver knows goes by index, the rest is named once. */
export class NameWriter {
  readonly #table: readonly (ReplicaId | undefined)[]
  /** Made when the first one is asked for: many sessions send nothing. */
  #indexes: Map<ReplicaId, number> | undefined
  #next: number
  #unsaid: SyncName[] = []

  /** @param table what both ends begin with, undefined where this end cannot name the replica; it must not change */
  constructor(table: readonly (ReplicaId | undefined)[] = []) {
    this.#table = table
    this.#next = table.length
  }

  /** The receiver cannot name this one: it is told with the next message. */
  introduce(index: number, replica: ReplicaId): void {
    this.#unsaid.push({ index, replica })
  }

  index(replica: ReplicaId): number {
    this.#indexes ??= indexesOf(this.#table)
    const known = this.#indexes.get(replica)
    if (known !== undefined) return known
    const index = this.#next++
    this.#indexes.set(replica, index)
    this.introduce(index, replica)
    return index
  }

  /** The names to put into the next message. */
  take(): SyncName[] {
    const names = this.#unsaid
    this.#unsaid = []
    return names
  }
}

function indexesOf(table: readonly (ReplicaId | undefined)[]): Map<ReplicaId, number> {
  const indexes = new Map<ReplicaId, number>()
  for (let index = 0; index < table.length; index++) {
    const replica = table[index]
    if (replica !== undefined) indexes.set(replica, index)
  }
  return indexes
}

/** The receiver's side of such a table. */
export class NameReader {
  readonly #table: (ReplicaId | undefined)[]
  readonly #hashes: readonly string[]

  /** @param hashes what the names of the table must hash to, in hexadecimal */
  constructor(table: readonly (ReplicaId | undefined)[] = [], hashes: readonly string[] = []) {
    this.#table = [...table]
    this.#hashes = hashes
  }

  /** Throws `StateFormatError` on names that are none, or not those that were announced. */
  learn(names: readonly SyncName[]): void {
    for (const { index, replica } of names) {
      if (index > this.#table.length || index >= 2 * MAX_REPLICAS) throw new StateFormatError('a name out of order')
      if (replica.length > MAX_REPLICA_CHARS || peerOf(replica) === undefined) {
        throw new StateFormatError('a bad replica id')
      }
      const hash = this.#hashes[index]
      if (hash !== undefined && hash !== replicaHash(replica).text) throw new StateFormatError('a wrong replica id')
      this.#table[index] = replica
    }
  }

  find(index: number): ReplicaId | undefined {
    return this.#table[index]
  }

  /** Throws `StateFormatError` where nothing was named so. */
  get(index: number): ReplicaId {
    const replica = this.#table[index]
    if (replica === undefined) throw new StateFormatError('a replica without a name')
    return replica
  }
}
