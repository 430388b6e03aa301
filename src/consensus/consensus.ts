import type { Announcement } from '../capabilities/provider.ts'
import { type Clock, every, type Timer } from '../lib/clock.ts'
import { InvalidInputError, StoppedError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Rpc } from '../network/rpc.ts'
import type { Storage } from '../storage/storage.ts'
import {
  ConfigureReply,
  ConfirmReply,
  IdentifyReply,
  RegisterNotice,
  RegisterRequest,
  VotingReply,
} from '../wire/register.ts'
import { AcceptorDisk } from './register/acceptor-disk.ts'
import { AcceptorService } from './register/acceptor-service.ts'
import { decodeConfirm, decodeNotice, decodeRequest, REGISTER_PROTOCOL } from './register/codec.ts'
import { Collector } from './register/collector.ts'
import { Hints } from './register/hints.ts'
import { SIGHTINGS_FLUSH_MS } from './register/limits.ts'
import { Proposer } from './register/proposer.ts'
import type { Register, Registers } from './register/register.ts'
import { openRegister } from './register/registers.ts'
import { Transport } from './register/transport.ts'
import { VoterChanges } from './voters/change.ts'
import { type Configuration, voterOf } from './voters/configuration.ts'
import { Confirmation } from './voters/confirmation.ts'
import { Knowledge } from './voters/knowledge.ts'
import { ManagedVoters } from './voters/managed.ts'
import type { Voters } from './voters/voters.ts'

export interface ConsensusComponents {
  network: Network
  rpc: Rpc
  clock: Clock
  random: Random
  log: Log
  storage: Storage
  /** What people call the nodes; a `Directory` is one. */
  directory: { all(): Announcement[] }
  /** Makes sure of a connection to a peer that need not be a neighbour. */
  reach(peer: PeerId, timeoutMs: number): Promise<void>
  /** The node cannot go on: its storage failed. */
  onFatal(error: unknown): void
}

/** How often the configuration is told to a random peer, in milliseconds: it rarely changes, and is learned on connect. */
const ANNOUNCE_EVERY_MS = 10_000
/** How long a voter may take to say what it has seen, in milliseconds. */
const CONFIRM_TIMEOUT_MS = 1000

/**
 * Registers and their voters on one node: the proposer of its own calls, its acceptor where it is a voter, and what it knows of the
 * configuration. Make it before the network starts, so that its protocol is known.
 */
export class Consensus implements Registers {
  readonly voters: Voters
  readonly #components: ConsensusComponents
  readonly #disk: AcceptorDisk
  readonly #knowledge: Knowledge
  readonly #confirmation: Confirmation
  readonly #service: AcceptorService
  readonly #proposer: Proposer
  readonly #hints: Hints
  readonly #collector: Collector
  #flush: Timer | undefined
  #running = false
  /** Before it runs it hears already: who connects first says but once what it knows. */
  #hearing = false
  #repair: Timer | undefined
  /** Becoming another acceptor, one time after the other. */
  #renewal: Promise<void> = Promise.resolve()

