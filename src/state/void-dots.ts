import type { Dot, ReplicaId } from './dot.ts'
import { type Range, RangeSet } from './ranges.ts'

/** Dots that nobody had when all said what they had. */
export class VoidDots {
  readonly #ranges = new Map<ReplicaId, RangeSet>()

  add(replica: ReplicaId, ranges: readonly Range[]): void {
    const voids = this.#ranges.get(replica) ?? new RangeSet()
    this.#ranges.set(replica, voids)
    for (const [from, to] of ranges) voids.add(from, to)
  }

  /** Whether the dot is, and all after it up to `last`. */
  has({ replica, sequence }: Dot, last = sequence): boolean {
    return this.#ranges.get(replica)?.has(sequence, last) ?? false
  }

  delete(replica: ReplicaId): void {
    this.#ranges.delete(replica)
  }
}
