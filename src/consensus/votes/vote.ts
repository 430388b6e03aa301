import { hash } from 'node:crypto'
import { z } from 'zod'
import type { VoteMethod } from '../../capabilities/agent.ts'
import { checkQuery } from '../../capabilities/match.ts'
import { canonicalJson } from '../../lib/canonical.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import type { PeerId } from '../../network/network.ts'
import {
  MAX_DEADLINE_MS,
  MAX_ELECTORATE,
  MAX_ID_CHARS,
  MAX_OPTIONS,
  MAX_OPTIONS_BYTES,
  MAX_QUESTION_BYTES,
  MAX_VOTE_BYTES,
  MAX_WEIGHT,
  MAX_WORD_CHARS,
  MIN_OPTIONS,
} from './limits.ts'
import { parseCanonical } from './parse.ts'

export const METHODS = ['plurality', 'majority', 'approval', 'ranked'] as const satisfies readonly VoteMethod[]

export interface Elector {
  readonly id: PeerId
  /** A whole number, 1 or more. */
  readonly weight: number
}

/** How the electorate was chosen. A voter picks the agent that speaks for it by this. */
export type ChosenBy =
  | { readonly by: 'alive' | 'list' }
  | { readonly by: 'capability'; readonly name: string; readonly version?: string; readonly tags?: readonly string[] }
  | { readonly by: 'tags'; readonly tags: readonly string[] }

/** A vote as it was opened: all of it is fixed from then on, and every ballot signs its hash. */
export interface OpenedVote {
  readonly format: 'covey-vote/1'
  /** Random. */
  readonly id: string
  readonly mesh: string
  readonly opener: PeerId
  /** By the opener's wall clock, in milliseconds since 1970. For people: nothing is decided by it. */
  readonly openedAt: number
  readonly question: string
  readonly options: readonly string[]
  readonly method: VoteMethod
  readonly chosenBy: ChosenBy
  /** By id, each once. */
  readonly electorate: readonly Elector[]
  /** The least weight of ballots, abstentions among them, that makes a decision; 0: none. */
  readonly quorum: number
  /** The least share that the choice must have of the weight of all ballots that choose, 0 to 1; 0: none. */
  readonly threshold: number
  /** From its opening on, in milliseconds. */
  readonly deadlineMs: number
}

const text = z.string().refine((it) => it.isWellFormed(), 'it is no Unicode')
const id = text.min(1).max(MAX_ID_CHARS)
const word = text.min(1).max(MAX_WORD_CHARS)
const tags = z.array(word).max(MAX_OPTIONS)
const whole = z.number().int().nonnegative()
/** The last moment that a date can name (ECMA-262, time values), in milliseconds since 1970. */
const MAX_DATE_MS = 8.64e15

const chosenBySchema: z.ZodType<ChosenBy> = z.discriminatedUnion('by', [
  z.strictObject({ by: z.enum(['alive', 'list']) }),
  z.strictObject({
    by: z.literal('capability'),
    name: word,
    version: word.exactOptional(),
    tags: tags.exactOptional(),
  }),
  z.strictObject({ by: z.literal('tags'), tags: tags.min(1) }),
])

/** The shape of a vote; `checkVote` has the rules. */
export const voteSchema: z.ZodType<OpenedVote> = z.strictObject({
  format: z.literal('covey-vote/1'),
  id: word,
  mesh: word,
  opener: id,
  openedAt: whole.max(MAX_DATE_MS),
  question: z.string(),
  options: z.array(z.string()),
  method: z.enum(METHODS),
  chosenBy: chosenBySchema,
  electorate: z.array(z.strictObject({ id, weight: whole })).max(MAX_ELECTORATE),
  quorum: whole,
  threshold: z.number(),
  deadlineMs: whole,
})

/** The bytes that stand for a vote on the wire and, behind its domain, are hashed. */
export const encodeVote = (vote: OpenedVote): string => canonicalJson(vote as unknown as Json)

