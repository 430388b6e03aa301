import { EventEmitter } from 'node:events'
import type { Clock } from '../lib/clock.ts'
import { BusyError, CancelledError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Storage, StorageWrite } from '../storage/storage.ts'
import type { CellChange } from './cells.ts'
import { Context, type HeldDots } from './context.ts'
import { type CellWrite, StateCore } from './core.ts'
import type { Dot, ReplicaId } from './dot.ts'
import type { Entry, WriteEvent } from './entry.ts'
import type { Graves } from './graves.ts'
import type { Hlc } from './hlc.ts'
import { Journal, type JournalEntry } from './journal.ts'
import { again, datedAgain, laterThan, originOf, type Reentered, stands } from './origin.ts'
import type { Recorder } from './recorder.ts'
import { checkCount, checkSize, checkWritten } from './size.ts'
import type { StateStoreEvents } from './store-events.ts'
import { Timekeeper } from './timekeeper.ts'

export interface StateStoreComponents {
  /** Where events are kept; without one nothing outlives the process. */
  storage?: Storage
  clock: Clock
  log: Log
}

/** A write that shows here. */
export interface Issued {
  readonly event: WriteEvent
  /** Resolves when it is durable; undefined where it is as durable as it gets: nothing outlives the process. */
  readonly durable: Promise<void> | undefined
}

/** Writes that wait until the node knows as which replica it writes: what a start of some seconds may gather. */
export const MAX_WAITING_WRITES = 10_000

const NO_ROWS: readonly StorageWrite[] = []

/**
 * The replicated state of one node and its durable copy. An event, what it superseded and the context change in one
 * transaction; a write is acknowledged, and told to others, after that.
 */
export class StateStore extends EventEmitter<StateStoreEvents> {
  readonly core = new StateCore()
  readonly #storage: Storage | undefined
  readonly #journal: Journal | undefined
  readonly #times: Timekeeper
  readonly #recorders: Recorder[] = []
  /** Own sequences that are durable: what is above them must not leave this node. */
  #durable = 0
  #replica: ReplicaId | undefined
  #sequence = 0
  /** Own writes wait: it is not known yet, or not any more, as which replica. */
  #held = true
  #waiters: (() => void)[] = []
  #isTellingFirst = false
  /** While another state takes the place of this one nothing comes in. */
  #adopting: Promise<void> | undefined

  constructor({ storage, clock, log }: StateStoreComponents) {
    super()
    this.#storage = storage
    this.#journal = storage && new Journal(storage, this.core, (event) => this.#acknowledge(event))
    this.#times = new Timekeeper(clock, log.scoped('state'))
  }

  /** Before `load`. */
  addRecorder(recorder: Recorder): void {
    this.#recorders.push(recorder)
  }

