import type { ReplicaId } from './dot.ts'
import { type Range, RangeSet } from './ranges.ts'

/** What is asked of dots that somebody else holds. */
export interface HeldDots {
  /** All dots of a replica as ranges, in order. */
  rangesOf(replica: ReplicaId): readonly Range[]
}

/** The dots of one replica. */
interface Track {
  /** The end of the run from 1. */
  run: number
  /** What came out of order above it. */
  cloud: RangeSet | undefined
}

/**
 * The dots that somebody holds: for each replica a contiguous run from 1, and the dots that came out of order above it.
 * A gap is never jumped: claiming a dot that was not seen would mean that nobody ever sends it (dotted version vectors;
 * Almeida, Shoker, Baquero 2018, "Delta state replicated data types", section 7).
 */
export class Context {
  readonly #tracks = new Map<ReplicaId, Track>()
  /** How many have a cloud. */
  #gaps = 0
  /** In order; undefined until somebody asks. A list that was given away never changes: another takes its place. */
  #replicas: readonly ReplicaId[] | undefined
  /** New ones that have no place in it yet: a batch may bring many, and somebody asks behind it. */
  #unplaced: ReplicaId[] = []
  /** Whose dots have changed; undefined until somebody asks. */
  #changed: Set<ReplicaId> | undefined

  /** The end of the run from 1; 0 where nothing was seen. */
  contiguous(replica: ReplicaId): number {
    return this.#tracks.get(replica)?.run ?? 0
  }

  /** Whether any dot of the replica is here. */
  names(replica: ReplicaId): boolean {
    return this.#tracks.has(replica)
  }

  has(replica: ReplicaId, sequence: number): boolean {
    const track = this.#tracks.get(replica)
    return track !== undefined && (sequence <= track.run || (track.cloud?.has(sequence) ?? false))
  }

  /** Adds the dots `from` to `to` of a replica. Returns whether the run from 1 grew. */
  add(replica: ReplicaId, from: number, to: number = from): boolean {
    const track = this.#tracks.get(replica)
    if (!track) return this.#begin(replica, from, to)
    const { run, cloud } = track
    if (to <= run) return false
    this.#changed?.add(replica)
    if (from <= run + 1) {
      track.run = cloud?.absorb(to) ?? to
      if (cloud?.isEmpty) {
        track.cloud = undefined
        this.#gaps--
      }
      return true
    }
    if (cloud) {
      cloud.add(from, to)
    } else {
      track.cloud = RangeSet.of([[from, to]])
      this.#gaps++
    }
    return false
  }

  /** The first dots of a replica. */
  #begin(replica: ReplicaId, from: number, to: number): boolean {
    if (to <= 0) return false
    this.#changed?.add(replica)
    if (this.#replicas) this.#unplaced.push(replica)
    const shows = from <= 1
    this.#tracks.set(replica, shows ? { run: to, cloud: undefined } : { run: 0, cloud: RangeSet.of([[from, to]]) })
    if (!shows) this.#gaps++
    return shows
  }

  /** Forgets all dots of a replica. */
  delete(replica: ReplicaId): void {
    if (this.#replicas) this.#replicas = this.replicas().filter((other) => other !== replica)
    if (this.#tracks.get(replica)?.cloud) this.#gaps--
    this.#changed?.add(replica)
    this.#tracks.delete(replica)
  }

  /** Adds every dot of the other: the join of the two. */
  join(other: Context): void {
    for (const [replica, { run, cloud }] of other.#tracks) {
      if (run > 0) this.add(replica, 1, run)
      for (const [from, to] of cloud?.ranges ?? NOTHING) this.add(replica, from, to)
    }
  }

  /** Whether every dot of the other is here. */
  covers(other: Context): boolean {
    for (const [replica, { run, cloud }] of other.#tracks) {
      if (run > this.contiguous(replica) && this.missing(replica, 1, run).length > 0) return false
      for (const [from, to] of cloud?.ranges ?? NOTHING) {
        if (this.missing(replica, from, to).length > 0) return false
      }
    }
    return true
  }

  /** Which of the dots `from` to `to` of a replica are not here. */
  missing(replica: ReplicaId, from: number, to: number): readonly Range[] {
    return missingIn(this.rangesOf(replica), from, to)
  }

  /** All dots of a replica as ranges. */
  rangesOf(replica: ReplicaId): readonly Range[] {
    const track = this.#tracks.get(replica)
    if (!track) return NOTHING
    const { run, cloud } = track
    if (!cloud) return runTo(run)
    return run > 0 ? [[1, run], ...cloud.ranges] : [...cloud.ranges]
  }

  get isEmpty(): boolean {
    return this.#tracks.size === 0
  }

  /** Whether any replica has dots above a gap. */
  get hasGaps(): boolean {
    return this.#gaps > 0
  }

  /** In the order of their texts, so that equal contexts are walked alike everywhere. */
  replicas(): readonly ReplicaId[] {
    this.#replicas ??= [...this.#tracks.keys()].sort()
    if (this.#unplaced.length > 0) {
      this.#replicas = merged(this.#replicas, this.#unplaced.sort())
      this.#unplaced = []
    }
    return this.#replicas
  }

  /**
   * Of whom dots have come or gone since the last call; undefined at the first call: of all. It is for one caller, who keeps
   * something that follows from the context.
   */
  takeChanged(): ReadonlySet<ReplicaId> | undefined {
    const changed = this.#changed
    if (changed?.size !== 0) this.#changed = new Set()
    return changed
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

/** Which of `from` to `to` are in none of the ranges, which are in order. */
export function missingIn(ranges: readonly Range[], from: number, to: number): readonly Range[] {
  let next = from
  let out: Range[] | undefined
  for (const [start, end] of ranges) {
    if (end < next) continue
    if (start > to) break
    if (start > next) {
      out ??= []
      out.push([next, start - 1])
    }
    next = end + 1
  }
  if (next > to) return out ?? NOTHING
  if (!out) return next === 1 ? runTo(to) : [[next, to]]
  out.push([next, to])
  return out
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
