import type { Agent, Opinion } from '../../capabilities/agent.ts'
import { matches } from '../../capabilities/match.ts'
import type { Clock, Timer } from '../../lib/clock.ts'
import { BusyError, CancelledError, CoveyError, messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Signer } from '../../lib/signer.ts'
import type { PeerId } from '../../network/network.ts'
import { type BallotBody, choiceBreach, encodeBody, fittingReason, type SignedBallot, signedBytes } from './ballot.ts'
import { hasTags } from './electorate.ts'
import { HELD_AFTER_MS, MAX_DELIBERATIONS, MAX_HELD_BALLOTS, PROMPT_MS } from './limits.ts'
import type { Call } from './messages.ts'
import { type OpenedVote, voteHash } from './vote.ts'

export interface VoterParts {
  self: PeerId
  mesh: string
  clock: Clock
  signer: Signer
  log: Log
  /** Takes a ballot to its opener, until it has it or the signal aborts. */
  deliver(opener: PeerId, ballot: SignedBallot, signal: AbortSignal): void
}

/** A vote that this node was called to. */
interface Held {
  /** From when on it may be forgotten, on the monotonic clock. */
  readonly until: number
  /** Undefined while its agent thinks. */
  ballot: SignedBallot | undefined
  /** Settles when the agent has answered, or the vote is over. */
  thought: Promise<void>
  /** An answer to a call went without the ballot, so that it is to be brought. */
  awaited: boolean
  /** Aborts at the deadline. */
  readonly controller: AbortController
  readonly deadline: Timer
}

/** Votes for this node: asks an agent once a vote, signs its opinion, and has no other one afterwards. */
export class Voter {
  readonly #parts: VoterParts
  readonly #agents: Agent[] = []
  /** By the vote's hash, in the order in which they came. */
  readonly #held = new Map<string, Held>()
  #deliberations = 0

  constructor(parts: VoterParts) {
    this.#parts = parts
  }

  host(agent: Agent): void {
    this.#agents.push(agent)
  }

  /** Aborts handlers and deliveries, and forgets. */
  stop(): void {
    for (const { controller, deadline } of this.#held.values()) {
      deadline.cancel()
      controller.abort(new CancelledError('the node stops'))
    }
    this.#held.clear()
  }

  /**
   * Takes a call; resolves with the ballot where it is soon there, else it is delivered later. A call to a vote that it holds already gets the
   * same ballot. Rejects with a `CoveyError` where there will be none.
   */
  async call({ vote, remainingMs }: Call, from: PeerId): Promise<SignedBallot | undefined> {
    const { self, mesh } = this.#parts
    if (vote.mesh !== mesh) throw refusal('OTHER_MESH', `this is a node of the mesh ${mesh}`)
    if (vote.opener !== from) throw refusal('NOT_THE_OPENER', `${from} calls to a vote of ${vote.opener}`)
    if (!vote.electorate.some(({ id }) => id === self)) throw refusal('NOT_AN_ELECTOR', 'this node is not asked')
    const hash = voteHash(vote)
    const held = this.#held.get(hash) ?? this.#begin(vote, hash, remainingMs)
    return held.ballot ?? (await this.#promptly(held))
  }

  async #promptly(held: Held): Promise<SignedBallot | undefined> {
    const late = Promise.withResolvers<void>()
    const timer = this.#parts.clock.after(PROMPT_MS, late.resolve)
    await Promise.race([held.thought, late.promise])
    timer.cancel()
    held.awaited = held.ballot === undefined
    return held.ballot
  }

