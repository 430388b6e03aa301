import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { PeerId } from '../../network/network.ts'
import { scan } from '../../storage/scan.ts'
import type { Storage, StorageWrite } from '../../storage/storage.ts'
import type { CellChange } from '../cells.ts'
import type { ReplicaId } from '../dot.ts'
import type { CellAddress, Sibling } from '../entry.ts'
import { type Graves, hasGrave } from '../graves.ts'
import { cellName } from '../husks.ts'
import { ACKNOWLEDGED, RETIRED } from '../roster/names.ts'
import type { Roster } from '../roster/roster.ts'
import type { StateStore } from '../store.ts'
import { type Acknowledged, readAcknowledged } from './acknowledgement.ts'
import { isCaughtUp } from './caught-up.ts'
import { type Cut, cutOf, forgettable, isFurther, isUnnamed } from './cut.ts'
import { Remains } from './remains.ts'
import { isKnown, isNamed, mayHavePruned, type RetiredReplicas, readRetired, type StandingRetired } from './retired.ts'
import { decodeNumber, encodeNumber, joinRuns, type Runs } from './runs.ts'
import type { Word } from './voids.ts'
import { type Worn, wornBatches } from './worn.ts'

export interface GarbageComponents {
  store: StateStore
  storage?: Storage
  roster: Roster
  /** This node. */
  network: { readonly self: PeerId }
  log: Log
  /** The storage failed: the node must stop. */
  onFatal(error: unknown): void
}

const COLLECTED = 'state.collected'

/**
 * Forgets what nobody needs: tombstones that all members have, replicas of which nothing lives. What is forgotten follows
 * from the state alone, at once and never from a clock, so that nodes of one state stay of one state.
 */
export class Garbage {
  readonly #components: GarbageComponents
  readonly #log: Log
  readonly #remains: Remains
  readonly #graves = new Map<string, CellAddress>()
  /** Cells that changed since they were last looked at. */
  #touched = new Map<string, CellAddress>()
  readonly #acknowledged = new Map<PeerId, Acknowledged>()
  readonly #retired = new Map<ReplicaId, StandingRetired>()
  /** Those that are to be dropped, as soon as nothing of them lives here. */
  readonly #over = new Set<ReplicaId>()
  #collected: Runs = new Map()
  #cut: Cut | undefined
  #stale = true
  /** A record of a replica that is over came or changed, or what it says is not done yet. */
  #ended = true
  /** A member has acknowledged something since it was last looked at. */
  #told = true
  /** Any tombstone may go that could not before, not only of a cell that has changed. */
  #free = true
  #freed = 0

