import type { Sibling } from './entry.ts'

/** What a reader sees of concurrent writes; DESIGN section 5. */
export const POLICIES = ['latest', 'merge', 'priority', 'manual', 'siblings'] as const
export type Policy = (typeof POLICIES)[number]

/**
 * Which of two concurrent entries a reader sees: the one of the newer lock holder, then the later one, then the one of
 * the greater author. Total and the same everywhere, since all of it travels with the entry.
 */
export function byLatest(a: Sibling, b: Sibling): number {
  return (
    a.entry.fence - b.entry.fence ||
    a.event.time - b.event.time ||
    compareText(a.event.replica, b.event.replica) ||
    a.event.sequence - b.event.sequence
  )
}

/** As `byLatest`, with the writers' ranks in front. */
export function byPriority(a: Sibling, b: Sibling): number {
  return a.entry.rank - b.entry.rank || byLatest(a, b)
}

/** The entry that a reader sees; undefined where there is none. */
export function winner(siblings: readonly Sibling[], policy: Policy): Sibling | undefined {
  if (siblings.length <= 1) return siblings[0]
  const order = policy === 'priority' ? byPriority : byLatest
  return siblings.reduce((best, sibling) => (order(sibling, best) > 0 ? sibling : best))
}

/** Whether a person has to choose: concurrent entries in a namespace that does not choose by itself. */
export function isConflict(siblings: readonly Sibling[], policy: Policy): boolean {
  return policy === 'manual' && siblings.length > 1
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
