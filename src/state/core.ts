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
 * The replicated state of one node, without I/O: cells, the log of living events, the dots that it holds, and the groups
 * that wait for earlier dots. Two cores that hold the same dots show the same siblings, in whatever order they came.
 */
export class StateCore {
  readonly #cells = new Cells()
  readonly #log = new EventLog()
  readonly #stored = new Context()
  readonly #pending = new Pending()
  #dead: WriteEvent[] = []

  /** The dots that are held, shown or not. What a peer is told, so that it sends only others. */
  get stored(): Context {
    return this.#stored
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
    this.#settle()
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
    for (const { replica, sequence } of fresh) this.#stored.add(replica, sequence)
    this.#pending.add(fresh)
    return this.#settle()
  }

  /**
   * The end of an exchange: everything that the sender held when it began, and that still lives, has come. What of it
   * is still missing here is dead, and its successors are here.
   */
  close(sender: Context): CellChange[] {
    this.#stored.join(sender)
    return this.#settle()
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
    for (const replica of this.#stored.replicas()) {
      for (const range of theirs.missing(replica, 1, this.visible(replica))) {
        for (const event of this.#log.within(replica, range)) {
          if (!sent.has(event)) yield this.#closure(event, theirs, sent)
        }
      }
    }
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

  /** The event and, for each entry of it that is superseded, the events that stand in its cell, and so on. */
  #closure(event: WriteEvent, theirs: Context, sent: Set<WriteEvent>): Group {
    const group = [event]
    sent.add(event)
    for (const member of group) {
      for (const entry of member.entries) {
        const siblings = this.#cells.get(entry)
        if (siblings.some((sibling) => sibling.event === member)) continue
        for (const { event: successor } of siblings) {
          if (sent.has(successor) || theirs.has(successor.replica, successor.sequence)) continue
          sent.add(successor)
          group.push(successor)
        }
      }
    }
    return group
  }

  #settle(): CellChange[] {
    const changes: CellChange[] = []
    for (const group of this.#pending.take(this.#stored)) {
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

  #entryDied(event: WriteEvent): void {
    if (this.#log.entryDied(event)) this.#dead.push(event)
  }
}