/** Throws `InvalidInputError` on anything that is not exactly what `encodeVote` makes of a vote that keeps the rules. */
export function decodeVote(bytes: Uint8Array): OpenedVote {
  const vote = parseCanonical(bytes, voteSchema, { what: 'a vote', maxBytes: MAX_VOTE_BYTES })
  checkVote(vote)
  return vote
}

/** SHA-256 of the whole vote, in hexadecimal. */
export const voteHash = (vote: OpenedVote): string => hash('sha256', `covey/vote/1 vote\n${encodeVote(vote)}`)

/** The weight of the whole electorate. */
export const totalWeight = ({ electorate }: Pick<OpenedVote, 'electorate'>): number =>
  electorate.reduce((sum, { weight }) => sum + weight, 0)

/** Bytes of a text as JSON in UTF-8. */
export const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text))

/** Throws `InvalidInputError` on a vote that breaks a rule; its shape was checked. */
export function checkVote(vote: OpenedVote): void {
  const { question, options, chosenBy, electorate, quorum, threshold, deadlineMs } = vote
  if (question.trim() === '') throw wrong('the question is empty', 'Ask something.')
  limited('the question takes', jsonBytes(question), MAX_QUESTION_BYTES)
  checkOptions(options)
  if (chosenBy.by === 'capability') checkQuery(chosenBy)
  checkElectorate(electorate)
  const total = totalWeight(vote)
  if (!(Number.isInteger(quorum) && quorum >= 0 && quorum <= total)) {
    throw wrong(`the quorum is ${quorum}, the whole electorate weighs ${total}`, `A whole number from 0 to ${total}.`)
  }
  if (!(threshold >= 0 && threshold <= 1)) throw wrong(`the threshold is ${threshold}`, 'A share, from 0 to 1.')
  if (!(Number.isInteger(deadlineMs) && deadlineMs >= 1 && deadlineMs <= MAX_DEADLINE_MS)) {
    throw wrong(`the deadline is ${deadlineMs} ms`, `A whole number from 1 to ${MAX_DEADLINE_MS} ms (a day).`)
  }
  for (const text of [question, ...options]) {
    if (!text.isWellFormed()) throw wrong('a text is no Unicode', 'It has half of a surrogate pair; leave it out.')
  }
}

function checkOptions(options: readonly string[]): void {
  if (options.length < MIN_OPTIONS || options.length > MAX_OPTIONS) {
    const number = options.length === 1 ? 'is 1 option' : `are ${options.length} options`
    throw wrong(`there ${number}`, `Offer ${MIN_OPTIONS} to ${MAX_OPTIONS}.`)
  }
  if (options.some((option) => option.trim() === '')) throw wrong('an option is empty', 'Name each of them.')
  const twice = options.find((option, i) => options.indexOf(option) !== i)
  if (twice !== undefined) throw wrong(`the option "${twice}" is there twice`, 'Offer each once.')
  limited(
    'the options together take',
    options.reduce((sum, option) => sum + jsonBytes(option), 0),
    MAX_OPTIONS_BYTES,
  )
}

function checkElectorate(electorate: readonly Elector[]): void {
  if (electorate.length === 0) throw wrong('the electorate is empty', 'Name at least one voter.')
  electorate.forEach(({ id, weight }, i) => {
    const before = electorate[i - 1]
    if (before && before.id >= id)
      throw wrong(`the voter ${id} is there twice, or out of order`, 'Name each once, by id.')
    if (!(Number.isInteger(weight) && weight >= 1 && weight <= MAX_WEIGHT)) {
      throw wrong(`the weight of ${id} is ${weight}`, `A whole number from 1 to ${MAX_WEIGHT}.`)
    }
  })
}

function limited(what: string, bytes: number, limit: number): void {
  if (bytes > limit) throw wrong(`${what} ${bytes} bytes`, `At most ${limit}, as JSON.`)
}

const wrong = (what: string, rule: string): InvalidInputError => new InvalidInputError(what, rule)
