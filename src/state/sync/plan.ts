import type { ReplicaId } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import type { StateStore } from '../store.ts'
import { BatchWriter, weightOf } from './batch-writer.ts'
import { type Holdings, holdingsOf } from './holdings.ts'
import { BATCH_BYTES, MAX_BATCH_BYTES } from './limits.ts'
import type { NameWriter } from './names.ts'
import type { PeerHoldings } from './peer-holdings.ts'

/**
 * What a session sends: every living event that shows here and is not held there when the session begins. What dies on the
 * way is sent all the same. So at the end the receiver has, of every dot that showed here when the plan was made, the event
 * or a successor, and may claim them all: all of that moment and no other, else a successor would wait for the rest.
 */
export class Plan {
  readonly #store: StateStore
  readonly #replica: ReplicaId | undefined
  readonly #events: readonly WriteEvent[]
  #next = 0
  /** What showed when the plan was made, of which this end's hello has not said so much: may be claimed when all is sent. */
  readonly unsaid: readonly (readonly [ReplicaId, number])[]
  /** The last own sequence of it: nothing may be claimed before that is durable. */
  readonly lastOwn: number

  /** @param said what this end's hello said */
  constructor(store: StateStore, peer: PeerHoldings, said: Holdings) {
    const { core, replica } = store
    this.#store = store
    this.#replica = replica
    this.unsaid = holdingsOf(core.stored).shownSince(said)
    // The peer lacks what it lacked of what was said, and what came in between. Own events last: they may have to wait until they
    // are durable.
    const replicas = new Set([...peer.lacking(), ...this.unsaid.map(([it]) => it)])
    this.#events = core.lacking(peer, replica, [...replicas].sort())
    this.lastOwn = replica === undefined ? 0 : core.visible(replica)
  }

  get isDone(): boolean {
    return this.#next >= this.#events.length
  }

  /** The own sequence that must be durable before the next batch may leave; 0 if none. */
  get needs(): number {
    const event = this.#events[this.#next]
    return event && event.replica === this.#replica ? event.sequence : 0
  }

  /** Whether own writes are durable up to that one; undefined where this node has begun to write as another replica. */
  isDurable(sequence: number): boolean | undefined {
    if (sequence === 0) return true
    return this.#store.replica === this.#replica ? sequence <= this.#store.durable : undefined
  }

  /** The next batch: about `BATCH_BYTES` of events, at least one if it is durable. */
  batch(names: NameWriter): BatchWriter {
    const writer = new BatchWriter(names)
    while (writer.weight < BATCH_BYTES && this.isDurable(this.needs)) {
      const event = this.#events[this.#next]
      if (!event) break
      const weight = weightOf(event)
      if (writer.events > 0 && writer.weight + weight > MAX_BATCH_BYTES) break
      writer.push(event, weight)
      this.#next++
    }
    return writer
  }
}
