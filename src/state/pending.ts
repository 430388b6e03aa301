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
  /** By replica, the first sequence that is held back. */
  readonly #first = new Map<ReplicaId, number>()

  get groups(): readonly Group[] {
    return this.#groups
  }

  add(group: Group): void {
    this.#groups.push(group)
  }

  /** Up to where everything of a replica shows, or is known to be dead. */
  limit(replica: ReplicaId, stored: Context): number {
    return Math.min(stored.contiguous(replica), (this.#first.get(replica) ?? Number.POSITIVE_INFINITY) - 1)
  }

  /**
   * Takes out the groups that can be shown: the largest set of them such that for every dot in it all earlier dots of
   * its replica are held, and are themselves shown, dead or in the set.
   */
  take(stored: Context): Group[] {
    if (this.#groups.length === 0) return []
    let candidates = this.#groups
    const held: Group[] = []
    this.#first.clear()
    for (let before = -1; before !== held.length; ) {
      before = held.length
      candidates = candidates.filter((group) => {
        const ready = group.every(({ replica, sequence }) => sequence <= this.limit(replica, stored))
        if (!ready) this.#hold(group, held)
        return ready
      })
    }
    this.#groups = held
    return candidates
  }

  #hold(group: Group, held: Group[]): void {
    held.push(group)
    for (const { replica, sequence } of group) {
      if (sequence < (this.#first.get(replica) ?? Number.POSITIVE_INFINITY)) this.#first.set(replica, sequence)
    }
  }
}
