import type { PeerId } from '../network/network.ts'
import type { MemberState } from './member.ts'

/** What one node says of one member: the unit of dissemination. */
export interface Row {
  id: PeerId
  state: MemberState
  incarnation: number
  addresses: readonly string[]
  /** Who accuses it, at this incarnation; empty unless the state is `suspect`. */
  accusers: readonly PeerId[]
  /** As it travels, and its key: filled in when they are first needed. Rows that were decoded are shared by all who heard them. */
  encoded?: Uint8Array | undefined
  key?: number | undefined
}

/** Within one incarnation a word can only be made worse; only a new incarnation, which its owner alone makes, can mend it. */
const RANK: Readonly<Record<MemberState, number>> = { alive: 0, suspect: 1, dead: 2, left: 3 }

/**
 * Whether `a` overrides `b` about one member (SWIM, section 4.2): alive(i) overrides suspect(j) and dead(j) iff i > j,
 * suspect(i) overrides alive(j) iff i >= j, dead(i) both iff i >= j. It is the lexicographic order of (incarnation,
 * rank), a total one: whatever the order in which rows arrive, all nodes end with the same. `left` is the member's own
 * word, and so final within its incarnation.
 */
export function overrides(a: Pick<Row, 'state' | 'incarnation'>, b: Pick<Row, 'state' | 'incarnation'>): boolean {
  if (a.incarnation !== b.incarnation) return a.incarnation > b.incarnation
  return RANK[a.state] > RANK[b.state]
}

/** Whether the member is worth probing and counting: nobody has buried it and it has not left. */
export const isPresent = (state: MemberState): boolean => state === 'alive' || state === 'suspect'
