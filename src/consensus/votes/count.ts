import { z } from 'zod'
import type { PeerId } from '../../network/network.ts'
import type { BallotBody } from './ballot.ts'
import { runoff } from './runoff.ts'
import { type CountedBallot, leaderOf, suffices, type Tally, tallyOf } from './tally.ts'
import { type OpenedVote, totalWeight } from './vote.ts'

/** Why there is no choice: too few voted, nobody chose anything, or no option has the share that was asked for. */
export const NO_CHOICE = ['quorum', 'no-ballots', 'threshold'] as const

/** How much one option has. */
export interface OptionCount {
  readonly option: string
  /** Of the ballots that choose it; of `ranked` those that rank it first. */
  readonly ballots: number
  readonly weight: number
}

/** What ballots come to: it follows from the vote and its ballots alone. */
export interface VoteCount {
  /** The option that is chosen; null where none is, which is an answer too. */
  readonly choice: string | null
  /** Why none is; null where one is. */
  readonly noChoice: (typeof NO_CHOICE)[number] | null
  /** Whether a tie was broken by the vote's lot on the way to the choice. */
  readonly byLot: boolean
  /** In the order of the options. */
  readonly tally: readonly OptionCount[]
  /** Of `ranked`: the weights of each round in the order of the options, null for those that are out. Else none. */
  readonly rounds: readonly { readonly weights: readonly (number | null)[]; readonly out: string | null }[]
  /** Mean confidence, by weight, of the ballots behind the choice that name one; null where none does. */
  readonly confidence: number | null
  readonly turnout: {
    /** Ballots that count. */
    readonly ballots: number
    /** Of these, those that choose nothing. */
    readonly abstained: number
    readonly weight: number
    /** The weight of the whole electorate. */
    readonly of: number
  }
  readonly quorum: { readonly needed: number; readonly met: boolean }
  /** `share` is that of the leading option, of the weight of all ballots that choose; of `majority` more than half is needed too. */
  readonly threshold: { readonly needed: number; readonly share: number | null; readonly met: boolean }
  /** Voters who signed different ballots: none of these counts. */
  readonly equivocated: readonly PeerId[]
}

const weight = z.number().int().nonnegative()

export const countSchema: z.ZodType<VoteCount> = z.strictObject({
  choice: z.string().nullable(),
  noChoice: z.enum(NO_CHOICE).nullable(),
  byLot: z.boolean(),
  tally: z.array(z.strictObject({ option: z.string(), ballots: weight, weight })),
  rounds: z.array(z.strictObject({ weights: z.array(weight.nullable()), out: z.string().nullable() })),
  confidence: z.number().nullable(),
  turnout: z.strictObject({ ballots: weight, abstained: weight, weight, of: weight }),
  quorum: z.strictObject({ needed: weight, met: z.boolean() }),
  threshold: z.strictObject({ needed: z.number(), share: z.number().nullable(), met: z.boolean() }),
  equivocated: z.array(z.string()),
})

/** Counts valid ballots of voters of the electorate, each ballot different from the others, in whatever order they are. */
export function count(vote: OpenedVote, ballots: readonly BallotBody[]): VoteCount {
  const tally = tallyOf(vote, ballots)
  const lead = tally.choosing === 0 ? undefined : leadOf(vote, tally)
  const quorumMet = tally.turnout >= vote.quorum
  const thresholdMet = lead !== undefined && suffices(vote, lead.weight, tally.choosing)
  const chosen = quorumMet && thresholdMet ? lead : undefined
  const supporters = (option: number): number =>
    tally.ballots.filter(({ choices }) => (vote.method === 'ranked' ? choices[0] === option : choices.includes(option)))
      .length
  return {
    choice: chosen ? (vote.options[chosen.option] as string) : null,
    noChoice: chosen ? null : !quorumMet ? 'quorum' : lead ? 'threshold' : 'no-ballots',
    byLot: chosen?.byLot ?? false,
    tally: vote.options.map((option, i) => ({ option, ballots: supporters(i), weight: tally.weights[i] as number })),
    rounds: (lead?.rounds ?? []).map(({ weights, out }) => ({
      weights,
      out: out === null ? null : (vote.options[out] as string),
    })),
    confidence: chosen ? meanConfidence(chosen.behind) : null,
    turnout: {
      ballots: tally.ballots.length,
      abstained: tally.ballots.filter(({ choices }) => choices.length === 0).length,
      weight: tally.turnout,
      of: totalWeight(vote),
    },
    quorum: { needed: vote.quorum, met: quorumMet },
    threshold: {
      needed: vote.threshold,
      share: lead ? lead.weight / tally.choosing : null,
      met: thresholdMet,
    },
    equivocated: tally.equivocated,
  }
}

/** The option in front, and what is behind it. */
interface Lead {
  readonly option: number
  readonly weight: number
  readonly behind: readonly CountedBallot[]
  readonly byLot: boolean
  readonly rounds: ReturnType<typeof runoff>['rounds']
}

function leadOf({ method, options }: OpenedVote, { ballots, weights, lot }: Tally): Lead {
  if (method === 'ranked') {
    const { winner, ...rest } = runoff(ballots, options.length, lot)
    return { option: winner, ...rest }
  }
  const option = leaderOf(weights, lot)
  const weight = weights[option] as number
  return {
    option,
    weight,
    behind: ballots.filter(({ choices }) => choices.includes(option)),
    byLot: weights.filter((other) => other === weight).length > 1,
    rounds: [],
  }
}

/** Ballots are in the order of their voters: one sum of floats has one value. */
function meanConfidence(ballots: readonly CountedBallot[]): number | null {
  let weights = 0
  let sum = 0
  for (const { weight, confidence } of ballots) {
    if (confidence === undefined) continue
    weights += weight
    sum += weight * confidence
  }
  return weights === 0 ? null : sum / weights
}
