import { MAX_NAME_CHARS, MAX_TAGS } from '../capabilities/limits.ts'
import { checkQuery } from '../capabilities/match.ts'
import type { CapabilityQuery } from '../capabilities/provider.ts'
import { messageOf } from '../lib/errors.ts'
import { BidAnswer as AnswerCodec, CallForBids as CallCodec } from '../wire/bid.ts'
import type { Refusal } from './lifecycle.ts'
import {
  badMessage,
  checkedQuery,
  countOf,
  fractionOf,
  MAX_CODE_CHARS,
  MAX_MESSAGE_CHARS,
  text,
} from './wire-values.ts'

/** `/covey/bid/1.0.0`: spec in protocols/bid. */
export const BID_PROTOCOL = '/covey/bid/1.0.0'

/** What one agent of a worker offers for a query. */
export interface Bid {
  agent: string
  /** The capability's version that it would run. */
  version: string
  /** How well what it offers matches what was asked for, 0 to 1. */
  fit: number
  running: number
  queued: number
  /** Tasks that the agent runs at once, 1 or more. */
  slots: number
  /** Tasks that it takes now, to run or to queue. */
  room: number
  /** Milliseconds until a task awarded now would start. */
  startMs: number
  /** Mean milliseconds that a task of this capability ran there. */
  meanMs?: number
  /** Cores of CPU in use by the node. */
  cpu: number
}

/** A node's answer to a call. */
export type BidAnswer = { bid: Bid } | { refusal: Refusal }

export const encodeCall = ({ name, version = '', tags = [] }: CapabilityQuery): Uint8Array =>
  CallCodec.encode({ capability: name, version, tags: [...tags] })

/** Throws a `CoveyError` with code `BAD_MESSAGE` on a call that is malformed or over a limit. */
export function decodeCall(bytes: Uint8Array): CapabilityQuery {
  try {
    const { capability, version, tags } = CallCodec.decode(bytes, { limits: { tags: MAX_TAGS } })
    const query = checkedQuery(capability, version, tags)
    checkQuery(query)
    return query
  } catch (error) {
    throw badMessage('call for bids', messageOf(error))
  }
}

export const encodeAnswer = (answer: BidAnswer): Uint8Array => AnswerCodec.encode(answer)

/** Throws `BAD_MESSAGE` on what is malformed; numbers that make no sense are cut to sense. */
export function decodeAnswer(bytes: Uint8Array): BidAnswer {
  try {
    const { bid, refusal } = AnswerCodec.decode(bytes)
    if (refusal) {
      return { refusal: { code: text(refusal.code, MAX_CODE_CHARS), reason: text(refusal.reason, MAX_MESSAGE_CHARS) } }
    }
    if (!bid) throw new RangeError('neither bid nor refusal')
    return {
      bid: {
        agent: text(bid.agent, MAX_NAME_CHARS),
        version: text(bid.version, MAX_NAME_CHARS),
        fit: fractionOf(bid.fit),
        running: countOf(bid.running),
        queued: countOf(bid.queued),
        slots: Math.max(1, countOf(bid.slots)),
        room: countOf(bid.room),
        startMs: countOf(bid.startMs),
        ...(bid.meanMs !== undefined && { meanMs: countOf(bid.meanMs) }),
        cpu: countOf(bid.cpu),
      },
    }
  } catch (error) {
    throw badMessage('bid', messageOf(error))
  }
}
