import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import { type Dot, peerOf, type ReplicaId } from '../dot.ts'
import { type CellAddress, type Entry, type Past, pastOf, type Sibling, supersedes, type WriteEvent } from '../entry.ts'
import { encodeRetired } from '../garbage/retired.ts'
import { RESERVED_PREFIX } from '../limits.ts'
import { again, originOf, pastThrough, stands } from '../origin.ts'
import { COUNTER_PREFIX } from '../paths.ts'
import { RETIRED } from '../roster/names.ts'
import type { Known } from './known.ts'

/** One event to be written over the state of the others. */
export interface Reentry {
  readonly entries: readonly Entry[]
  /** The write that it brings in again. */
  readonly origin?: Dot
}

/**
 * What the others cannot know, to be written again over their state: writes that live here, by whatever author, and
 * deletes, which may have been forgotten here. Several may bring in the same write at the same time: see `WriteEvent.origin`.
 */
export function reentries(own: StateCore, truth: StateCore, known: Known, self: PeerId): Reentry[] {
  const lost = [...own.events()].filter((event) => !known.event(event))
  // In the order in which they were written, over all epochs.
  lost.sort(
    (a, b) => a.time - b.time || (a.replica === b.replica ? a.sequence - b.sequence : a.replica < b.replica ? -1 : 1),
  )
  const writes: Reentry[] = []
  const replicas = new Set<ReplicaId>()
  for (const event of lost) {
    // Whole: a batch must not show by half, and what has superseded a part of it may come later.
    const entries = event.entries.filter((entry) => isTold(entry, truth, known))
    if (!entries.some((entry) => lives(own, event, entry))) continue
    writes.push({ entries: entries.map((entry) => again(entry, event)), origin: originOf(event) })
    replicas.add(event.replica)
  }
  return [...deletions(own, truth), ...records(own, truth, known, replicas, self), ...writes]
}

/** What waits for earlier writes stands nowhere yet. */
function lives(own: StateCore, event: WriteEvent, entry: Entry): boolean {
  if (event.sequence <= own.visible(event.replica)) return stands(own, event, entry)
  return !own.siblings(entry).some((sibling) => supersedes(sibling, event))
}

/** Whether the others are to be told of that entry. */
function isTold(entry: Entry, truth: StateCore, known: Known): boolean {
  if (entry.namespace.startsWith(RESERVED_PREFIX)) return false
  if (!entry.path.startsWith(COUNTER_PREFIX)) return true
  // They knew a part of this sum, and have deleted it or counted it elsewhere: what was added to it later cannot be told from it.
  const stood = [...entry.past].some(([replica, sequence]) => known.dot({ replica, sequence }))
  return !stood || truth.siblings(entry).some((sibling) => sibling.entry.value !== undefined)
}

/** Entries of one batch of deletions: with long keys they fit an event. */
const DELETIONS_A_BATCH = 128

/**
 * What lives there, was known here and is not here any more: it was deleted, by whoever, and all here had forgotten even
 * that. A dot that a context covers and nobody holds is dead (Almeida, Shoker, Baquero 2018, section 7).
 */
function deletions(own: StateCore, truth: StateCore): Reentry[] {
  const isDead = (dot: Dot): boolean => dot.sequence <= own.visible(dot.replica) && !own.isVoid(dot)
  const entries: Entry[] = []
  for (const [cell, siblings] of truth.cells.all()) {
    if (cell.namespace.startsWith(RESERVED_PREFIX) || own.siblings(cell).length > 0) continue
    const dead = siblings.filter(
      ({ event, entry }) => entry.value !== undefined && (isDead(event) || (event.origin && isDead(event.origin))),
    )
    if (dead.length > 0) entries.push({ ...cell, value: undefined, fence: 0, rank: 0, past: pastOfAll(dead) })
  }
  entries.sort(byCell)
  const batches: Reentry[] = []
  for (let i = 0; i < entries.length; i += DELETIONS_A_BATCH) {
    batches.push({ entries: entries.slice(i, i + DELETIONS_A_BATCH) })
  }
  return batches
}

/** Of these alone, whatever stands beside them. */
function pastOfAll(siblings: readonly Sibling[]): Past {
  const past = new Map<ReplicaId, number>()
  for (const { event, entry } of siblings) {
    for (const [replica, last] of pastThrough(entry, event)) past.set(replica, Math.max(last, past.get(replica) ?? 0))
  }
  return past
}

/**
 * Of the own former replicas, and of those of which something is brought in: up to where they are known now, so that who
 * returns later does not bring in the same. They are over with that; an author that lives goes on as another.
 */
function records(
  own: StateCore,
  truth: StateCore,
  known: Known,
  replicas: Iterable<ReplicaId>,
  self: PeerId,
): Reentry[] {
  const entries: Entry[] = []
  const former = [...own.stored.replicas(), ...truth.stored.replicas()].filter((replica) => peerOf(replica) === self)
  for (const replica of new Set([...replicas, ...former])) {
    const record = known.record(replica)
    const run = own.visible(replica)
    const final = Math.max(record?.final ?? 0, truth.stored.contiguous(replica), run)
    if (record && record.known >= run && record.final >= final) continue
    const cell = { namespace: RETIRED, key: replica, path: '' }
    const voids = (record?.voids ?? []).flatMap(([from, to]) => own.stored.missing(replica, from, to))
    const standing = { final, dropped: record?.dropped ?? false, known: Math.max(record?.known ?? 0, run) }
    // What is void for those who still hold the replica must stay so.
    const value = encodeRetired({ ...standing, voids: standing.dropped ? voids : (record?.voids ?? []) })
    entries.push({ ...cell, value, fence: 0, rank: 0, past: pastOf(truth.siblings(cell)) })
  }
  return entries.length > 0 ? [{ entries: entries.sort(byCell) }] : []
}

function byCell(a: CellAddress, b: CellAddress): number {
  for (const part of ['namespace', 'key', 'path'] as const) if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1
  return 0
}
