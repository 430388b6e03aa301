import type { PeerId } from '../../network/network.ts'
import type { BallotBody } from './ballot.ts'
import { drawLot } from './lot.ts'
import { type OpenedVote, totalWeight } from './vote.ts'

/** A ballot that counts, its options by their index. */
export interface CountedBallot {
  readonly weight: number
  readonly choices: readonly number[]
  readonly confidence: number | undefined
}

/** Sums over the ballots that count. Weights are whole numbers, so that all of it is exact. */
export interface Tally {
  /** By voter. */
  readonly ballots: readonly CountedBallot[]
  /** By option, of the ballots that choose it; of `ranked` those that rank it first. */
  readonly weights: readonly number[]
  /** By option, of the ballots that name it at any rank. */
  readonly named: readonly number[]
  /** Of the ballots that choose anything. */
  readonly choosing: number
  /** Of all ballots that count, abstentions among them. */
  readonly turnout: number
  /** Voters of several different ballots, by id: none of these counts. */
  readonly equivocated: readonly PeerId[]
  /** The lot that ties go by. */
  readonly lot: readonly number[]
}

/**
 * Sums up valid ballots of voters of the electorate, each ballot different from the others; in whatever order they are the
 * tally is the same. `lot` is the vote's own where the caller has drawn it.
 */
export function tallyOf(
  vote: OpenedVote,
  ballots: readonly BallotBody[],
  lot: readonly number[] = drawLot(vote),
): Tally {
  const byVoter = Map.groupBy(ballots, ({ voter }) => voter)
  const index = new Map(vote.options.map((option, i) => [option, i]))
  const equivocated: PeerId[] = []
  const counted: CountedBallot[] = []
  for (const { id, weight } of vote.electorate) {
    const [ballot, another] = byVoter.get(id) ?? []
    if (another) equivocated.push(id)
    else if (ballot) {
      const choices = ballot.choices.map((choice) => index.get(choice) as number)
      counted.push({ weight, choices, confidence: ballot.confidence })
    }
  }
  const sum = (some: readonly CountedBallot[]): number => some.reduce((total, { weight }) => total + weight, 0)
  const naming = (option: number): CountedBallot[] => counted.filter(({ choices }) => choices.includes(option))
  const first = (option: number): CountedBallot[] => counted.filter(({ choices }) => choices[0] === option)
  const named = vote.options.map((_, option) => sum(naming(option)))
  return {
    ballots: counted,
    weights: vote.method === 'ranked' ? vote.options.map((_, option) => sum(first(option))) : named,
    named,
    choosing: sum(counted.filter(({ choices }) => choices.length > 0)),
    turnout: sum(counted),
    equivocated,
    lot,
  }
}

/** The option with the greatest weight; of equal ones the first in the lot. */
export function leaderOf(weights: readonly number[], lot: readonly number[]): number {
  let leader = 0
  for (let option = 1; option < weights.length; option++) if (isAhead(option, leader, weights, lot)) leader = option
  return leader
}

function isAhead(a: number, b: number, weights: readonly number[], lot: readonly number[]): boolean {
  const difference = (weights[a] as number) - (weights[b] as number)
  return difference > 0 || (difference === 0 && (lot[a] as number) < (lot[b] as number))
}

/** Whether `weight` of `choosing` is as much as the vote asks of its choice. */
export function suffices({ method, threshold }: OpenedVote, weight: number, choosing: number): boolean {
  return choosing > 0 && weight / choosing >= threshold && (method !== 'majority' || 2 * weight > choosing)
}

/**
 * Whether nothing that the voters of the weight `remaining` may still do (choose anything, abstain, stay away, sign two ballots) can change
 * the choice and whether it goes by lot, or the reason why there is none. Never true too early; of `ranked` it may be true later than it could.
 */
export function isDecided(vote: OpenedVote, tally: Tally, remaining: number): boolean {
  const { method, quorum } = vote
  const { weights, named, choosing, turnout, lot } = tally
  if (remaining === 0 || turnout + remaining < quorum) return true
  if (turnout < quorum) return false
  // The least share that an option ends with is when all who remain choose another, the greatest when all choose it.
  const worst = (weight: number): boolean => suffices(vote, weight, choosing + remaining)
  const best = (weight: number): boolean => suffices(vote, weight + remaining, choosing + remaining)
  if (!named.some(best)) return true
  const leader = leaderOf(weights, lot)
  const weight = weights[leader] as number
  if (!worst(weight)) return false
  // More than half of all first places end a run-off in its first round.
  if (method === 'ranked') return 2 * weight > choosing + remaining
  return weights.every((own, option) => option === leader || own + remaining < weight)
}

/** The weight of those of whom no ballot is there and who may still send one. */
export function remainingWeight(vote: OpenedVote, over: ReadonlySet<PeerId>): number {
  return totalWeight({ electorate: vote.electorate.filter(({ id }) => !over.has(id)) })
}
