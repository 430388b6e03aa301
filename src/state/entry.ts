import type { Dot, ReplicaId } from './dot.ts'
import type { Encoded } from './encoded.ts'
import type { Hlc } from './hlc.ts'

/**
 * What a cell's former entries were: per replica the highest sequence of them. Sound as a maximum because whoever sees
 * a dot has seen all earlier ones of its replica. Empty for most first writes.
 */
export type Past = ReadonlyMap<ReplicaId, number>
export const NO_PAST: Past = new Map()

/** A past of one replica, which most are: a fraction of what a map costs in time and memory. */
export const onePast = (replica: ReplicaId, sequence: number): Past => new OnePast(replica, sequence)

/**
 * Where entries meet. A register is one cell with an empty path; a JSON leaf, an element of a set, a replica's part of a
 * counter and an update of a document are cells of their own under one key.
 */
export interface CellAddress {
  readonly namespace: string
  readonly key: string
  readonly path: string
}

/** One value or tombstone in one cell. */
export interface Entry extends CellAddress {
  /** Encoded by the writer, opaque here; undefined is a tombstone. */
  readonly value: Encoded | undefined
  /** Fencing token of a lock, 0 where none: orders before the clock. */
  readonly fence: number
  /** The writer's rank in a `priority` namespace, 0 elsewhere. */
  readonly rank: number
  readonly past: Past
}

/** What a writer says of an entry. */
interface Written extends CellAddress {
  readonly value?: Encoded | undefined
  readonly fence?: number | undefined
  readonly rank?: number | undefined
}

/** One write: a dot, its time, and the entries that appear together everywhere. */
export interface WriteEvent extends Dot {
  readonly time: Hlc
  readonly entries: readonly Entry[]
  /**
   * The write that this one brings in again, where that itself can come no more: its epoch is over for the others, or its
   * dot is void. Each entry's past covers it. Several nodes may bring in one write: of their events one stands.
   */
  readonly origin?: Dot | undefined
}

/** An entry in its cell, with the event that brought it. */
export interface Sibling {
  readonly event: WriteEvent
  readonly entry: Entry
}

/**
 * An event of one entry, which most are. It is its own entry and its own sibling: a node that holds many keys holds little else,
 * and one object takes half the memory and the work of four.
 */
export class SingleWrite implements WriteEvent, Entry, Sibling {
  readonly replica: ReplicaId
  readonly sequence: number
  readonly time: Hlc
  readonly namespace: string
  readonly key: string
  readonly path: string
  readonly value: Encoded | undefined
  readonly fence: number
  readonly rank: number
  readonly past: Past

  constructor({ replica, sequence }: Dot, time: Hlc, written: Written, past: Past) {
    const { namespace, key, path, value, fence = 0, rank = 0 } = written
    this.replica = replica
    this.sequence = sequence
    this.time = time
    this.namespace = namespace
    this.key = key
    this.path = path
    this.value = value
    this.fence = fence
    this.rank = rank
    this.past = past
  }

  get entries(): readonly [Entry] {
    return [this]
  }

  get event(): this {
    return this
  }

  get entry(): this {
    return this
  }
}

/** An entry of an event as it stands in its cell. */
export function siblingOf(event: WriteEvent, entry: Entry): Sibling {
  return event instanceof SingleWrite ? event : { event, entry }
}

/** Whether the writer of `entry` had seen the dot in this cell. */
export const hasSeen = ({ past }: Entry, { replica, sequence }: Dot): boolean => sequence <= (past.get(replica) ?? 0)

/**
 * Whether a sibling stands for the other event's entry in this cell: its writer had seen that, or the write that it brings
 * in again. Of two that bring in the same write the later one stands. An order: what stands for a sibling stands for all
 * that this one stands for, since a past that covers an event covers its origin.
 */
export function supersedes({ event, entry }: Sibling, other: WriteEvent): boolean {
  if (other.origin === undefined) return hasSeen(entry, other)
  const { origin } = event
  if (origin && origin.sequence === other.origin.sequence && origin.replica === other.origin.replica) {
    return compareEvents(event, other) > 0
  }
  return hasSeen(entry, other) || hasSeen(entry, other.origin)
}

function compareEvents(a: WriteEvent, b: WriteEvent): number {
  if (a.time !== b.time) return a.time - b.time
  return a.replica === b.replica ? a.sequence - b.sequence : a.replica < b.replica ? -1 : 1
}

/** The past of an entry that replaces all of these. */
export function pastOf(siblings: readonly Sibling[]): Past {
  const first = siblings[0]
  if (first === undefined) return NO_PAST
  if (siblings.length === 1) {
    const { replica, sequence } = first.event
    const { size } = first.entry.past
    if (size === 0 || (size === 1 && first.entry.past.has(replica))) return onePast(replica, sequence)
  }
  const past = new Map(first.entry.past)
  for (const { event, entry } of siblings) {
    for (const [replica, sequence] of entry.past) if (sequence > (past.get(replica) ?? 0)) past.set(replica, sequence)
    if (event.sequence > (past.get(event.replica) ?? 0)) past.set(event.replica, event.sequence)
  }
  return past
}

class OnePast implements ReadonlyMap<ReplicaId, number> {
  readonly #replica: ReplicaId
  readonly #sequence: number

  constructor(replica: ReplicaId, sequence: number) {
    this.#replica = replica
    this.#sequence = sequence
  }

  get size(): number {
    return 1
  }

  get(replica: ReplicaId): number | undefined {
    return replica === this.#replica ? this.#sequence : undefined
  }

  has(replica: ReplicaId): boolean {
    return replica === this.#replica
  }

  forEach(visit: (sequence: number, replica: ReplicaId, past: Past) => void): void {
    visit(this.#sequence, this.#replica, this)
  }

  entries(): MapIterator<[ReplicaId, number]> {
    const only: [ReplicaId, number] = [this.#replica, this.#sequence]
    return [only][Symbol.iterator]()
  }

  keys(): MapIterator<ReplicaId> {
    return [this.#replica][Symbol.iterator]()
  }

  values(): MapIterator<number> {
    return [this.#sequence][Symbol.iterator]()
  }

  [Symbol.iterator](): MapIterator<[ReplicaId, number]> {
    return this.entries()
  }
}
