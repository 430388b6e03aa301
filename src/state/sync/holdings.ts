import type { StateCore } from '../core.ts'
import type { ReplicaId } from '../dot.ts'
import { MAX_RANGES } from '../limits.ts'
import type { Range } from '../ranges.ts'
import { type ReplicaHash, replicaHash } from './names.ts'

const NOTHING: readonly Range[] = []

/** A replica that a node holds dots of, for as long as it does: what is asked of its name is looked up once. */
interface Place {
  readonly replica: ReplicaId
  readonly hash: ReplicaHash
  /** Where it stood in the holdings that were made last. */
  at: number
}

/** What one node holds, at one moment: ranges of sequences by replica, replicas in order. It never changes. */
export class Holdings {
  readonly #places: readonly Place[]
  readonly #byHash: ReadonlyMap<string, Place>
  /** Beside the replicas. */
  readonly ranges: readonly (readonly Range[])[]

  constructor(places: readonly Place[], byHash: ReadonlyMap<string, Place>, ranges: readonly (readonly Range[])[]) {
    this.#places = places
    this.#byHash = byHash
    this.ranges = ranges
  }

  get size(): number {
    return this.#places.length
  }

  replica(index: number): ReplicaId {
    return (this.#places[index] as Place).replica
  }

  hash(index: number): ReplicaHash {
    return (this.#places[index] as Place).hash
  }

  /** Where the replica stands that has this hash, in hexadecimal; -1 where there is none. */
  find(hash: string): number {
    const place = this.#byHash.get(hash)
    if (!place) return -1
    // Of the latest holdings, which is nearly always asked, the place says it.
    return this.#places[place.at] === place ? place.at : this.#places.indexOf(place)
  }

  /** Where the replica stands, -1 where it is not here. `guess` is where it may be. */
  indexOf(replica: ReplicaId, guess = 0): number {
    if (this.#places[guess]?.replica === replica) return guess
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.replica(middle) < replica) low = middle + 1
      else high = middle
    }
    return this.#places[low]?.replica === replica ? low : -1
  }

  of(replica: ReplicaId): readonly Range[] {
    return this.ranges[this.indexOf(replica)] ?? NOTHING
  }
}

/** What is needed of a core. */
export type Held = Pick<StateCore, 'stored' | 'revision'>

/** The holdings of one core, made anew where they have changed: while a crowd joins that is with every batch. */
class Book {
  readonly #byHash = new Map<string, Place>()
  #places: readonly Place[] = []
  #replicas: readonly ReplicaId[] = []
  #latest: Holdings | undefined
  #revision = -1

  holdings({ stored, revision }: Held): Holdings {
    if (this.#latest && this.#revision === revision) return this.#latest
    const replicas = stored.replicas()
    if (replicas !== this.#replicas) this.#take(replicas)
    const ranges = replicas.map((replica) => {
      const all = stored.rangesOf(replica)
      return all.length > MAX_RANGES ? all.slice(0, MAX_RANGES) : all
    })
    this.#revision = revision
    this.#latest = new Holdings(this.#places, this.#byHash, ranges)
    return this.#latest
  }

  /** Both lists are in order, and most of the one is in the other. */
  #take(replicas: readonly ReplicaId[]): void {
    const before = this.#places
    let next = 0
    this.#places = replicas.map((replica, at) => {
      let place = before[next]
      while (place && place.replica !== replica && place.replica < replica) place = before[++next]
      if (place?.replica === replica) next++
      else place = this.#add(replica)
      place.at = at
      return place
    })
    this.#replicas = replicas
    // Of replicas that are gone the names are kept for a while: holdings that were made before may still have them.
    if (this.#byHash.size > 2 * replicas.length) this.#forget()
  }

  #add(replica: ReplicaId): Place {
    const hash = replicaHash(replica)
    const place = { replica, hash, at: 0 }
    this.#byHash.set(hash.text, place)
    return place
  }

  #forget(): void {
    this.#byHash.clear()
    for (const place of this.#places) this.#byHash.set(place.hash.text, place)
  }
}

const books = new WeakMap<Held, Book>()

/** What this node holds now. Of ranges only the first `MAX_RANGES`: who is told less sends more than it must. */
export function holdingsOf(core: Held): Holdings {
  let book = books.get(core)
  if (!book) {
    book = new Book()
    books.set(core, book)
  }
  return book.holdings(core)
}

/** The end of the run from 1, which is what shows; 0 where there is none. */
export function runOf(ranges: readonly Range[]): number {
  const first = ranges[0]
  return first?.[0] === 1 ? first[1] : 0
}
