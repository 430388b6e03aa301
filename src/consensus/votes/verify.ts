import { canonicalJson } from '../../lib/canonical.ts'
import { CoveyError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import type { Signer } from '../../lib/signer.ts'
import type { PeerId } from '../../network/network.ts'
import { type Ballot, choiceBreach, encodeBody, verifyBallot } from './ballot.ts'
import { count, type VoteCount } from './count.ts'
import { MAX_BALLOTS_A_VOTER } from './limits.ts'
import { parseShape } from './parse.ts'
import { type Receipt, receiptSchema, sealedBytes } from './receipt.ts'
import { isDecided, remainingWeight, tallyOf } from './tally.ts'
import { checkVote, voteHash } from './vote.ts'

/** One thing that is wrong with a receipt. */
export interface ReceiptProblem {
  readonly code: 'SHAPE' | 'VOTE' | 'BALLOT' | 'RESULT' | 'CLOSING' | 'SEAL'
  readonly message: string
}

/**
 * What is wrong with a receipt that may be anything; an empty list: it is whole. Needs nothing but the receipt: ids hold their keys.
 * It proves who signed which ballot for exactly this vote and what these come to, not that no ballot was left out.
 */
export function checkReceipt(value: unknown, verify: Signer['verify']): ReceiptProblem[] {
  let receipt: Receipt
  try {
    receipt = parseShape(value, receiptSchema, 'a receipt')
  } catch (error) {
    return [{ code: 'SHAPE', message: ownMessage(error) }]
  }
  try {
    checkVote(receipt.vote)
  } catch (error) {
    return [{ code: 'VOTE', message: ownMessage(error) }]
  }
  const ballots = ballotProblems(receipt, verify)
  const problems: ReceiptProblem[] = ballots.map((message) => ({ code: 'BALLOT', message }))
  // What invalid ballots would come to says nothing.
  if (ballots.length === 0) problems.push(...resultProblems(receipt), ...closingProblems(receipt))
  if (!isSealed(receipt, verify)) {
    problems.push({
      code: 'SEAL',
      message: `something in it was changed since the opener ${receipt.vote.opener} signed it`,
    })
  }
  return problems
}

function ballotProblems(receipt: Receipt, verify: Signer['verify']): string[] {
  const { vote, ballots } = receipt
  const hash = voteHash(vote)
  const electors = new Set(vote.electorate.map(({ id }) => id))
  const breaches = ballots.map((ballot) => ballotBreach(receipt, ballot, hash, electors, verify))
  if (ballots.length > 1 && breaches.every((breach) => breach === UNSIGNED)) return [CHANGED_VOTE]
  const problems: string[] = []
  const bodies = new Set<string>()
  const perVoter = new Map<PeerId, number>()
  ballots.forEach((ballot, i) => {
    const { voter } = ballot
    const breach = breaches[i]
    if (breach !== undefined) problems.push(`the ballot of ${voter}: ${breach}`)
    const body = encodeBody(hash, ballot).toString()
    if (bodies.has(body)) problems.push(`the ballot of ${voter} is there twice`)
    bodies.add(body)
    perVoter.set(voter, (perVoter.get(voter) ?? 0) + 1)
    if (i > 0 && (ballots[i - 1] as Ballot).voter > voter)
      problems.push('the ballots are not in the order of their voters')
  })
  for (const [voter, number] of perVoter) {
    if (number > MAX_BALLOTS_A_VOTER) problems.push(`there are ${number} ballots of ${voter}`)
  }
  return problems
}

function ballotBreach(
  { vote }: Receipt,
  ballot: Ballot,
  hash: string,
  electors: ReadonlySet<PeerId>,
  verify: Signer['verify'],
): string | undefined {
  if (!electors.has(ballot.voter)) return 'its voter is not of the electorate'
  const choice = choiceBreach(vote, ballot)
  if (choice !== undefined) return choice
  const signature = fromBase64(ballot.signature)
  if (signature && verifyBallot({ vote: hash, body: ballot, signature }, verify)) return undefined
  return UNSIGNED
}

const UNSIGNED = 'its signature does not fit: it or the vote was changed, or it was signed for another vote'
/** They sign all of it, and it is likelier that one thing was changed than all of them. */
const CHANGED_VOTE =
  'no ballot is signed for this vote: its question, options, electorate, weights or another field of it was changed, or all ballots are of another vote'

function resultProblems({ vote, ballots, result }: Receipt): ReceiptProblem[] {
  const right = count(vote, ballots)
  const wrong = (Object.keys(right) as (keyof VoteCount)[]).filter((key) => !isEqual(right[key], result[key]))
  return wrong.map((key) => ({
    code: 'RESULT',
    message: `the ballots come to ${key} ${JSON.stringify(right[key])}, not ${JSON.stringify(result[key])}`,
  }))
}

function closingProblems({ vote, ballots, closing }: Receipt): ReceiptProblem[] {
  const heard = new Set(ballots.map(({ voter }) => voter))
  const silent = vote.electorate.map(({ id }) => id).filter((id) => !heard.has(id))
  const unheard = closing.unheard.map(({ voter }) => voter)
  if (!isEqual(silent, unheard)) return [{ code: 'CLOSING', message: silenceProblem(silent, unheard) }]
  const over = new Set([...heard, ...closing.unheard.flatMap(({ voter, declined }) => (declined ? [voter] : []))])
  const remaining = remainingWeight(vote, over)
  if (closing.ended === 'answered' && remaining > 0) {
    return [{ code: 'CLOSING', message: 'it was ended as answered by all while some had not answered' }]
  }
  if (closing.ended === 'decided' && !isDecided(vote, tallyOf(vote, ballots), remaining)) {
    return [{ code: 'CLOSING', message: 'it was ended as decided while those who had not voted could have changed it' }]
  }
  return []
}

function silenceProblem(silent: readonly PeerId[], unheard: readonly PeerId[]): string {
  const dropped = silent.find((voter) => !unheard.includes(voter))
  if (dropped !== undefined) return `${dropped} has no ballot, and is not said to have none: it was taken out`
  const heard = unheard.find((voter) => !silent.includes(voter))
  if (heard !== undefined) return `${heard} is said to have no ballot, and has one or is not of the electorate`
  return 'those without a ballot are not each named once, by id'
}

function isSealed(receipt: Receipt, verify: Signer['verify']): boolean {
  const signature = fromBase64(receipt.signature)
  return signature !== undefined && verify(receipt.vote.opener, sealedBytes(receipt), signature)
}

/** Bytes have one text only: what decodes to them but is written otherwise was changed. */
function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

const isEqual = (a: unknown, b: unknown): boolean => canonicalJson(a as Json) === canonicalJson(b as Json)

/** Rules are broken with words; anything else is a fault of ours. */
function ownMessage(error: unknown): string {
  if (error instanceof CoveyError) return error.message
  throw error
}
