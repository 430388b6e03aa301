/**
 * The storage port: transactions over tables of bytes. A table is named by its owner (`membership`, `state.entries`);
 * keys are ordered by their UTF-16 code units.
 */
export interface Storage {
  /** Opens and locks the store. Fails with a `CoveyError` that names the place, and never starts afresh over a bad file. */
  start(): Promise<void>
  /** Idempotent. Everything acknowledged before is durable. */
  stop(): Promise<void>
  get(table: string, key: string): Promise<Uint8Array | undefined>
  /** All entries whose key starts with `prefix`, in key order. */
  list(table: string, prefix?: string): Promise<StorageEntry[]>
  /** Applies all writes or none; resolved means durable: it survives `kill -9` and a power cut. */
  commit(writes: readonly StorageWrite[]): Promise<void>
}

export interface StorageEntry {
  key: string
  value: Uint8Array
}

/** `value` undefined deletes the key. */
export interface StorageWrite {
  table: string
  key: string
  value: Uint8Array | undefined
}
