import type { ReplicaId } from './dot.ts'
import type { WriteEvent } from './entry.ts'
import type { Range } from './ranges.ts'

/** An event as the log keeps it: how many of its entries still stand in their cells. */
interface Logged {
  readonly event: WriteEvent
  live: number
}

/** Dead events are dropped once they are half of a log and at least this many: rarely, and never one by one. */
const MIN_DEAD = 64

/** The events of one replica that still have a living entry, by sequence. */
class ReplicaLog {
  #events: Logged[] = []
  #dead = 0

  add(event: WriteEvent): void {
    const logged = { event, live: event.entries.length }
    const last = this.#events[this.#events.length - 1]
    if (last === undefined || last.event.sequence < event.sequence) this.#events.push(logged)
    else this.#events.splice(this.#indexOf(event.sequence), 0, logged)
  }

  get(sequence: number): Logged | undefined {
    const logged = this.#events[this.#indexOf(sequence)]
    return logged?.event.sequence === sequence ? logged : undefined
  }

  /** One entry of the event was superseded; true if that was its last one. */
  entryDied(sequence: number): boolean {
    const logged = this.get(sequence)
    if (!logged || --logged.live > 0) return false
    this.#dead++
    if (this.#dead >= MIN_DEAD && this.#dead * 2 >= this.#events.length) {
      this.#events = this.#events.filter(({ live }) => live > 0)
      this.#dead = 0
    }
    return true
  }

  get lives(): boolean {
    return this.#dead < this.#events.length
  }

  *within([from, to]: Range): Generator<WriteEvent> {
    for (let i = this.#indexOf(from); i < this.#events.length; i++) {
      const { event, live } = this.#events[i] as Logged
      if (event.sequence > to) return
      if (live > 0) yield event
    }
  }

  /** Index of the first event of that sequence or a later one. */
  #indexOf(sequence: number): number {
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#events[middle] as Logged).event.sequence < sequence) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** All living events by replica and sequence: what a peer lacks is found without looking at what it has. */
export class EventLog {
  readonly #replicas = new Map<ReplicaId, ReplicaLog>()

  add(event: WriteEvent): void {
    let log = this.#replicas.get(event.replica)
    if (!log) {
      log = new ReplicaLog()
      this.#replicas.set(event.replica, log)
    }
    log.add(event)
  }

  get(replica: ReplicaId, sequence: number): WriteEvent | undefined {
    const logged = this.#replicas.get(replica)?.get(sequence)
    return logged && logged.live > 0 ? logged.event : undefined
  }

  /** One entry of the event was superseded; true if that was its last one. */
  entryDied({ replica, sequence }: WriteEvent): boolean {
    return this.#replicas.get(replica)?.entryDied(sequence) ?? false
  }

  /** Whether the replica has a living event. */
  lives(replica: ReplicaId): boolean {
    return this.#replicas.get(replica)?.lives ?? false
  }

  /** Forgets a replica that has no living event. */
  delete(replica: ReplicaId): void {
    this.#replicas.delete(replica)
  }

  /** Living events of a replica within a range, in order. Nothing may be added while it is walked. */
  within(replica: ReplicaId, range: Range): Iterable<WriteEvent> {
    return this.#replicas.get(replica)?.within(range) ?? []
  }
}
