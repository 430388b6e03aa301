import type { Voter, Voters } from '../../wire/register.ts'

export type { Voter }

/** Who votes. While a change is under way, `next` names those to come, and a quorum is a majority of both (Raft, section 6). */
export type Configuration = Voters

/** The most voters: every change waits for a majority of them, and more than four of nine lost disks is another problem. */
export const MAX_VOTERS = 9
/** Characters of a peer id in a configuration. */
export const MAX_PEER_CHARS = 128
/** Characters of a genesis and of an acceptor id. */
export const ID_CHARS = 20

/** Each acceptor whose word counts, once. */
export function acceptorsOf({ voters, next }: Configuration): readonly Voter[] {
  if (next.length === 0) return voters
  return [...voters, ...next.filter(({ acceptor }) => !voters.some((voter) => voter.acceptor === acceptor))]
}

export const isJoint = ({ next }: Configuration): boolean => next.length > 0

function majority(of: readonly Voter[], has: (acceptor: string) => boolean): boolean {
  let count = 0
  for (const { acceptor } of of) if (has(acceptor)) count++
  return count * 2 > of.length
}

/** Whether those that `has` holds for are a quorum. */
export function isQuorum({ voters, next }: Configuration, has: (acceptor: string) => boolean): boolean {
  return majority(voters, has) && (next.length === 0 || majority(next, has))
}

/** The least number of voters that can be a quorum. */
export function quorumSize({ voters, next }: Configuration): number {
  return Math.max(Math.floor(voters.length / 2) + 1, next.length === 0 ? 0 : Math.floor(next.length / 2) + 1)
}

/** The voter whose disk this is, if it is one. */
export function voterOf(configuration: Configuration, acceptor: string): Voter | undefined {
  return acceptorsOf(configuration).find((voter) => voter.acceptor === acceptor)
}

export function sameVoters(a: readonly Voter[], b: readonly Voter[]): boolean {
  return a.length === b.length && a.every(({ acceptor }) => b.some((other) => other.acceptor === acceptor))
}

/** Whether what a peer sent can be a configuration. */
export function isConfiguration(value: Configuration | undefined): value is Configuration {
  if (!value || !isId(value.genesis) || !(Number.isSafeInteger(value.epoch) && value.epoch >= 1)) return false
  return isVoterList(value.voters) && value.voters.length > 0 && isVoterList(value.next)
}

function isVoterList(voters: readonly Voter[]): boolean {
  if (voters.length > MAX_VOTERS) return false
  const peers = new Set(voters.map(({ peer }) => peer))
  const acceptors = new Set(voters.map(({ acceptor }) => acceptor))
  if (peers.size !== voters.length || acceptors.size !== voters.length) return false
  return voters.every(({ peer, acceptor }) => peer.length > 0 && peer.length <= MAX_PEER_CHARS && isId(acceptor))
}

const isId = (id: string): boolean => id.length === ID_CHARS
