import type { ReplicaId } from './dot.ts'
import { type Range, RangeSet } from './ranges.ts'

/**
 * The dots that somebody holds: for each replica a contiguous run from 1, and the dots that came out of order above it.
 * A gap is never jumped: claiming a dot that was not seen would mean that nobody ever sends it (dotted version vectors;
 * Almeida, Shoker, Baquero 2018, "Delta state replicated data types", section 7).
 */
export class Context {
  readonly #contiguous = new Map<ReplicaId, number>()
  readonly #cloud = new Map<ReplicaId, RangeSet>()
  /** In order; undefined until somebody asks. A list that was given away never changes: another takes its place. */
  #replicas: readonly ReplicaId[] | undefined
  /** New ones that have no place in it yet: a batch may bring many, and somebody asks behind it. */
  #unplaced: ReplicaId[] = []

  /** The end of the run from 1; 0 where nothing was seen. */
  contiguous(replica: ReplicaId): number {
    return this.#contiguous.get(replica) ?? 0
  }

  /** Whether any dot of the replica is here. */
  names(replica: ReplicaId): boolean {
    return this.#contiguous.has(replica) || this.#cloud.has(replica)
  }

  has(replica: ReplicaId, sequence: number): boolean {
    return sequence <= this.contiguous(replica) || (this.#cloud.get(replica)?.has(sequence) ?? false)
  }

  /** Adds the dots `from` to `to` of a replica. Returns whether the run from 1 grew. */
  add(replica: ReplicaId, from: number, to: number = from): boolean {
    const run = this.contiguous(replica)
    if (to <= run) return false
    const cloud = this.#cloud.get(replica)
    if (run === 0 && !cloud && this.#replicas) this.#unplaced.push(replica)
    if (from <= run + 1) {
      const reached = cloud?.absorb(to) ?? to
      this.#contiguous.set(replica, reached)
      if (cloud?.isEmpty) this.#cloud.delete(replica)
      return true
    }
    if (cloud) cloud.add(from, to)
    else this.#cloud.set(replica, RangeSet.of([[from, to]]))
    return false
  }

  /** Forgets all dots of a replica. */
  delete(replica: ReplicaId): void {
    if (this.#replicas) this.#replicas = this.replicas().filter((other) => other !== replica)
    this.#contiguous.delete(replica)
    this.#cloud.delete(replica)
  }

  /** Adds every dot of the other: the join of the two. */
  join(other: Context): void {
    for (const [replica, run] of other.#contiguous) this.add(replica, 1, run)
    for (const [replica, { ranges }] of other.#cloud) for (const [from, to] of ranges) this.add(replica, from, to)
  }

  /** Whether every dot of the other is here. */
  covers(other: Context): boolean {
    for (const [replica, run] of other.#contiguous) {
      if (run > this.contiguous(replica) && this.missing(replica, 1, run).length > 0) return false
    }
    for (const [replica, { ranges }] of other.#cloud) {
      for (const [from, to] of ranges) if (this.missing(replica, from, to).length > 0) return false
    }
    return true
  }

  /** Which of the dots `from` to `to` of a replica are not here. */
  missing(replica: ReplicaId, from: number, to: number): readonly Range[] {
    let next = Math.max(from, this.contiguous(replica) + 1)
    if (next > to) return NOTHING
    const out: Range[] = []
    for (const [start, end] of this.#cloud.get(replica)?.ranges ?? []) {
      if (end < next) continue
      if (start > to) break
      if (start > next) out.push([next, start - 1])
      next = end + 1
    }
    if (next <= to) out.push([next, to])
    return out
  }

  /** All dots of a replica as ranges. */
  rangesOf(replica: ReplicaId): readonly Range[] {
    const run = this.contiguous(replica)
    const cloud = this.#cloud.get(replica)?.ranges
    if (!cloud) return run > 0 ? runTo(run) : NOTHING
    return run > 0 ? [[1, run], ...cloud] : [...cloud]
  }

  get isEmpty(): boolean {
    return this.#contiguous.size === 0 && this.#cloud.size === 0
  }

  /** Whether any replica has dots above a gap. */
  get hasGaps(): boolean {
    return this.#cloud.size > 0
  }

  /** In the order of their texts, so that equal contexts are walked alike everywhere. */
  replicas(): readonly ReplicaId[] {
    this.#replicas ??= [...new Set([...this.#contiguous.keys(), ...this.#cloud.keys()])].sort()
    if (this.#unplaced.length > 0) {
      this.#replicas = merged(this.#replicas, this.#unplaced.sort())
      this.#unplaced = []
    }
    return this.#replicas
  }

  clone(): Context {
    const copy = new Context()
    copy.join(this)
    return copy
  }
}

const NOTHING: readonly Range[] = []

/** Longest run that is shared between all who ask: many replicas of a mesh have written little. */
const MAX_SHARED_RUN = 1024
const sharedRuns: (readonly Range[])[] = []

/** The one range from 1 to `last`. */
export function runTo(last: number): readonly Range[] {
  if (last > MAX_SHARED_RUN) return [[1, last]]
  for (let next = sharedRuns.length; next <= last; next++) sharedRuns.push([[1, next]])
  return sharedRuns[last] as readonly Range[]
}

/** Two sorted lists that have no name in common as one. */
function merged(names: readonly ReplicaId[], more: readonly ReplicaId[]): ReplicaId[] {
  const out: ReplicaId[] = []
  let next = 0
  for (const name of names) {
    for (; next < more.length && (more[next] as ReplicaId) < name; next++) out.push(more[next] as ReplicaId)
    out.push(name)
  }
  for (; next < more.length; next++) out.push(more[next] as ReplicaId)
  return out
}
