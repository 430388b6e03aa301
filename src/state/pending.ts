import type { ReplicaId } from './dot.ts'
import type { WriteEvent } from './entry.ts'

/**
 * Events that are held and not shown yet, because an earlier dot of their replica has not come: showing them would break
 * the order of an author. A hole of one replica holds back nobody else's writes.
 */
export class Pending {
  readonly #events = new Map<ReplicaId, Map<number, WriteEvent>>()

  get isEmpty(): boolean {
    return this.#events.size === 0
  }

  has(replica: ReplicaId): boolean {
    return this.#events.has(replica)
  }

  /** All of them. */
  *events(): Generator<WriteEvent> {
    for (const held of this.#events.values()) yield* held.values()
  }

  add(event: WriteEvent): void {
    const held = this.#events.get(event.replica)
    if (held) held.set(event.sequence, event)
    else this.#events.set(event.replica, new Map([[event.sequence, event]]))
  }

  /** Takes out what a replica wrote up to `limit`, in its order. */
  take(replica: ReplicaId, limit: number): WriteEvent[] {
    const held = this.#events.get(replica)
    if (!held) return []
    const ready = [...held.values()].filter(({ sequence }) => sequence <= limit)
    for (const { sequence } of ready) held.delete(sequence)
    if (held.size === 0) this.#events.delete(replica)
    return ready.sort((a, b) => a.sequence - b.sequence)
  }
}
