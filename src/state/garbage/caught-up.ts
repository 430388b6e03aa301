import type { PeerId } from '../../network/network.ts'
import type { StateCore } from '../core.ts'
import { type Dot, peerOf } from '../dot.ts'
import { ACKNOWLEDGED } from '../roster/names.ts'
import { readAcknowledged } from './acknowledgement.ts'
import { type StandingRetired, writesOf } from './retired.ts'
import type { Runs } from './runs.ts'

/**
 * Whether all shows here that those who wrote the records of a replica have said that they show, what has replaced the writes that
 * they know among it. Who has written one says so at the next pass at the latest, also where another, which says what it said, has
 * taken its place.
 * @param awaits whether somebody will speak again: a member, but not this node itself, which shows what it shows
 */
export function isCaughtUp(core: StateCore, said: StandingRetired, awaits: (peer: PeerId) => boolean): boolean {
  return writesOf(said).every((dot) => {
    const words = wordsAfter(core, dot)
    if (words.length === 0) return core.isDropped(dot.replica) || !awaits(peerOf(dot.replica) as PeerId)
    return words.every((shown) => [...shown].every(([of, last]) => core.isDropped(of) || core.visible(of) >= last))
  })
}

/** What the author of a write has said to show since; each word for itself: of two lives one may not know of the write. */
function wordsAfter(core: StateCore, { replica, sequence }: Dot): Runs[] {
  const said = core.siblings({ namespace: ACKNOWLEDGED, key: peerOf(replica) as PeerId, path: '' })
  return said.flatMap((word) => {
    const shown = readAcknowledged([word])?.shown
    return shown && (shown.get(replica) ?? 0) >= sequence ? [shown] : []
  })
}
