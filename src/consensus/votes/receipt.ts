import { z } from 'zod'
import { canonicalJson } from '../../lib/canonical.ts'
import type { Json } from '../../lib/json.ts'
import type { Signer } from '../../lib/signer.ts'
import { type Ballot, ballotSchema } from './ballot.ts'
import { count, countSchema, type VoteCount } from './count.ts'
import { MAX_BALLOTS_A_VOTER, MAX_ELECTORATE, MAX_ID_CHARS } from './limits.ts'
import { BALLOT_REFUSALS, type BallotRefusal, ENDINGS, type Ending, type Poll, type Unheard } from './poll.ts'
import { type OpenedVote, voteSchema } from './vote.ts'

/** What only the opener can say of how a vote went. */
export interface Closing {
  readonly ended: Ending
  /** From its opening to its end by the opener's clock, in milliseconds. */
  readonly afterMs: number
  /** Voters without a ballot, by id. */
  readonly unheard: readonly Unheard[]
  /** How many ballots for this vote were refused, by reason. */
  readonly refused: Readonly<Partial<Record<BallotRefusal, number>>>
}

/** What proves a vote's result to whoever was not there. JSON; `verifyReceipt` checks it. */
export interface Receipt {
  readonly format: 'covey-receipt/1'
  readonly vote: OpenedVote
  /** By voter. Those of a voter who signed several are all here. */
  readonly ballots: readonly Ballot[]
  /** What the ballots come to: whoever counts them again gets the same. */
  readonly result: VoteCount
  /** The opener's word. */
  readonly closing: Closing
  /** By the opener over all of the above, in base64. */
  readonly signature: string
}

const whole = z.number().int().nonnegative()

export const receiptSchema: z.ZodType<Receipt> = z.strictObject({
  format: z.literal('covey-receipt/1'),
  vote: voteSchema,
  ballots: z.array(ballotSchema).max(MAX_ELECTORATE * MAX_BALLOTS_A_VOTER),
  result: countSchema,
  closing: z.strictObject({
    ended: z.enum(ENDINGS),
    afterMs: whole,
    unheard: z.array(
      z.strictObject({
        voter: z.string().max(MAX_ID_CHARS),
        declined: z.boolean(),
        code: z.string(),
        message: z.string(),
      }),
    ),
    refused: z.partialRecord(z.enum(BALLOT_REFUSALS), whole),
  }) as z.ZodType<Closing>,
  signature: z.string(),
})

/** What the opener signs. */
export function sealedBytes({ signature: _, ...rest }: Receipt): Uint8Array {
  return Buffer.from(`covey/vote/1 receipt\n${canonicalJson(rest as unknown as Json)}`)
}

/** The receipt of a vote that ended as it stands. */
export function makeReceipt(
  poll: Poll,
  { ended, afterMs, refused }: Omit<Closing, 'unheard'>,
  sign: Signer['sign'],
): Receipt {
  const ballots = poll.ballots()
  const receipt = {
    format: 'covey-receipt/1' as const,
    vote: poll.vote,
    ballots,
    result: count(poll.vote, ballots),
    closing: { ended, afterMs, unheard: poll.unheard(ended), refused },
    signature: '',
  }
  return { ...receipt, signature: Buffer.from(sign(sealedBytes(receipt))).toString('base64') }
}
