import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BallotBody } from '../../../src/consensus/votes/ballot.ts'
import { count } from '../../../src/consensus/votes/count.ts'
import { drawLot } from '../../../src/consensus/votes/lot.ts'
import { isDecided, remainingWeight, tallyOf } from '../../../src/consensus/votes/tally.ts'
import type { OpenedVote } from '../../../src/consensus/votes/vote.ts'
import { aVote, ballotsOf, says, smallVotes } from './fixture.ts'

/** What `isDecided` promises about. */
const decision = (vote: OpenedVote, ballots: readonly BallotBody[]): string => {
  const { choice, noChoice, byLot } = count(vote, ballots)
  return `${choice} ${noChoice} ${byLot}`
}

const decided = (vote: OpenedVote, ballots: readonly BallotBody[]): boolean =>
  isDecided(vote, tallyOf(vote, ballots), remainingWeight(vote, new Set(ballots.map(({ voter }) => voter))))

describe('counting', () => {
  it('plurality: the most votes', () => {
    const vote = aVote({ weights: [1, 1, 1, 1] })
    expect(count(vote, [says(0, 'red'), says(1, 'green'), says(2, 'green'), says(3)])).toMatchObject({
      choice: 'green',
      noChoice: null,
      byLot: false,
      tally: [
        { option: 'red', ballots: 1, weight: 1 },
        { option: 'green', ballots: 2, weight: 2 },
        { option: 'blue', ballots: 0, weight: 0 },
      ],
      turnout: { ballots: 4, abstained: 1, weight: 4, of: 4 },
      threshold: { needed: 0, share: 2 / 3, met: true },
    })
  })

  it('weights count', () => {
    const vote = aVote({ weights: [5, 2, 2] })
    expect(count(vote, [says(0, 'red'), says(1, 'green'), says(2, 'green')])).toMatchObject({
      choice: 'red',
      threshold: { share: 5 / 9 },
    })
  })

  it('majority: exactly half is none', () => {
    const vote = aVote({ method: 'majority', weights: [1, 1, 1, 1] })
    const half = [says(0, 'red'), says(1, 'red'), says(2, 'green'), says(3, 'blue')]
    expect(count(vote, half)).toMatchObject({
      choice: null,
      noChoice: 'threshold',
      threshold: { share: 0.5, met: false },
    })
    expect(count(vote, half.slice(0, 3)).choice).toBe('red')
  })

  it('approval: a ballot helps all that it names', () => {
    const vote = aVote({ method: 'approval' })
    const ballots = [says(0, 'red', 'green'), says(1, 'green', 'blue'), says(2, 'blue', 'green')]
    expect(count(vote, ballots)).toMatchObject({ choice: 'green', threshold: { share: 1 } })
  })

  it('ranked: whoever is last goes, and the ballots pass on', () => {
    // Tennessee chooses its capital: the usual example of a run-off, by share of its voters.
    const vote = aVote({
      method: 'ranked',
      weights: [42, 26, 15, 17],
      options: ['Memphis', 'Nashville', 'Chattanooga', 'Knoxville'],
    })
    const ballots = [
      says(0, 'Memphis', 'Nashville', 'Chattanooga', 'Knoxville'),
      says(1, 'Nashville', 'Chattanooga', 'Knoxville', 'Memphis'),
      says(2, 'Chattanooga', 'Knoxville', 'Nashville', 'Memphis'),
      says(3, 'Knoxville', 'Chattanooga', 'Nashville', 'Memphis'),
    ]
    expect(count(vote, ballots)).toMatchObject({
      choice: 'Knoxville',
      byLot: false,
      rounds: [
        { weights: [42, 26, 15, 17], out: 'Chattanooga' },
        { weights: [42, 26, null, 32], out: 'Nashville' },
        { weights: [42, null, null, 58], out: null },
      ],
      threshold: { share: 0.58 },
    })
  })

  it('ranked: ballots that name none of those left drop out, and still count for the threshold', () => {
    const vote = aVote({ method: 'ranked', weights: [2, 2, 3], threshold: 0.5 })
    const ballots = [says(0, 'red'), says(1, 'green', 'red'), says(2, 'blue')]
    const lost = count(aVote({ ...vote, threshold: 0 }), ballots)
    expect(lost.rounds).toHaveLength(2)
    // Either red or green goes by the lot; red's ballot passes to nobody, green's to red.
    expect(lost.byLot).toBe(true)
    expect(lost.choice).toBe(lost.rounds[0]?.out === 'red' ? 'blue' : 'red')
    const lot = drawLot(aVote({ ...vote, threshold: 0 }))
    expect(lost.rounds[0]?.out).toBe((lot[0] as number) > (lot[1] as number) ? 'red' : 'green')
  })

  it('a tie goes by the lot of the vote, which its id draws, and says so', () => {
    const winners = new Set<string | null>()
    for (let i = 0; i < 30; i++) {
      const vote = aVote({ id: `vote ${i}`, weights: [1, 1] })
      const { choice, byLot } = count(vote, [says(0, 'red'), says(1, 'green')])
      expect(byLot).toBe(true)
      expect(choice).toBe(vote.options[drawLot(vote)[0]! < drawLot(vote)[1]! ? 0 : 1])
      winners.add(choice)
    }
    expect(winners).toEqual(new Set(['red', 'green']))
  })

  it('a quorum counts abstentions, a threshold does not', () => {
    const vote = aVote({ quorum: 2, threshold: 1 })
    expect(count(vote, [says(0, 'red')])).toMatchObject({ choice: null, noChoice: 'quorum', quorum: { met: false } })
    expect(count(vote, [says(0, 'red'), says(1)])).toMatchObject({ choice: 'red', quorum: { needed: 2, met: true } })
    expect(count(vote, [says(0), says(1)])).toMatchObject({ noChoice: 'no-ballots', threshold: { share: null } })
  })

  it('a threshold of two thirds is met by two of three, exactly', () => {
    const vote = aVote({ threshold: 2 / 3 })
    expect(count(vote, [says(0, 'red'), says(1, 'red'), says(2, 'blue')]).choice).toBe('red')
    expect(count({ ...vote, threshold: 0.67 }, [says(0, 'red'), says(1, 'red'), says(2, 'blue')]).choice).toBe(null)
  })

  it('of two different ballots of one voter neither counts', () => {
    const vote = aVote()
    expect(count(vote, [says(0, 'red'), says(0, 'green'), says(1, 'blue')])).toMatchObject({
      choice: 'blue',
      equivocated: ['v0'],
      turnout: { ballots: 1, weight: 1, of: 3 },
    })
  })

  it('confidence is the mean, by weight, of those behind the choice that name one', () => {
    const vote = aVote({ weights: [3, 1, 1, 1] })
    const ballots = [
      { ...says(0, 'red'), confidence: 1 },
      { ...says(1, 'red'), confidence: 0.2 },
      says(2, 'red'),
      { ...says(3, 'blue'), confidence: 0 },
    ]
    expect(count(vote, ballots).confidence).toBe((3 * 1 + 0.2) / 4)
    expect(count(vote, [says(0, 'red')]).confidence).toBe(null)
  })

  it('the order of the ballots changes nothing', () => {
    const cases = smallVotes().chain((vote) =>
      ballotsOf(vote).chain((ballots) =>
        fc.tuple(fc.constant(vote), fc.constant(ballots), fc.shuffledSubarray(ballots, { minLength: ballots.length })),
      ),
    )
    fc.assert(
      fc.property(cases, ([vote, ballots, shuffled]) => {
        expect(count(vote, shuffled)).toEqual(count(vote, ballots))
      }),
    )
  })

  it('of a run-off the winner beats the last rival among those who prefer either, or ties with it', () => {
    const cases = smallVotes(['ranked']).chain((vote) => fc.tuple(fc.constant(vote), ballotsOf(vote)))
    fc.assert(
      fc.property(cases, ([vote, ballots]) => {
        const { rounds, choice } = count({ ...vote, quorum: 0, threshold: 0 }, ballots)
        const last = rounds.at(-2)?.out
        if (choice === null || last === undefined || last === null) return
        const { ballots: counted } = tallyOf(vote, ballots)
        const [winner, rival] = [vote.options.indexOf(choice), vote.options.indexOf(last)]
        const prefers = (a: number, b: number): number =>
          counted
            .filter(
              ({ choices }) => choices.includes(a) && (!choices.includes(b) || choices.indexOf(a) < choices.indexOf(b)),
            )
            .reduce((sum, { weight }) => sum + weight, 0)
        const finalists = rounds.at(-2)?.weights.filter((weight) => weight !== null).length
        if (finalists === 2) expect(prefers(winner, rival)).toBeGreaterThanOrEqual(prefers(rival, winner))
      }),
    )
  })
})