  constructor(components: ConsensusComponents) {
    this.#components = components
    const { network, rpc, clock, random, storage, directory } = components
    const log = components.log.scoped('registers')
    const shared = { network, rpc, clock, random, log, self: network.self }
    this.#disk = new AcceptorDisk({ storage, random })
    this.#knowledge = new Knowledge(storage, log)
    this.#confirmation = new Confirmation({
      ...shared,
      knowledge: this.#knowledge,
      disk: this.#disk,
      ask: this.#askSighting,
    })
    const core = { knowledge: this.#knowledge, disk: this.#disk, confirmation: this.#confirmation }
    this.#hints = new Hints({ ...shared, knowledge: this.#knowledge })
    this.#service = new AcceptorService({ ...core, clock, onAccepted: (name, by) => this.#hints.changed(name, by) })
    const transport = new Transport({
      ...shared,
      ...core,
      service: this.#service,
      reach: components.reach,
      answerSelf: (request) => this.#answer(request, network.self),
    })
    this.#proposer = new Proposer({
      ...shared,
      knowledge: this.#knowledge,
      transport,
      onDecided: (name) => this.#hints.heard(name),
    })
    this.#collector = new Collector({
      ...shared,
      ...core,
      service: this.#service,
      proposer: this.#proposer,
      transport,
      onFatal: components.onFatal,
    })
    const changes = new VoterChanges({ ...shared, knowledge: this.#knowledge, transport, proposer: this.#proposer })
    this.voters = new ManagedVoters({ network, transport, ...core, changes, directory })
    rpc.handle(REGISTER_PROTOCOL, (body, { peer }) => this.#answer(decodeRequest(body), peer))
    rpc.onNotify(REGISTER_PROTOCOL, (body, peer) => this.#hear(body, peer))
  }

  /** After the storage and before the network: whoever connects is to find a node that knows what it is. */
  async load(): Promise<void> {
    await this.#disk.load()
    await this.#knowledge.load()
    await this.#renewIfRemoved()
    this.#hearing = true
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#knowledge.on('change', this.#onConfiguration)
    this.#components.network.on('connect', this.#announce)
    this.#disk.sightings.onNews = this.#onSighting
    this.#proposer.start()
    this.#confirmation.start()
    this.#hints.start()
    this.#collector.start()
    for (const peer of this.#components.network.peers()) this.#announce(peer)
    this.#repair = every(
      this.#components.clock,
      () => ANNOUNCE_EVERY_MS,
      () => this.#announceToSomebody(),
    )
  }

  stop(): void {
    this.#running = false
    this.#hearing = false
    this.#repair?.cancel()
    this.#knowledge.off('change', this.#onConfiguration)
    this.#components.network.off('connect', this.#announce)
    this.#proposer.stop()
    this.#confirmation.stop()
    this.#hints.stop()
    this.#collector.stop()
    this.#flush?.cancel()
  }

  register(name: string): Register {
    return openRegister(name, this.#proposer, this.#components.random)
  }

  onHint(name: string, listener: () => void): () => void {
    return this.#hints.on(name, listener)
  }

  async #answer(request: RegisterRequest, peer: PeerId): Promise<Uint8Array> {
    if (!this.#running) throw new StoppedError('this node')
    const { voting, identify, configure, confirm } = request
    if (voting) {
      for (const { acceptor, counter } of voting.sightings) {
        if (acceptor !== this.#disk.acceptor) this.#disk.sightings.note(acceptor, counter)
        else if (counter > this.#disk.counter) await this.#confirmation.seen(acceptor, counter)
      }
      return VotingReply.encode(await this.#service.handle(voting))
    }
    if (confirm) {
      const counter = this.#disk.sightings.of(confirm.acceptor)
      return ConfirmReply.encode({ counter, acceptor: this.#disk.acceptor })
    }
    if (identify) {
      if (identify.voters) await this.#learn(identify.voters, peer)
      const voters = this.#knowledge.current
      const { confirmed } = this.#confirmation
      return IdentifyReply.encode({ acceptor: this.#disk.acceptor, confirmed, ...(voters && { voters }) })
    }
    if (configure) {
      if (configure.voters) await this.#learn(configure.voters, peer)
      return ConfigureReply.encode({ voters: this.#knowledge.current as Configuration })
    }
    throw new InvalidInputError('a request that asks for nothing', 'Its sender runs another version.')
  }

  #hear(body: Uint8Array, peer: PeerId): void {
    const notice = decodeNotice(body)
    if (!notice || !this.#hearing) return
    if (notice.voters) this.#hearConfiguration(notice.voters, peer)
    if (notice.watch !== undefined) this.#hints.watch(notice.watch, peer)
    if (notice.changed !== undefined) this.#hints.heard(notice.changed)
  }

  #hearConfiguration(voters: Configuration, peer: PeerId): void {
    this.#learn(voters, peer).catch(this.#components.onFatal)
    const own = this.#knowledge.current
    if (own && own.genesis === voters.genesis && own.epoch > voters.epoch) this.#announce(peer)
  }

  async #learn(configuration: Configuration, peer: PeerId): Promise<void> {
    const before = this.#knowledge.foreign.length
    await this.#knowledge.learn(configuration, peer)
    // The first contact of two foundings: it may have come one way only.
    if (this.#knowledge.foreign.length > before) this.#announce(peer)
    await this.#renewIfRemoved()
  }

  readonly #onConfiguration = (): void => {
    for (const peer of this.#components.network.peers()) this.#announce(peer)
    this.#renewIfRemoved().catch(this.#components.onFatal)
  }

  readonly #announce = (peer: PeerId): void => {
    const voters = this.#knowledge.current
    if (voters) this.#components.rpc.notify(peer, REGISTER_PROTOCOL, RegisterNotice.encode({ voters }))
  }

  /** A notice may be lost. */
  #announceToSomebody(): void {
    const { network, random } = this.#components
    const peers = network.peers()
    const peer = peers[random.below(peers.length)]
    if (peer !== undefined) this.#announce(peer)
  }

  /** Who was a voter and is none forgets what it held: it would miss what is collected meanwhile, and bring it back. */
  #renewIfRemoved(): Promise<void> {
    const renewal = this.#renewal.then(async () => {
      const configuration = this.#knowledge.current
      if (!configuration || voterOf(configuration, this.#disk.acceptor)) return
      if ((await this.#disk.names('')).names.length > 0) await this.#disk.renew()
    })
    this.#renewal = renewal.catch(() => {
      // Whoever asked has the error; the next one tries again.
    })
    return renewal
  }

  readonly #onSighting = (): void => {
    // A voter writes them with whatever it writes anyway.
    this.#flush ??= this.#components.clock.after(SIGHTINGS_FLUSH_MS, () => {
      this.#flush = undefined
      this.#disk.write([]).catch(this.#components.onFatal)
    })
  }

  readonly #askSighting = async (peer: PeerId, acceptor: string): Promise<ConfirmReply> => {
    const body = RegisterRequest.encode({ confirm: { acceptor } })
    const { rpc } = this.#components
    return decodeConfirm(await rpc.request(peer, REGISTER_PROTOCOL, body, { timeoutMs: CONFIRM_TIMEOUT_MS }))
  }
}
