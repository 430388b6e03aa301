import type { Json } from '../../lib/json.ts'
import type { PeerId } from '../../network/network.ts'
import { readFormat } from './format.ts'

/**
 * What the register of a lock or semaphore holds: who has it, and who waits. There is no time in it, since no two machines have the
 * same: a lease ends when its sequence did not move for its `ttlMs` on the clock of whoever looks (watch.ts).
 *
 * The transitions below are pure; each answers the next record, or undefined where there is nothing to change.
 */
export interface LeaseRecord {
  /** How many may hold at once; 1 is a lock. */
  readonly permits: number
  readonly holders: readonly Holder[]
  /** First come, first served. */
  readonly waiting: readonly Place[]
  /** Somebody named another number of permits while these were in use. */
  readonly dispute?: Dispute
}

export interface Holder {
  /** Of one acquisition, random. */
  readonly id: string
  readonly node: PeerId
  /** The register's revision that granted it: no two grants have the same, later ones have higher ones. */
  readonly fence: number
  readonly ttlMs: number
  /** Grows with each renewal. */
  readonly sequence: number
}

export interface Place {
  readonly id: string
  readonly node: PeerId
  /** Of one life of a node's process: its places end together. */
  readonly session: string
  /** The register's revision that gave the place. */
  readonly ticket: number
  /** Grows with each renewal; only the first in the queue renews. */
  readonly sequence: number
}

export interface Dispute {
  readonly node: PeerId
  readonly permits: number
}

export interface Claimant {
  readonly id: string
  readonly node: PeerId
  readonly session: string
  readonly ttlMs: number
  readonly permits: number
  /** Whether it takes a place where all permits are given away. */
  readonly waits: boolean
  /** Earlier acquisitions of its process that nobody is behind any more. */
  readonly givenUp: ReadonlySet<string>
}

/** One state of a lease or of a place: another one after each renewal. */
export type Sighting = string

export const sightingOfHolder = ({ fence, sequence }: Holder): Sighting => `holder ${fence}.${sequence}`
export const sightingOfPlace = ({ ticket, sequence }: Place): Sighting => `place ${ticket}.${sequence}`

const FORMAT = 'covey-leases'

/** The record in a register; undefined where nobody holds and nobody waits. Throws `CoveyError` on what no lock has written. */
export function readLeases(value: Json | undefined): LeaseRecord | undefined {
  return readFormat<LeaseRecord>(value, FORMAT)
}

/** What the register is to hold; undefined (nothing) where nobody holds and nobody waits, so that it can be collected. */
export function writeLeases(record: LeaseRecord): Json | undefined {
  if (!inUse(record)) return undefined
  return { format: FORMAT, ...record } as unknown as Json
}

const inUse = ({ holders, waiting }: LeaseRecord): boolean => holders.length > 0 || waiting.length > 0

/**
 * What is left when those that went silent are gone: holders, and the first in the queue with all places of its process. A
 * claimant's own place stays: it is not silent.
 */
export function withoutSilent(record: LeaseRecord, silent: ReadonlySet<Sighting>, self: string): LeaseRecord {
  const [first] = record.waiting
  const gone = first && first.id !== self && silent.has(sightingOfPlace(first)) ? first.session : undefined
  const holders = record.holders.filter((holder) => holder.id === self || !silent.has(sightingOfHolder(holder)))
  const waiting = record.waiting.filter(({ id, session }) => id === self || session !== gone)
  const isSame = holders.length === record.holders.length && waiting.length === record.waiting.length
  return isSame ? record : { ...record, holders, waiting }
}

/**
 * What is left without what a node knows to be in vain: places of its former processes, which nobody would hear of until it is their turn,
 * and what acquisitions have left that it gave up when no majority answered.
 */
function withoutOwn(record: LeaseRecord, { node, session, givenUp }: Claimant): LeaseRecord {
  const holders = record.holders.filter(({ id }) => !givenUp.has(id))
  const isFormer = (place: Place): boolean => place.node === node && place.session !== session
  const waiting = record.waiting.filter((place) => !isFormer(place) && !givenUp.has(place.id))
  const isSame = holders.length === record.holders.length && waiting.length === record.waiting.length
  return isSame ? record : { ...record, holders, waiting }
}

/**
 * Takes a permit, or a place in the queue. Whoever holds one already (its first answer was lost) renews it. With other permits than
 * the record has it only leaves word of that.
 * @param revision of the register with this change
 * @param maxWaiting a full queue takes nobody
 */
export function claim(
  before: LeaseRecord | undefined,
  revision: number,
  who: Claimant,
  silent: ReadonlySet<Sighting>,
  maxWaiting: number,
): LeaseRecord | undefined {
  const { id, node, session, ttlMs, permits } = who
  const left = before && withoutOwn(withoutSilent(before, silent, id), who)
  const record: LeaseRecord = left && inUse(left) ? left : { permits, holders: [], waiting: [] }
  if (record.permits !== permits) return record.dispute ? undefined : { ...record, dispute: { node, permits } }
  if (record.holders.some((holder) => holder.id === id)) return renew(record, id)
  const { holders, waiting } = record
  const isNext = waiting.length === 0 || waiting[0]?.id === id
  if (isNext && holders.length < permits) {
    const granted = { id, node, fence: revision, ttlMs, sequence: 0 }
    return { ...record, holders: [...holders, granted], waiting: waiting.slice(1) }
  }
  const isNew = who.waits && waiting.length < maxWaiting && !waiting.some((place) => place.id === id)
  if (!isNew) return record === before ? undefined : record
  return { ...record, waiting: [...waiting, { id, node, session, ticket: revision, sequence: 0 }] }
}

/** A holder says that it still is there. */
export function renew(record: LeaseRecord, id: string): LeaseRecord | undefined {
  if (!record.holders.some((holder) => holder.id === id)) return undefined
  const renewed = (holder: Holder): Holder => ({ ...holder, sequence: holder.sequence + 1 })
  return { ...record, holders: record.holders.map((holder) => (holder.id === id ? renewed(holder) : holder)) }
}

/** The first in the queue says that it still is there. */
export function keepPlace(record: LeaseRecord, id: string): LeaseRecord | undefined {
  const [first, ...others] = record.waiting
  if (first?.id !== id) return undefined
  return { ...record, waiting: [{ ...first, sequence: first.sequence + 1 }, ...others] }
}

/** Gives a permit or a place back. */
export function leave(record: LeaseRecord, id: string): LeaseRecord | undefined {
  const others = ({ id: other }: { id: string }): boolean => other !== id
  const holders = record.holders.filter(others)
  const waiting = record.waiting.filter(others)
  if (holders.length === record.holders.length && waiting.length === record.waiting.length) return undefined
  return { ...record, holders, waiting }
}
