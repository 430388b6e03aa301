import { keyBytes } from './check.ts'
import type { StorageEntry, StorageWrite } from './storage.ts'

/**
 * Writes and entries as one block of bytes, so that a thread hands thousands of them to another by moving one buffer. Little
 * endian: `u32 table, u32 key length, i32 value length (-1: delete), key, value`.
 */
const HEADER_BYTES = 12
const DELETED = -1

export interface PackedWrites {
  /** The names that the rows' table numbers stand for. */
  tables: string[]
  bytes: Uint8Array<ArrayBuffer>
}

export interface UnpackedWrite {
  /** Its number in `tables`. */
  table: number
  key: Uint8Array
  value: Uint8Array | undefined
}

/** Of several writes of one row the last alone is packed: they become durable together, or not at all. */
export function packWrites(commits: Iterable<readonly StorageWrite[]>): PackedWrites {
  const tables = new Map<string, Packing>()
  const rows: (UnpackedWrite | undefined)[] = []
  for (const writes of commits) {
    for (const { table, key, value } of writes) {
      let packing = tables.get(table)
      if (!packing) {
        packing = { number: tables.size, places: new Map() }
        tables.set(table, packing)
      }
      if (typeof key === 'string') {
        const before = packing.places.get(key)
        if (before !== undefined) rows[before] = undefined
        packing.places.set(key, rows.length)
      }
      rows.push({ table: packing.number, key: keyBytes(key), value })
    }
  }
  return { tables: [...tables.keys()], bytes: pack(rows.filter((row) => row !== undefined)) }
}

/** One table's share of what is packed. */
interface Packing {
  readonly number: number
  /** Where the last write of each row is whose key is a text, as those are that are written again and again. */
  readonly places: Map<string, number>
}

export function packEntries(entries: readonly StorageEntry[]): Uint8Array<ArrayBuffer> {
  return pack(entries.map(({ key, value }) => ({ table: 0, key, value })))
}

/** The rows' keys and values lie in `bytes`. */
export function* unpackWrites(bytes: Uint8Array): Generator<UnpackedWrite> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < bytes.length; ) {
    const keyLength = view.getUint32(at + 4, true)
    const valueLength = view.getInt32(at + 8, true)
    const keyEnd = at + HEADER_BYTES + keyLength
    const end = keyEnd + Math.max(0, valueLength)
    yield {
      table: view.getUint32(at, true),
      key: bytes.subarray(at + HEADER_BYTES, keyEnd),
      value: valueLength === DELETED ? undefined : bytes.subarray(keyEnd, end),
    }
    at = end
  }
}

export function unpackEntries(bytes: Uint8Array): StorageEntry[] {
  const entries: StorageEntry[] = []
  for (const { key, value } of unpackWrites(bytes)) entries.push({ key, value: value as Uint8Array })
  return entries
}

function pack(rows: readonly UnpackedWrite[]): Uint8Array<ArrayBuffer> {
  let size = 0
  for (const { key, value } of rows) size += HEADER_BYTES + key.length + (value?.length ?? 0)
  // Of its own and not from Buffer's pool: it is moved to another thread whole.
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { table, key, value } of rows) {
    view.setUint32(at, table, true)
    view.setUint32(at + 4, key.length, true)
    view.setInt32(at + 8, value ? value.length : DELETED, true)
    at += HEADER_BYTES
    bytes.set(key, at)
    at += key.length
    if (!value) continue
    bytes.set(value, at)
    at += value.length
  }
  return bytes
}
