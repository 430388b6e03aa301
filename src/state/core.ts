import { type CellChange, Cells, standsIn } from './cells.ts'
import { Context, type HeldDots, missingIn } from './context.ts'
import { type Dot, MAX_SEQUENCE, type ReplicaId } from './dot.ts'
import type { Encoded } from './encoded.ts'
import { type CellAddress, type Entry, type Past, pastOf, type Sibling, SingleWrite, type WriteEvent } from './entry.ts'
import { departing, type Graves } from './graves.ts'
import type { Hlc } from './hlc.ts'
import { Husks } from './husks.ts'
import { EventLog } from './log.ts'
import { Pending } from './pending.ts'
import type { Range } from './ranges.ts'
import { VoidDots } from './void-dots.ts'

/** What is to be written into one cell; undefined deletes. */
export interface CellWrite extends CellAddress {
  value: Encoded | undefined
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
  #cells = new Cells()
  #log = new EventLog()
  #stored = new Context()
  #pending = new Pending()
  #husks = new Husks()
  /** Replicas of which nothing lives and everybody knows everything: they are named in no context any more. */
  #dropped = new Set<ReplicaId>()
  /** Replicas of which a write was brought in again: it may be once more, and whoever replaces one replaces both. */
  #origins = new Set<ReplicaId>()
  #voids = new VoidDots()
  #dead: WriteEvent[] = []

  /**
   * Whether a replica that is not held here is over, as it is in the past of that sibling: whatever of it, or brought in of it,
   * the sibling has replaced is replaced everywhere. Set by who knows the members.
   */
  isOver: (replica: ReplicaId, sibling: Sibling) => boolean = () => false

  /**
   * Whether a write is known where its replica's record comes from: it was dead there, or brought in again as another. So it shows
   * nowhere any more, whoever still holds it. Set by who knows the records.
   */
  isKnown: (event: WriteEvent) => boolean = () => false

  /** The dots that are held, shown or not. What a peer is told, so that it sends only others. */
  get stored(): Context {
    return this.#stored
  }

  siblings(cell: CellAddress): readonly Sibling[] {
    return this.#cells.get(cell)
  }

