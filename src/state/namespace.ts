import type { Clock } from '../lib/clock.ts'
import { BusyError, InvalidInputError } from '../lib/errors.ts'
import type { PeerId } from '../network/network.ts'
import { Batch } from './batch.ts'
import type { CellChange } from './cells.ts'
import type { CellWrite } from './core.ts'
import type { ReplicaId } from './dot.ts'
import type { Sibling } from './entry.ts'
import { KeyTypeError, type PolicyMismatchError, UnresolvedConflictError, VersionConflictError } from './errors.ts'
import { Counter, Elements } from './handles.ts'
import { type HistoryItem, historyOf } from './history.ts'
import { type Conflict, Listing, type ListOptions, type Page } from './listing.ts'
import type { PastWrites } from './past-writes.ts'
import { isConflict, type Policy, policyName, type ShownValue } from './policy.ts'
import { type RestorationTarget, restoreKeys } from './restoration.ts'
import { readSnapshot, type Snapshot, type SnapshotEntry, snapshotEntry } from './snapshot.ts'
import type { StateStore } from './store.ts'
import { Tidings } from './tidings.ts'
import { type KeyCells, type KeyType, NO_CELLS, type PathWrite, removal, typeOf, type Writer } from './types/type.ts'
import type { StateValue } from './value.ts'
import { dotVersion, type Version, versionOf } from './version.ts'
import { type Reading, type StateEntry, viewOf } from './view.ts'
import { MAX_WATCHERS, Watcher, type WatchItem } from './watch.ts'
import { addressed, checkKey, checkOptions, NO_OPTIONS, type WriteOptions } from './write-options.ts'

/** What a namespace needs of the state it is part of. */
export interface NamespaceComponents {
  readonly self: PeerId
  readonly store: StateStore
  readonly clock: Clock
  readonly past: PastWrites
  readonly types: readonly KeyType[]
  readonly newId: () => string
  /** Throws `StoppedError` where nothing has been loaded yet: that a key holds nothing would not be true. */
  readonly checkReadable: () => void
  /** Throws where nothing may be written: stopped, or declared otherwise before. */
  readonly checkWritable: (namespace: Namespace) => void
  /** Resolves when this node knows as which replica it writes. Rejects with `StoppedError` before its start and once it stops. */
  readonly whenBegun: () => Promise<void>
  readonly mismatch: (namespace: Namespace) => PolicyMismatchError | undefined
}

/**
 * The keys of one namespace, all of them here: reads are answered from memory, writes show here at once, resolve when they are
 * durable, and reach the others on their own. What a reader sees of concurrent writes is the namespace's policy.
 *
 * Every read throws `StoppedError` before the node has started; what is known then stays readable. Every write rejects with
 * `InvalidInputError` on what is no key or value or too large, `StoppedError` before the start and after `stop`,
 * `PolicyMismatchError` where another node had declared another policy before, or the storage's error; then nothing was written.
 */
export class Namespace {
  readonly name: string
  readonly policy: Policy
  readonly #parts: NamespaceComponents
  readonly #store: StateStore
  readonly #reading: Reading
  readonly #tidings: Tidings
  readonly #watchers = new Set<Watcher>()
  readonly #listing: Listing
  readonly #writer: Writer
  /** What `set` writes. */
  readonly #valueType: KeyType

