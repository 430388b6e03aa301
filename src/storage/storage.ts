import type { CoveyError } from '../lib/errors.ts'

/** The largest key in bytes: a namespace, a user's key of 1 KiB, a path into its value and a dot fit several times over. */
export const MAX_KEY_BYTES = 16 * 1024
/** The largest value in bytes: a frame of 1 MiB with room to spare; what is larger is cut up by its owner. */
export const MAX_VALUE_BYTES = 16 * 1024 * 1024
/** The longest table name in bytes: it is repeated in every row. */
export const MAX_TABLE_BYTES = 64
/** The largest commit in bytes of keys and values: it is in memory twice while it is written. */
export const MAX_COMMIT_BYTES = 64 * 1024 * 1024
/** The most writes of one commit: about two seconds of work, in which no other commit gets its turn. */
export const MAX_COMMIT_WRITES = 250_000
/** The most entries of one page; also what a page holds where no limit is named. */
export const MAX_PAGE_ENTRIES = 4096
/** A page ends with the entry that reaches this many bytes of keys and values: what a reader holds in memory at a time. */
export const MAX_PAGE_BYTES = 1024 * 1024

/**
 * The storage port: transactions over tables of bytes. A table is named by its owner (`membership`, `state.entries`) and
 * needs no declaration.
 *
 * Keys are bytes, ordered as unsigned bytes from the left, a prefix before what it begins (memcmp). A key given as a
 * string means its UTF-8 bytes, so that strings are ordered by code point.
 *
 * A read sees every commit that was acknowledged before it was asked; whether it sees one still under way is open. After a
 * failed commit nothing is known of what the disk holds (a failed fsync may throw away what it could not write and succeed the
 * next time: Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020), so the storage then
 * refuses everything until it is stopped and started again.
 */
export interface Storage {
  /** Opens and locks the store. Rejects with a `CoveyError` that names the place; never starts afresh over a bad file. Idempotent. */
  start(): Promise<void>
  /** Finishes the commits under way, then closes and unlocks. Idempotent. */
  stop(): Promise<void>
  /** The value of a key. Rejects with `DATA_CORRUPT`, naming table and key, where the disk gives back other bytes than were stored. */
  get(table: string, key: StorageKey): Promise<Uint8Array | undefined>
  /**
   * Some entries of a table in key order: a page of at most `limit` and `MAX_PAGE_BYTES`. Goes on with `after: page.next`;
   * `scan` does that. Rejects as `get` does.
   */
  list(table: string, range?: StorageRange): Promise<StoragePage>
  /**
   * Applies all writes in order, or none; resolved means durable: they survive `kill -9` and a power cut. Waits its turn
   * where much is under way. The writes and their bytes must stay as they are until it settles. Rejects with
   * `InvalidInputError` (only this commit), or with the error that stopped the storage: then the writes may or may not be
   * there after the next start.
   */
  commit(writes: readonly StorageWrite[]): Promise<void>
  /** `listener` is called once if the storage fails for good (an I/O error, a full disk): nothing is durable from then on. */
  onFatal(listener: (error: CoveyError) => void): void
}

/** 1 to `MAX_KEY_BYTES` bytes, or a well-formed string of as many in UTF-8. */
export type StorageKey = string | Uint8Array

export interface StorageRange {
  /** Only keys that begin with it. */
  prefix?: StorageKey
  /** Only keys behind this one. */
  after?: StorageKey
  /** 1 to `MAX_PAGE_ENTRIES`, the default. */
  limit?: number
}

export interface StoragePage {
  entries: StorageEntry[]
  /** The last key of this page if there may be more behind it. */
  next: Uint8Array | undefined
}

/** The bytes of all entries of a page may lie in one buffer: whoever keeps a few of them for long copies those. */
export interface StorageEntry {
  key: Uint8Array
  value: Uint8Array
}

/** `value` undefined deletes the key. */
export interface StorageWrite {
  table: string
  key: StorageKey
  value: Uint8Array | undefined
}
