import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import { peerOf, type ReplicaId } from '../dot.ts'
import { type CellAddress, type Entry, type Past, pastOf, type Sibling, type WriteEvent } from '../entry.ts'
import { RESERVED_PREFIX } from '../limits.ts'
import { COUNTER_PREFIX } from '../paths.ts'
import { winner } from '../policy.ts'
import { decodeValue, encodeValue } from '../value.ts'

/**
 * What the others cannot know, as batches of entries to be written again over their state: own writes that live, and
 * deletes, which may have been forgotten here.
 * @param seen up to which sequence of an own replica the others knew it
 */
export function reentries(
  own: StateCore,
  truth: StateCore,
  self: PeerId,
  as: ReplicaId,
  seen: (replica: ReplicaId) => number,
): Entry[][] {
  const lost: WriteEvent[] = []
  for (const replica of own.stored.replicas()) {
    if (peerOf(replica) !== self) continue
    for (const event of own.within(replica, seen(replica) + 1, Number.MAX_SAFE_INTEGER)) lost.push(event)
  }
  // In the order in which they were written, over all epochs.
  lost.sort((a, b) => a.time - b.time || (a.replica < b.replica ? -1 : 1))
  const counters = new Counters(truth, as, seen)
  const batches: Entry[][] = []
  for (const event of lost) {
    const entries: Entry[] = []
    for (const entry of event.entries) {
      if (entry.namespace.startsWith(RESERVED_PREFIX) || !stands(own, event, entry)) continue
      if (entry.path.startsWith(COUNTER_PREFIX)) counters.add(entry, event.replica)
      else entries.push({ ...entry, past: pastOver(truth, entry) })
    }
    if (entries.length > 0) batches.push(entries)
  }
  return [...deletions(own, truth), ...batches, ...counters.take()]
}

/** Entries of one batch of deletions: with long keys they fit an event. */
const DELETIONS_A_BATCH = 128

/**
 * What lives there, was known here and is not here any more: it was deleted, by whoever, and all here had forgotten even
 * that. A dot that a context covers and nobody holds is dead (Almeida, Shoker, Baquero 2018, section 7).
 */
function deletions(own: StateCore, truth: StateCore): Entry[][] {
  const entries: Entry[] = []
  for (const [cell, siblings] of truth.cells.all()) {
    if (cell.namespace.startsWith(RESERVED_PREFIX) || own.siblings(cell).length > 0) continue
    const dead = siblings.filter(
      ({ event, entry }) => entry.value !== undefined && own.stored.has(event.replica, event.sequence),
    )
    if (dead.length > 0) entries.push({ ...cell, value: undefined, fence: 0, rank: 0, past: pastOf(dead) })
  }
  entries.sort(byCell)
  const batches: Entry[][] = []
  for (let i = 0; i < entries.length; i += DELETIONS_A_BATCH) batches.push(entries.slice(i, i + DELETIONS_A_BATCH))
  return batches
}

function byCell(a: CellAddress, b: CellAddress): number {
  for (const part of ['namespace', 'key', 'path'] as const) if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1
  return 0
}

/**
 * It supersedes what it superseded, and what is deleted there: a write that the others did not know of when they deleted is
 * not undone by that. What they have written stands beside it.
 */
function pastOver(truth: StateCore, entry: Entry): Past {
  const past = new Map([...entry.past].filter(([replica]) => truth.stored.contiguous(replica) > 0))
  const graves = truth.siblings(entry).filter((sibling) => sibling.entry.value === undefined)
  for (const [replica, sequence] of pastOf(graves)) past.set(replica, Math.max(sequence, past.get(replica) ?? 0))
  return past
}

/** Parts of counters: only what the others have not counted is counted again, in the new replica's part. */
class Counters {
  readonly #truth: StateCore
  readonly #as: ReplicaId
  readonly #seen: (replica: ReplicaId) => number
  readonly #sums = new Map<string, { cell: CellAddress; sum: number }>()

  constructor(truth: StateCore, as: ReplicaId, seen: (replica: ReplicaId) => number) {
    this.#truth = truth
    this.#as = as
    this.#seen = seen
  }

  add(entry: Entry, replica: ReplicaId): void {
    const counted = this.#truth.siblings(entry)
    // The others knew some of it, and have deleted it since: what was added to it later cannot be told from it.
    if (counted.length === 0 && this.#seen(replica) > 0 && (entry.past.get(replica) ?? 0) > 0) return
    const difference = amountOf(entry.value) - amountAt(counted)
    const { namespace, key } = entry
    const cell = { namespace, key, path: `${COUNTER_PREFIX}${this.#as}` }
    const name = `${namespace}\0${key}`
    this.#sums.set(name, { cell, sum: (this.#sums.get(name)?.sum ?? 0) + difference })
  }

  take(): Entry[][] {
    return [...this.#sums.values()]
      .filter(({ sum }) => sum !== 0 && Number.isSafeInteger(sum))
      .map(({ cell, sum }) => [{ ...cell, value: encodeValue(sum), fence: 0, rank: 0, past: new Map() }])
  }
}

function amountAt(siblings: readonly Sibling[]): number {
  return amountOf(
    winner(
      siblings.filter(({ entry }) => entry.value !== undefined),
      'latest',
    )?.entry.value,
  )
}

function amountOf(bytes: Uint8Array | undefined): number {
  if (!bytes) return 0
  const value = decodeValue(bytes)
  return Number.isSafeInteger(value) ? (value as number) : 0
}

function stands(core: StateCore, event: WriteEvent, entry: Entry): boolean {
  return core.siblings(entry).some((sibling) => sibling.event === event)
}
