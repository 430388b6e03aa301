import { InvalidInputError } from '../lib/errors.ts'
import type { PeerId } from '../network/network.ts'
import { rendezvousHash } from './rendezvous.ts'
import { bestOf, type Standing, score } from './score.ts'

/** One peer that would take the task. */
export interface Candidate extends Standing {
  peer: PeerId
}

/**
 * Ranks who would take a task, best first. Pure and deterministic; returns each candidate at most once and nobody else.
 * `turn` is the number of tasks of this kind given away before.
 */
export type Policy = (candidates: readonly Candidate[], task: string, turn: number) => PeerId[]

/** The best score first. */
const auction: Policy = (candidates, task) => {
  const best = bestOf(candidates)
  return ranked(candidates, task, (candidate) => score(candidate, best))
}

/** The shortest queue per slot first, whatever else is known. */
const leastLoaded: Policy = (candidates, task) => ranked(candidates, task, ({ backlog }) => -backlog)

/** Each in its turn, ordered by id. */
const roundRobin: Policy = (candidates, _task, turn) => {
  const peers = candidates.map(({ peer }) => peer).sort()
  const first = peers.length > 0 ? turn % peers.length : 0
  return [...peers.slice(first), ...peers.slice(0, first)]
}

export type Policies = ReadonlyMap<string, Policy>
export const DEFAULT_POLICY = 'auction'

/** The policies of this page and, in front of them, those that a program brings. */
export const policiesWith = (own: Readonly<Record<string, Policy>> = {}): Policies =>
  new Map(Object.entries({ auction, 'least-loaded': leastLoaded, 'round-robin': roundRobin, ...own }))

/** Throws `InvalidInputError` for a name that nobody registered. */
export function policyNamed(policies: Policies, name: string): Policy {
  const policy = policies.get(name)
  if (policy) return policy
  throw new InvalidInputError(`there is no policy '${name}'`, `Take one of: ${[...policies.keys()].join(', ')}.`)
}

/** Highest value first; equals in an order that depends on the task, so that over many tasks nobody is preferred. */
function ranked(candidates: readonly Candidate[], task: string, value: (candidate: Candidate) => number): PeerId[] {
  return candidates
    .map((candidate) => ({
      peer: candidate.peer,
      value: value(candidate),
      tie: rendezvousHash(task, candidate.peer),
    }))
    .sort((a, b) => b.value - a.value || b.tie - a.tie || (a.peer < b.peer ? -1 : 1))
    .map(({ peer }) => peer)
}
