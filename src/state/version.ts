import { hash } from 'node:crypto'
import type { Dot } from './dot.ts'
import type { Sibling } from './entry.ts'
import { isLive, type KeyCells } from './types/type.ts'

/**
 * What a reader saw of a key: the dots that stand in it. Opaque: to be handed back, compared for equality, and nothing else. Two
 * replicas that hold the same writes of a key give it the same version.
 */
export type Version = string

/** So many dots are spelled out in a version; of more there is a hash. */
const MAX_SPELLED = 4
/** The last characters of a replica id: its epoch, which is random, and a few of its peer's. They name the replica. */
const REPLICA_CHARS = 24

/** The version of a key that one write has left alone in it. */
export function dotVersion({ replica, sequence }: Dot): Version {
  return `${sequence.toString(36)}-${replica.slice(-REPLICA_CHARS)}`
}

/** The version of a key. */
export function versionOf({ plain, paths }: KeyCells): Version {
  if (paths.size === 0) {
    const [only] = plain
    return plain.length === 1 && only ? dotVersion(only.event) : spell(plain.map(({ event }) => dotVersion(event)))
  }
  const dots = new Set<Version>()
  const add = (siblings: readonly Sibling[]): void => {
    if (isLive(siblings)) for (const { event } of siblings) dots.add(dotVersion(event))
  }
  add(plain)
  for (const siblings of paths.values()) add(siblings)
  return spell([...dots])
}

function spell(dots: Version[]): Version {
  const text = dots.sort().join('+')
  return dots.length <= MAX_SPELLED ? text : `${dots.length}x${hash('sha256', text, 'hex').slice(0, 32)}`
}