/** Everything that the voters without a ballot may do, with up to `limit` voters of `options`. */
function* completions(vote: OpenedVote, ballots: readonly BallotBody[]): Generator<BallotBody[]> {
  const voted = new Set(ballots.map(({ voter }) => voter))
  const rest = vote.electorate.map(({ id }) => id).filter((id) => !voted.has(id))
  const choices = vote.method === 'approval' ? subsets(vote.options) : [[], ...vote.options.map((option) => [option])]
  function* from(i: number, done: BallotBody[]): Generator<BallotBody[]> {
    const voter = rest[i]
    if (voter === undefined) return yield [...ballots, ...done]
    yield* from(i + 1, done)
    for (const chosen of choices) yield* from(i + 1, [...done, { voter, choices: chosen }])
  }
  yield* from(0, [])
}

const subsets = (options: readonly string[]): string[][] =>
  Array.from({ length: 2 ** options.length }, (_, bits) => options.filter((_option, i) => (bits >> i) & 1))

describe('an early end', () => {
  it('is never wrong: whatever the rest does, the choice or the reason for none stays', () => {
    const cases = smallVotes(undefined, 9).chain((vote) =>
      ballotsOf(vote).chain((ballots) => {
        const voted = new Set(ballots.map(({ voter }) => voter))
        const rest = vote.electorate.filter(({ id }) => !voted.has(id)).map(({ id }) => id)
        const more = ballotsOf({ ...vote, electorate: vote.electorate.filter(({ id }) => rest.includes(id)) })
        return fc.tuple(fc.constant(vote), fc.constant(ballots), rest.length === 0 ? fc.constant([]) : more)
      }),
    )
    let ended = 0
    fc.assert(
      fc.property(cases, ([vote, ballots, more]) => {
        if (!decided(vote, ballots)) return
        if (more.length > 0) ended++
        expect(decision(vote, [...ballots, ...more])).toBe(decision(vote, ballots))
      }),
      { numRuns: 3000 },
    )
    expect(ended).toBeGreaterThan(300)
  })

  it('is never late, save for run-offs: where nothing can change any more, it has come', () => {
    const cases = smallVotes(['plurality', 'majority', 'approval'], 5)
      .map((vote) => (vote.method === 'approval' ? { ...vote, options: vote.options.slice(0, 2) } : vote))
      .chain((vote) => fc.tuple(fc.constant(vote), ballotsOf(vote)))
    fc.assert(
      fc.property(cases, ([vote, ballots]) => {
        const now = decision(vote, ballots)
        let same = true
        for (const all of completions(vote, ballots)) {
          if (decision(vote, all) === now) continue
          same = false
          break
        }
        expect(decided(vote, ballots)).toBe(same)
      }),
      { numRuns: 300 },
    )
  })

  it('waits where a tie could go by lot to the one in front', () => {
    for (let i = 0; i < 10; i++) {
      const vote = aVote({ id: `vote ${i}`, weights: [1, 1] })
      expect(decided(vote, [says(0, 'red')])).toBe(false)
    }
    expect(decided(aVote({ weights: [2, 1] }), [says(0, 'red')])).toBe(true)
  })

  it('of a run-off comes with more than half of all first places', () => {
    const vote = aVote({ method: 'ranked', weights: [1, 1, 1, 1, 1] })
    expect(decided(vote, [says(0, 'red'), says(1, 'red')])).toBe(false)
    expect(decided(vote, [says(0, 'red'), says(1, 'red'), says(2, 'red', 'blue')])).toBe(true)
  })

  it('comes without a choice when the quorum cannot be reached any more, or the share', () => {
    const vote = aVote({ weights: [1, 1, 1, 1], quorum: 4 })
    const ballots = [says(0, 'red')]
    expect(isDecided(vote, tallyOf(vote, ballots), 3)).toBe(false)
    expect(isDecided(vote, tallyOf(vote, ballots), 2)).toBe(true)
    const unanimous = aVote({ weights: [1, 1, 1], threshold: 1 })
    expect(decided(unanimous, [says(0, 'red')])).toBe(false)
    expect(decided(unanimous, [says(0, 'red'), says(1, 'blue')])).toBe(true)
  })
})
