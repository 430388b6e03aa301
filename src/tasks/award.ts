import { MAX_TAGS } from '../capabilities/limits.ts'
import { checkQuery } from '../capabilities/match.ts'
import type { CapabilityQuery } from '../capabilities/provider.ts'
import { messageOf } from '../lib/errors.ts'
import type { PeerId } from '../network/network.ts'
import { TaskAward as AwardCodec, TaskOrder as OrderCodec } from '../wire/task.ts'
import { MAX_ATTEMPTS, MAX_ID_CHARS, MAX_TIMEOUT_MS, MAX_VALUE_BYTES } from './request.ts'
import { badMessage, checkedQuery, MAX_MESSAGE_CHARS, text, within } from './wire-values.ts'

/** `/covey/task/1.0.0`: spec in protocols/task. */
export const TASK_PROTOCOL = '/covey/task/1.0.0'
/** How often an award may be handed on: further than that the first refusal was the better answer. */
export const MAX_HOPS = 3
/** Nodes that an award may ask to be kept from; the last ones win, because those are the ones on its way here. */
export const MAX_AVOID = 64
/** Longest peer id, in characters: an Ed25519 one has 52. */
const MAX_PEER_CHARS = 128

/** What a worker is given: the opening body of a task channel. */
export interface Award {
  task: string
  query: CapabilityQuery
  /** 1 for the first. */
  attempt: number
  /** For how long the result is of use, in milliseconds from when it was sent. */
  remainingMs: number
  /** JSON in UTF-8. */
  input: Uint8Array
  /** How often it was handed on. */
  hops: number
  /** Nodes that must not be given it. */
  avoid: readonly PeerId[]
}

export function encodeAward({ task, query, attempt, remainingMs, input, hops, avoid }: Award): Uint8Array {
  return AwardCodec.encode({
    task,
    capability: query.name,
    version: query.version ?? '',
    tags: [...(query.tags ?? [])],
    attempt,
    remainingMs,
    // The generated type wants bytes of their own, which it only reads.
    input: input as Uint8Array<ArrayBuffer>,
    hops,
    avoid: avoid.slice(-MAX_AVOID),
  })
}

/** Throws a `CoveyError` with code `BAD_MESSAGE` on what is malformed or over a limit. */
export function decodeAward(bytes: Uint8Array): Award {
  try {
    const award = AwardCodec.decode(bytes, { limits: { tags: MAX_TAGS, avoid: MAX_AVOID } })
    const query = checkedQuery(award.capability, award.version, award.tags)
    checkQuery(query)
    const { task, attempt, remainingMs, input, hops, avoid } = award
    if (task === '') throw new RangeError('a task without an id')
    within('task id', task, MAX_ID_CHARS)
    for (const peer of avoid) within('peer id', peer, MAX_PEER_CHARS)
    if (attempt < 1 || attempt > MAX_ATTEMPTS) throw new RangeError(`attempt ${attempt}, at most ${MAX_ATTEMPTS}`)
    if (hops > MAX_HOPS) throw new RangeError(`${hops} hops, at most ${MAX_HOPS}`)
    if (!(remainingMs > 0)) throw new RangeError(`${remainingMs} ms remaining`)
    if (input.length > MAX_VALUE_BYTES)
      throw new RangeError(`input of ${input.length} bytes, at most ${MAX_VALUE_BYTES}`)
    return { task, query, attempt, remainingMs: Math.min(remainingMs, MAX_TIMEOUT_MS), input, hops, avoid }
  } catch (error) {
    throw badMessage('award', messageOf(error))
  }
}

/** The one thing a requester may say after the award. */
export const encodeCancel = (reason: string): Uint8Array =>
  OrderCodec.encode({ cancel: { reason: text(reason, MAX_MESSAGE_CHARS) } })

/** The reason of a cancellation; undefined for an order of a later version. Throws on what is malformed. */
export function decodeCancel(bytes: Uint8Array): string | undefined {
  const { cancel } = OrderCodec.decode(bytes)
  return cancel && text(cancel.reason, MAX_MESSAGE_CHARS)
}
