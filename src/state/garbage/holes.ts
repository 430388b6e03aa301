import type { PeerId } from '../../network/network.ts'
import { MAX_SEQUENCE, peerOf, type ReplicaId } from '../dot.ts'
import type { Range } from '../ranges.ts'
import type { Roster } from '../roster/roster.ts'
import type { StateStore } from '../store.ts'
import type { Garbage } from './garbage.ts'
import { highestOf, voidDots, type Word } from './voids.ts'

export interface HolesComponents {
  store: StateStore
  roster: Roster
  garbage: Garbage
}

/** A replica that is over, and dots of it that are void though its record does not say so yet. */
export interface Hole {
  readonly replica: ReplicaId
  readonly voids: readonly Range[]
  /** Its last dot that anybody holds. */
  readonly final: number
}

/**
 * Writes that are missing of replicas that are over: somebody holds later ones, which do not show. Either a member brings
 * them, or all say that they do not have them.
 */
export class Holes {
  readonly #components: HolesComponents

  constructor(components: HolesComponents) {
    this.#components = components
  }

  /** Whether something may be missing; cheap. */
  get suspected(): boolean {
    const { store, garbage } = this.#components
    return store.core.stored.hasGaps || garbage.hasBeyond
  }

  /** Replicas of which something is missing here, as far as is known. */
  open(): ReplicaId[] {
    const { store, garbage } = this.#components
    if (!this.suspected) return []
    const open: ReplicaId[] = []
    for (const [replica, { dropped }] of garbage.retired) {
      if (dropped) continue
      const run = store.core.stored.contiguous(replica)
      if (this.#own(replica).above.length > 0 || garbage.isBeyond(replica, run)) open.push(replica)
    }
    return open
  }

  /** Replicas with a gap here that are not known to be over, each with its last dot that is held here. */
  unexplained(): [ReplicaId, number][] {
    const { store, garbage } = this.#components
    if (!store.core.stored.hasGaps) return []
    return store.core.stored.replicas().flatMap((replica): [ReplicaId, number][] => {
      const last = this.#own(replica).above.at(-1)?.[1]
      return last === undefined || garbage.retired.has(replica) ? [] : [[replica, last]]
    })
  }

  /**
   * Whether a replica with a gap is over although its peer has not said so: that has lost its disk and writes as another. If it
   * is not, its peer takes a fresh epoch when it hears of the record.
   */
  isAbandoned(replica: ReplicaId): boolean {
    const { core } = this.#components.store
    if (this.#own(replica).above.length === 0) return false
    let last = 0
    for (const event of core.waiting()) if (event.replica === replica) last = Math.max(last, event.time)
    for (const other of core.stored.replicas()) {
      if (other === replica || peerOf(other) !== peerOf(replica)) continue
      for (const { time } of core.within(other, 1, MAX_SEQUENCE)) if (time > last) return true
    }
    return false
  }

  /** What this node holds above gaps of replicas that are over: with its runs, its word. */
  above(): Map<ReplicaId, readonly Range[]> {
    const above = new Map<ReplicaId, readonly Range[]>()
    for (const replica of this.open()) {
      const own = this.#own(replica)
      if (own.above.length > 0) above.set(replica, own.above)
    }
    return above
  }

  /** Whether others wait for a word of this node. */
  mustSpeak(self: PeerId): boolean {
    return this.open().some((replica) => !isSame(this.#components.garbage.word(self, replica), this.#own(replica)))
  }

  /** Holes that all members have said to have nothing of. */
  void(): Hole[] {
    const { roster, garbage } = this.#components
    const holes: Hole[] = []
    for (const replica of this.open()) {
      const words = roster.members.map((member) => garbage.word(member, replica))
      if (!words.every((word) => word !== undefined)) continue
      const voids = voidDots(words)
      if (voids.length > 0) holes.push({ replica, voids, final: highestOf(words) })
    }
    return holes
  }

  #own(replica: ReplicaId): Word {
    const { stored } = this.#components.store.core
    const run = stored.contiguous(replica)
    const ranges = stored.rangesOf(replica)
    return { run, above: run > 0 ? ranges.slice(1) : ranges }
  }
}

function isSame(word: Word | undefined, own: Word): boolean {
  return word?.run === own.run && JSON.stringify(word.above) === JSON.stringify(own.above)
}
