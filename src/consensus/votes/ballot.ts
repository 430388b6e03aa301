import { z } from 'zod'
import { canonicalJson } from '../../lib/canonical.ts'
import type { Json } from '../../lib/json.ts'
import type { Signer } from '../../lib/signer.ts'
import type { PeerId } from '../../network/network.ts'
import { MAX_BALLOT_BYTES, MAX_ID_CHARS, MAX_OPTIONS, MAX_REASON_BYTES } from './limits.ts'
import { parseCanonical } from './parse.ts'
import { jsonBytes, type OpenedVote } from './vote.ts'

/** What a voter says. */
export interface BallotBody {
  readonly voter: PeerId
  /** One option; of `approval` those approved of, of `ranked` the best first. None: it abstains. */
  readonly choices: readonly string[]
  /** How sure it is, 0 to 1. */
  readonly confidence?: number
  readonly reason?: string
}

/** A ballot as a receipt holds it. */
export interface Ballot extends BallotBody {
  /** By the voter, in base64. */
  readonly signature: string
}

/** A ballot as it travels: which vote it is for stands in its body. */
export interface SignedBallot {
  /** The hash of the vote. */
  readonly vote: string
  readonly body: BallotBody
  readonly signature: Uint8Array
}

const bodyFields = {
  voter: z.string().min(1).max(MAX_ID_CHARS),
  choices: z.array(z.string()).max(MAX_OPTIONS),
  confidence: z.number().min(0).max(1).exactOptional(),
  reason: z.string().exactOptional(),
}
const SIGNATURE_CHARS = 128
/** Of a ballot in a receipt. */
export const ballotSchema: z.ZodType<Ballot> = z.strictObject({
  ...bodyFields,
  signature: z.string().max(SIGNATURE_CHARS),
})
const wireSchema = z.strictObject({ ...bodyFields, vote: z.string() })

/** The bytes of a ballot's body: the vote's hash is part of it. */
export const encodeBody = (vote: string, { voter, choices, confidence, reason }: BallotBody): Buffer =>
  Buffer.from(
    canonicalJson({
      vote,
      voter,
      choices,
      ...(confidence !== undefined && { confidence }),
      ...(reason !== undefined && { reason }),
    } satisfies Json),
  )

/** Throws `InvalidInputError` on what is no body in its canonical form. */
export function decodeBody(bytes: Uint8Array): { vote: string; body: BallotBody } {
  const { vote, ...body } = parseCanonical(bytes, wireSchema, { what: 'a ballot', maxBytes: MAX_BALLOT_BYTES })
  return { vote, body }
}

/** What a voter signs: domain-separated, so that no other signature of its key passes for a ballot. */
export const signedBytes = (body: Uint8Array): Uint8Array => Buffer.concat([DOMAIN, body])
const DOMAIN = Buffer.from('covey/vote/1 ballot\n')

export const verifyBallot = ({ vote, body, signature }: SignedBallot, verify: Signer['verify']): boolean =>
  verify(body.voter, signedBytes(encodeBody(vote, body)), signature)

/** What is wrong with what a ballot chooses, by the rules of its vote; undefined where nothing is. */
export function choiceBreach({ options, method }: OpenedVote, { choices, reason }: BallotBody): string | undefined {
  const unknown = choices.find((choice) => !options.includes(choice))
  if (unknown !== undefined) return `"${unknown}" is not offered`
  if (new Set(choices).size !== choices.length) return 'it names an option twice'
  const most = method === 'approval' || method === 'ranked' ? options.length : 1
  if (choices.length > most) return `it names ${choices.length} options where one is chosen`
  if (reason === undefined) return undefined
  if (jsonBytes(reason) > MAX_REASON_BYTES) return `its reason is longer than ${MAX_REASON_BYTES} bytes`
  return reason.isWellFormed() ? undefined : 'its reason is no Unicode'
}

/** Cuts a reason to its limit, never through a character; what is no Unicode in it is replaced. */
export function fittingReason(reason: string): string {
  const characters = [...reason.toWellFormed()]
  let bytes = jsonBytes('…')
  const kept = characters.findIndex((character) => {
    bytes += jsonBytes(character) - jsonBytes('')
    return bytes > MAX_REASON_BYTES
  })
  return kept === -1 ? characters.join('') : `${characters.slice(0, kept).join('')}…`
}
