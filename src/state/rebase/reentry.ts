import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import type { Dot, ReplicaId } from '../dot.ts'
import { type CellAddress, type Entry, type Past, type Sibling, supersedes, type WriteEvent } from '../entry.ts'
import type { Hlc } from '../hlc.ts'
import { RESERVED_PREFIX } from '../limits.ts'
import { again, datedAgain, isSame, originOf, pastThrough, stands } from '../origin.ts'
import { COUNTER_PREFIX } from '../paths.ts'
import { Endings } from './endings.ts'
import type { Known } from './known.ts'

/** One event to be written over the state of the others. */
export interface Reentry {
  readonly entries: readonly Entry[]
  /** The write that it brings in again. */
  readonly origin?: Dot
  /** It must be later than that. */
  readonly after?: Hlc | undefined
  /** As old as another; else the present time. */
  readonly time?: Hlc | undefined
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
  for (const event of lost) {
    // Whole: a batch must not show by half, and what has superseded a part of it may come later.
    const entries = event.entries.filter(
      (entry) => isTold(entry, truth, known) && !isOver(event, entry, { own, truth, known }),
    )
    if (!entries.some((entry) => lives(own, event, entry))) continue
    writes.push({
      entries: entries.map((entry) => again(entry, event)),
      origin: originOf(event),
      ...datedAgain(event),
    })
  }
  // The records come last: who shows one shows what was brought in.
  const endings = new Endings(own, truth, known, self)
  const records = inBatches(endings.records()).map((entries) => ({ entries }))
  return [...deletions(own, truth, known, endings), ...writes, ...records]
}

/** What waits for earlier writes stands nowhere yet. */
function lives(own: StateCore, event: WriteEvent, entry: Entry): boolean {
  if (event.sequence <= own.visible(event.replica)) return stands(own, event, entry)
  return !own.siblings(entry).some((sibling) => supersedes(sibling, event))
}

/**
 * Whether that entry of the event is deleted, and the others have forgotten that: it would show again. They know the write or its
 * delete, and nothing of either is there any more. What has replaced it there and stands may not have come to all: then a batch
 * without the entry would show by half.
 */
function isOver(
  event: WriteEvent,
  entry: Entry,
  { own, truth, known }: { own: StateCore; truth: StateCore; known: Known },
): boolean {
  const origin = originOf(event)
  const there = truth.siblings(entry)
  if (there.some((other) => isSame(originOf(other.event), origin) || supersedes(other, event))) return false
  if (known.dot(origin)) return true
  if (lives(own, event, entry)) return false
  return own
    .siblings(entry)
    .some(
      (over) =>
        over.entry.value === undefined &&
        supersedes(over, event) &&
        known.event(over.event) &&
        !isPending(truth, over.event),
    )
}

/** Whether a write that is held does not show yet. */
const isPending = (core: StateCore, { replica, sequence }: Dot): boolean =>
  core.stored.has(replica, sequence) && sequence > core.visible(replica)

/** Whether the others are to be told of that entry. */
function isTold(entry: Entry, truth: StateCore, known: Known): boolean {
  if (entry.namespace.startsWith(RESERVED_PREFIX)) return false
  if (!entry.path.startsWith(COUNTER_PREFIX)) return true
  // They knew a part of this sum, and have deleted it or counted it elsewhere: what was added to it later cannot be told from it.
  const stood = [...entry.past].some(([replica, sequence]) => known.dot({ replica, sequence }))
  return !stood || truth.siblings(entry).some((sibling) => sibling.entry.value !== undefined)
}

/** Entries of one batch of deletions or records: with long keys they fit an event. */
const ENTRIES_A_BATCH = 128

/**
 * What lives there, was known here and is not here any more: it was deleted, by whoever, and all here had forgotten even
 * that. A dot that a context covers and nobody holds is dead (Almeida, Shoker, Baquero 2018, section 7). When that was nobody
 * knows: the delete is dated as what it deletes, so that it hides nothing that was written since, here or there. A delete that
 * stands there goes in the same way where a value has come after it here: that need not name it, if all here had it.
 */
function deletions(own: StateCore, truth: StateCore, known: Known, past: Endings): Reentry[] {
  const entries: Entry[] = []
  const times = new Map<Entry, Hlc>()
  for (const [cell, siblings] of truth.cells.all()) {
    if (cell.namespace.startsWith(RESERVED_PREFIX)) continue
    const standing = own.siblings(cell)
    const dead = siblings.filter((sibling) => {
      const { event, entry } = sibling
      if (standing.some((other) => isOf(other, event))) return false
      const isDelete = entry.value === undefined
      if (isDelete && !standing.some((value) => !supersedes(sibling, value.event) && comes(value, siblings, known)))
        return false
      return past.hadShown(event) || (event.origin && past.hadShown(event.origin))
    })
    if (dead.length === 0) continue
    const entry = { ...cell, value: undefined, fence: 0, rank: 0, past: pastOfAll(dead) }
    entries.push(entry)
    times.set(entry, Math.min(...dead.map(({ event }) => event.time)))
  }
  return inBatches(entries).map((batch) => ({
    entries: batch,
    time: Math.min(...batch.map((entry) => times.get(entry) as Hlc)),
  }))
}

/** Whether a sibling here is a value that is to stand there, or that another value has replaced there. */
function comes({ event, entry }: Sibling, there: readonly Sibling[], known: Known): boolean {
  if (entry.value === undefined) return false
  if (there.some((other) => other.entry.value !== undefined && isOf(other, event))) return true
  return !known.event(event) && !there.some((other) => supersedes(other, event))
}

/** Whether a sibling here is that write, or has replaced it: it does so there as well. */
function isOf(sibling: Sibling, event: WriteEvent): boolean {
  return isSame(originOf(sibling.event), originOf(event)) || supersedes(sibling, event)
}

/** Of these alone, whatever stands beside them. */
function pastOfAll(siblings: readonly Sibling[]): Past {
  const past = new Map<ReplicaId, number>()
  for (const { event, entry } of siblings) {
    for (const [replica, last] of pastThrough(entry, event)) past.set(replica, Math.max(last, past.get(replica) ?? 0))
  }
  return past
}

function inBatches(entries: Entry[]): Entry[][] {
  entries.sort(byCell)
  const batches: Entry[][] = []
  for (let i = 0; i < entries.length; i += ENTRIES_A_BATCH) batches.push(entries.slice(i, i + ENTRIES_A_BATCH))
  return batches
}

function byCell(a: CellAddress, b: CellAddress): number {
  for (const part of ['namespace', 'key', 'path'] as const) if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1
  return 0
}
