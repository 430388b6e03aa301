import type { Dot, ReplicaId } from './dot.ts'
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
  readonly value: Uint8Array | undefined
  /** Fencing token of a lock, 0 where none: orders before the clock. */
  readonly fence: number
  /** The writer's rank in a `priority` namespace, 0 elsewhere. */
  readonly rank: number
  readonly past: Past
}

/** One write: a dot, its time, and the entries that appear together everywhere. */
export interface WriteEvent extends Dot {
  readonly time: Hlc
  readonly entries: readonly Entry[]
}

/** An entry in its cell, with the event that brought it. */
export interface Sibling {
  readonly event: WriteEvent
  readonly entry: Entry
}

/** Whether the writer of `entry` had seen the dot in this cell, so that its entry stands for what was there. */
export function supersedes(entry: Entry, dot: Dot): boolean {
  return dot.sequence <= (entry.past.get(dot.replica) ?? 0)
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
