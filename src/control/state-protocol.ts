import type { Json } from '../lib/json.ts'
import type { PeerId } from '../network/network.ts'
import type { Dot } from '../state/dot.ts'
import type { Moved } from '../state/sync/outgoing.ts'

/**
 * What the local API says of the replicated state: as the types of state/, but plain JSON. Bytes are `{ base64 }`, what was
 * deleted is null with `deleted` beside it. Peers are ids, times are milliseconds since 1970.
 */

export interface WireEntry {
  key: string
  value: Json
  type: string
  version: string
  dot: Dot
  updatedAt: number
  updatedBy: PeerId
  checksum: string
  siblings: WireSibling[]
}

export interface WireSibling {
  path: string
  value: Json
  deleted: boolean
  dot: Dot
  updatedAt: number
  updatedBy: PeerId
  fence: number
  rank: number
}

/** Of a strong namespace. */
export interface WireStrongEntry {
  key: string
  value: Json
  /** What `expect` takes. */
  version: string
  /** The highest fence under which it was written; 0 where none was. */
  fence: number
}

export interface WirePage {
  entries: (WireEntry | WireStrongEntry)[]
  /** What to pass as `after` for the next page; null where there is none. */
  next: string | null
}

export interface WireHistory {
  items: WireHistoryItem[]
  /** Older writes that did not fit the answer. */
  omitted: number
}

export interface WireHistoryItem {
  version: string
  dot: Dot
  updatedAt: number
  updatedBy: PeerId
  parents: readonly Dot[]
  changes: { path: string; value: Json; deleted: boolean }[]
  current: boolean
}

export interface WireConflicts {
  conflicts: WireConflict[]
  /** Conflicts that did not fit the answer: they are in one after these are resolved. */
  omitted: number
}

export interface WireConflict {
  key: string
  version: string
  siblings: WireSibling[]
}

/** As `WatchItem` in state/watch.ts, or as `StrongWatchItem` in mesh/strong.ts. */
export type WireWatchItem =
  | { type: 'entry' | 'set'; key: string; entry: WireEntry | WireStrongEntry }
  | { type: 'listed' }
  | { type: 'delete'; key: string; dot: Dot; updatedAt: number; updatedBy: PeerId }
  /** Of a strong namespace. */
  | { type: 'delete'; key: string }
  | { type: 'behind'; dropped: number }

/** A snapshot in parts, since it may be larger than a message: first all but its entries, then those. */
export type WireSnapshotPart = { header: { [field: string]: Json } } | { entries: Json[] }

/** What an exchange with one peer came to. */
export interface SyncReport {
  peer: PeerId
  sent: Moved
  received: Moved
  /** Writes whose content differed and was made equal. */
  repaired: number
  error: { code: string; message: string; hint: string } | null
}