  constructor(components: GarbageComponents) {
    this.#components = components
    const { store, network } = components
    this.#log = components.log.scoped('garbage')
    this.#remains = new Remains({
      ...components,
      settled: () => this.#settled,
      isCaughtUp: (said) =>
        isCaughtUp(store.core, said, (peer) => peer !== network.self && components.roster.has(peer)),
    })
  }

  /** After the store is loaded and the roster is started. Rejects as the storage does. */
  async start(): Promise<void> {
    const { store, storage, roster } = this.#components
    const collected = new Map<ReplicaId, number>()
    if (storage) {
      for await (const rows of scan(storage, COLLECTED)) {
        for (const { key, value } of rows) collected.set(new TextDecoder().decode(key), decodeNumber(value))
      }
    }
    this.#collected = collected
    this.#readAll()
    store.core.isOver = (replica, sibling) => {
      const { cut } = this
      // Who shows what this node writes shows that it has said so before, and lets nobody in who lacks that.
      const isTold = (this.#settled.get(sibling.event.replica) ?? 0) >= sibling.event.sequence
      // Somebody who returns may still bring something of one that is retired and not dropped.
      if (!cut || this.#retired.get(replica)?.dropped === false || !isTold) return false
      return store.core.isDropped(replica) || (mayHavePruned(this.#retired) && isUnnamed(replica, sibling, cut))
    }
    store.core.isKnown = (event) => {
      const said = this.#retired.get(event.replica)
      // What this node has just written stays until it knows that its epoch is over: others may know another write of that dot.
      if (!said || event.replica === store.replica || !isNamed(said, event)) return false
      if (isKnown(store.core, said, event.sequence)) return true
      // It may become so when more shows.
      this.#ended = true
      return false
    }
    store.on('change', this.#onChange).on('settled', this.#onSettled)
    roster.on('change', this.#onRoster)
    this.#onSettled()
  }

  stop(): void {
    const { store, roster } = this.#components
    store.off('change', this.#onChange).off('settled', this.#onSettled)
    roster.off('change', this.#onRoster)
  }

  /** Deletions up to here may have been forgotten: who lacks some of it must not exchange but rebase. */
  get collected(): Runs {
    return this.#collected
  }

  /** What all members have acknowledged; undefined where one has not said anything yet. */
  get cut(): Cut | undefined {
    if (this.#stale) this.#recut()
    return this.#cut
  }

  get retired(): RetiredReplicas {
    return this.#retired
  }

  /** What a member holds of a replica that is over, by a word that it gave when it knew that; undefined where it gave none. */
  word(member: PeerId, replica: ReplicaId): Word | undefined {
    const said = this.#acknowledged.get(member)
    const record = this.#retired.get(replica)
    if (!said?.isWhole || !record) return undefined
    if (!this.isTold(record, said.shown)) return undefined
    return { run: said.shown.get(replica) ?? 0, above: said.above.get(replica) ?? [] }
  }

  /** Whether who shows that much shows all that is said of a replica that is over. */
  isTold({ dots }: StandingRetired, shown: Runs): boolean {
    const { core } = this.#components.store
    return dots.every(({ replica, sequence }) => core.isDropped(replica) || (shown.get(replica) ?? 0) >= sequence)
  }

  /** Whether all members show all that is said of a replica that is over, and all that this comes behind. */
  isComplete({ records, ...said }: StandingRetired, { shown, named }: Cut): boolean {
    if (!this.isTold({ records, ...said }, shown)) return false
    const { core } = this.#components.store
    return records.every(({ past }) =>
      [...past].every(([replica, last]) => {
        // Of a replica that nobody names any more all have had all.
        const isNamed = core.stored.names(replica) || named.has(replica)
        return !isNamed || core.isDropped(replica) || (shown.get(replica) ?? 0) >= last
      }),
    )
  }

  /** Whether a member has said that it holds dots of this replica beyond that one. */
  isBeyond(replica: ReplicaId, run: number): boolean {
    for (const [member, { above }] of this.#acknowledged) {
      if (this.#components.roster.has(member) && (above.get(replica)?.at(-1)?.[1] ?? 0) > run) return true
    }
    return false
  }

  /** Whether anybody has said that it holds dots above a gap of a replica that is over. */
  get hasBeyond(): boolean {
    for (const { above } of this.#acknowledged.values()) if (above.size > 0) return true
    return false
  }

  /** Cells with a tombstone. */
  get graves(): Iterable<CellAddress> {
    return this.#graves.values()
  }

  get size(): number {
    return this.#graves.size
  }

  /** Batches that keep tombstones which could go without them. */
  worn(): Worn[] {
    const { cut } = this
    return cut ? wornBatches(this.#components.store.core, this.#graves.values(), cut, this.#holds, this.#settled) : []
  }

  acknowledged(member: PeerId): Acknowledged | undefined {
    return this.#acknowledged.get(member)
  }

  /** Peers that have acknowledged anything, members or not. */
  acknowledgers(): PeerId[] {
    return [...this.#acknowledged.keys()].sort()
  }

  /** Begins anew over another state, of which that much was forgotten. Returns the rows that say so: without that state they are wrong. */
  reset(collected: Runs): readonly StorageWrite[] {
    const { store } = this.#components
    const rows = this.#rows(collected)
    this.#collected = collected
    this.#graves.clear()
    this.#touched.clear()
    this.#acknowledged.clear()
    this.#retired.clear()
    this.#over.clear()
    this.#ended = true
    this.#cut = undefined
    this.#stale = true
    this.#freed = store.core.freed
    this.#readAll()
    return rows
  }

  #readAll(): void {
    const { cells } = this.#components.store.core
    for (const namespace of cells.namespaces()) {
      for (const key of cells.keys(namespace)) {
        const plain = { namespace, key, path: '' }
        this.#note(plain, cells.get(plain))
        for (const [path, siblings] of cells.paths(namespace, key)) this.#note({ namespace, key, path }, siblings)
      }
    }
  }

  /** What this node has told the others that all show. */
  get #settled(): Runs {
    return this.#acknowledged.get(this.#components.network.self)?.settled ?? new Map()
  }

  readonly #onRoster = (): void => {
    this.#stale = true
  }

  readonly #onChange = (changes: readonly CellChange[]): void => {
    for (const { namespace, key, path, before, after } of changes) {
      if (hasGrave(before) || hasGrave(after) || namespace === ACKNOWLEDGED || namespace === RETIRED) {
        this.#note({ namespace, key, path }, after)
      }
    }
  }

  #note(cell: CellAddress, siblings: readonly Sibling[]): void {
    const name = cellName(cell)
    if (hasGrave(siblings)) {
      this.#graves.set(name, cell)
      this.#touched.set(name, cell)
    } else {
      this.#graves.delete(name)
      this.#touched.delete(name)
    }
    if (cell.namespace === ACKNOWLEDGED) this.#noteAcknowledged(cell.key, siblings)
    if (cell.namespace === RETIRED) this.#noteRetired(cell.key, siblings)
  }

  #noteAcknowledged(peer: PeerId, siblings: readonly Sibling[]): void {
    this.#stale = true
    this.#told = true
    const said = readAcknowledged(siblings)
    if (said) this.#acknowledged.set(peer, said)
    else this.#acknowledged.delete(peer)
  }

  #noteRetired(replica: ReplicaId, siblings: readonly Sibling[]): void {
    this.#stale = true
    this.#ended = true
    this.#told = true
    // Who is over may hold back no tombstone any more.
    this.#free = true
    const said = readRetired(siblings)
    if (said?.dropped && !this.#components.store.core.isDropped(replica)) this.#over.add(replica)
    else this.#over.delete(replica)
    if (said) this.#retired.set(replica, said)
    else if (this.#retired.delete(replica)) this.#components.store.core.undrop(replica)
  }

  readonly #onSettled = (): void => {
    const { store } = this.#components
    if (this.#ended) {
      this.#ended = false
      // While it is done it comes up again, of what is known and stays.
      if (this.#remains.settle(this.#retired)) this.#ended = true
    }
    if (this.#over.size > 0) this.#dropRetired()
    if (this.#told) this.#follow()
    if (!this.#stale && !this.#free && this.#touched.size === 0 && store.core.freed === this.#freed) return
    if (this.#stale) this.#recut()
    // A new cut may free any of them; what a living batch held back may be free as well.
    const cells = this.#free || store.core.freed !== this.#freed ? this.#graves : this.#touched
    this.#free = false
    this.#freed = store.core.freed
    this.#touched = new Map()
    if (this.#cut) this.#forget([...cells.values()], this.#cut)
  }

  #recut(): void {
    const former = this.#cut
    const { roster } = this.#components
    this.#stale = false
    // While a crowd joins most have not said anything yet.
    this.#cut =
      this.#acknowledged.size < roster.size
        ? undefined
        : cutOf(roster.members, (member) => this.#acknowledged.get(member))
    if (this.#cut && isFurther(this.#cut, former)) this.#free = true
  }

  #forget(cells: readonly CellAddress[], cut: Cut): void {
    const { store } = this.#components
    const graves: Graves[] = []
    const seen = new Map(cells.map((cell) => [cellName(cell), cell]))
    // While it is walked it grows: a batch goes as a whole.
    for (const cell of seen.values()) {
      const gone = forgettable(store.core.siblings(cell), cut, this.#holds)
      if (gone.length === 0) continue
      graves.push([cell, gone])
      for (const { event } of gone) {
        if (event.entries.length === 1) continue
        for (const entry of event.entries) seen.set(cellName(entry), seen.get(cellName(entry)) ?? entry)
      }
    }
    if (graves.length === 0) return
    const collect = (): StorageWrite[] => {
      this.#log.debug('forgets tombstones', { cells: graves.length })
      return this.#collect(cut.settled)
    }
    store.forget(graves, collect).catch((error: unknown) => this.#fail(error))
  }

  /** Whether something of it may still come: it was not dropped. Of one without a record perhaps nothing has come here yet. */
  readonly #holds = (replica: ReplicaId): boolean =>
    this.#components.store.core.stored.names(replica) ||
    !(this.#retired.get(replica)?.dropped ?? mayHavePruned(this.#retired))

  #dropRetired(): void {
    const { store } = this.#components
    const over = [...this.#over].filter((replica) => !store.core.lives(replica))
    if (over.length === 0) return
    for (const replica of over) this.#over.delete(replica)
    this.#stale = true
    const rows: StorageWrite[] = []
    const collected = new Map(this.#collected)
    for (const replica of over) {
      if (collected.delete(replica)) rows.push({ table: COLLECTED, key: replica, value: undefined })
    }
    this.#collected = collected
    this.#told = true
    this.#free = true
    this.#log.info('replicas are over', { count: over.length })
    store.drop(over, rows).catch((error: unknown) => this.#fail(error))
  }

  /**
   * What a member has said that all show it writes on: what it has forgotten of that its next writes do not name, and they may have come
   * here. So whoever lacks some of it must rebase here as there. In a mesh that has nothing to forget nobody must.
   */
  #follow(): void {
    this.#told = false
    if (this.#collected.size === 0 && this.#retired.size === 0) return
    this.require(joinRuns(...[...this.#acknowledged.values()].map(({ told }) => told)))
  }

  /** Whoever lacks some of this must rebase from now on, as far as this node shows it itself. */
  require(runs: Runs): void {
    const { store } = this.#components
    const more = new Map<ReplicaId, number>()
    for (const [replica, last] of runs) {
      const shown = store.core.isDropped(replica) ? 0 : Math.min(last, store.core.visible(replica))
      if (shown > (this.#collected.get(replica) ?? 0)) more.set(replica, shown)
    }
    if (more.size > 0) store.keep(this.#collect(more)).catch((error: unknown) => this.#fail(error))
  }

  /** From now on whoever lacks some of this must rebase. Returns the rows that keep it. */
  #collect(settled: Runs): StorageWrite[] {
    const collected = joinRuns(this.#collected, settled)
    for (const replica of this.#retired.keys()) {
      if (this.#components.store.core.isDropped(replica)) collected.delete(replica)
    }
    const rows = this.#rows(collected)
    this.#collected = collected
    return rows
  }

  #rows(collected: Runs): StorageWrite[] {
    const rows: StorageWrite[] = []
    for (const [key, last] of collected) {
      if (this.#collected.get(key) !== last) rows.push({ table: COLLECTED, key, value: encodeNumber(last) })
    }
    for (const key of this.#collected.keys()) {
      if (!collected.has(key)) rows.push({ table: COLLECTED, key, value: undefined })
    }
    return rows
  }

  #fail(error: unknown): void {
    this.#log.error('what was forgotten could not be made durable', { error: messageOf(error) })
    this.#components.onFatal(error)
  }
}
