import type { PeerId } from '../network/network.ts'

/** What a node says of a member. Alive is an observation, not a decision. */
export type MemberState = 'alive' | 'suspect' | 'dead' | 'left'

export interface Member {
  id: PeerId
  state: MemberState
  /** Rises at every start and every refutation of a node, and only that node raises it. */
  incarnation: number
  /** Where it can be dialled: multiaddrs. */
  addresses: readonly string[]
  /** Since when it is in `state`, on the own monotonic clock, in milliseconds. */
  since: number
  /** Median round trip of recent probes in milliseconds; undefined before the first. */
  latencyMs: number | undefined
}

export interface MembershipEvents {
  /** A member became alive: new, or back from dead or left. */
  join: [member: Member]
  suspect: [member: Member]
  /** It refuted a suspicion. */
  refute: [member: Member]
  dead: [member: Member]
  left: [member: Member]
}
