import type { Dot, ReplicaId } from '../dot.ts'
import type { Sibling } from '../entry.ts'
import { hlcMs } from '../hlc.ts'
import type { Acknowledged } from './acknowledgement.ts'
import type { Cut } from './cut.ts'
import type { Runs } from './runs.ts'

interface Standing {
  own: Acknowledged | undefined
  /** What this node shows and has on its disk. */
  shown: Runs
  /** Retired replicas of which nothing lives here, each with all that the writes that say that it is over come behind, and these. */
  idle: ReadonlyMap<ReplicaId, Runs>
  cut: Cut | undefined
  /** Wall clock, milliseconds since 1970. */
  now: number
}

/**
 * Whether others could forget something if this node said what it has. Without garbage nothing is said, so that a mesh in
 * which nothing is deleted is quiet; and it ends, since an acknowledgement is no garbage.
 */
export function needsAcknowledging(graves: readonly Sibling[], { own, shown, idle, cut, now }: Standing): boolean {
  if (!own) return graves.length > 0 || idle.size > 0
  for (const [replica, records] of idle) {
    if (!own.idle.has(replica)) return true
    for (const [of, sequence] of records) {
      const dot = { replica: of, sequence }
      if (showsDot(shown, dot) && !showsDot(own.shown, dot)) return true
    }
  }
  return graves.some((grave) => {
    if (covers(shown, grave, shown) && !covers(own.shown, grave, shown)) return true
    if (cut && covers(cut.shown, grave, shown) && !covers(own.settled, grave, shown)) return true
    return grave.event.time > own.time && hlcMs(grave.event.time) < now
  })
}

const showsDot = (runs: Runs, { replica, sequence }: Dot): boolean => (runs.get(replica) ?? 0) >= sequence

/** Whether a tombstone is known there, with what it superseded as far as that is still named. */
function covers(runs: Runs, { event, entry }: Sibling, named: Runs): boolean {
  if (!showsDot(runs, event)) return false
  for (const [replica, sequence] of entry.past) {
    if (named.has(replica) && (runs.get(replica) ?? 0) < sequence) return false
  }
  return true
}