  /** The first that votes and that the electorate means. */
  #agentFor({ chosenBy }: OpenedVote): Agent | undefined {
    return this.#agents.find((agent) => {
      if (!agent.vote) return false
      if (chosenBy.by === 'capability') return agent.capabilities.some((capability) => matches(chosenBy, capability))
      return chosenBy.by === 'tags' ? hasTags(agent, chosenBy.tags) : true
    })
  }

  #begin(vote: OpenedVote, hash: string, remainingMs: number): Held {
    const { clock } = this.#parts
    const agent = this.#agentFor(vote)
    if (!agent) throw refusal('NO_VOTER', 'no agent that is asked votes here')
    if (this.#deliberations >= MAX_DELIBERATIONS) throw new BusyError(`${MAX_DELIBERATIONS} agents think about votes`)
    this.#makeRoom()
    const controller = new AbortController()
    const held: Held = {
      until: clock.monotonic() + remainingMs + HELD_AFTER_MS,
      ballot: undefined,
      thought: Promise.resolve(),
      awaited: false,
      controller,
      deadline: clock.after(remainingMs, () => controller.abort(new CancelledError('the vote is over'))),
    }
    this.#held.set(hash, held)
    held.thought = this.#think(agent, vote, hash, held, remainingMs)
    return held
  }

  async #think(agent: Agent, vote: OpenedVote, hash: string, held: Held, remainingMs: number): Promise<void> {
    const { self, signer, deliver } = this.#parts
    const { signal } = held.controller
    const over = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true })
    })
    this.#deliberations++
    // A handler that hears no signal keeps its place no longer than the vote is open.
    const opinion = await Promise.race([this.#opinion(agent, vote, remainingMs, signal), over])
    this.#deliberations--
    if (opinion === undefined) return
    const body: BallotBody = { voter: self, ...opinion }
    held.ballot = { vote: hash, body, signature: signer.sign(signedBytes(encodeBody(hash, body))) }
    if (held.awaited) deliver(vote.opener, held.ballot, signal)
  }

  /** What the agent says; where it throws or says what makes no sense, it abstains. Never rejects. */
  async #opinion(
    agent: Agent,
    vote: OpenedVote,
    remainingMs: number,
    signal: AbortSignal,
  ): Promise<Omit<BallotBody, 'voter'>> {
    const { id, question, options, method, opener } = vote
    try {
      const opinion = await agent.vote?.({ id, question, options, method, opener }, { remainingMs, signal })
      const body = bodyOf(opinion)
      const breach = choiceBreach(vote, { voter: '', ...body })
      if (breach === undefined) return body
      throw new TypeError(breach)
    } catch (error) {
      this.#parts.log.error('an agent could not vote, and abstains', {
        agent: agent.name,
        vote: id,
        error: messageOf(error),
      })
      return { choices: [] }
    }
  }

  /** Forgets what is over. Throws `BusyError` where all that is held may still be asked for. */
  #makeRoom(): void {
    const now = this.#parts.clock.monotonic()
    for (const [hash, { until }] of this.#held) if (until <= now) this.#held.delete(hash)
    if (this.#held.size >= MAX_HELD_BALLOTS) throw new BusyError(`ballots of ${MAX_HELD_BALLOTS} votes are held`)
  }
}

/** Of what an agent returns, which may be anything. Throws `TypeError`. */
function bodyOf(opinion: Opinion | undefined): Omit<BallotBody, 'voter'> {
  if (opinion === 'abstain') return { choices: [] }
  if (typeof opinion !== 'object' || opinion === null)
    throw new TypeError('its opinion is neither "abstain" nor an object')
  const { choice, confidence, reason } = opinion
  const choices: unknown[] = Array.isArray(choice) ? choice : [choice]
  if (!choices.every((one) => typeof one === 'string')) throw new TypeError('its choice is no text')
  if (confidence !== undefined && !(typeof confidence === 'number' && confidence >= 0 && confidence <= 1)) {
    throw new TypeError('its confidence is no number from 0 to 1')
  }
  if (reason !== undefined && typeof reason !== 'string') throw new TypeError('its reason is no text')
  return {
    choices: [...choices],
    ...(confidence !== undefined && { confidence }),
    ...(reason !== undefined && { reason: fittingReason(reason) }),
  }
}

const refusal = (code: string, message: string): CoveyError =>
  new CoveyError(code, message, 'No ballot will follow; this node need not be asked again.')
