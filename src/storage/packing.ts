import type { StorageEntry, StorageKey, StorageWrite } from './storage.ts'

/**
 * Writes and entries as one block of bytes, so that a thread hands thousands of them to another by moving one buffer. Little
 * endian: `u32 table, u32 key length, i32 value length (-1: delete, -2: written again further on), key, value`.
 */
const HEADER_BYTES = 12
const DELETED = -1
const OVERTAKEN = -2
/** UTF-8 bytes of the longest character, a unit of UTF-16 counted as one. */
const MAX_BYTES_A_CHAR = 3

export interface PackedWrites {
  /** The names that the rows' table numbers stand for. */
  tables: string[]
  bytes: Uint8Array<ArrayBuffer>
}

/** A row in a block: where it lies, and what lies there. */
export interface UnpackedWrite {
  /** Its number in `tables`. */
  table: number
  key: Uint8Array
  value: Uint8Array | undefined
  /** Key and value as they lie side by side. */
  row: Uint8Array
}

/**
 * Of several writes of one row whose key is a text, as those are that are written again and again, the last alone counts: they become
 * durable together, or not at all.
 * @param size at least that of all keys and values and of a header for each write
 */
export function packWrites(commits: Iterable<readonly StorageWrite[]>, size: number): PackedWrites {
  const packer = new Packer(size)
  const tables = new Map<string, Packing>()
  for (const writes of commits) {
    for (const { table, key, value } of writes) {
      let packing = tables.get(table)
      if (!packing) {
        packing = { number: tables.size, places: new Map() }
        tables.set(table, packing)
      }
      if (typeof key === 'string') {
        const before = packing.places.get(key)
        if (before !== undefined) packer.overtake(before)
        packing.places.set(key, packer.length)
      }
      packer.add(packing.number, key, value)
    }
  }
  return { tables: [...tables.keys()], bytes: packer.take() }
}

/** One table's share of what is packed. */
interface Packing {
  readonly number: number
  /** Where the last write of each row lies. */
  readonly places: Map<string, number>
}

export function packEntries(entries: readonly StorageEntry[]): Uint8Array<ArrayBuffer> {
  let size = 0
  for (const { key, value } of entries) size += HEADER_BYTES + key.length + value.length
  const packer = new Packer(size)
  for (const { key, value } of entries) packer.add(0, key, value)
  return packer.take()
}

/** The rows' keys and values lie in `bytes`. */
export function* unpackWrites(bytes: Uint8Array): Generator<UnpackedWrite> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < bytes.length; ) {
    const keyAt = at + HEADER_BYTES
    const keyEnd = keyAt + view.getUint32(at + 4, true)
    const valueLength = view.getInt32(at + 8, true)
    const end = keyEnd + Math.max(0, valueLength)
    if (valueLength !== OVERTAKEN) {
      yield {
        table: view.getUint32(at, true),
        key: bytes.subarray(keyAt, keyEnd),
        value: valueLength === DELETED ? undefined : bytes.subarray(keyEnd, end),
        row: bytes.subarray(keyAt, end),
      }
    }
    at = end
  }
}

export function unpackEntries(bytes: Uint8Array): StorageEntry[] {
  const entries: StorageEntry[] = []
  for (const { key, value } of unpackWrites(bytes)) entries.push({ key, value: value as Uint8Array })
  return entries
}

/** A block that is being written. */
class Packer {
  readonly #bytes: Buffer<ArrayBuffer>
  readonly #view: DataView
  length = 0

  constructor(size: number) {
    // Of its own and not from Buffer's pool: it is moved to another thread whole.
    const bytes = new ArrayBuffer(size)
    this.#bytes = Buffer.from(bytes)
    this.#view = new DataView(bytes)
  }

  add(table: number, key: StorageKey, value: Uint8Array | undefined): void {
    const view = this.#view
    const at = this.length
    const keyAt = at + HEADER_BYTES
    const keyLength = this.#put(key, keyAt)
    view.setUint32(at, table, true)
    view.setUint32(at + 4, keyLength, true)
    view.setInt32(at + 8, value ? value.length : DELETED, true)
    this.length = keyAt + keyLength
    if (value) this.length += this.#put(value, this.length)
  }

  /** The row at this place is written again further on. */
  overtake(at: number): void {
    const valueLength = this.#view.getInt32(at + 8, true)
    // Its value stays where it lies, as a part of a key that nobody reads.
    const keyLength = this.#view.getUint32(at + 4, true) + Math.max(0, valueLength)
    this.#view.setUint32(at + 4, keyLength, true)
    this.#view.setInt32(at + 8, OVERTAKEN, true)
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length)
  }

  /** How many bytes it was. */
  #put(bytes: string | Uint8Array, at: number): number {
    const { length } = this.#bytes
    if (typeof bytes !== 'string') {
      this.#bytes.set(bytes, at)
      return bytes.length
    }
    // A text would be cut off without a word.
    if (at + bytes.length * MAX_BYTES_A_CHAR > length && at + Buffer.byteLength(bytes) > length) {
      throw new RangeError('a key that is longer than it was')
    }
    return this.#bytes.write(bytes, at)
  }
}
