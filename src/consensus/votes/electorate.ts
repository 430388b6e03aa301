import { refuseNames } from '../../capabilities/names.ts'
import type { AgentDescription, Announcement, CapabilityQuery, Provider } from '../../capabilities/provider.ts'
import { CoveyError } from '../../lib/errors.ts'
import type { Member } from '../../membership/member.ts'
import type { PeerId } from '../../network/network.ts'
import type { ElectorateRequest } from './request.ts'
import type { ChosenBy, Elector } from './vote.ts'

/** What votes need to know of who can do what; a `Directory` is one. */
export interface Catalogue {
  find(query: CapabilityQuery): Provider[]
  all(): Announcement[]
}

/** What votes need to know of who is there; a `Membership` is one. */
export interface Members {
  members(): Iterable<Pick<Member, 'id' | 'state'>>
  /** Resolves once a connection stands; rejects when none could be made in time. */
  ensureConnected(peer: PeerId, timeoutMs: number): Promise<void>
}

export interface Electorate {
  readonly chosenBy: ChosenBy
  readonly electorate: Elector[]
}

/** Who is asked, as this node sees the mesh now. Throws `NO_ELECTORATE` where nobody fits, `InvalidInputError` on a name in place of an id. */
export function electorateOf(
  request: ElectorateRequest | undefined,
  self: PeerId,
  membership: Members,
  directory: Catalogue,
): Electorate {
  if (request === undefined) return { chosenBy: { by: 'alive' }, electorate: sorted([...alive(self, membership)]) }
  if ('voters' in request) return { chosenBy: { by: 'list' }, electorate: listed(request.voters, directory) }
  if ('capability' in request) {
    const { capability: name, ...rest } = request
    const query = { name, ...rest }
    return { chosenBy: { by: 'capability', ...query }, electorate: able(directory.find(query), name) }
  }
  const there = alive(self, membership)
  const { tags } = request
  const tagged = directory.all().filter(({ peer, agents }) => there.has(peer) && agents.some((it) => hasTags(it, tags)))
  return {
    chosenBy: { by: 'tags', tags },
    electorate: someOf(
      tagged.map(({ peer }) => peer),
      tags.join(', '),
    ),
  }
}

/** Whether one capability of the agent has all of the tags. */
export const hasTags = ({ capabilities }: Pick<AgentDescription, 'capabilities'>, tags: readonly string[]): boolean =>
  capabilities.some((capability) => tags.every((tag) => capability.tags?.includes(tag)))

function alive(self: PeerId, membership: Members): Set<PeerId> {
  const others = [...membership.members()].filter(({ state }) => state === 'alive')
  return new Set([self, ...others.map(({ id }) => id)])
}

function listed(voters: readonly PeerId[] | Readonly<Record<PeerId, number>>, directory: Catalogue): Elector[] {
  const nodes = directory.all().map(({ peer: id, name }) => ({ id, name }))
  refuseNames(Array.isArray(voters) ? (voters as readonly PeerId[]) : Object.keys(voters), nodes)
  // One who is named twice stays twice: the check of the vote says so.
  if (Array.isArray(voters)) return sorted(voters as readonly PeerId[])
  return byId(Object.entries(voters as Record<PeerId, number>).map(([id, weight]) => ({ id, weight })))
}

const able = (providers: readonly Provider[], what: string): Elector[] =>
  someOf(
    providers.map(({ peer }) => peer),
    what,
  )

function someOf(peers: readonly PeerId[], what: string): Elector[] {
  if (peers.length > 0) return sorted([...new Set(peers)])
  throw new CoveyError('NO_ELECTORATE', `nobody offers ${what}`, 'See who can do what: covey agents.')
}

const sorted = (ids: readonly PeerId[]): Elector[] => byId(ids.map((id) => ({ id, weight: 1 })))

const byId = (electors: Elector[]): Elector[] => electors.sort((a, b) => (a.id < b.id ? -1 : 1))