  /** Reads what the disk holds. Rejects with the storage's error, or `DATA_CORRUPT` where an event cannot be read. */
  async load(): Promise<void> {
    if (!this.#storage || !this.#journal) return
    const { context, events } = await this.#journal.load()
    for (const { time } of events) this.#times.follow(time)
    // The dots above a gap have no row: they are those of the events that wait.
    for (const { replica, sequence } of events) context.add(replica, sequence)
    this.core.load(context, events)
    this.emit('loaded')
    for (const recorder of this.#recorders) await recorder.load(this.#storage)
  }

  /** From now on own writes are of this replica, and go on after `sequence`. What waited is written in its order. */
  begin(replica: ReplicaId, sequence: number): void {
    this.#replica = replica
    this.#sequence = sequence
    this.#durable = sequence
    this.#held = false
    this.#times.resume(this.core, replica)
    for (const go of this.#waiters.splice(0)) go()
  }

  /** Own writes wait from now on until the next `begin`. */
  hold(): void {
    this.#held = true
  }

  /**
   * Resolves when this node knows as which replica it writes. Whoever writes what depends on what is there awaits it before
   * looking. Rejects with `BusyError` where `MAX_WAITING_WRITES` wait already.
   */
  whenBegun(): Promise<void> {
    if (!this.#held) return Promise.resolve()
    if (this.#waiters.length >= MAX_WAITING_WRITES) {
      return Promise.reject(
        new BusyError(`${MAX_WAITING_WRITES} writes wait for this node to confirm with others how far it had counted`),
      )
    }
    const begun = new Promise<void>((resolve) => this.#waiters.push(resolve))
    this.emit('wanted')
    return begun
  }

  /** Says that something is to be written now. Answers whether it can be at once; else `whenBegun` tells when. */
  want(): boolean {
    if (this.#held) this.emit('wanted')
    return !this.#held
  }

  /** Whether somebody waits in `whenBegun`. */
  get isWanted(): boolean {
    return this.#waiters.length > 0
  }

  /** Whether own writes need not wait. */
  get begun(): boolean {
    return !this.#held
  }

  /** Which replica writes; undefined until `begin`. */
  get replica(): ReplicaId | undefined {
    return this.#replica
  }

  /** The last own sequence that was given out. */
  get sequence(): number {
    return this.#sequence
  }

  /** The last own sequence that is durable: what comes after it must not leave this node. */
  get durable(): number {
    return this.#durable
  }

  /** Resolves when all that was written and received until now is on the disk. Rejects as the storage does. */
  async flushed(): Promise<void> {
    await this.#journal?.flushed()
  }

  /** All that shows and is durable: what others may be offered and told. */
  offered(): Context {
    const shown = this.core.shown()
    if (this.#replica === undefined || this.#durable === this.#sequence) return shown
    const context = new Context()
    for (const replica of shown.replicas()) {
      const limit =
        replica === this.#replica ? Math.min(this.#durable, shown.contiguous(replica)) : shown.contiguous(replica)
      if (limit > 0) context.add(replica, 1, limit)
    }
    return context
  }

  /**
   * Writes cells as one event: it shows here at once, and others hear of it when it is durable, which is when this
   * resolves. Waits for `begin`. Rejects with `InvalidInputError` where it is too large, `BusyError` where too many wait, and with
   * the storage's error, after which the node must stop.
   */
  async write(writes: readonly CellWrite[]): Promise<WriteEvent> {
    while (this.#held) await this.whenBegun()
    const { event, durable } = this.issue(writes)
    if (durable) await durable
    return event
  }

  /** As `write`, for who sees that this node has `begun`. Throws `InvalidInputError` where `write` rejects with it. */
  issue(writes: readonly CellWrite[]): Issued {
    checkCount(writes.length)
    let event = this.core.compose(this.#nextDot(), this.#times.next(), writes)
    checkWritten(event)
    if (this.#sequence === 0 && this.#tellFirst()) {
      event = this.core.compose(this.#nextDot(), this.#times.next(), writes)
    }
    return this.#issue(event)
  }

  /** Writes entries that were composed elsewhere, with a past that is not what their cells show now, and maybe as old as another. */
  async reenter(entries: readonly Entry[], { time, origin, after }: Reentered = {}): Promise<WriteEvent> {
    while (this.#held) await this.whenBegun()
    checkCount(entries.length)
    if (this.#sequence === 0) this.#tellFirst()
    const event = {
      ...this.#nextDot(),
      time: time ?? laterThan(this.#times.next(), after),
      entries,
      ...(origin && { origin }),
    }
    checkSize(event)
    await this.#issue(event).durable
    return event
  }

  /**
   * Writes a living event once more, as a write of this node, where the event itself can come to nobody any more. Resolves when that is
   * durable. Rejects as `write`.
   * @param goesAlong which of its entries are needed: a batch must not show by half
   */
  async bringIn(event: WriteEvent, goesAlong: (entry: Entry) => boolean): Promise<void> {
    while (this.#held) await this.whenBegun()
    if (!event.entries.some((entry) => stands(this.core, event, entry))) return
    const entries = event.entries.filter(goesAlong).map((entry) => again(entry, event))
    await this.reenter(entries, { origin: originOf(event), ...datedAgain(event) })
  }

  /** Whether something else was written first. */
  #tellFirst(): boolean {
    // What comes before the first is written in here, too.
    if (this.#isTellingFirst) return false
    this.#isTellingFirst = true
    this.emit('first')
    this.#isTellingFirst = false
    return this.#sequence > 0
  }

  #nextDot(): Dot {
    return { replica: this.#replica as ReplicaId, sequence: this.#sequence + 1 }
  }

  #issue(event: WriteEvent): Issued {
    this.#sequence++
    const changes = this.core.write(event)
    const rows = this.#tell(changes)
    const durable = this.#journal?.write(event, rows)
    if (!durable) this.core.takeDead()
    this.emit('settled')
    if (!durable) this.#acknowledge(event)
    return { event, durable }
  }

  #acknowledge(event: WriteEvent): void {
    // Commits end in the order in which they began.
    if (event.replica === this.#replica) this.#durable = Math.max(this.#durable, event.sequence)
    this.emit('written', event)
  }

  /** Answers what the recorders want written with it. */
  #tell(changes: readonly CellChange[]): readonly StorageWrite[] {
    if (changes.length === 0) return NO_ROWS
    const durable = this.#storage !== undefined
    let rows = NO_ROWS
    for (const recorder of this.#recorders) {
      const more = recorder.record(changes, durable)
      if (more.length > 0) rows = rows.length > 0 ? [...rows, ...more] : more
    }
    this.emit('change', changes)
    return rows
  }

  /** Takes events of a peer. Resolves when they are durable: only then may this node say that it holds them. */
  async receive(events: readonly WriteEvent[]): Promise<void> {
    if (this.#adopting) await this.#adopting
    const fresh = events.filter((event) => this.core.lacks(event))
    if (fresh.length === 0) return
    this.checkOwn(fresh)
    const changes = this.core.receive(fresh)
    for (const event of fresh) this.#times.observe(event, this.#replica)
    await this.#persist({ events: fresh, rows: this.#tell(changes) })
  }

  /** Joins events whose dots are held with another content, see `StateCore.rejoin`. Resolves when they are durable. */
  async rejoin(events: readonly WriteEvent[]): Promise<void> {
    if (this.#adopting) await this.#adopting
    // Who holds a void dot brings it in again as another; one that is known shows no more, there as here.
    const joined = events.filter((event) => !this.core.isVoid(event) && !this.core.isKnown(event))
    if (joined.length === 0) return
    this.checkOwn(joined)
    // What was deleted may be written again.
    this.#journal?.flush()
    const changes: CellChange[] = []
    for (const event of joined) for (const change of this.core.rejoin(event)) changes.push(change)
    for (const event of joined) this.#times.observe(event, this.#replica)
    await this.#persist({ events: joined, rows: this.#tell(changes) })
  }

  /** The end of an exchange, see `StateCore.close`. Resolves when it is durable. */
  async close(sender: Context): Promise<void> {
    // It ends an exchange with the state that goes: of the one that comes it says nothing.
    if (this.#adopting) throw new CancelledError('another state takes the place of this one')
    if (this.core.stored.covers(sender)) return
    this.checkClaim(sender)
    const changes = this.core.close(sender)
    await this.#persist({ replicas: sender.replicas(), rows: this.#tell(changes) })
  }

  /** Looks whether somebody holds own dots that this node has not given out: tells it as `reused`. */
  checkClaim(theirs: HeldDots): void {
    if (this.#replica !== undefined) this.checkGiven(this.#replica, theirs.rangesOf(this.#replica).at(-1)?.[1] ?? 0)
  }

  /** The same where somebody is known to have held a replica up to there. */
  checkGiven(replica: ReplicaId, last: number): void {
    if (replica === this.#replica && !this.#held && last > this.#sequence) this.emit('reused', last)
  }

  /** Whatever somebody has of the writing replica and is not held here as it is was not written in this life: tells it as `reused`. */
  checkOwn(others: readonly Dot[]): void {
    if (this.#held) return
    const own = others.find(({ replica }) => replica === this.#replica)
    if (own) this.emit('reused', own.sequence)
  }

  /**
   * Forgets tombstones, see `StateCore.forget`; done at once. Resolves when that and the rows are durable, which are asked for if
   * any goes.
   */
  async forget(graves: readonly Graves[], rows: () => readonly StorageWrite[]): Promise<void> {
    const changes = this.core.forget(graves)
    if (changes.length === 0) return
    await this.#persist({ rows: [...rows(), ...this.#tell(changes)] })
  }

  /** Does something to the core that follows from what all know, at once. Resolves when what it did to these is durable. */
  async settle(replicas: readonly ReplicaId[], change: (core: StateCore) => readonly CellChange[]): Promise<void> {
    const changes = change(this.core)
    await this.#persist({ replicas, rows: this.#tell(changes) })
  }

  /** Rows that rest on what shows here: durable with that or after it. Resolves when they are. */
  async keep(rows: readonly StorageWrite[]): Promise<void> {
    await this.#persist({ rows })
  }

  /** Forgets replicas, see `StateCore.drop`; done at once. Resolves when that and `rows` are durable. */
  async drop(replicas: readonly ReplicaId[], rows: readonly StorageWrite[]): Promise<void> {
    for (const replica of replicas) this.core.drop(replica)
    const dropped = this.#persist({ replicas, rows })
    // Should they come back, they come as others.
    this.#journal?.flush()
    await dropped
  }

  /**
   * Puts another state in the place of this one, in memory and on the disk. From the call on own writes wait until `begin` as
   * that replica, and what peers send until this is done. `prepare` makes the new state ready when nothing changes any more; `replaced` is
   * called when it shows, before anybody hears of it. Both answer rows to be written with it. Resolves when it is durable.
   */
  async adopt(
    replica: ReplicaId,
    next: StateCore,
    prepare: (next: () => Hlc) => readonly StorageWrite[],
    replaced: () => readonly StorageWrite[],
  ): Promise<void> {
    this.hold()
    let done = (): void => undefined
    this.#adopting = new Promise<void>((resolve) => {
      done = resolve
    })
    try {
      this.#times.resume(this.core, replica)
      for (const { time } of next.events()) this.#times.follow(time)
      const rows = [...prepare(() => this.#times.next())]
      await this.#journal?.prepare(next)
      this.#journal?.turn()
      const changes = this.core.become(next)
      this.#replica = undefined
      rows.push(...replaced(), ...this.#tell(changes))
      const finished = this.#journal?.finishTurn(rows)
      this.emit('settled')
      await finished
    } finally {
      this.#adopting = undefined
      done()
    }
    await this.#journal?.clean()
  }

  async #persist(entry: JournalEntry): Promise<void> {
    const durable = this.#journal?.add(entry)
    if (!durable) this.core.takeDead()
    this.emit('settled')
    await durable
  }
}
