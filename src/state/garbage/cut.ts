import type { PeerId } from '../../network/network.ts'
import type { ReplicaId } from '../dot.ts'
import type { Sibling } from '../entry.ts'
import type { Hlc } from '../hlc.ts'
import type { Acknowledged } from './acknowledgement.ts'
import { meet, type Runs } from './runs.ts'

/** What all members have acknowledged. A function of the state alone, so that two nodes of one state have one cut. */
export interface Cut {
  /** All members show it. */
  readonly shown: Runs
  /** All members know that all members show it: of this, tombstones may be forgotten. */
  readonly settled: Runs
  /** Whatever a member writes from now on is later. */
  readonly time: Hlc
  /** Replicas that some member still names. */
  readonly named: ReadonlySet<ReplicaId>
  /** Retired replicas of which nothing lives anywhere. */
  readonly idle: ReadonlySet<ReplicaId>
}

/** Undefined where a member has not said anything yet: then nothing may be forgotten. */
export function cutOf(
  members: readonly PeerId[],
  acknowledged: (member: PeerId) => Acknowledged | undefined,
): Cut | undefined {
  const all = members.map(acknowledged)
  const said = all.filter((one) => one !== undefined)
  if (said.length === 0 || said.length < all.length) return undefined
  const named = new Set<ReplicaId>()
  for (const { shown } of said) for (const replica of shown.keys()) named.add(replica)
  const first = said[0] as Acknowledged
  return {
    shown: meet(said.map(({ shown }) => shown)),
    settled: meet(said.map(({ settled }) => settled)),
    time: Math.min(...said.map(({ time }) => time)),
    named,
    idle: new Set([...first.idle].filter((replica) => said.every(({ idle }) => idle.has(replica)))),
  }
}

/** Whether more may be forgotten than before. */
export function isFurther(cut: Cut, former: Cut | undefined): boolean {
  if (!former || cut.time !== former.time || cut.named.size !== former.named.size) return true
  for (const [replica, last] of cut.settled) if (former.settled.get(replica) !== last) return true
  return false
}

/**
 * The tombstones of a cell that are to be forgotten: all members have them and all that they superseded, and know it of one
 * another. Why twice: who forgets writes on as if nothing had been there, and nobody may take such a write for one that
 * did not know of the delete. A tombstone beside a living value goes only if that value is later anyway: a value that a
 * reader does not see because of it must not come back.
 */
export function forgettable(siblings: readonly Sibling[], cut: Cut, holds: (replica: ReplicaId) => boolean): Sibling[] {
  const graves = siblings.filter((sibling) => sibling.entry.value === undefined && isSettled(sibling, cut, holds))
  if (graves.length === siblings.length) return graves
  const others = siblings.filter((sibling) => !graves.includes(sibling))
  return graves.filter((grave) => others.every((other) => outranks(other, grave)))
}

/** Whether all members show it: what it has replaced lives with none of them, what was brought in of that neither. */
export const isShownByAll = ({ event }: Pick<Sibling, 'event'>, cut: Cut): boolean =>
  (cut.shown.get(event.replica) ?? 0) >= event.sequence

/**
 * Whether a replica in the past of a sibling is over: all members have spoken since that was written, and none names it. One
 * that is new would be named by its author and by whoever had seen it when it wrote the sibling.
 */
export function isUnnamed(replica: ReplicaId, { event }: Sibling, cut: Cut): boolean {
  return event.time <= cut.time && (cut.settled.get(event.replica) ?? 0) >= event.sequence && !cut.named.has(replica)
}

function isSettled({ event, entry }: Sibling, cut: Cut, holds: (replica: ReplicaId) => boolean): boolean {
  if ((cut.settled.get(event.replica) ?? 0) < event.sequence || event.time > cut.time) return false
  for (const [replica, sequence] of entry.past) {
    if ((cut.settled.get(replica) ?? 0) >= sequence) continue
    // Of a replica that nobody names any more nothing is left that could come back.
    if (holds(replica) || cut.named.has(replica)) return false
  }
  return true
}

function outranks(value: Sibling, grave: Sibling): boolean {
  return (
    value.event.time > grave.event.time &&
    value.entry.fence >= grave.entry.fence &&
    value.entry.rank >= grave.entry.rank
  )
}
