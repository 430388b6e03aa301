import type { Storage, StorageWrite } from '../storage/storage.ts'
import type { CellChange } from './cells.ts'

/**
 * Keeps something of its own about changes. `record` hears of all of them, before anybody else; what it answers is written
 * in the transaction of the writes that made them.
 */
export interface Recorder {
  /** Reads what an earlier life kept; once, while the state itself is read. */
  load(storage: Storage): Promise<void>
  /** `durable`: there is a storage; without one the answer goes nowhere. */
  record(changes: readonly CellChange[], durable: boolean): readonly StorageWrite[]
}
