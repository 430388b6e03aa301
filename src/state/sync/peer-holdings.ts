import type { HeldDots } from '../context.ts'
import type { ReplicaId } from '../dot.ts'
import type { Range } from '../ranges.ts'
import { type Holdings, runOf } from './holdings.ts'
import type { NameTable } from './names.ts'

const NOTHING: readonly Range[] = []

/** A replica of which the two ends of a session do not hold the same. */
export interface Difference {
  /** Its place in the session's table. */
  readonly index: number
  /** Undefined where this node knows nobody of that hash. */
  readonly replica: ReplicaId | undefined
  readonly mine: readonly Range[]
  readonly theirs: readonly Range[]
}

/** Who stands where in the table: replicas of the opening hello first, then those that the answer adds. */
export interface Seats {
  readonly size: number
  /** Where the one stands in the own holdings that has this place in the table, -1 where it is not there; without it in the same place. */
  readonly places?: readonly number[]
  /** The other way round; all of the own holdings are in the table. */
  readonly indexes?: Int32Array
  /** Hashes of those that are not in the own holdings, in hexadecimal, by their place in the table. */
  readonly strangers: ReadonlyMap<number, string>
}

/**
 * What a peer said that it holds, against what this node held when it said so. Of many replicas most are the same: what a session
 * does follows the others.
 */
export class PeerHoldings implements HeldDots, NameTable {
  /** In the order of the table. */
  readonly differences: readonly Difference[]
  readonly #own: Holdings
  readonly #seats: Seats
  /** What it holds of each of the own replicas. */
  readonly #theirs: (readonly Range[])[]

  constructor(own: Holdings, seats: Seats, differences: readonly Difference[]) {
    this.differences = differences
    this.#own = own
    this.#seats = seats
    this.#theirs = own.ranges.slice()
    for (const { index, theirs } of differences) {
      const at = this.#placeOf(index)
      if (at !== -1) this.#theirs[at] = theirs
    }
  }

  rangesOf(replica: ReplicaId): readonly Range[] {
    return this.#theirs[this.#own.indexOf(replica)] ?? NOTHING
  }

  get size(): number {
    return this.#seats.size
  }

  replica(index: number): ReplicaId | undefined {
    return this.#own.roll.replicas[this.#placeOf(index)]
  }

  hash(index: number): string | undefined {
    return this.#seats.strangers.get(index)
  }

  indexOf(replica: ReplicaId): number {
    const at = this.#own.indexOf(replica)
    return at === -1 ? -1 : (this.#seats.indexes?.[at] ?? at)
  }

  /** The replicas that are in the table and that the peer has no name for, with their places. */
  foreign(): [number, ReplicaId][] {
    const foreign: [number, ReplicaId][] = []
    for (const { index, replica, theirs } of this.differences) {
      if (replica !== undefined && theirs.length === 0) foreign.push([index, replica])
    }
    return foreign
  }

  /** The replicas of which something shows here that the peer does not hold. */
  lacking(): ReplicaId[] {
    const lacking: ReplicaId[] = []
    for (const { replica, mine, theirs } of this.differences) {
      if (replica !== undefined && runOf(mine) > runOf(theirs)) lacking.push(replica)
    }
    return lacking
  }

  /** Up to where each replica shows there of which less shows here, by its place in the table. */
  ahead(): [number, number][] {
    const ahead: [number, number][] = []
    for (const { index, mine, theirs } of this.differences) {
      const run = runOf(theirs)
      if (run > runOf(mine)) ahead.push([index, run])
    }
    return ahead
  }

  /** How many writes show at one end and not at the other. */
  count(): { behind: number; ahead: number } {
    let behind = 0
    let ahead = 0
    for (const { mine, theirs } of this.differences) {
      const more = runOf(theirs) - runOf(mine)
      if (more > 0) ahead += more
      else behind -= more
    }
    return { behind, ahead }
  }

  #placeOf(index: number): number {
    const { places } = this.#seats
    return (places ? places[index] : index) ?? -1
  }
}
