import type { Random } from '../lib/random.ts'
import type { PeerId } from '../network/network.ts'

/** Removed members that a round may hold beyond its own length before it is made anew. */
const MAX_REMAINDERS = 16

/**
 * Whom to probe next: round-robin over a shuffled list, shuffled anew each round (SWIM, section 4.3), so that every
 * member is probed within two rounds and no two nodes keep step. All work is O(1) a probe, on average.
 */
export class ProbeOrder {
  readonly #random: Random
  readonly #members = new Set<PeerId>()
  /** May hold removed ones: they are passed over. */
  #round: PeerId[] = []
  #next = 0

  constructor(random: Random) {
    this.#random = random
  }

  get size(): number {
    return this.#members.size
  }

  has(id: PeerId): boolean {
    return this.#members.has(id)
  }

  /** Adds a member at a random place of what is left of this round. */
  add(id: PeerId): void {
    if (this.#members.has(id)) return
    this.#members.add(id)
    // Members that come and go faster than they are probed must not make the round grow.
    if (this.#round.length > 2 * this.#members.size + MAX_REMAINDERS) return this.#shuffle()
    const place = this.#next + this.#random.below(this.#round.length - this.#next + 1)
    this.#round.push(id)
    this.#swap(place, this.#round.length - 1)
  }

  remove(id: PeerId): void {
    this.#members.delete(id)
  }

  /** The next one; undefined if there is nobody. */
  next(): PeerId | undefined {
    if (this.#members.size === 0) return undefined
    while (true) {
      while (this.#next < this.#round.length) {
        const id = this.#round[this.#next++] as PeerId
        if (this.#members.has(id)) return id
      }
      this.#shuffle()
    }
  }

  #shuffle(): void {
    this.#round = [...this.#members]
    for (let i = this.#round.length - 1; i > 0; i--) this.#swap(i, this.#random.below(i + 1))
    this.#next = 0
  }

  #swap(i: number, j: number): void {
    const id = this.#round[i] as PeerId
    this.#round[i] = this.#round[j] as PeerId
    this.#round[j] = id
  }
}
