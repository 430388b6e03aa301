import type { CellChange } from './cells.ts'
import type { WriteEvent } from './entry.ts'

/** What a store tells of itself. */
export interface StateStoreEvents {
  /** What an earlier life stored is here: no `change` told of it. */
  loaded: []
  /** Cells that show something else now; told at once, before it is durable. */
  change: [changes: readonly CellChange[]]
  /**
   * After `change`, when everybody has heard of it, and where more is held and shows nothing. What is concluded from that, such as what may be
   * forgotten, is written with it or after it: so this comes only when it is on its way to the disk.
   */
  settled: []
  /** The first write of a replica is about to be written: what is written now comes before it. */
  first: []
  /** An own write is durable: others may be told. */
  written: [event: WriteEvent]
  /** Something is to be written, and it is not known as which replica. */
  wanted: []
  /** Somebody holds a dot of the writing replica that this node has not written, or otherwise: it must not go on. */
  reused: [sequence: number]
}
