import { type CellChange, Cells } from './cells.ts'
import { Context } from './context.ts'
import type { Dot, ReplicaId } from './dot.ts'
import { type CellAddress, type Entry, pastOf, type Sibling, type WriteEvent } from './entry.ts'
import type { Hlc } from './hlc.ts'
import { MAX_GROUP_EVENTS } from './limits.ts'
import { EventLog } from './log.ts'
import { type Group, Pending } from './pending.ts'

/** What is to be written into one cell; undefined deletes. */
export interface CellWrite extends CellAddress {
  value: Uint8Array | undefined
  fence?: number
  rank?: number
}

/**
 * The replicated state of one node, without I/O: cells, the log of living events, the dots that it holds, and the groups
 * that wait for earlier dots. Two cores that hold the same dots show the same siblings, in whatever order they came.
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
  load(stored: Context, groups: readonly Group[]): void {
    this.#stored.join(stored)
    for (const group of groups) this.#pending.add(group)
    this.#settle(new Set(stored.replicas()))
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

  /**
   * Takes a group: events that are complete only together, since each entry that one of them lacks is superseded by one of
   * the others. They show at once, or when all earlier dots of their replicas have come. Returns what now shows.
   */
  receive(group: Group): CellChange[] {
    const fresh = group.filter(({ replica, sequence }) => !this.#stored.has(replica, sequence))
    if (fresh.length === 0) return []
    const grown = new Set<ReplicaId>()
    for (const { replica, sequence } of fresh) if (this.#stored.add(replica, sequence)) grown.add(replica)
    this.#pending.add(fresh)
    return this.#settle(grown)
  }

  /**
   * The end of an exchange: everything that the sender held when it began, and that still lives, has come. What of it
   * is still missing here is dead, and its successors are here.
   */
  close(sender: Context): CellChange[] {
    this.#stored.join(sender)
    return this.#settle(new Set(sender.replicas()))
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

  /** The groups that are held and do not show yet. */
  get waiting(): readonly Group[] {
    return this.#pending.groups
  }

  /**
   * What a peer with that context lacks: groups in the order of their replicas and sequences, together with everything
   * that superseded a part of them.
   */
  *missing(theirs: Context): Generator<Group> {
    const sent = new Set<WriteEvent>()
    for (const event of this.lacking(theirs)) {
      if (sent.has(event)) continue
      const group = this.closure(event, (other) => sent.has(other) || theirs.has(other.replica, other.sequence))
      for (const member of group) sent.add(member)
      yield group
    }
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

  /**
   * The event and, for each entry of it that is superseded, the events that stand in its cell, and so on, but for those
   * that `has` says the receiver has. Ends after `MAX_GROUP_EVENTS`: events travel whole, so that a group that is cut
   * shows an older state of some cells until the rest comes, and loses nothing.
   */
  closure(event: WriteEvent, has: (event: WriteEvent) => boolean): Group {
    if (event.entries.length === 1 && this.#stands(event, event.entries[0] as Entry)) return [event]
    const group = new Set([event])
    for (const member of group) {
      for (const entry of member.entries) {
        if (this.#stands(member, entry)) continue
        for (const { event: successor } of this.#cells.get(entry)) {
          if (group.size < MAX_GROUP_EVENTS && !has(successor)) group.add(successor)
        }
      }
    }
    return [...group]
  }

  #stands(event: WriteEvent, cell: CellAddress): boolean {
    return this.#cells.get(cell).some((sibling) => sibling.event === event)
  }

  /** The last sequence of a replica up to which everything shows. */
  visible(replica: ReplicaId): number {
    return this.#pending.limit(replica, this.#stored)
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

  #settle(grown: ReadonlySet<ReplicaId>): CellChange[] {
    this.#revision++
    const changes: CellChange[] = []
    for (const group of this.#pending.take(this.#stored, grown)) {
      for (const event of group) for (const change of this.#show(event)) changes.push(change)
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
