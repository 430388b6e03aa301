import type { StorageKey, StorageWrite } from './storage.ts'

/**
 * What survives a crash of the process that uses it: the disk of a simulated machine. Keys and values are kept as strings with a
 * character for each byte: the order of such keys is the order of the bytes, and a short value takes a quarter of what an array does.
 */
export class MemoryDisk {
  readonly #tables = new Map<string, Table>()

  /** A copy, as from a disk: nobody changes what is stored by changing what was read. */
  get(table: string, key: string): Uint8Array | undefined {
    const value = this.#tables.get(table)?.rows.get(key)
    return value === undefined ? undefined : diskBytes(value)
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
      if (value) rows.put(diskKey(key), diskText(value))
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
  return diskText(key)
}

/** Where short values are read from as text: a buffer around each would be more than most values are. */
const scratch = Buffer.allocUnsafeSlow(1024)

/** A character for each byte. */
export function diskText(bytes: Uint8Array): string {
  if (bytes.length <= scratch.length) {
    scratch.set(bytes)
    return scratch.toString('latin1', 0, bytes.length)
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** A byte for each character. */
export const diskBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

class Table {
  readonly rows = new Map<string, string>()
  #sorted: string[] | undefined

  sorted(): readonly string[] {
    this.#sorted ??= [...this.rows.keys()].sort()
    return this.#sorted
  }

  put(key: string, value: string): void {
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