  /** The cells themselves, to read. */
  get cells(): Pick<Cells, 'all' | 'each' | 'get' | 'paths' | 'keys' | 'namespaces'> {
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
    const [first] = writes
    if (first && writes.length === 1) return new SingleWrite(dot, time, first, this.#pastAt(first))
    const entries = writes.map((write) => this.#entry(write))
    return { replica: dot.replica, sequence: dot.sequence, time, entries }
  }

  #entry(write: CellWrite): Entry {
    const { namespace, key, path, value, fence = 0, rank = 0 } = write
    return { namespace, key, path, value, fence, rank, past: this.#pastAt(write) }
  }

  #pastAt(cell: CellAddress): Past {
    const siblings = this.#cells.get(cell)
    const past = pastOf(siblings)
    // That of the one write that stands here: whoever wrote that has a name.
    if (siblings.length <= 1 && past.size <= 1) return past
    for (const replica of past.keys()) {
      if (this.#stored.contiguous(replica) > 0 || !this.#isNameless(replica, siblings)) continue
      // Nothing of it stands anywhere: without this a cell's past would name every epoch that ever wrote it.
      return new Map([...past].filter(([other]) => !this.#isNameless(other, siblings)))
    }
    return past
  }

  #isNameless(replica: ReplicaId, siblings: readonly Sibling[]): boolean {
    if (this.#stored.names(replica) || this.#origins.has(replica)) return false
    return siblings.every((sibling) => !sibling.entry.past.has(replica) || this.isOver(replica, sibling))
  }

  /** Takes an own event that was composed on this state, after it is durable. */
  write(event: WriteEvent): CellChange[] {
    const changes = this.#show(event)
    this.#stored.add(event.replica, event.sequence)
    return changes
  }

  /** Takes events of a peer. Each shows at once, or when all earlier dots of its replica have come. Returns what now shows. */
  receive(events: readonly WriteEvent[]): CellChange[] {
    const changes: CellChange[] = []
    for (const event of events) {
      const { replica, sequence } = event
      if (!this.lacks(event)) continue
      if (sequence === this.#stored.contiguous(replica) + 1) {
        for (const change of this.#take(event)) changes.push(change)
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
    const replicas = sender.replicas().filter((replica) => !this.#dropped.has(replica))
    for (const replica of replicas) {
      for (const [from, to] of sender.rangesOf(replica)) this.#stored.add(replica, from, to)
    }
    return this.#settle(replicas)
  }

  /**
   * Joins an event whose dot is held already, but not with this content: two copies of one replica have written, or a disk
   * lied. A living event of the same dot makes way for it. The caller decides that it wins, by a rule that all share.
   */
  rejoin(event: WriteEvent): CellChange[] {
    const former = this.#log.get(event.replica, event.sequence)
    const changes = former ? this.#withdraw(former) : []
    changes.push(...this.#show(event))
    return changes
  }

  /** Whether the dot is neither held nor of a replica that is over. */
  lacks({ replica, sequence }: Dot): boolean {
    return !this.#stored.has(replica, sequence) && !this.#dropped.has(replica)
  }

  /**
   * Forgets tombstones that all members have. One stays where a living event still carries an entry that it supersedes, and as long
   * as its own event lives by another: what travels takes effect where it arrives. Decided from the same facts everywhere, and not told.
   */
  forget(graves: readonly Graves[]): CellChange[] {
    const free = graves.filter(([cell]) => this.holders(cell).size === 0)
    const leaving = departing(free, (event) => this.#log.standing(event))
    const changes: CellChange[] = []
    for (const [{ namespace, key, path }, siblings] of free) {
      const before = this.#cells.get({ namespace, key, path })
      let after = before
      for (const { event } of siblings) {
        if (!leaving.has(event)) continue
        after = this.#cells.withdraw(event, { namespace, key, path })?.after ?? after
        this.#entryGone(event)
      }
      if (after !== before) changes.push({ namespace, key, path, before, after })
    }
    return changes
  }

  /**
   * Dots that nobody holds count as held from now on, with nothing in them. One that is here all the same goes on to show,
   * until it is brought in again; none is taken any more. Returns what had waited for them.
   */
  markVoid(replica: ReplicaId, ranges: readonly Range[]): CellChange[] {
    if (this.#dropped.has(replica)) return []
    this.#voids.add(replica, ranges)
    for (const [from, to] of ranges) this.#stored.add(replica, from, to)
    return this.#settle([replica])
  }

  isVoid(dot: Dot, last = dot.sequence): boolean {
    return this.#voids.has(dot, last)
  }

  /** Whether anything of a replica waits for earlier writes. */
  waits(replica: ReplicaId): boolean {
    return this.#pending.has(replica)
  }

  /** The replica is over for all, and what is missing of it comes no more: what waits shows, but for what is known. */
  release(replica: ReplicaId): CellChange[] {
    return this.#pending.take(replica, MAX_SEQUENCE).flatMap((event) => this.#take(event))
  }

  /** Living events that are known, see `isKnown`: they show no more. */
  bury(events: readonly WriteEvent[]): CellChange[] {
    for (const event of events) this.#dead.push(event)
    return events.flatMap((event) => this.#withdraw(event))
  }

  /** Forgets all dots of a replica of which nothing lives; it is not heard of any more until `undrop`. */
  drop(replica: ReplicaId): void {
    this.#dropped.add(replica)
    this.#stored.delete(replica)
    this.#voids.delete(replica)
    this.#log.delete(replica)
  }

  isDropped(replica: ReplicaId): boolean {
    return this.#dropped.has(replica)
  }

  /** The living events that carry an entry which is superseded in this cell. */
  holders(cell: CellAddress): ReadonlySet<WriteEvent> {
    return this.#husks.of(cell)
  }

  /** Rises when a cell is free of superseded entries in living events: its tombstones may go now. */
  get freed(): number {
    return this.#husks.freed
  }

  /** Nobody names it any more, so that nobody need ignore it. */
  undrop(replica: ReplicaId): void {
    this.#dropped.delete(replica)
  }

  /** Whether any write of a replica still stands somewhere. */
  lives(replica: ReplicaId): boolean {
    return this.#log.lives(replica)
  }

  /** Becomes the other, which must not be used any more. Returns every cell that shows something else now. */
  become(other: StateCore): CellChange[] {
    const changes = this.#cells.difference(other.#cells)
    this.#cells = other.#cells
    this.#log = other.#log
    this.#stored = other.#stored
    this.#pending = other.#pending
    this.#husks = other.#husks
    this.#dropped = other.#dropped
    this.#voids = other.#voids
    this.#origins = other.#origins
    this.#dead = []
    return changes
  }

  /** Events that have lost their last living entry since the last call: they need not be kept any longer. */
  takeDead(): WriteEvent[] {
    const dead = this.#dead
    if (dead.length > 0) this.#dead = []
    return dead
  }

  /** The events that are held and do not show yet. */
  waiting(): Iterable<WriteEvent> {
    return this.#pending.events()
  }

  /**
   * The living events that show and are not in that context, by replica and sequence, those of `last` at the end. Only those
   * replicas are looked at: where the two are known to have the same of most, work follows the others.
   */
  lacking(theirs: HeldDots, last?: ReplicaId, replicas: readonly ReplicaId[] = this.#stored.replicas()): WriteEvent[] {
    const events: WriteEvent[] = []
    for (const replica of replicas) if (replica !== last) this.#collect(replica, theirs, events)
    if (last !== undefined) this.#collect(last, theirs, events)
    return events
  }

  #collect(replica: ReplicaId, theirs: HeldDots, out: WriteEvent[]): void {
    const missing = missingIn(theirs.rangesOf(replica), 1, this.visible(replica))
    for (const range of missing) this.#log.collect(replica, range, out)
  }

  /** All that is held of living events, shown or not. Nothing may be added while it is walked. */
  *events(): Generator<WriteEvent> {
    for (const replica of this.#stored.replicas()) yield* this.#log.within(replica, [1, MAX_SEQUENCE])
    yield* this.#pending.events()
  }

  /** Living events of a replica from one sequence to another. Nothing may be added while it is walked. */
  within(replica: ReplicaId, from: number, to: number): Iterable<WriteEvent> {
    return this.#log.within(replica, [from, to])
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
    const changes: CellChange[] = []
    for (const replica of replicas) {
      for (const event of this.#pending.take(replica, this.#stored.contiguous(replica))) {
        for (const change of this.#take(event)) changes.push(change)
      }
    }
    return changes
  }

  /** Shows what has come in its turn, but for what is known. */
  #take(event: WriteEvent): CellChange[] {
    if (!this.isKnown(event)) return this.#show(event)
    this.#dead.push(event)
    return []
  }

  #show(event: WriteEvent): CellChange[] {
    this.#log.add(event)
    if (event instanceof SingleWrite) {
      const change = this.#join(event, event)
      return change ? [change] : []
    }
    const { entries, origin } = event
    if (origin) this.#origins.add(origin.replica)
    const changes: CellChange[] = []
    for (const entry of entries) {
      const change = this.#join(event, entry)
      if (change) changes.push(change)
    }
    return changes
  }

  #join(event: WriteEvent, entry: Entry): CellChange | undefined {
    const change = this.#cells.join(event, entry)
    if (!change) {
      this.#entryDied(event, entry)
      return undefined
    }
    const { before, after } = change
    for (let i = 0; i < before.length; i++) {
      const { event: former, entry: gone } = before[i] as Sibling
      if (!standsIn(after, former)) this.#entryDied(former, gone)
    }
    return change
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
    this.#husks.delete(event)
    return changes
  }

  #entryDied(event: WriteEvent, entry: Entry): void {
    if (!this.#entryGone(event)) this.#husks.add(event, entry)
  }

  /** Returns whether it was the last one. */
  #entryGone(event: WriteEvent): boolean {
    if (!this.#log.entryDied(event)) return false
    // Mostly the first and only one: an array that grows would take room for seventeen.
    if (this.#dead.length === 0) this.#dead = [event]
    else this.#dead.push(event)
    if (event.entries.length > 1) this.#husks.delete(event)
    return true
  }
}
