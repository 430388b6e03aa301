import type { Context } from '../context.ts'
import type { ReplicaId } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import type { StateStore } from '../store.ts'
import { BatchWriter, weightOf } from './batch-writer.ts'
import { BATCH_BYTES, MAX_BATCH_BYTES } from './limits.ts'
import type { NameWriter } from './names.ts'

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
  /** Up to where each replica showed when the plan was made: what may be claimed when all of it is sent. */
  readonly shown: ReadonlyMap<ReplicaId, number>
  /** The last own sequence of it: nothing may be claimed before that is durable. */
  readonly lastOwn: number

  constructor(store: StateStore, theirs: Context) {
    const { core, replica } = store
    this.#store = store
    this.#replica = replica
    // Own events last: they may have to wait until they are durable.
    this.#events = core.lacking(theirs, replica)
    this.shown = new Map(core.stored.replicas().map((other) => [other, core.visible(other)]))
    this.lastOwn = (replica !== undefined && this.shown.get(replica)) || 0
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
