import { refuseNames } from '../capabilities/names.ts'
import { CoveyError } from '../lib/errors.ts'
import type { Member } from '../membership/member.ts'
import { isPresent } from '../membership/row.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Roster } from '../state/roster/roster.ts'

/** A node that belongs to the mesh, whether it is there or not, or that is there and will with the first write. */
export interface MemberView {
  id: PeerId
  /** What people call it; the end of its id where nobody here knows. */
  name: string
  self: boolean
  /** Whether this node is connected to it now. */
  connected: boolean
  /**
   * When it joined, by its own clock, in milliseconds since 1970. Undefined where it runs and holds nothing of the replicated state yet: it
   * joins with the first thing that is written in the mesh, and until then nobody waits for it.
   */
  joinedAt: number | undefined
}

/**
 * Who belongs to the mesh: a decision, not an observation. What is deleted is remembered until all members know of it, and what a
 * member that is away may have had is waited for: until it returns, is evicted, or has been away for the retention.
 */
export interface Members {
  /** By name; who is there and has not joined yet, since it holds nothing, among them. */
  list(): MemberView[]
  /**
   * Ends the membership of a node that is gone for good; resolves when that is durable here. If it comes back all the same it
   * begins anew over the others' state, and writes again what they had not heard of. Rejects with `NO_SUCH_MEMBER`; with
   * `MEMBER_CONNECTED` where it runs, as it would join again at once; with `InvalidInputError` on a reason over 256 characters, or a
   * name in place of an id.
   */
  evict(peer: PeerId, reason?: string): Promise<void>
}

export interface MembersComponents {
  roster: Roster
  membership: { members(): Iterable<Member> }
  network: Network
  nameOf(peer: PeerId): string
}

export class RosterMembers implements Members {
  readonly #components: MembersComponents

  constructor(components: MembersComponents) {
    this.#components = components
  }

  list(): MemberView[] {
    const { roster, membership, network, nameOf } = this.#components
    const ids = new Set([...roster.members, network.self])
    // Of who has left or was evicted there is a record.
    for (const { id, state } of membership.members()) if (isPresent(state) && !roster.get(id)) ids.add(id)
    const views = [...ids].sort().map((id): MemberView => {
      const self = id === network.self
      const joinedAt = roster.has(id) ? roster.get(id)?.time : undefined
      return { id, name: nameOf(id), self, connected: self || network.isConnected(id), joinedAt }
    })
    return views.sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1))
  }

  async evict(peer: PeerId, reason = 'by decision'): Promise<void> {
    const { roster, network, nameOf } = this.#components
    if (!roster.has(peer)) refuseNames([peer], this.list())
    if (peer === network.self || network.isConnected(peer)) {
      throw new CoveyError(
        'MEMBER_CONNECTED',
        `${nameOf(peer)} is there: a node that runs joins again at once`,
        'Stop it first, on its machine: covey down. Then evict it from another node.',
      )
    }
    if (!roster.has(peer))
      throw new CoveyError('NO_SUCH_MEMBER', `${peer} is no member of this mesh`, 'See who is: covey members list.')
    await roster.evict(peer, reason)
  }
}
