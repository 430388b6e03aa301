import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import { type Dot, MAX_SEQUENCE, peerOf, type ReplicaId } from '../dot.ts'
import { type Entry, type Past, pastOf, type Sibling, type WriteEvent } from '../entry.ts'
import { encodeRetired, isKnown, knownIn, type Retired, recordIn, type StandingRetired } from '../garbage/retired.ts'
import { joinRuns } from '../garbage/runs.ts'
import { RESERVED_PREFIX } from '../limits.ts'
import { type Range, RangeSet, subtract } from '../ranges.ts'
import { RETIRED } from '../roster/names.ts'
import type { Known } from './known.ts'

/** What of the state that goes must not be forgotten with it: which writes it has had, of which nothing comes with it. */
export class Endings {
  readonly #own: StateCore
  readonly #truth: StateCore
  readonly #known: Known
  readonly #self: PeerId
  readonly #records = new Map<ReplicaId, StandingRetired | undefined>()

  constructor(own: StateCore, truth: StateCore, known: Known, self: PeerId) {
    this.#own = own
    this.#truth = truth
    this.#known = known
    this.#self = self
  }

  /** Whether a write of that dot had shown here, or what took its place. */
  hadShown(dot: Dot): boolean {
    const record = this.#record(dot.replica)
    if (record && isKnown(this.#own, record, dot.sequence)) return true
    return dot.sequence <= this.#own.visible(dot.replica) && !this.#own.isVoid(dot)
  }

  /**
   * The records of the own former replicas, and of all of which something was held here that is not there: it is known there
   * now, so that who returns later does not bring in the same, nor what was dead here. They are over with that; an author
   * that lives goes on as another.
   */
  records(): Entry[] {
    const [own, truth] = [this.#own, this.#truth]
    const former = truth.stored.replicas().filter((replica) => this.#isFormer(replica))
    const entries: Entry[] = []
    for (const replica of new Set([...own.stored.replicas(), ...former, ...own.cells.keys(RETIRED)])) {
      const [mine, theirs] = [this.#record(replica), this.#known.record(replica)]
      const final = Math.max(
        theirs?.final ?? 0,
        mine?.final ?? 0,
        truth.stored.contiguous(replica),
        own.visible(replica),
      )
      const fresh = this.#fresh(replica, mine, theirs)
      const isTold = this.#isFormer(replica) && (theirs?.final ?? 0) < final
      if (fresh.length === 0 && !isTold) continue
      const cell = { namespace: RETIRED, key: replica, path: '' }
      const { replaced, past } = replacedBy(theirs, truth.siblings(cell))
      const known = RangeSet.of([...replaced.flatMap((record) => record.known), ...fresh]).ranges
      const unheld = subtract(mine?.voids ?? [], truth.stored.rangesOf(replica))
      const voids = RangeSet.of([...(theirs?.voids ?? []), ...unheld]).ranges
      // What was dropped here may still live there.
      const dropped = theirs ? theirs.records.length === 0 : (mine?.allDropped ?? false) && !truth.stored.names(replica)
      const value = encodeRetired({ final, dropped, known, voids })
      entries.push({ ...cell, value, fence: 0, rank: 0, past })
    }
    return entries
  }

  /** The dots that are known here and neither held nor known there. */
  #fresh(replica: ReplicaId, mine: StandingRetired | undefined, theirs: StandingRetired | undefined): Range[] {
    const known = mine ? knownIn(this.#own, mine).flat() : []
    const had = [...subtract(this.#own.stored.rangesOf(replica), mine?.voids ?? []), ...known]
    const held = subtract(this.#truth.stored.rangesOf(replica), theirs?.voids ?? [])
    const left = this.#isFormer(replica) ? [] : this.#leftOut(replica)
    return subtract(had, [...held, ...(theirs?.known ?? []), ...left])
  }

  /** Living writes of another's that are brought in by nobody: what covey itself keeps. They come from who has them, or never. */
  #leftOut(replica: ReplicaId): Range[] {
    const isOwn = ({ entries }: WriteEvent): boolean =>
      entries.every(({ namespace }) => namespace.startsWith(RESERVED_PREFIX))
    const ranges: Range[] = []
    for (const event of this.#own.within(replica, 1, MAX_SEQUENCE)) {
      if (isOwn(event)) ranges.push([event.sequence, event.sequence])
    }
    for (const event of this.#own.waiting()) {
      if (event.replica === replica && isOwn(event)) ranges.push([event.sequence, event.sequence])
    }
    return ranges
  }

  #isFormer(replica: ReplicaId): boolean {
    return peerOf(replica) === this.#self
  }

  #record(replica: ReplicaId): StandingRetired | undefined {
    if (!this.#records.has(replica)) {
      this.#records.set(replica, recordIn(this.#own, replica))
    }
    return this.#records.get(replica)
  }
}

/**
 * The records of which one takes the place that says what is known only now. Those that drop the replica stay beside it: of what they
 * know all members have had all, of what it knows they have not.
 */
function replacedBy(
  theirs: StandingRetired | undefined,
  siblings: readonly Sibling[],
): { replaced: readonly Retired[]; past: Past } {
  if (!theirs?.records.some(({ dropped }) => dropped))
    return { replaced: theirs?.records ?? [], past: pastOf(siblings) }
  const replaced = theirs.records.filter(({ dropped }) => !dropped)
  return { replaced, past: joinRuns(...replaced.map(({ past }) => past)) }
}
