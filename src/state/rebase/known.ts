import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import type { Dot, ReplicaId } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import { readAcknowledged } from '../garbage/acknowledgement.ts'
import { isVoid, readRetired, type StandingRetired } from '../garbage/retired.ts'
import type { Runs } from '../garbage/runs.ts'
import { ACKNOWLEDGED, RETIRED } from '../roster/names.ts'

/** What the others whose state is taken over know of the writes of the state that goes. */
export class Known {
  readonly #truth: StateCore
  /** What members there are known here to have acknowledged. */
  readonly #acknowledged: readonly Runs[]
  readonly #records = new Map<ReplicaId, StandingRetired | undefined>()

  /** @param members who is a member there, but for this node */
  constructor(own: StateCore, truth: StateCore, members: readonly PeerId[]) {
    this.#truth = truth
    this.#acknowledged = members.flatMap((member) => {
      const said = readAcknowledged(own.siblings({ namespace: ACKNOWLEDGED, key: member, path: '' }))
      return said ? [said.shown] : []
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
    if (record) return record.dropped && sequence <= record.final
    return this.#isForgotten(replica, sequence)
  }

  /** Their record of a replica that is over. */
  record(replica: ReplicaId): StandingRetired | undefined {
    if (!this.#records.has(replica)) {
      this.#records.set(replica, readRetired(this.#truth.siblings({ namespace: RETIRED, key: replica, path: '' })))
    }
    return this.#records.get(replica)
  }

  /** Of the oldest that were dropped the records are gone, too. What one of them had acknowledged they have all had. */
  #isForgotten(replica: ReplicaId, sequence: number): boolean {
    if (this.#truth.stored.rangesOf(replica).length > 0) return false
    return this.#acknowledged.some((shown) => (shown.get(replica) ?? 0) >= sequence)
  }
}
