import fc from 'fast-check'
import type { VoteMethod } from '../../../src/capabilities/agent.ts'
import { type BallotBody, encodeBody, type SignedBallot, signedBytes } from '../../../src/consensus/votes/ballot.ts'
import { METHODS, type OpenedVote, voteHash } from '../../../src/consensus/votes/vote.ts'
import type { Signer } from '../../../src/lib/signer.ts'

/** A vote of voters v0, v1 ... with these weights. */
export function aVote(fields: Partial<OpenedVote> & { weights?: readonly number[] } = {}): OpenedVote {
  const { weights = [1, 1, 1], ...rest } = fields
  return {
    format: 'covey-vote/1',
    id: 'vote-1',
    mesh: 'test',
    opener: 'v0',
    openedAt: 1,
    question: 'Which colour?',
    options: ['red', 'green', 'blue'],
    method: 'plurality',
    chosenBy: { by: 'alive' },
    electorate: weights.map((weight, i) => ({ id: `v${i}`, weight })),
    quorum: 0,
    threshold: 0,
    deadlineMs: 1000,
    ...rest,
  }
}

/** A ballot of voter `v<voter>`. */
export const says = (voter: number, ...choices: string[]): BallotBody => ({ voter: `v${voter}`, choices })

export const signed = (vote: OpenedVote, body: BallotBody, signer: Signer): SignedBallot => {
  const hash = voteHash(vote)
  return { vote: hash, body, signature: signer.sign(signedBytes(encodeBody(hash, body))) }
}

const THRESHOLDS = [0, 1 / 3, 1 / 2, 0.6, 2 / 3, 1]

/** Votes of few voters: small enough to try everything that their voters can do. */
export function smallVotes(methods: readonly VoteMethod[] = METHODS, maxVoters = 6): fc.Arbitrary<OpenedVote> {
  return fc
    .record({
      id: fc.string(),
      method: fc.constantFrom(...methods),
      weights: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: maxVoters }),
      options: fc.constantFrom(['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']),
      threshold: fc.constantFrom(...THRESHOLDS),
      quorumShare: fc.constantFrom(0, 0.4, 0.7, 1),
    })
    .map(({ quorumShare, ...rest }) => {
      const total = rest.weights.reduce((a, b) => a + b, 0)
      return aVote({ ...rest, quorum: Math.round(quorumShare * total) })
    })
}

/** Any choices that a ballot of the vote may have, none among them. */
export function choicesOf({ method, options }: OpenedVote): fc.Arbitrary<string[]> {
  if (method === 'approval' || method === 'ranked') return fc.shuffledSubarray([...options])
  return fc.option(fc.constantFrom(...options), { nil: undefined }).map((one) => (one === undefined ? [] : [one]))
}

/** What the voters of a vote do: one ballot, none, or two different ones. */
export function ballotsOf(vote: OpenedVote): fc.Arbitrary<BallotBody[]> {
  const one = (voter: string): fc.Arbitrary<BallotBody[]> =>
    fc.oneof(
      { weight: 6, arbitrary: choicesOf(vote).map((choices) => [{ voter, choices }]) },
      { weight: 3, arbitrary: fc.constant<BallotBody[]>([]) },
      {
        weight: 1,
        arbitrary: fc.tuple(choicesOf(vote), choicesOf(vote)).map(([first, second]) => [
          { voter, choices: first },
          { voter, choices: second, reason: 'another one' },
        ]),
      },
    )
  return fc.tuple(...vote.electorate.map(({ id }) => one(id))).map((all) => all.flat())
}
