import type { Storage, StorageEntry, StorageWrite } from './storage.ts'

/** What survives a crash of the process that uses it: the disk of a simulated machine. */
export type MemoryDisk = Map<string, Map<string, Uint8Array>>

/** Storage in memory, for simulations and for nodes that keep nothing. Durable as long as its disk is. */
export class MemoryStorage implements Storage {
  readonly #disk: MemoryDisk

  constructor(disk: MemoryDisk = new Map()) {
    this.#disk = disk
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async get(table: string, key: string): Promise<Uint8Array | undefined> {
    return this.#disk.get(table)?.get(key)
  }

  async list(table: string, prefix = ''): Promise<StorageEntry[]> {
    const rows = [...(this.#disk.get(table) ?? [])].filter(([key]) => key.startsWith(prefix))
    return rows.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({ key, value }))
  }

  async commit(writes: readonly StorageWrite[]): Promise<void> {
    for (const { table, key, value } of writes) {
      let rows = this.#disk.get(table)
      if (!rows) {
        rows = new Map()
        this.#disk.set(table, rows)
      }
      // A copy: the caller may go on writing into its buffer.
      if (value) rows.set(key, value.slice())
      else rows.delete(key)
    }
  }
}
