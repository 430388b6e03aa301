import { VoteMessage, VoteTaken } from '../../wire/vote.ts'
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

/** The answer to all of them. */
export const TAKEN: Uint8Array = VoteTaken.encode({})

/** Makes the calls of one vote: the vote is encoded once, the time that is left each time. */
export function callEncoder(vote: OpenedVote): (remainingMs: number) => Uint8Array {
  const bytes = new TextEncoder().encode(encodeVote(vote))
  return (remainingMs) => VoteMessage.encode({ call: { vote: bytes, remainingMs } })
}

export function encodeBallot({ vote, body, signature }: SignedBallot): Uint8Array {
  return VoteMessage.encode({
    ballot: { body: new Uint8Array(encodeBody(vote, body)), signature: new Uint8Array(signature) },
  })
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
  // A copy: it is kept, and the bytes are part of a frame.
  return { ballot: { ...decodeBody(ballot.body), signature: new Uint8Array(ballot.signature) } }
}
