import type { CoveyError } from '../lib/errors.ts'
import type { StrongEntry, StrongWatchItem } from '../mesh/strong.ts'
import type { HistoryItem } from '../state/history.ts'
import type { Conflict } from '../state/listing.ts'
import type { PeerReport } from '../state/sync/exchanges.ts'
import { asJson, type SiblingView, type StateEntry } from '../state/view.ts'
import type { WatchItem } from '../state/watch.ts'
import type {
  SyncReport,
  WireConflict,
  WireEntry,
  WireHistoryItem,
  WireSibling,
  WireStrongEntry,
  WireWatchItem,
} from './state-protocol.ts'

/** What the state layer answers as the plain JSON of state-protocol.ts. */

export function wireEntry(entry: StateEntry): WireEntry {
  const { key, value, type, version, dot, updatedAt, updatedBy, checksum, siblings } = entry
  return {
    key,
    value: asJson(value),
    type,
    version,
    dot,
    updatedAt,
    updatedBy,
    checksum,
    siblings: siblings.map(wireSibling),
  }
}

export function wireSibling(sibling: SiblingView): WireSibling {
  const { path, value, dot, updatedAt, updatedBy, fence, rank } = sibling
  const deleted = value === undefined
  return { path, value: deleted ? null : asJson(value), deleted, dot, updatedAt, updatedBy, fence, rank }
}

export function wireHistoryItem({ changes, ...item }: HistoryItem): WireHistoryItem {
  return {
    ...item,
    changes: changes.map(({ path, value }) => {
      const deleted = value === undefined
      return { path, value: deleted ? null : asJson(value), deleted }
    }),
  }
}

export function wireConflict({ key, version, siblings }: Conflict): WireConflict {
  return { key, version, siblings: siblings.map(wireSibling) }
}

export function wireWatchItem(item: WatchItem | StrongWatchItem): WireWatchItem {
  return 'entry' in item ? { type: item.type, key: item.key, entry: wireEntryOf(item.entry) } : item
}

/** An entry of either kind of namespace; those of strong ones are plain. */
export const wireEntryOf = (entry: StateEntry | StrongEntry): WireEntry | WireStrongEntry =>
  'dot' in entry ? wireEntry(entry) : entry

export function wireReport({ peer, sent, received, repaired, error }: PeerReport): SyncReport {
  return { peer, sent, received, repaired, error: error ? errorFields(error) : null }
}

const errorFields = ({ code, message, hint }: CoveyError) => ({ code, message, hint })
