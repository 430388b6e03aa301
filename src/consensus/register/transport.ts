import type { Clock } from '../../lib/clock.ts'
import { CoveyError } from '../../lib/errors.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import { ConfigureReply, RegisterRequest, Verdict, type VotingRequest } from '../../wire/register.ts'
import { acceptorsOf, type Configuration, type Voter } from '../voters/configuration.ts'
import type { Confirmation } from '../voters/confirmation.ts'
import type { Knowledge } from '../voters/knowledge.ts'
import type { AcceptorDisk } from './acceptor-disk.ts'
import type { AcceptorService } from './acceptor-service.ts'
import { type AcceptorReply, decodeReply, type Question, REGISTER_PROTOCOL } from './codec.ts'
import { foundedApart } from './errors.ts'
import { Roads } from './roads.ts'

export interface TransportComponents {
  network: Network
  rpc: Rpc
  clock: Clock
  knowledge: Knowledge
  confirmation: Confirmation
  disk: AcceptorDisk
  service: AcceptorService
  /** Makes sure of a connection to a peer that need not be a neighbour. */
  reach(peer: PeerId, timeoutMs: number): Promise<void>
  /** Answers what this node asks itself: a voter changes the voters, too. */
  answerSelf(request: RegisterRequest): Promise<Uint8Array>
}

/** Brings messages to acceptors, that of this node without a network, and what they say of configurations to who keeps them. */
export class Transport {
  readonly #components: TransportComponents
  readonly #roads: Roads

  constructor(components: TransportComponents) {
    this.#components = components
    this.#roads = new Roads(components.reach, components.clock)
  }

  /** Whether a message to it need not be preceded by a dial. */
  isConnected(peer: PeerId): boolean {
    const { network } = this.#components
    return peer === network.self || network.isConnected(peer)
  }

  /** Granted, or outranked. Rejects with a `CoveyError` where there is no such answer. */
  async ask(voter: Voter, configuration: Configuration, question: Question, timeoutMs: number): Promise<AcceptorReply> {
    const { knowledge, network } = this.#components
    let reply = await this.#send(voter, configuration, question, timeoutMs)
    if (reply.verdict === Verdict.BEHIND) {
      await this.configure(voter.peer, configuration, timeoutMs)
      reply = await this.#send(voter, configuration, question, timeoutMs)
    }
    if (reply.verdict === Verdict.GRANTED || reply.verdict === Verdict.OUTRANKED) return reply
    if (reply.voters) await knowledge.learn(reply.voters, voter.peer)
    throw new CoveyError(
      reply.verdict,
      `${voter.peer} does not vote: ${why(reply.verdict)}`,
      `Look at covey status on ${network.self}.`,
    )
  }

  /**
   * Tells a peer a configuration; resolves when it, or a later one, is durable there. Rejects with `VotersConflictError` where the peer
   * keeps voters that were founded apart.
   */
  async configure(peer: PeerId, voters: Configuration, timeoutMs: number): Promise<void> {
    const { network, knowledge } = this.#components
    if (peer === network.self) return knowledge.learn(voters, peer)
    const { voters: kept } = ConfigureReply.decode(await this.request(peer, { configure: { voters } }, timeoutMs))
    if (kept?.genesis !== voters.genesis) throw foundedApart(peer)
    if (kept.epoch < voters.epoch)
      throw new CoveyError('BEHIND', `${peer} does not take the configuration`, 'It runs another version.')
  }

  request(peer: PeerId, request: RegisterRequest, timeoutMs: number): Promise<Uint8Array> {
    const { network, rpc, answerSelf } = this.#components
    if (peer === network.self) return answerSelf(request)
    const send = (): Promise<Uint8Array> =>
      rpc.request(peer, REGISTER_PROTOCOL, RegisterRequest.encode(request), { timeoutMs })
    return network.isConnected(peer) ? send() : this.#roads.reach(peer, timeoutMs).then(send)
  }

  async #send(
    voter: Voter,
    configuration: Configuration,
    question: Question,
    timeoutMs: number,
  ): Promise<AcceptorReply> {
    const { network, service, disk } = this.#components
    const { acceptor, peer } = voter
    const { genesis, epoch } = configuration
    const sightings = disk.sightings.pick(acceptorsOf(configuration))
    const voting: VotingRequest = { genesis, epoch, acceptor, sightings, ...question }
    if (peer === network.self) return service.handle(voting)
    const reply = decodeReply(await this.request(peer, { voting }, timeoutMs))
    // Of another acceptor, where this one is no more.
    if (reply.verdict === Verdict.GRANTED || reply.verdict === Verdict.OUTRANKED)
      disk.sightings.note(acceptor, reply.counter)
    return reply
  }
}

function why(verdict: Verdict): string {
  switch (verdict) {
    case Verdict.STALE:
      return 'it has other voters than this node knew of'
    case Verdict.BEHIND:
      return 'it does not take the configuration'
    case Verdict.NO_VOTER:
      return 'it is not the acceptor that was a voter: its disk was lost or restored, or it was removed'
    case Verdict.UNCONFIRMED:
      return 'it has not heard yet from enough other voters since its start'
    default:
      return 'it refuses the message'
  }
}
