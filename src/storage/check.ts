import { InvalidInputError } from '../lib/errors.ts'
import {
  MAX_COMMIT_BYTES,
  MAX_COMMIT_WRITES,
  MAX_KEY_BYTES,
  MAX_PAGE_ENTRIES,
  MAX_TABLE_BYTES,
  MAX_VALUE_BYTES,
  type StorageKey,
  type StorageRange,
  type StorageWrite,
} from './storage.ts'

/** What may be asked of any storage. Checked before it is queued, so that one bad write never fails those of others. */

/** Bytes counted for a write on top of its key and value: what the row and its place in a queue cost. */
const WRITE_OVERHEAD_BYTES = 32

/** The size in bytes of a commit that may be made. Throws `InvalidInputError` naming the write that may not. */
export function checkCommit(writes: readonly StorageWrite[]): number {
  if (writes.length > MAX_COMMIT_WRITES) {
    throw new InvalidInputError(
      `a commit of ${writes.length} writes is too large`,
      `Commit at most ${MAX_COMMIT_WRITES} at once.`,
    )
  }
  let bytes = 0
  let checked: string | undefined
  for (const { table, key, value } of writes) {
    // Mostly it is that of the write before.
    if (table !== checked) checkTable(table)
    checked = table
    bytes += checkKey(table, key) + WRITE_OVERHEAD_BYTES
    if (value === undefined) continue
    if (!(value instanceof Uint8Array)) throw bad(`a value of table ${table} is no Uint8Array`, 'Encode it first.')
    if (value.length > MAX_VALUE_BYTES) {
      throw bad(`a value of ${value.length} bytes for table ${table} is too large`, `The limit is ${MAX_VALUE_BYTES}.`)
    }
    bytes += value.length
  }
  if (bytes > MAX_COMMIT_BYTES) {
    throw bad(`a commit of ${bytes} bytes is too large`, `Commit at most ${MAX_COMMIT_BYTES} bytes at once.`)
  }
  return bytes
}

/** Throws `InvalidInputError`. */
export function checkTable(table: string): void {
  if (typeof table !== 'string' || !table.isWellFormed()) throw bad('a table name is no text', 'Name the table.')
  const bytes = Buffer.byteLength(table)
  if (bytes === 0 || bytes > MAX_TABLE_BYTES) {
    throw bad(`a table name has ${bytes} bytes`, `It must have 1 to ${MAX_TABLE_BYTES}.`)
  }
}

/** The key's size in bytes. Throws `InvalidInputError`. */
export function checkKey(table: string, key: StorageKey): number {
  const text = typeof key === 'string'
  // A lone surrogate has no UTF-8: it would be stored as another key.
  if (text ? !key.isWellFormed() : !(key instanceof Uint8Array)) {
    throw bad(`a key of table ${table} is neither well-formed text nor bytes`, 'Encode it first.')
  }
  const bytes = text ? Buffer.byteLength(key) : key.length
  if (bytes === 0 || bytes > MAX_KEY_BYTES) {
    throw bad(`a key of table ${table} has ${bytes} bytes`, `It must have 1 to ${MAX_KEY_BYTES}.`)
  }
  return bytes
}

/** What `list` reads: `from` is the first key that may match. Throws `InvalidInputError`. */
export function checkRange(
  table: string,
  range: StorageRange,
): { from: Uint8Array; prefix: Uint8Array; limit: number } {
  const { prefix = '', after, limit = MAX_PAGE_ENTRIES } = range
  checkTable(table)
  if (prefix.length > 0) checkKey(table, prefix)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE_ENTRIES) {
    throw bad(`a page of ${limit} entries of table ${table} is none`, `Ask for 1 to ${MAX_PAGE_ENTRIES}.`)
  }
  const start = keyBytes(prefix)
  if (after === undefined) return { from: start, prefix: start, limit }
  checkKey(table, after)
  // No key lies between one and the same one with a zero behind it.
  const behind = Buffer.concat([keyBytes(after), Buffer.alloc(1)])
  return { from: Buffer.compare(behind, start) > 0 ? behind : start, prefix: start, limit }
}

export function keyBytes(key: StorageKey): Uint8Array {
  return typeof key === 'string' ? Buffer.from(key) : key
}

const bad = (message: string, hint: string): InvalidInputError => new InvalidInputError(message, hint)
