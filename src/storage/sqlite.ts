import { type CoveyError, StoppedError } from '../lib/errors.ts'
import { checkCommit, checkKey, checkRange, checkTable, keyBytes } from './check.ts'
import { unpackEntries } from './packing.ts'
import type { Value } from './sqlite-messages.ts'
import { SqliteThread } from './sqlite-thread.ts'
import type { Storage, StorageKey, StoragePage, StorageRange, StorageWrite } from './storage.ts'

/**
 * Storage in one SQLite file in `directory` (both are made for their owner alone), held by a thread of its own. What it takes
 * while a transaction is on its way to the disk joins the next one. The open file is the lock on the directory.
 */
export class SqliteStorage implements Storage {
  readonly #directory: string
  readonly #listeners: ((error: CoveyError) => void)[] = []
  #thread: SqliteThread | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  start(): Promise<void> {
    if (this.#starting) return this.#starting
    const starting = this.#start()
    this.#starting = starting
    // It may be tried again: whoever used the directory may be gone.
    starting.catch(() => {
      if (this.#starting === starting) this.#starting = undefined
    })
    return starting
  }

  /** Whether the last start found no file, and made one. */
  get isNew(): boolean {
    return this.#thread?.isNew ?? false
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  async get(table: string, key: StorageKey): Promise<Uint8Array | undefined> {
    checkTable(table)
    checkKey(table, key)
    const value = await this.#open().read({ kind: 'get', table, key: alone(keyBytes(key)) })
    return value as Uint8Array | undefined
  }

  async list(table: string, range: StorageRange = {}): Promise<StoragePage> {
    const { from, prefix, limit } = checkRange(table, range)
    const order = { kind: 'list', table, from: alone(from), prefix: alone(prefix), limit } as const
    const { bytes, next } = (await this.#open().read(order)) as Extract<Value, { bytes: Uint8Array }>
    return { entries: unpackEntries(bytes), next }
  }

  async commit(writes: readonly StorageWrite[]): Promise<void> {
    await this.#open().commit(writes, checkCommit(writes))
  }

  onFatal(listener: (error: CoveyError) => void): void {
    this.#listeners.push(listener)
  }

  async #start(): Promise<void> {
    await this.#stopping
    this.#thread = await SqliteThread.open(this.#directory, (error) => {
      for (const listener of this.#listeners) listener(error)
    })
  }

  async #stop(): Promise<void> {
    const starting = this.#starting
    this.#starting = undefined
    // A start that failed has told its caller, and left nothing to stop.
    await starting?.catch(() => undefined)
    const thread = this.#thread
    this.#thread = undefined
    await thread?.close()
  }

  #open(): SqliteThread {
    if (!this.#thread) throw new StoppedError('the store')
    return this.#thread
  }
}

/** The same bytes in a buffer of their own: a message to a thread copies a view's whole buffer. */
function alone(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
