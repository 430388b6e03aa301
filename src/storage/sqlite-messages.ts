import type { PlainFailure } from './failure.ts'
import type { PackedWrites } from './packing.ts'

/** What `sqlite.ts` asks of the thread that holds the file, and what it hears back. */

export type ReadOrder =
  | { kind: 'get'; table: string; key: Uint8Array }
  | { kind: 'list'; table: string; from: Uint8Array; prefix: Uint8Array; limit: number }
export interface CommitOrder {
  kind: 'commit'
  writes: PackedWrites
}

/** `id` is the asker's, and comes back with the answer. After `close` the thread ends. */
export type Order = { id: number } & (ReadOrder | CommitOrder | { kind: 'close' })

/** The first message of the thread: the file is open, or why not. */
export interface Opened {
  failure: PlainFailure | undefined
  /** There was none before. */
  isNew: boolean
}

/** A page's entries travel as one block (packing.ts). */
export type Value =
  | Uint8Array<ArrayBuffer>
  | { bytes: Uint8Array<ArrayBuffer>; next: Uint8Array | undefined }
  | undefined

/** `ms`: how long the transaction of a commit took. `fatal`: the file is of no use any more, whatever was asked. */
export type Answer = { id: number; value: Value; ms?: number } | { id: number; failure: PlainFailure; fatal: boolean }
