import { lowerBound } from '../../lib/lower-bound.ts'
import type { Context } from '../context.ts'
import type { ReplicaId } from '../dot.ts'
import { MAX_RANGES } from '../limits.ts'
import type { Range } from '../ranges.ts'
import { ByteWriter } from './columns.ts'
import { HASH_BYTES, type Hash64, HashSum, hash64 } from './hash.ts'
import { replicaHash } from './names.ts'

const NOTHING: readonly Range[] = []

/** The replicas that a node holds dots of, in order: one list for all its holdings until one comes or goes. */
class Roll {
  readonly replicas: readonly ReplicaId[]
  /** The hash of each, one behind the other as in vectors. */
  readonly hashes: Uint8Array<ArrayBuffer>
  /** Those of the latest list, by hash in hexadecimal. */
  readonly #byHash: ReadonlyMap<string, ReplicaId>

  constructor(replicas: readonly ReplicaId[], hashes: Uint8Array<ArrayBuffer>, byHash: ReadonlyMap<string, ReplicaId>) {
    this.replicas = replicas
    this.hashes = hashes
    this.#byHash = byHash
  }

  find(hash: string, guess: number): number {
    const replica = this.#byHash.get(hash)
    return replica === undefined ? -1 : this.indexOf(replica, guess)
  }

  indexOf(replica: ReplicaId, guess: number): number {
    const { replicas } = this
    if (replicas[guess] === replica) return guess
    const at = lowerBound(replicas, replica)
    return replicas[at] === replica ? at : -1
  }
}

/** What one node holds, at one moment: ranges of sequences by replica, replicas in order. It never changes. */
export class Holdings {
  readonly roll: Roll
  /** Beside the replicas; the same array for as long as nothing of the replica comes. */
  readonly ranges: readonly (readonly Range[])[]
  /** The hash of the vector. */
  readonly vectorHash: Hash64

  constructor(roll: Roll, ranges: readonly (readonly Range[])[], vectorHash: Hash64) {
    this.roll = roll
    this.ranges = ranges
    this.vectorHash = vectorHash
  }

  get size(): number {
    return this.ranges.length
  }

  replica(index: number): ReplicaId {
    return this.roll.replicas[index] as ReplicaId
  }

  /** The hashes of all replicas, `HASH_BYTES` each. */
  get hashes(): Uint8Array<ArrayBuffer> {
    return this.roll.hashes
  }

  /** Where the replica stands that has this hash, in hexadecimal; -1 where there is none. `guess` is where it may be. */
  find(hash: string, guess = 0): number {
    return this.roll.find(hash, guess)
  }

  /** Where the replica stands, -1 where it is not here. `guess` is where it may be. */
  indexOf(replica: ReplicaId, guess = 0): number {
    return this.roll.indexOf(replica, guess)
  }

  /** Of whom more shows than in the holdings of an earlier moment, in order, and up to where. */
  shownSince(before: Holdings): [ReplicaId, number][] {
    const more: [ReplicaId, number][] = []
    if (this === before) return more
    let next = 0
    for (let at = 0; at < this.size; at++) {
      const replica = this.replica(at)
      next = before.follow(replica, next)
      const there = before.replica(next) === replica ? (before.ranges[next] as readonly Range[]) : NOTHING
      const here = this.ranges[at] as readonly Range[]
      // Most have been carried over.
      if (here !== there && runOf(here) > runOf(there)) more.push([replica, runOf(here)])
    }
    return more
  }

  /** From one place on the first that is not before the replica: for a walk along another list in order. */
  follow(replica: ReplicaId, from: number): number {
    const { replicas } = this.roll
    let at = from
    while (at < replicas.length && replicas[at] !== replica && (replicas[at] as ReplicaId) < replica) at++
    return at
  }
}

/** The holdings of one context. What has changed is entered, the rest is carried over: most of many replicas say nothing. */
class Book {
  readonly #byHash = new Map<string, ReplicaId>()
  readonly #vectorHash = new HashSum()
  #latest = new Holdings(new Roll([], new Uint8Array(0), this.#byHash), [], {
    high: 0,
    low: 0,
  })

  holdings(stored: Context): Holdings {
    const changed = stored.takeChanged()
    if (changed?.size === 0) return this.#latest
    const replicas = stored.replicas()
    const { roll, ranges } = this.#enrol(replicas)
    let at = -1
    // Mostly they have come in order.
    for (const replica of changed ?? replicas) {
      at = roll.indexOf(replica, at + 1)
      if (at === -1) continue
      const held = stored.rangesOf(replica)
      this.#count(roll, at, ranges[at] as readonly Range[], -1)
      this.#count(roll, at, held, 1)
      ranges[at] = held.length > MAX_RANGES ? held.slice(0, MAX_RANGES) : held
    }
    const { high, low } = this.#vectorHash
    this.#latest = new Holdings(roll, ranges, { high, low })
    return this.#latest
  }

  /** A place for each replica, with what was held of it before. */
  #enrol(replicas: readonly ReplicaId[]): {
    roll: Roll
    ranges: (readonly Range[])[]
  } {
    const before = this.#latest
    if (replicas === before.roll.replicas) return { roll: before.roll, ranges: before.ranges.slice() }
    const hashes = new Uint8Array(replicas.length * HASH_BYTES)
    let next = 0
    const ranges = replicas.map((replica, at) => {
      const found = before.follow(replica, next)
      while (next < found) this.#leave(next++)
      const stays = before.replica(next) === replica
      if (stays) copyHash(before.hashes, next, hashes, at)
      else copyHash(this.#enter(replica), 0, hashes, at)
      return stays ? (before.ranges[next++] as readonly Range[]) : NOTHING
    })
    while (next < before.size) this.#leave(next++)
    return { roll: new Roll(replicas, hashes, this.#byHash), ranges }
  }

  #enter(replica: ReplicaId): Uint8Array {
    const { bytes, text } = replicaHash(replica)
    this.#byHash.set(text, replica)
    return bytes
  }

  #leave(at: number): void {
    const { roll, ranges } = this.#latest
    this.#count(roll, at, ranges[at] as readonly Range[], -1)
    this.#byHash.delete(replicaHash(this.#latest.replica(at)).text)
  }

  #count({ hashes }: Roll, at: number, ranges: readonly Range[], sign: number): void {
    const run = runOf(ranges)
    if (run === 0) return
    const out = scratch
    out.clear()
    out.append(hashes, at * HASH_BYTES, (at + 1) * HASH_BYTES)
    out.varint(run)
    this.#vectorHash.add(hash64(out.room, out.length), sign)
  }
}

/** The bytes that are hashed: one for all. */
const scratch = new ByteWriter()

function copyHash(from: Uint8Array, index: number, to: Uint8Array, at: number): void {
  for (let i = 0; i < HASH_BYTES; i++) to[at * HASH_BYTES + i] = from[index * HASH_BYTES + i] as number
}

const books = new WeakMap<Context, Book>()

/** What is held now. Of ranges only the first `MAX_RANGES`: who is told less sends more than it must. */
export function holdingsOf(stored: Context): Holdings {
  let book = books.get(stored)
  if (!book) {
    book = new Book()
    books.set(stored, book)
  }
  return book.holdings(stored)
}

/** The end of the run from 1, which is what shows; 0 where there is none. */
export function runOf(ranges: readonly Range[]): number {
  const first = ranges[0]
  return first?.[0] === 1 ? first[1] : 0
}
