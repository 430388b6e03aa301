import type { ReplicaId } from './dot.ts'
import { SingleWrite, type WriteEvent } from './entry.ts'
import type { Range } from './ranges.ts'

/** Dead events are dropped once they are half of a log and at least this many: rarely, and never one by one. */
const MIN_DEAD = 64

/** What logs begin with, never added to: the first event brings lists of its own. */
const NO_EVENTS: WriteEvent[] = []
const NO_NUMBERS: number[] = []

/** The events of one replica that still have a living entry, by sequence. */
class ReplicaLog {
  #events = NO_EVENTS
  /** Their sequences, rising, side by side: what is looked for is found without touching the events. */
  #sequences = NO_NUMBERS
  /** How many entries of each still stand in their cells. */
  #live = NO_NUMBERS
  #dead = 0

  add(event: WriteEvent): void {
    const { sequence } = event
    // Of one entry: asking for it would make a list of it.
    const entries = event instanceof SingleWrite ? 1 : event.entries.length
    const last = this.#sequences[this.#sequences.length - 1]
    const at = last === undefined || last < sequence ? this.#sequences.length : this.#indexOf(sequence)
    if (last === undefined) {
      // Many replicas write once: an array that grows would take room for seventeen.
      this.#events = [event]
      this.#sequences = [sequence]
      this.#live = [entries]
    } else if (at === this.#sequences.length) {
      this.#events.push(event)
      this.#sequences.push(sequence)
      this.#live.push(entries)
    } else if (this.#sequences[at] === sequence) {
      // It was dead, and comes again: a peer held it otherwise.
      if ((this.#live[at] as number) === 0) this.#dead--
      this.#events[at] = event
      this.#live[at] = entries
    } else {
      this.#events.splice(at, 0, event)
      this.#sequences.splice(at, 0, sequence)
      this.#live.splice(at, 0, entries)
    }
  }

  get(sequence: number): WriteEvent | undefined {
    const at = this.#find(sequence)
    return at !== undefined && (this.#live[at] as number) > 0 ? this.#events[at] : undefined
  }

  /** How many entries of the event stand in their cells. */
  standing(sequence: number): number {
    const at = this.#find(sequence)
    return at === undefined ? 0 : (this.#live[at] as number)
  }

  /** One entry of the event was superseded; true if that was its last one. */
  entryDied(sequence: number): boolean {
    const at = this.#find(sequence)
    if (at === undefined) return false
    const live = (this.#live[at] as number) - 1
    this.#live[at] = live
    if (live > 0) return false
    this.#dead++
    if (this.#dead >= MIN_DEAD && this.#dead * 2 >= this.#events.length) this.#compact()
    return true
  }

  get lives(): boolean {
    return this.#dead < this.#events.length
  }

  *within([from, to]: Range): Generator<WriteEvent> {
    for (let i = this.#indexOf(from); i < this.#events.length; i++) {
      if ((this.#sequences[i] as number) > to) return
      if ((this.#live[i] as number) > 0) yield this.#events[i] as WriteEvent
    }
  }

  /** As `within`, into a list. */
  collect([from, to]: Range, out: WriteEvent[]): void {
    for (let i = this.#indexOf(from); i < this.#events.length && (this.#sequences[i] as number) <= to; i++) {
      if ((this.#live[i] as number) > 0) out.push(this.#events[i] as WriteEvent)
    }
  }

  #compact(): void {
    const events: WriteEvent[] = []
    const sequences: number[] = []
    const alive: number[] = []
    for (let i = 0; i < this.#live.length; i++) {
      const live = this.#live[i] as number
      if (live === 0) continue
      events.push(this.#events[i] as WriteEvent)
      sequences.push(this.#sequences[i] as number)
      alive.push(live)
    }
    this.#events = events
    this.#sequences = sequences
    this.#live = alive
    this.#dead = 0
  }

  #find(sequence: number): number | undefined {
    // In a log without holes it stands where it counts to.
    const guess = sequence - (this.#sequences[0] ?? 0)
    const at = this.#sequences[guess] === sequence ? guess : this.#indexOf(sequence)
    return this.#sequences[at] === sequence ? at : undefined
  }

  /** Index of the first event of that sequence or a later one. */
  #indexOf(sequence: number): number {
    let low = 0
    let high = this.#sequences.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sequences[middle] as number) < sequence) low = middle + 1
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
    return this.#replicas.get(replica)?.get(sequence)
  }

  /** How many entries of the event stand in their cells. */
  standing({ replica, sequence }: WriteEvent): number {
    return this.#replicas.get(replica)?.standing(sequence) ?? 0
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

  /** As `within`, into a list: of most replicas of a crowd that joins that is one event. */
  collect(replica: ReplicaId, range: Range, out: WriteEvent[]): void {
    this.#replicas.get(replica)?.collect(range, out)
  }
}
