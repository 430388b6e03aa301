import { type CellChange, Cells } from './cells.ts'
import { Context } from './context.ts'
import type { Dot, ReplicaId } from './dot.ts'
import { type CellAddress, type Entry, pastOf, type Sibling, type WriteEvent } from './entry.ts'
import type { Hlc } from './hlc.ts'
import { EventLog } from './log.ts'
import { type Group, Pending } from './pending.ts'

/** What is to be written into one cell; undefined deletes. */
export interface CellWrite extends CellAddress {
  value: Uint8Array | undefined
  fence?: number
  rank?: number
}

/**
 * The replicated state of one node, without I/O: cells, the log of living events, the dots that it holds, and the events
 * that wait for earlier dots. Two cores that hold the same dots show the same siblings, in whatever order they came.
 *
 * An event is kept and travels whole as long as one of its entries lives, so that a batch never shows by half, and a dot is
 * claimed only with all of its entries. A dot that is dead everywhere at the sender is claimed only at the end of an exchange,
 * when all that the sender shows is here, its successors among it.
 */
export class StateCore {
  readonly #cells = new Cells()
  readonly #log = new EventLog()
  readonly #stored = new Context()
  readonly #pending = new Pending()
  #dead: WriteEvent[] = []
  #revision = 0

  /** The dots that are held, shown or not. What a peer is told, so that it sends only others. */
  get stored(): Context {
    return this.#stored
  }

  /** Rises with every change of what is held or shown: what was computed from the core holds until then. */
  get revision(): number {
    return this.#revision
  }

  siblings(cell: CellAddress): readonly Sibling[] {
    return this.#cells.get(cell)
  }

  /** The cells themselves, to read. */
  get cells(): Pick<Cells, 'get' | 'paths' | 'keys' | 'namespaces'> {
    return this.#cells
  }

  /** Takes what an earlier life stored, once and before anything else. */
  load(stored: Context, events: Iterable<WriteEvent>): void {
    this.#stored.join(stored)
    for (const event of events) this.#pending.add(event)
    this.#settle(stored.replicas())
    this.#dead = []
  }

  /** The event as it would be written here and now: each entry supersedes what its cell shows. */
  compose(dot: Dot, time: Hlc, writes: readonly CellWrite[]): WriteEvent {
    const entries = writes.map(({ namespace, key, path, value, fence = 0, rank = 0 }): Entry => {
      return { namespace, key, path, value, fence, rank, past: pastOf(this.#cells.get({ namespace, key, path })) }
    })
    return { replica: dot.replica, sequence: dot.sequence, time, entries }
  }

  /** Takes an own event that was composed on this state, after it is durable. */
  write(event: WriteEvent): CellChange[] {
    this.#revision++
    const changes = this.#show(event)
    this.#stored.add(event.replica, event.sequence)
    return changes
  }

  /** Takes events of a peer. Each shows at once, or when all earlier dots of its replica have come. Returns what now shows. */
  receive(events: Group): CellChange[] {
    const changes: CellChange[] = []
    for (const event of events) {
      const { replica, sequence } = event
      if (this.#stored.has(replica, sequence)) continue
      this.#revision++
      if (sequence === this.#stored.contiguous(replica) + 1) {
        for (const change of this.#show(event)) changes.push(change)
      } else {
        this.#pending.add(event)
      }
      const grown = this.#stored.add(replica, sequence)
      if (grown && !this.#pending.isEmpty) for (const change of this.#settle([replica])) changes.push(change)
    }
    return changes
  }

  /**
   * The end of an exchange: everything that the sender showed when it began, and that still lives, has come. What of it
   * is still missing here is dead, and its successors are here.
   */
  close(sender: Context): CellChange[] {
    this.#stored.join(sender)
    return this.#settle(sender.replicas())
  }

  /**
   * Joins an event whose dot is held already, but not with this content: two copies of one replica have written, or a disk
   * lied. A living event of the same dot makes way for it. The caller decides that it wins, by a rule that all share.
   */
  rejoin(event: WriteEvent): CellChange[] {
    this.#revision++
    const former = this.#log.get(event.replica, event.sequence)
    const changes = former ? this.#withdraw(former) : []
    changes.push(...this.#show(event))
    return changes
  }

  /** Events that have lost their last living entry since the last call: they need not be kept any longer. */
  takeDead(): WriteEvent[] {
    const dead = this.#dead
    this.#dead = []
    return dead
  }

  /** The events that are held and do not show yet. */
  waiting(): Iterable<WriteEvent> {
    return this.#pending.events()
  }

  /** What a peer with that context lacks, in the order of replicas and sequences. */
  *missing(theirs: Context): Generator<Group> {
    for (const event of this.lacking(theirs)) yield [event]
  }

  /** The living events that show and are not in that context, by replica and sequence, those of `last` at the end. */
  lacking(theirs: Context, last?: ReplicaId): WriteEvent[] {
    const events: WriteEvent[] = []
    const replicas = this.#stored.replicas().filter((replica) => replica !== last)
    if (last !== undefined) replicas.push(last)
    for (const replica of replicas) {
      for (const range of theirs.missing(replica, 1, this.visible(replica))) {
        for (const event of this.#log.within(replica, range)) events.push(event)
      }
    }
    return events
  }

  /** Living events of a replica from one sequence to another. Nothing may be added while it is walked. */
  within(replica: ReplicaId, from: number, to: number): Iterable<WriteEvent> {
    return this.#log.within(replica, [from, to])
  }

  /** What travels with an event: itself, whole. */
  closure(event: WriteEvent, _has: (event: WriteEvent) => boolean): Group {
    return [event]
  }

  /** The last sequence of a replica up to which everything shows. */
  visible(replica: ReplicaId): number {
    return this.#stored.contiguous(replica)
  }

  /** All that shows, as a context: what an exchange may claim at its end. */
  shown(): Context {
    const context = new Context()
    for (const replica of this.#stored.replicas()) {
      const limit = this.visible(replica)
      if (limit > 0) context.add(replica, 1, limit)
    }
    return context
  }

  #settle(replicas: readonly ReplicaId[]): CellChange[] {
    this.#revision++
    const changes: CellChange[] = []
    for (const replica of replicas) {
      for (const event of this.#pending.take(replica, this.#stored.contiguous(replica))) {
        for (const change of this.#show(event)) changes.push(change)
      }
    }
    return changes
  }

  #show(event: WriteEvent): CellChange[] {
    const changes: CellChange[] = []
    this.#log.add(event)
    for (const entry of event.entries) {
      const change = this.#cells.join(event, entry)
      if (!change) {
        this.#entryDied(event)
        continue
      }
      for (const { event: former } of change.before) {
        if (!change.after.some((sibling) => sibling.event === former)) this.#entryDied(former)
      }
      changes.push(change)
    }
    return changes
  }

  /** Takes a living event out of its cells and of the log, as if it had not been. */
  #withdraw(event: WriteEvent): CellChange[] {
    const changes: CellChange[] = []
    for (const entry of event.entries) {
      const change = this.#cells.withdraw(event, entry)
      if (!change) continue
      changes.push(change)
      this.#log.entryDied(event)
    }
    return changes
  }

  #entryDied(event: WriteEvent): void {
    if (this.#log.entryDied(event)) this.#dead.push(event)
  }
}
