import type { Agent } from '../../capabilities/agent.ts'
import type { Clock } from '../../lib/clock.ts'
import { CoveyError, messageOf, StoppedError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { type Random, randomId } from '../../lib/random.ts'
import type { Signer } from '../../lib/signer.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import type { SignedBallot } from './ballot.ts'
import type { VoteCount } from './count.ts'
import { Courier } from './courier.ts'
import { type Catalogue, electorateOf, type Members } from './electorate.ts'
import { decodeMessage, encodeBallot, encodeTaken, type Message, VOTE_PROTOCOL } from './messages.ts'
import { Opener } from './opener.ts'
import { parseShape } from './parse.ts'
import type { BallotRefusal } from './poll.ts'
import type { Closing, Receipt } from './receipt.ts'
import { checkRequest, type VoteRequest } from './request.ts'
import { checkVote, type OpenedVote, voteSchema } from './vote.ts'
import { Voter } from './voter.ts'

export interface VotesComponents {
  network: Pick<Network, 'self' | 'isConnected'>
  rpc: Rpc
  clock: Clock
  random: Random
  signer: Signer
  log: Log
  membership: Members
  directory: Catalogue
  /** The mesh's name. */
  mesh: string
}

/** How a vote went, and what proves it. */
export interface VoteResult extends VoteCount, Closing {
  readonly receipt: Receipt
}

/**
 * Opinion polls with proof: each voter's agent is asked, each ballot is signed, and a dead voter never blocks. A vote lives in the memory of
 * its opener. Spec: protocols/vote.
 */
export interface Votes {
  /** Idempotent. */
  start(): void
  /** Rejects own votes that are open, and lets agents stop thinking about others'. Idempotent. */
  stop(): void
  /** From now on the agent is asked, if it votes. */
  host(agent: Agent): void
  /**
   * Opens a vote, and resolves at its deadline or as soon as nobody can change its choice. That there is no choice is a result too. Rejects with
   * `InvalidInputError`, `NO_ELECTORATE` where nobody fits, `BusyError`, `CancelledError` by the signal, `StoppedError`.
   */
  vote(request: VoteRequest, options?: { signal?: AbortSignal }): Promise<VoteResult>
  /** How many ballots were refused, by reason. */
  readonly refused: Readonly<Record<BallotRefusal, number>>
}

/** Make it before the network starts, so that its protocol is known. */
export function createVotes(components: VotesComponents): Votes {
  return new MeshVotes(components)
}

class MeshVotes implements Votes {
  readonly #parts: VotesComponents
  readonly #courier: Courier
  readonly #voter: Voter
  readonly #opener: Opener
  #started = false

  constructor(components: VotesComponents) {
    const parts = { ...components, log: components.log.scoped('votes') }
    const { self } = parts.network
    this.#parts = parts
    this.#courier = new Courier(parts)
    this.#voter = new Voter({
      ...parts,
      self,
      deliver: (opener, ballot, signal) => void this.#deliver(opener, ballot, signal),
    })
    this.#opener = new Opener({
      ...parts,
      self,
      courier: this.#courier,
      callSelf: (call) => this.#voter.call(call, self),
    })
    parts.rpc.handle(VOTE_PROTOCOL, (body, { peer }) => this.#answer(body, peer))
  }

  get refused(): Readonly<Record<BallotRefusal, number>> {
    return this.#opener.refused
  }

  start(): void {
    this.#started = true
  }

  stop(): void {
    this.#started = false
    this.#opener.stop(new StoppedError('this node'))
    this.#voter.stop()
  }

  host(agent: Agent): void {
    this.#voter.host(agent)
  }

  async vote(request: VoteRequest, { signal }: { signal?: AbortSignal } = {}): Promise<VoteResult> {
    const vote = this.#made(checkRequest(request))
    if (!this.#started) throw new StoppedError('this node')
    const receipt = await this.#opener.open(vote, signal)
    return { ...receipt.result, ...receipt.closing, receipt }
  }

  #made(request: VoteRequest): OpenedVote {
    const { network, clock, random, membership, directory, mesh } = this.#parts
    const { question, options, method = 'plurality', quorum = 0, threshold = 0, deadlineMs } = request
    const vote: OpenedVote = {
      format: 'covey-vote/1',
      id: randomId(random),
      mesh,
      opener: network.self,
      openedAt: clock.now(),
      question,
      options: [...options],
      method,
      ...electorateOf(request.electorate, network.self, membership, directory),
      quorum,
      threshold,
      deadlineMs,
    }
    checkVote(vote)
    return parseShape(vote, voteSchema, 'a vote')
  }

  async #answer(body: Uint8Array, from: PeerId): Promise<Uint8Array> {
    if (!this.#started) throw new StoppedError('this node')
    const message = this.#read(body)
    if ('call' in message) return encodeTaken(await this.#voter.call(message.call, from))
    this.#opener.take(message.ballot)
    return encodeTaken()
  }

  #read(body: Uint8Array): Message {
    try {
      return decodeMessage(body)
    } catch (error) {
      throw this.#opener.refuse('MALFORMED', messageOf(error))
    }
  }

  async #deliver(opener: PeerId, ballot: SignedBallot, signal: AbortSignal): Promise<void> {
    try {
      if (opener === this.#parts.network.self) this.#opener.take(ballot)
      else await this.#courier.send({ peer: opener, body: () => encodeBallot(ballot), signal })
    } catch (error) {
      // The opener does not want it, or the vote is over: what becomes of it is the opener's.
      const code = error instanceof CoveyError ? error.code : 'INTERNAL'
      this.#parts.log.warn('a ballot was not taken', { opener, code, error: messageOf(error) })
    }
  }
}
