import type { Clock } from '../lib/clock.ts'
import { type CoveyError, StoppedError } from '../lib/errors.ts'
import { lowerBound } from '../lib/lower-bound.ts'
import type { Random } from '../lib/random.ts'
import { checkCommit, checkKey, checkRange, checkTable } from './check.ts'
import { diskBytes, diskKey, MemoryDisk } from './memory-disk.ts'
import {
  MAX_PAGE_BYTES,
  type Storage,
  type StorageEntry,
  type StorageKey,
  type StoragePage,
  type StorageRange,
  type StorageWrite,
} from './storage.ts'

/** What happens to a disk: a commit is asked for; a transaction is on it, and nobody knows yet. */
export type StorageStep = 'asked' | 'durable'

/** How a simulated disk behaves. */
export interface DiskBehaviour {
  clock: Clock
  /** Decides how long a transaction takes, and what a crash leaves of those under way. */
  random: Random
  /** The least and the most that a transaction takes, in milliseconds; 0 and 0: it is durable at once. */
  latencyMs(): readonly [least: number, most: number]
  /** Hears of every step as it happens: a crash in it falls exactly there. */
  onStep(step: StorageStep): void
}

interface Pending {
  writes: readonly StorageWrite[]
  resolve(): void
  reject(error: Error): void
}

/**
 * Storage in memory, for simulations and for nodes that keep nothing. Durable as long as its disk is; needs no start. With a
 * `behaviour` a commit takes its time, and those that come meanwhile join the next transaction, as in a real one.
 */
export class MemoryStorage implements Storage {
  readonly #disk: MemoryDisk
  readonly #behaviour: DiskBehaviour | undefined
  readonly #listeners: ((error: CoveyError) => void)[] = []
  /** On their way to the disk, and those that will be next. */
  #writing: Pending[] = []
  #waiting: Pending[] = []
  #state: 'open' | 'stopped' | 'crashed' = 'open'
  #failed: CoveyError | undefined
  #onIdle: (() => void)[] = []

  constructor(disk: MemoryDisk = new MemoryDisk(), behaviour?: DiskBehaviour) {
    this.#disk = disk
    this.#behaviour = behaviour
  }

  async start(): Promise<void> {
    if (this.#state !== 'stopped') return
    this.#state = 'open'
    this.#failed = undefined
  }

  async stop(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'stopped'
    if (this.#writing.length > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve))
  }

  async get(table: string, key: StorageKey): Promise<Uint8Array | undefined> {
    checkTable(table)
    checkKey(table, key)
    const refusal = this.#refusal()
    if (refusal) return refusal
    return this.#disk.get(table, diskKey(key))
  }

  async list(table: string, range: StorageRange = {}): Promise<StoragePage> {
    const { from, prefix, limit } = checkRange(table, range)
    const refusal = this.#refusal()
    if (refusal) return refusal
    const keys = this.#disk.keys(table)
    const begin = diskKey(prefix)
    const entries: StorageEntry[] = []
    let bytes = 0
    for (let i = lowerBound(keys, diskKey(from)); i < keys.length; i++) {
      const key = keys[i] as string
      if (!key.startsWith(begin)) break
      const value = this.#disk.get(table, key) as Uint8Array
      const entry = { key: diskBytes(key), value }
      entries.push(entry)
      bytes += key.length + value.length
      if (entries.length >= limit || bytes >= MAX_PAGE_BYTES) return { entries, next: entry.key }
    }
    return { entries, next: undefined }
  }

  async commit(writes: readonly StorageWrite[]): Promise<void> {
    checkCommit(writes)
    const refusal = this.#refusal()
    if (refusal) return refusal
    const behaviour = this.#behaviour
    if (!behaviour) return this.#disk.apply(writes)
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ writes, resolve, reject })
      behaviour.onStep('asked')
      if (this.#writing.length === 0) this.#write(behaviour)
    })
  }

  onFatal(listener: (error: CoveyError) => void): void {
    this.#listeners.push(listener)
  }

  // What follows is for the simulator.

  /**
   * The process dies. Of the commits under way the first few, by chance none or all, are on the disk afterwards: a log is
   * written in order, and a transaction is on it whole or not at all. Nobody hears of any, now or later.
   */
  crash(): void {
    if (this.#state === 'crashed') return
    this.#state = 'crashed'
    this.#scatter()
  }

  /** The disk fails for good: the commits under way reject, and are on it or not as after a crash. */
  fail(error: CoveyError): void {
    if (this.#state === 'crashed' || this.#failed) return
    this.#failed = error
    for (const { reject } of this.#scatter()) reject(error)
    for (const listener of this.#listeners) listener(error)
  }

  #write(behaviour: DiskBehaviour): void {
    const group = this.#waiting
    if (group.length === 0) return
    this.#writing = group
    this.#waiting = []
    const [least, most] = behaviour.latencyMs()
    if (most === 0) return this.#written(behaviour, group)
    const ms = least + behaviour.random.float() * (most - least)
    behaviour.clock.after(ms, () => this.#written(behaviour, group))
  }

  #written(behaviour: DiskBehaviour, group: readonly Pending[]): void {
    // It failed, or died, meanwhile.
    if (this.#writing !== group) return
    this.#writing = []
    for (const { writes } of group) this.#disk.apply(writes)
    behaviour.onStep('durable')
    if (this.#state === 'crashed') return
    for (const { resolve, reject } of group) {
      if (this.#failed) reject(this.#failed)
      else resolve()
    }
    this.#write(behaviour)
    if (this.#writing.length === 0) for (const idle of this.#onIdle.splice(0)) idle()
  }

  /** Leaves some of what is under way on the disk, and returns all of it. */
  #scatter(): Pending[] {
    const under = [...this.#writing, ...this.#waiting]
    this.#writing = []
    this.#waiting = []
    if (under.length > 0) {
      const survivors = this.#behaviour?.random.below(under.length + 1) ?? 0
      for (const { writes } of under.slice(0, survivors)) this.#disk.apply(writes)
    }
    for (const idle of this.#onIdle.splice(0)) idle()
    return under
  }

  /** Throws where nothing can be asked any more. A dead process hears nothing at all, neither good nor bad. */
  #refusal(): Promise<never> | undefined {
    if (this.#state === 'crashed') return new Promise(() => undefined)
    if (this.#state === 'stopped') throw new StoppedError('the store')
    if (this.#failed) throw this.#failed
    return undefined
  }
}
