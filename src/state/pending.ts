import type { Context } from './context.ts'
import type { ReplicaId } from './dot.ts'
import type { WriteEvent } from './entry.ts'

/** Events that are complete only together; not empty. */
export type Group = readonly WriteEvent[]

/**
 * Groups that are held and not shown yet, because an earlier dot of one of their replicas has not come: showing them
 * would break the order of an author, or half a batch would show.
 */
export class Pending {
  #groups: Group[] = []
  /** Added since the last `take`. */
  #fresh: Group[] = []
  /** By replica, the first sequence that is held back. */
  readonly #first = new Map<ReplicaId, number>()

  get groups(): readonly Group[] {
    return this.#groups
  }

  add(group: Group): void {
    this.#fresh.push(group)
  }

  /** Up to where everything of a replica shows, or is known to be dead. */
  limit(replica: ReplicaId, stored: Context): number {
    const run = stored.contiguous(replica)
    if (this.#first.size === 0) return run
    return Math.min(run, (this.#first.get(replica) ?? Number.POSITIVE_INFINITY) - 1)
  }

  /**
   * Takes out the groups that can be shown: the largest set of them such that for every dot in it all earlier dots of
   * its replica are held, and are themselves shown, dead or in the set.
   * @param grown replicas whose run has grown since the last call: what waits for none of them still waits, and is not
   *   looked at again, so that a long exchange with gaps costs no square of its length
   */
  take(stored: Context, grown: ReadonlySet<ReplicaId>): Group[] {
    let candidates = this.#fresh
    this.#fresh = []
    if (this.#waitsFor(grown)) {
      candidates = [...this.#groups, ...candidates]
      this.#groups = []
      this.#first.clear()
    }
    const held = this.#groups
    for (let before = -1; before !== held.length; ) {
      before = held.length
      candidates = candidates.filter((group) => {
        const ready = group.every(({ replica, sequence }) => sequence <= this.limit(replica, stored))
        if (!ready) this.#hold(group, held)
        return ready
      })
    }
    return candidates
  }

  #waitsFor(grown: ReadonlySet<ReplicaId>): boolean {
    if (this.#groups.length === 0) return false
    for (const replica of grown) if (this.#first.has(replica)) return true
    return false
  }

  #hold(group: Group, held: Group[]): void {
    held.push(group)
    for (const { replica, sequence } of group) {
      if (sequence < (this.#first.get(replica) ?? Number.POSITIVE_INFINITY)) this.#first.set(replica, sequence)
    }
  }
}
