import type { PeerView } from '../../mesh/mesh.ts'
import { duration } from '../output.ts'
import type { Check } from './check.ts'

/** From which difference on clocks disagree, in milliseconds: what people who compare two logs would stumble over. */
const MAX_OFFSET_MS = 1_000

/** When the peers were asked, and when all had answered, on this machine's clock in milliseconds since 1970. */
export interface AskedWithin {
  from: number
  to: number
}

/**
 * Judges the peers' clocks. A peer that read its clock as `c` at some moment between `from` and `to` is ahead by at least
 * `c - to` and at most `c - from` (as in Cristian 1989); only a difference that is certain counts.
 */
export function checkClocks(peers: readonly PeerView[], { from, to }: AskedWithin): Check {
  const offsets = peers.flatMap(({ name, self, load }) => {
    if (self || load?.wallClockMs === undefined) return []
    return [{ name, atLeast: certainOffset(load.wallClockMs - to, load.wallClockMs - from) }]
  })
  if (offsets.length === 0) return { check: 'clocks', result: 'skipped', message: 'no peer told its time' }
  const [worst] = offsets.sort((a, b) => Math.abs(b.atLeast) - Math.abs(a.atLeast))
  if (worst === undefined || Math.abs(worst.atLeast) <= MAX_OFFSET_MS) {
    const message = `the clocks of ${offsets.length} peers agree with this one within ${duration(MAX_OFFSET_MS + to - from)}`
    return { check: 'clocks', result: 'ok', message }
  }
  const direction = worst.atLeast > 0 ? 'ahead of' : 'behind'
  return {
    check: 'clocks',
    result: 'warning',
    message: `${worst.name} is ${duration(Math.abs(worst.atLeast))} ${direction} this machine`,
    hint: 'Switch on time synchronisation (NTP) on both.',
  }
}

/** The part of an offset that is certain: 0 where the interval holds 0. */
function certainOffset(least: number, most: number): number {
  return Math.max(least, 0) + Math.min(most, 0)
}
