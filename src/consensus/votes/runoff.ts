import { type CountedBallot, leaderOf } from './tally.ts'

/** One round of an instant run-off. */
export interface Round {
  /** By option: the weight of the ballots for which it is the best that is left; null once it is out. */
  readonly weights: readonly (number | null)[]
  /** The option that goes out after it; null in the last one. */
  readonly out: number | null
}

export interface Runoff {
  readonly winner: number
  /** The weight behind the winner in the last round. */
  readonly weight: number
  /** The ballots behind it. */
  readonly behind: readonly CountedBallot[]
  /** Whether the lot chose who went out among options that had any weight. */
  readonly byLot: boolean
  readonly rounds: readonly Round[]
}

/**
 * Instant run-off (Robert's Rules of Order, 12th ed., 45:62 preferential voting): the option with more than half of the ballots that
 * still name any wins; until one has, the one with the least goes out, and its ballots pass to the best that they name among
 * those left. Of several with the least the last in the lot goes. Some ballot chooses something.
 */
export function runoff(ballots: readonly CountedBallot[], options: number, lot: readonly number[]): Runoff {
  const left = new Set(Array.from({ length: options }, (_, option) => option))
  const rounds: Round[] = []
  let byLot = false
  for (;;) {
    const piles = Array.from({ length: options }, (): CountedBallot[] => [])
    for (const ballot of ballots) {
      const best = ballot.choices.find((option) => left.has(option))
      if (best !== undefined) piles[best]?.push(ballot)
    }
    const sums = piles.map((pile) => pile.reduce((sum, { weight }) => sum + weight, 0))
    const weights = sums.map((sum, option) => (left.has(option) ? sum : null))
    const winner = leaderOf(sums, lot)
    const weight = sums[winner] as number
    if (2 * weight > sums.reduce((a, b) => a + b, 0)) {
      rounds.push({ weights, out: null })
      return { winner, weight, behind: piles[winner] as CountedBallot[], byLot, rounds }
    }
    const least = Math.min(...[...left].map((option) => sums[option] as number))
    const last = [...left].filter((option) => sums[option] === least)
    const out = last.reduce((a, b) => ((lot[a] as number) > (lot[b] as number) ? a : b))
    // In which order options without any weight go changes nothing.
    if (least > 0 && last.length > 1) byLot = true
    left.delete(out)
    rounds.push({ weights, out })
  }
}
