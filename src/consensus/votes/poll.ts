import type { Signer } from '../../lib/signer.ts'
import type { PeerId } from '../../network/network.ts'
import { type Ballot, choiceBreach, encodeBody, type SignedBallot, verifyBallot } from './ballot.ts'
import { MAX_BALLOTS_A_VOTER, MAX_MESSAGE_CHARS } from './limits.ts'
import { drawLot } from './lot.ts'
import { isDecided, remainingWeight, tallyOf } from './tally.ts'
import { type OpenedVote, voteHash } from './vote.ts'

/** Why an opener does not hold a ballot; each is counted. */
export const BALLOT_REFUSALS = [
  'MALFORMED',
  'UNKNOWN_VOTE',
  'CLOSED',
  'NOT_AN_ELECTOR',
  'BAD_SIGNATURE',
  'BAD_CHOICE',
  'TOO_MANY',
] as const
export type BallotRefusal = (typeof BALLOT_REFUSALS)[number]

/** How a vote ended: all who may vote have answered, nobody could change the choice any more, or its time was over. */
export const ENDINGS = ['answered', 'decided', 'deadline'] as const
export type Ending = (typeof ENDINGS)[number]

/** A voter without a ballot, and what is known of why. */
export interface Unheard {
  readonly voter: PeerId
  /** Whether it has answered, and with no ballot that can be held: it is not waited for. */
  readonly declined: boolean
  /** Its own word (`NO_VOTER`), what became of the calls (`UNREACHABLE`, `NO_BALLOT`), or `NOT_AWAITED` where it was decided. */
  readonly code: string
  readonly message: string
}

interface Seat {
  readonly ballots: Ballot[]
  /** It has answered, and with no ballot that can be held. */
  declined: boolean
  /** The last that is known of why it has no ballot. */
  code: string
  message: string
}

/** An open vote at its opener, as plain data: which ballots are held, who is awaited. Nothing here acts or looks at a clock. */
export class Poll {
  readonly vote: OpenedVote
  readonly hash: string
  readonly #seats: ReadonlyMap<PeerId, Seat>
  readonly #lot: readonly number[]

  constructor(vote: OpenedVote) {
    this.vote = vote
    this.hash = voteHash(vote)
    this.#lot = drawLot(vote)
    this.#seats = new Map(
      vote.electorate.map(({ id }) => [
        id,
        { ballots: [], declined: false, code: 'NO_ANSWER', message: 'it has not answered' },
      ]),
    )
  }

  /**
   * Holds a ballot that its voter signed for this vote. Returns why not otherwise; the same ballot again is held already. A voter's second,
   * different ballot is held beside the first: then neither counts.
   */
  take(signed: SignedBallot, verify: Signer['verify']): BallotRefusal | undefined {
    const seat = this.#seats.get(signed.body.voter)
    if (!seat) return 'NOT_AN_ELECTOR'
    // The cheaper check first: whoever floods with nonsense shall cost no verification.
    if (choiceBreach(this.vote, signed.body) !== undefined) return 'BAD_CHOICE'
    if (!verifyBallot({ ...signed, vote: this.hash }, verify)) return 'BAD_SIGNATURE'
    const body = encodeBody(this.hash, signed.body)
    if (seat.ballots.some((held) => encodeBody(this.hash, held).equals(body))) return undefined
    if (seat.ballots.length >= MAX_BALLOTS_A_VOTER) return 'TOO_MANY'
    seat.ballots.push({ ...signed.body, signature: Buffer.from(signed.signature).toString('base64') })
    return undefined
  }

  /** The voter has answered with no ballot that can be held; one of it that comes later counts all the same. */
  decline(voter: PeerId, code: string, message: string): void {
    const seat = this.#seats.get(voter)
    if (seat) Object.assign(seat, { declined: true, code, message: cut(message) })
  }

  /** What became of the latest call, where the voter may still vote. */
  note(voter: PeerId, code: string, message: string): void {
    const seat = this.#seats.get(voter)
    if (seat && !seat.declined) Object.assign(seat, { code, message: cut(message) })
  }

  /** Whether a ballot of it may still come. */
  awaits(voter: PeerId): boolean {
    const seat = this.#seats.get(voter)
    return seat !== undefined && seat.ballots.length === 0 && !seat.declined
  }

  /** How it has ended before its deadline; undefined where it has not. */
  ending(): Exclude<Ending, 'deadline'> | undefined {
    const over = new Set(this.vote.electorate.map(({ id }) => id).filter((id) => !this.awaits(id)))
    const remaining = remainingWeight(this.vote, over)
    if (remaining === 0) return 'answered'
    return isDecided(this.vote, tallyOf(this.vote, this.ballots(), this.#lot), remaining) ? 'decided' : undefined
  }

  /** All that are held, by voter, then as they came. */
  ballots(): Ballot[] {
    return [...this.#seats.values()].flatMap(({ ballots }) => ballots)
  }

  unheard(ending: Ending): Unheard[] {
    const silent = [...this.#seats].filter(([, { ballots }]) => ballots.length === 0)
    return silent.map(([voter, { declined, code, message }]) =>
      ending === 'decided' && !declined
        ? { voter, declined, code: 'NOT_AWAITED', message: 'the choice could not change any more' }
        : { voter, declined, code, message },
    )
  }
}

/** A peer's text, to size. */
const cut = (text: string): string => [...text.toWellFormed()].slice(0, MAX_MESSAGE_CHARS).join('')
