import type { StorageKey, StorageWrite } from './storage.ts'

/**
 * What survives a crash of the process that uses it: the disk of a simulated machine. Keys are kept as strings with a
 * character for each byte, whose order is the order of the bytes.
 */
export class MemoryDisk {
  readonly #tables = new Map<string, Table>()

  get(table: string, key: string): Uint8Array | undefined {
    return this.#tables.get(table)?.rows.get(key)
  }

  /** The keys of a table in order. */
  keys(table: string): readonly string[] {
    return this.#tables.get(table)?.sorted() ?? []
  }

  /** Keeps copies: the writer may go on working with its buffers. */
  apply(writes: readonly StorageWrite[]): void {
    for (const { table, key, value } of writes) {
      let rows = this.#tables.get(table)
      if (!rows) {
        rows = new Table()
        this.#tables.set(table, rows)
      }
      if (value) rows.put(diskKey(key), new Uint8Array(value))
      else rows.delete(diskKey(key))
    }
  }

  /** The same content, from now on apart. */
  copy(): MemoryDisk {
    const copy = new MemoryDisk()
    for (const [name, table] of this.#tables) copy.#tables.set(name, table.copy())
    return copy
  }
}

export function diskKey(key: StorageKey): string {
  // ASCII, and nothing else, has as many bytes as characters, and the same ones.
  if (typeof key === 'string') return Buffer.byteLength(key) === key.length ? key : Buffer.from(key).toString('latin1')
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
}

class Table {
  readonly rows = new Map<string, Uint8Array>()
  #sorted: string[] | undefined

  sorted(): readonly string[] {
    this.#sorted ??= [...this.rows.keys()].sort()
    return this.#sorted
  }

  put(key: string, value: Uint8Array): void {
    if (!this.rows.has(key)) this.#sorted = undefined
    this.rows.set(key, value)
  }

  delete(key: string): void {
    if (this.rows.delete(key)) this.#sorted = undefined
  }

  copy(): Table {
    const copy = new Table()
    for (const [key, value] of this.rows) copy.rows.set(key, value)
    return copy
  }
}
