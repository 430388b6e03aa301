import { Acknowledgement } from '../../wire/roster.ts'
import type { ReplicaId } from '../dot.ts'
import type { Encoded } from '../encoded.ts'
import type { Sibling, WriteEvent } from '../entry.ts'
import type { Hlc } from '../hlc.ts'
import { MAX_REPLICAS } from '../limits.ts'
import type { Range } from '../ranges.ts'
import { decodeValue, encodeValue } from '../value.ts'
import { decodeRuns, encodeRuns, joinRuns, meet, type Runs } from './runs.ts'
import { boundsOf, rangesOf } from './voids.ts'

/** What a member has said that it holds. */
export interface Acknowledged {
  /** All that it shows and has on its disk. */
  readonly shown: Runs
  /** Replicas that one of its words at least names: of two lives that did not know of each other, what either shows. */
  readonly named: Pick<ReadonlySet<ReplicaId>, 'has'>
  /** What it knew all members to show. */
  readonly settled: Runs
  /** What it has said so of in any of its words: it may have written on that. */
  readonly told: Runs
  /** Retired replicas of which nothing lives there. */
  readonly idle: ReadonlySet<ReplicaId>
  /** Of retired replicas: what it holds above a gap, shown or not. */
  readonly above: ReadonlyMap<ReplicaId, readonly Range[]>
  /** Whether this is one word of one life: of two, neither is all that it holds. */
  readonly isWhole: boolean
  /** As which replica the member said so; of two the one that wrote later. */
  readonly replica: ReplicaId
  /** When: all that it writes later is later. */
  readonly time: Hlc
}

export function encodeAcknowledged({
  shown,
  settled,
  idle,
  above,
}: Pick<Acknowledged, 'shown' | 'settled' | 'idle' | 'above'>): Encoded {
  const rows = [...above].map(([replica, ranges]) => ({ replica, bounds: boundsOf(ranges) }))
  return encodeValue(
    Acknowledgement.encode({
      shown: encodeRuns(shown),
      settled: encodeRuns(settled),
      idle: [...idle].sort(),
      above: rows.sort((a, b) => (a.replica < b.replica ? -1 : 1)),
    }),
  )
}

/** What a member's cell says; undefined where it says nothing, or something that cannot be read: then it holds nothing. */
export function readAcknowledged(siblings: readonly Sibling[]): Acknowledged | undefined {
  const all = siblings.filter(({ entry }) => entry.value !== undefined)
  if (all.length === 0) return undefined
  try {
    const parts = all.map(({ event, entry }) => decode(entry.value as Encoded, event))
    // Two lives of one member that did not know of each other: what both say.
    return {
      shown: meet(parts.map(({ shown }) => shown)),
      named: parts.length === 1 ? (parts[0] as Acknowledged).named : new Set(parts.flatMap(namesOf)),
      settled: meet(parts.map(({ settled }) => settled)),
      told: joinRuns(...parts.map(({ settled }) => settled)),
      idle: new Set([...(parts[0]?.idle ?? [])].filter((replica) => parts.every(({ idle }) => idle.has(replica)))),
      above: new Map(parts.flatMap(({ above }) => [...above])),
      isWhole: parts.length === 1,
      replica: parts.reduce((a, b) => (a.time >= b.time ? a : b)).replica,
      time: Math.min(...parts.map(({ time }) => time)),
    }
  } catch {
    // Of a later version, or of a broken member: garbage waits, which is safe, until it says something else or is evicted.
    return undefined
  }
}

const namesOf = ({ shown }: Acknowledged): ReplicaId[] => [...shown.keys()]

function decode(value: Encoded, { time, replica }: WriteEvent): Acknowledged {
  const bytes = decodeValue(value)
  if (!(bytes instanceof Uint8Array)) throw new RangeError('no acknowledgement')
  const limits = { shown: MAX_REPLICAS, settled: MAX_REPLICAS, idle: MAX_REPLICAS, above: MAX_REPLICAS }
  const { shown: runs, settled, idle, above } = Acknowledgement.decode(bytes, { limits })
  const [shown, told] = [decodeRuns(runs), decodeRuns(settled)]
  return {
    shown,
    named: shown,
    settled: told,
    told,
    idle: new Set(idle),
    above: new Map(above.map(({ replica, bounds }) => [replica, rangesOf(bounds)])),
    isWhole: true,
    replica,
    time,
  }
}
