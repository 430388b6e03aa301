import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import type { Dot, ReplicaId } from '../dot.ts'
import type { Sibling, WriteEvent } from '../entry.ts'
import { type Acknowledged, readAcknowledged } from '../garbage/acknowledgement.ts'
import { isKnown, mayHavePruned, type RetiredReplicas, retiredIn, type StandingRetired } from '../garbage/retired.ts'
import type { Runs } from '../garbage/runs.ts'
import { hlcOf } from '../hlc.ts'
import { isSame, originOf } from '../origin.ts'
import { contains } from '../ranges.ts'
import { ACKNOWLEDGED } from '../roster/names.ts'
import { PRUNED_MS } from './limits.ts'

/** What the others whose state is taken over know of the writes of the state that goes. */
export class Known {
  readonly #truth: StateCore
  /** What members there had acknowledged as far as was known here, and have acknowledged since. */
  readonly #acknowledged: readonly { readonly before: Runs; readonly now: Acknowledged['named'] }[]
  readonly #records: RetiredReplicas

  /** @param members who is a member there, but for this node */
  constructor(own: StateCore, truth: StateCore, members: readonly PeerId[]) {
    this.#truth = truth
    this.#records = retiredIn(truth)
    this.#acknowledged = members.flatMap((member) => {
      const said = saidBy(own, member)
      const [before, now] = [readAcknowledged(said), readAcknowledged(saidBy(truth, member))]
      if (!before || !now) return []
      // A member whose disk and clock were set back may say later what is dated earlier.
      const isLater =
        said.every(({ event }) => truth.visible(event.replica) >= event.sequence && !truth.isVoid(event)) ||
        now.time - before.time > hlcOf(PRUNED_MS)
      return isLater ? [{ before: before.shown, now: now.named }] : []
    })
  }

  /**
   * Whether they have had that write, or the one that it brings in again: what of it is not there any more is dead. Where what
   * brought it in there still stands, they have to be told, so that one of the two stands everywhere.
   */
  event(event: WriteEvent): boolean {
    if (this.dot(event)) return true
    const { origin } = event
    if (origin === undefined || !this.dot(origin)) return false
    return !event.entries.some((entry) =>
      this.#truth.siblings(entry).some((other) => isSame(originOf(other.event), origin)),
    )
  }

  dot({ replica, sequence }: Dot): boolean {
    const record = this.record(replica)
    if (record && isKnown(this.#truth, record, sequence)) return true
    if (record && contains(record.voids, sequence)) return false
    if (this.#truth.stored.has(replica, sequence)) return true
    return !record && this.#isForgotten(replica, sequence)
  }

  /** Their record of a replica that is over. */
  record(replica: ReplicaId): StandingRetired | undefined {
    return this.#records.get(replica)
  }

  /**
   * Where many were dropped the records of the oldest are gone, too. What a member there had acknowledged, and in its later
   * acknowledgement does not name any more, has been dropped since; or it went with the disk of that member, which cannot be told from it
   * there. Where two of its acknowledgements stand side by side, of two lives, what either names has not.
   */
  #isForgotten(replica: ReplicaId, sequence: number): boolean {
    if (this.#truth.stored.names(replica) || !mayHavePruned(this.#records)) return false
    return this.#acknowledged.some(({ before, now }) => (before.get(replica) ?? 0) >= sequence && !now.has(replica))
  }
}

const saidBy = (core: StateCore, member: PeerId): readonly Sibling[] =>
  core.siblings({ namespace: ACKNOWLEDGED, key: member, path: '' })
