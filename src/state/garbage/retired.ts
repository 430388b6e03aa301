import { RetiredEpoch } from '../../wire/roster.ts'
import type { StateCore } from '../core.ts'
import { type Dot, MAX_SEQUENCE, type ReplicaId } from '../dot.ts'
import type { Encoded } from '../encoded.ts'
import { type Past, pastOf, type Sibling, type WriteEvent } from '../entry.ts'
import type { Hlc } from '../hlc.ts'
import { RESERVED_PREFIX } from '../limits.ts'
import { contains, type Range, RangeSet } from '../ranges.ts'
import { RETIRED } from '../roster/names.ts'
import { decodeValue, encodeValue } from '../value.ts'
import { MAX_DROPPED_KEPT } from './limits.ts'
import { boundsOf, rangesOf } from './voids.ts'

/** A replica that writes no more. */
export interface Retired {
  /** Its last sequence, as far as whoever retired it knew. */
  readonly final: number
  /** Nothing of it lives anywhere: it is named in no vector any more. */
  readonly dropped: boolean
  /** Dots that nobody holds: they count as held, with nothing in them. */
  readonly voids: readonly Range[]
  /** Known where this shows: all members had them, or what was to stay of them was brought in again. */
  readonly known: readonly Range[]
}

/** One record, with what its writer had seen of others: of each, what was brought in again comes before. */
interface StandingRecord extends Retired {
  readonly past: Past
}

/** All that stands here of a replica's records. */
export interface StandingRetired extends Retired {
  /** One of them is enough to say so. */
  readonly dropped: boolean
  /** All of them do: another may say that more is known, which not all members have had. */
  readonly allDropped: boolean
  /** When the newest of its records was written. */
  readonly time: Hlc
  /** The writes that say so. */
  readonly dots: readonly Dot[]
  /** Each by itself; none where it was dropped long ago. */
  readonly records: readonly StandingRecord[]
}

/** The record of a replica as it stands there; undefined where there is none. */
export const recordIn = (core: StateCore, replica: ReplicaId): StandingRetired | undefined =>
  readRetired(core.siblings({ namespace: RETIRED, key: replica, path: '' }))

/** All that have a record there. */
export function retiredIn(core: StateCore): RetiredReplicas {
  const retired = new Map<ReplicaId, StandingRetired>()
  for (const replica of core.cells.keys(RETIRED)) {
    const record = recordIn(core, replica)
    if (record) retired.set(replica, record)
  }
  return retired
}

/**
 * Whether a dot is known by a record all of which shows there, what was brought in again among it: one record may take the place
 * of another that comes behind what its author brought in, and come first. When it is dropped all members have had all.
 */
export const isKnown = (core: StateCore, said: StandingRetired, sequence: number): boolean =>
  knownIn(core, said).some((known) => contains(known, sequence))

/** Whether a record names that write as known. Not so where all of it is covey's own: that comes from who has it. */
export const isNamed = ({ known }: StandingRetired, { sequence, entries }: WriteEvent): boolean =>
  contains(known, sequence) && !entries.every(({ namespace }) => namespace.startsWith(RESERVED_PREFIX))

/** Whether all shows that its records come behind: before, not all that is known by them counts. */
export const isWholly = (core: StateCore, said: StandingRetired): boolean =>
  knownIn(core, said).length === said.records.length

/** The writes that say so, and those in whose place they stand, as far as they still name them. */
export const writesOf = ({ dots, records }: StandingRetired): Dot[] => [
  ...dots,
  ...records.flatMap(({ past }) => [...past].map(([replica, sequence]) => ({ replica, sequence }))),
]

/** What is known so, by each record. */
export const knownIn = (core: StateCore, { records }: StandingRetired): (readonly Range[])[] =>
  records.filter((record) => record.dropped || showsAll(core, record)).map(({ known }) => known)

function showsAll(core: StateCore, { past }: StandingRecord): boolean {
  for (const [replica, last] of past) {
    if (core.visible(replica) < last && !recordIn(core, replica)?.dropped) return false
  }
  return true
}

/** What is said of a replica that no record names yet. */
export const NOT_RETIRED: Retired = { final: 0, dropped: false, voids: [], known: [] }

export const encodeRetired = ({ final, dropped, voids, known }: Retired): Encoded =>
  encodeValue(RetiredEpoch.encode({ final, dropped, voidBounds: boundsOf(voids), knownBounds: boundsOf(known) }))

/** What a replica's cell says; undefined where it is empty. A cell with nothing but tombstones was dropped before. */
export function readRetired(siblings: readonly Sibling[]): StandingRetired | undefined {
  if (siblings.length === 0) return undefined
  const records = siblings.flatMap((sibling) => {
    const { value } = sibling.entry
    return value ? [{ ...decode(value), past: pastOf([sibling]) }] : []
  })
  return {
    final: Math.max(0, ...records.map(({ final }) => final)),
    known: RangeSet.of(records.flatMap(({ known }) => known)).ranges,
    time: Math.max(...siblings.map(({ event }) => event.time)),
    dropped: records.length === 0 || records.some(({ dropped }) => dropped),
    voids: RangeSet.of(records.flatMap(({ voids }) => voids)).ranges,
    dots: siblings.map(({ event: { replica, sequence } }) => ({ replica, sequence })),
    allDropped: records.every(({ dropped }) => dropped),
    records,
  }
}

function decode(value: Encoded): Retired {
  try {
    const bytes = decodeValue(value)
    const retired = bytes instanceof Uint8Array ? RetiredEpoch.decode(bytes) : undefined
    if (!retired || retired.final > MAX_SEQUENCE) return UNREADABLE
    const { final, dropped } = retired
    return { final, dropped, known: rangesOf(retired.knownBounds), voids: rangesOf(retired.voidBounds) }
  } catch {
    // Of a later version, or of a broken member.
    return UNREADABLE
  }
}

/** Over, of unknown length, and nobody may drop it. */
const UNREADABLE = NOT_RETIRED

/**
 * Whether so many replicas were dropped that of older ones not even the record is left. Before, one that nobody names and of which there is no
 * record has not been dropped: who has something of it has not been heard, or it went with a disk.
 * @param retired the replicas that have records, and what they say
 */
export function mayHavePruned(retired: ReadonlyMap<ReplicaId, Pick<Retired, 'dropped'>>): boolean {
  if (retired.size < MAX_DROPPED_KEPT) return false
  let dropped = 0
  for (const record of retired.values()) if (record.dropped) dropped++
  return dropped >= MAX_DROPPED_KEPT
}

/** The replicas whose records stand, with what they say. */
export type RetiredReplicas = ReadonlyMap<ReplicaId, StandingRetired>
