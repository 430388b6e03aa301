import { type VoteBallot, VoteMessage, VoteTaken } from '../../wire/vote.ts'
import { decodeBody, encodeBody, type SignedBallot } from './ballot.ts'
import { decodeVote, encodeVote, type OpenedVote } from './vote.ts'

/** `/covey/vote/1.0.0`: spec in protocols/vote. */
export const VOTE_PROTOCOL = '/covey/vote/1.0.0'

/** A call as its voter reads it. */
export interface Call {
  readonly vote: OpenedVote
  readonly remainingMs: number
}

/** What a request of the protocol is. */
export type Message = { readonly call: Call } | { readonly ballot: SignedBallot }

/** Makes the calls of one vote: the vote is encoded once, the time that is left each time. */
export function callEncoder(vote: OpenedVote): (remainingMs: number) => Uint8Array {
  const bytes = new TextEncoder().encode(encodeVote(vote))
  return (remainingMs) => VoteMessage.encode({ call: { vote: bytes, remainingMs } })
}

export const encodeBallot = (ballot: SignedBallot): Uint8Array => VoteMessage.encode({ ballot: wireBallot(ballot) })

/** The answer to a call or a ballot; to a call it brings the ballot where that is there already. */
export const encodeTaken = (ballot?: SignedBallot): Uint8Array =>
  VoteTaken.encode(ballot ? { ballot: wireBallot(ballot) } : {})

/** The ballot in the answer to a call. Throws on what is malformed. */
export function decodeTaken(bytes: Uint8Array): SignedBallot | undefined {
  const { ballot } = VoteTaken.decode(bytes)
  return ballot && readBallot(ballot)
}

/** Throws on what is malformed or breaks a rule of votes. */
export function decodeMessage(bytes: Uint8Array): Message {
  const { call, ballot } = VoteMessage.decode(bytes)
  if (call) {
    const vote = decodeVote(call.vote)
    if (!(call.remainingMs > 0)) throw new RangeError('no time remains')
    return { call: { vote, remainingMs: Math.min(call.remainingMs, vote.deadlineMs) } }
  }
  if (!ballot) throw new RangeError('neither call nor ballot')
  return { ballot: readBallot(ballot) }
}

const wireBallot = ({ vote, body, signature }: SignedBallot): VoteBallot => ({
  body: new Uint8Array(encodeBody(vote, body)),
  signature: new Uint8Array(signature),
})

/** A copy: it is kept, and the bytes are part of a frame. */
const readBallot = ({ body, signature }: VoteBallot): SignedBallot => ({
  ...decodeBody(body),
  signature: new Uint8Array(signature),
})