  constructor(name: string, policy: Policy, parts: NamespaceComponents) {
    this.name = name
    this.policy = policy
    this.#parts = parts
    this.#store = parts.store
    this.#reading = { policy, types: parts.types }
    this.#valueType = parts.types[0] as KeyType
    this.#writer = {
      get replica(): ReplicaId {
        return parts.store.replica as ReplicaId
      },
      newId: parts.newId,
    }
    const cells = (key: string): KeyCells => this.#frozen(key)
    this.#listing = new Listing({ all: () => this.#store.core.cells.keys(name), cells }, this.#reading)
    this.#tidings = new Tidings(this.#reading, cells)
  }

  /** Why nodes do not agree on this namespace; undefined where they do. */
  get mismatch(): PolicyMismatchError | undefined {
    return this.#parts.mismatch(this)
  }

  /** What the key shows; undefined where that is nothing. */
  get(key: string): ShownValue | undefined {
    this.#parts.checkReadable()
    checkKey(key)
    const cells = this.#cells(key)
    return typeOf(cells, this.#reading.types)?.read(cells, this.policy)
  }

  /** The value with its version, author, time and siblings. */
  entry(key: string): StateEntry | undefined {
    this.#parts.checkReadable()
    checkKey(key)
    return viewOf(key, this.#frozen(key), this.#reading)
  }

  /**
   * Writes a value: in a `merge` namespace the leaves that differ from what shows here, elsewhere as a whole. Resolves to the version
   * that it made. Rejects with `VersionConflictError` (see `expect`), `StaleFenceError`, `KeyTypeError`, and in a `manual`
   * namespace with `UnresolvedConflictError` where concurrent values stand and `expect` does not say that they were seen.
   */
  set(key: string, value: StateValue, options: WriteOptions = NO_OPTIONS): Promise<Version> {
    if (!this.#store.want()) return this.#parts.whenBegun().then(() => this.set(key, value, options))
    try {
      const cells = this.#check(key, options)
      const type = this.#valueType
      this.#checkType(key, cells, type)
      return this.#write(key, cells, type.put(cells, value, this.#writer), options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Writes what `change` makes of the value that shows here, with nothing in between on this node. `change` answers at once (no promise)
   * and may throw. Rejects as `set` does.
   */
  async update(
    key: string,
    change: (value: ShownValue | undefined) => StateValue,
    options: WriteOptions = NO_OPTIONS,
  ): Promise<Version> {
    if (!this.#store.want()) await this.#parts.whenBegun()
    return this.set(key, change(this.get(key)), options)
  }

  /** Deletes whatever the key holds; resolves to whether it held something. Rejects as `set` does. */
  async delete(key: string, options: WriteOptions = NO_OPTIONS): Promise<boolean> {
    if (!this.#store.want()) await this.#parts.whenBegun()
    const cells = this.#check(key, options)
    const writes = removal(cells)
    if (writes.length === 0) return false
    await this.#write(key, cells, writes, options)
    return true
  }

  /** Some of the keys that show something, in order. Throws `InvalidInputError` on a bad limit. */
  list(options: ListOptions = {}): Page {
    this.#parts.checkReadable()
    return this.#listing.page(options)
  }

  /**
   * Writes several keys at once: here and everywhere all of them show or none. `fill` says what; if it throws, nothing is
   * written. Rejects as `set` does, and with `InvalidInputError` where it is too much for one batch.
   */
  async batch(fill: (batch: Batch) => void): Promise<void> {
    if (!this.#store.want()) await this.#parts.whenBegun()
    const batch = new Batch(this.policy)
    fill(batch)
    const writes: CellWrite[] = []
    for (const [key, { value, options }] of batch.operations) {
      const cells = this.#check(key, options)
      const type = this.#valueType
      if (value !== undefined) this.#checkType(key, cells, type)
      const parts = value === undefined ? removal(cells) : type.put(cells, value, this.#writer)
      for (const write of addressed(this.name, key, cells, parts, options)) writes.push(write)
    }
    if (writes.length > 0) await this.#store.write(writes)
  }

  /**
   * First the keys as they are, then every change, until the loop is left or `return()` is called. Writes that come together show
   * together, as what they leave. Buffers `MAX_WATCH_BUFFER` changes: a reader that falls further behind is told, and a new listing begins.
   * Throws `BusyError` beyond `MAX_WATCHERS`.
   */
  watch(prefix = ''): AsyncIterableIterator<WatchItem> {
    this.#parts.checkReadable()
    if (this.#watchers.size >= MAX_WATCHERS) throw new BusyError(`${MAX_WATCHERS} watchers of ${this.name}`)
    const watcher = new Watcher(prefix, this.#listing, () => this.#watchers.delete(watcher))
    this.#watchers.add(watcher)
    return watcher
  }

  /** The writes of a key as far as this node has seen and still knows them, the newest first. */
  history(key: string): HistoryItem[] {
    this.#parts.checkReadable()
    checkKey(key)
    return historyOf(this.#cells(key), this.former(key))
  }

  /**
   * Writes anew what a write in the history wrote: it wins over all that shows here now. Rejects as `set` does, and with
   * `InvalidInputError` where the history has no such write, or it wrote only a part of a value (`restore` a snapshot instead).
   */
  async rollback(key: string, version: Version, options: WriteOptions = NO_OPTIONS): Promise<Version> {
    if (!this.#store.want()) await this.#parts.whenBegun()
    const item = this.history(key).find((one) => one.version === version)
    const [change] = item?.changes ?? []
    if (change?.path !== '' || this.policy === 'merge') {
      throw new InvalidInputError(
        `${key} cannot be rolled back to ${version}`,
        'See its history for versions of whole values.',
      )
    }
    // Whoever rolls back has looked at what is there.
    const expect = options.expect === undefined ? versionNow(this.entry(key)) : options.expect
    const cells = this.#check(key, { ...options, expect })
    if (change.value !== undefined) return this.set(key, change.value, { ...options, expect })
    return this.#write(key, cells, removal(cells), options)
  }

  /** Keys of a `manual` namespace whose concurrent values nobody has chosen from, in order; their values are the `siblings`. */
  conflicts(): Conflict[] {
    this.#parts.checkReadable()
    return this.#listing.conflicts()
  }

  /**
   * Ends a conflict: the value replaces everything that stands here in the key. Writes that this node has not heard of stay concurrent to
   * it. Rejects as `set` does, and with `InvalidInputError` where there is no conflict.
   */
  async resolve(key: string, value: StateValue, options: WriteOptions = NO_OPTIONS): Promise<Version> {
    if (!this.#store.want()) await this.#parts.whenBegun()
    checkKey(key)
    const cells = this.#cells(key)
    if (!isConflict(cells.plain, this.policy)) {
      throw new InvalidInputError(`${key} has no conflict`, 'See conflicts() for those that have.')
    }
    return this.set(key, value, { ...options, expect: options.expect ?? versionOf(cells) })
  }

  counter(key: string): Counter {
    checkKey(key)
    return new Counter(this, key)
  }

  /** The key as a set. */
  elements(key: string): Elements {
    checkKey(key)
    return new Elements(this, key)
  }

  /** What everything shows now. Of a `siblings` namespace, the latest of concurrent values. */
  snapshot(): Snapshot {
    this.#parts.checkReadable()
    const policy = this.policy === 'siblings' ? 'latest' : this.policy
    const reading = { ...this.#reading, policy }
    const entries: SnapshotEntry[] = []
    for (let entry = this.#listing.next('', undefined, reading); entry; ) {
      entries.push(snapshotEntry(entry.key, entry.type, entry.value))
      entry = this.#listing.next('', entry.key, reading)
    }
    return {
      format: 'covey-snapshot',
      version: 1,
      namespace: this.name,
      policy: policyName(this.policy),
      takenAt: this.#parts.clock.now(),
      takenBy: this.#parts.self,
      entries,
    }
  }

  /**
   * Makes everything here what the snapshot has, with new writes: they win over what shows here, delete what the snapshot lacks, and
   * stay concurrent to what this node has not heard of. One batch if it fits, else several; after a failure, restore again. Resolves to
   * the number of keys written. Rejects as `set` does; with `InvalidInputError`, before anything is written, on what is no snapshot.
   */
  async restore(snapshot: Snapshot): Promise<number> {
    if (!this.#store.want()) await this.#parts.whenBegun()
    this.#parts.checkWritable(this)
    const wanted = readSnapshot(snapshot, this.#reading.types, this.#writer)
    const keys = new Set([...wanted.keys(), ...this.#store.core.cells.keys(this.name)])
    const target: RestorationTarget = {
      namespace: this.name,
      reading: this.#reading,
      writer: this.#writer,
      cells: (key) => this.#cells(key),
      write: (writes) => this.#store.write(writes),
    }
    return restoreKeys(target, [...keys].sort(), wanted)
  }

  /**
   * Writes parts of a key of that type, as `change` works them out from its cells: for typed helpers. Resolves to the new version, or
   * undefined where there was nothing to write. Rejects as `set` does.
   */
  async change(
    key: string,
    type: KeyType,
    change: (cells: KeyCells, writer: Writer) => PathWrite[],
  ): Promise<Version | undefined> {
    if (!this.#store.want()) await this.#parts.whenBegun()
    const cells = this.#check(key, NO_OPTIONS)
    this.#checkType(key, cells, type)
    const writes = change(cells, this.#writer)
    return writes.length === 0 ? undefined : this.#write(key, cells, writes, NO_OPTIONS)
  }

  /** A name that nobody else will choose: for typed helpers. */
  newId(): string {
    return this.#parts.newId()
  }

  /** The cells of a key as they are now; they change with the next write. For typed helpers. */
  cells(key: string): KeyCells {
    this.#parts.checkReadable()
    return this.#cells(key)
  }

  /** The superseded entries of a key that are known, the oldest first. For typed helpers. */
  former(key: string): readonly Sibling[] {
    return this.#parts.past.of(this.name, key)
  }

  /** Cells of this namespace show something else. */
  changed(changes: readonly CellChange[]): void {
    this.#listing.changed(changes)
    if (this.#watchers.size > 0) this.#tidings.tell(changes, this.#watchers)
  }

  /** Ends all watches. */
  close(): void {
    for (const watcher of [...this.#watchers]) watcher.close()
  }

  #check(key: string, options: WriteOptions): KeyCells {
    checkKey(key)
    this.#parts.checkWritable(this)
    const cells = this.#cells(key)
    if (options !== NO_OPTIONS) this.#checkExpected(key, cells, options)
    else if (cells.plain.length > 1 && isConflict(cells.plain, this.policy)) throw new UnresolvedConflictError(key)
    return cells
  }

  #checkExpected(key: string, cells: KeyCells, options: WriteOptions): void {
    checkOptions(options, this.policy)
    const { expect } = options
    if (expect === undefined) {
      if (isConflict(cells.plain, this.policy)) throw new UnresolvedConflictError(key)
      return
    }
    const current = this.entry(key)
    const now = isConflict(cells.plain, this.policy) ? versionOf(cells) : versionNow(current)
    if (now !== expect) throw new VersionConflictError(key, current)
  }

  #checkType(key: string, cells: KeyCells, type: KeyType): void {
    const held = typeOf(cells, this.#reading.types)
    if (held !== undefined && held !== type) throw new KeyTypeError(key, held.name, type.name)
  }

  #write(key: string, cells: KeyCells, writes: PathWrite[], options: WriteOptions): Promise<Version> {
    // Nothing to change is no error: the version is the one that shows.
    if (writes.length === 0) return Promise.resolve(versionOf(cells))
    const { event, durable } = this.#store.issue(addressed(this.name, key, cells, writes, options))
    // Of one value it is known without looking.
    const isPlain = cells.paths.size === 0 && writes.length === 1 && writes[0]?.path === ''
    const version = isPlain ? dotVersion(event) : versionOf(this.#cells(key))
    return durable ? durable.then(() => version) : Promise.resolve(version)
  }

  /** Reads at once what the cells hold; they change with the next write. */
  #cells(key: string): KeyCells {
    const { cells } = this.#store.core
    return { plain: cells.get({ namespace: this.name, key, path: '' }), paths: cells.paths(this.name, key) }
  }

  /** The cells as they are now, to keep. */
  #frozen(key: string): KeyCells {
    const { plain, paths } = this.#cells(key)
    return { plain, paths: paths.size === 0 ? NO_CELLS.paths : new Map(paths) }
  }
}

const versionNow = (entry: StateEntry | undefined): Version | null => entry?.version ?? null
