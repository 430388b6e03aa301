import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import type { Dot, ReplicaId } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import { type Acknowledged, readAcknowledged } from '../garbage/acknowledgement.ts'
import { isVoid, readRetired, type StandingRetired } from '../garbage/retired.ts'
import type { Runs } from '../garbage/runs.ts'
import { ACKNOWLEDGED, RETIRED } from '../roster/names.ts'

/** What the others whose state is taken over know of the writes of the state that goes. */
export class Known {
  readonly #truth: StateCore
  /** What members there had acknowledged as far as was known here, and have acknowledged since. */
  readonly #acknowledged: readonly { readonly before: Runs; readonly now: Runs }[]
  readonly #records = new Map<ReplicaId, StandingRetired | undefined>()

  /** @param members who is a member there, but for this node */
  constructor(own: StateCore, truth: StateCore, members: readonly PeerId[]) {
    this.#truth = truth
    this.#acknowledged = members.flatMap((member) => {
      const before = acknowledgedIn(own, member)
      const now = acknowledgedIn(truth, member)
      return before && now && before.time < now.time ? [{ before: before.shown, now: now.shown }] : []
    })
  }

  /** Whether they have had that write, or the one that it brings in again: what of it is not there any more is dead. */
  event(event: WriteEvent): boolean {
    return this.dot(event) || (event.origin !== undefined && this.dot(event.origin))
  }

  dot({ replica, sequence }: Dot): boolean {
    const record = this.record(replica)
    if (record && isVoid(record, sequence)) return false
    if (this.#truth.stored.has(replica, sequence)) return true
    if (record) return sequence <= record.known
    return this.#isForgotten(replica, sequence)
  }

  /** Their record of a replica that is over. */
  record(replica: ReplicaId): StandingRetired | undefined {
    if (!this.#records.has(replica)) {
      this.#records.set(replica, readRetired(this.#truth.siblings({ namespace: RETIRED, key: replica, path: '' })))
    }
    return this.#records.get(replica)
  }

  /**
   * Of the oldest that were dropped the records are gone, too. What a member there had acknowledged, and in its later
   * acknowledgement does not name any more, has been dropped since.
   */
  #isForgotten(replica: ReplicaId, sequence: number): boolean {
    if (this.#truth.stored.names(replica)) return false
    return this.#acknowledged.some(({ before, now }) => (before.get(replica) ?? 0) >= sequence && !now.has(replica))
  }
}

const acknowledgedIn = (core: StateCore, member: PeerId): Acknowledged | undefined =>
  readAcknowledged(core.siblings({ namespace: ACKNOWLEDGED, key: member, path: '' }))
