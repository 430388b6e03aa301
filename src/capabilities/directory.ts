import { EventEmitter } from 'node:events'
import type { Clock } from '../lib/clock.ts'
import { every } from '../lib/clock.ts'
import { InvalidInputError, StoppedError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Signer } from '../lib/signer.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Rpc } from '../network/rpc.ts'
import type { Held } from '../wire/directory.ts'
import type { SealedAnnouncement } from './announcement.ts'
import { Announcer } from './announcer.ts'
import { Catalogue, type CatalogueEffect } from './catalogue.ts'
import { DIRECTORY_PROTOCOL, decodeRequest, Exchange } from './exchange.ts'
import { type DropReason, Intake } from './intake.ts'
import { AGREED_ENOUGH, MAX_GOSSIP_BYTES, SWEEP_EVERY_MS } from './limits.ts'
import type { NodeLoad } from './load.ts'
import { askLoads, encodeLoad } from './loads.ts'
import { checkQuery } from './match.ts'
import { type Liveness, Presence } from './presence.ts'
import type { AgentDescription, Announcement, CapabilityQuery, DirectoryEvents, Provider } from './provider.ts'
import { Provision } from './provision.ts'
import { describeAgents } from './validate.ts'

export interface DirectoryComponents {
  network: Network
  rpc: Rpc
  clock: Clock
  random: Random
  signer: Signer
  log: Log
  membership: Liveness
  /** The mesh's name: announcements of another one are not taken. */
  mesh: string
  /** This node's label. */
  name: string
  /** Of this start; asked at `start`, must be above that of any former start. */
  incarnation: () => number
  /** How busy this node is, for peers that ask. */
  load: () => NodeLoad
}

/** Who can do what in the mesh (protocols/directory). */
export interface Directory extends EventEmitter<DirectoryEvents> {
  /** Idempotent. */
  start(): void
  /** Idempotent. What is known stays readable. */
  stop(): void
  /**
   * Replaces what this node offers; others hear of it within a second or so. Throws `InvalidInputError` on a
   * description that breaks a rule or on more than fits an announcement; then nothing has changed.
   */
  announce(agents: readonly AgentDescription[]): void
  /** Providers known here, own ones too, by peer and agent. Throws `InvalidInputError` on a bad version range. */
  find(query: CapabilityQuery): Provider[]
  /**
   * As `find`; where nobody known offers it, asks the DHT and the nodes it names, for `timeoutMs` at most. An empty
   * list is an answer.
   */
  findAnywhere(query: CapabilityQuery, timeoutMs: number): Promise<Provider[]>
  /** What a node last said of itself, whether it is alive or not. */
  get(peer: PeerId): Announcement | undefined
  /** All announcements that hold, own one too, by peer. */
  all(): Announcement[]
  /** Asks connected peers how busy they are; who does not answer in time is missing. Never rejects. */
  loads(peers: readonly PeerId[], timeoutMs: number): Promise<Map<PeerId, NodeLoad>>
  /** How many announcements of peers were dropped, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>
}

/** Make it before the network starts, so that its protocol is known. */
export function createDirectory(components: DirectoryComponents): Directory {
  return new CapabilityDirectory(components)
}

class CapabilityDirectory extends EventEmitter<DirectoryEvents> implements Directory {
  readonly #parts: DirectoryComponents
  readonly #topic: string
  readonly #catalogue = new Catalogue()
  readonly #intake: Intake
  readonly #announcer: Announcer
  readonly #exchange: Exchange
  readonly #provision: Provision
  readonly #presence: Presence
  /** What `start` subscribed and `stop` ends. */
  #undo: (() => void)[] = []

  constructor(parts: DirectoryComponents) {
    super()
    const log = parts.log.scoped('directory')
    const { network, rpc, mesh, signer, membership } = parts
    this.#parts = parts
    this.#topic = `/covey/${mesh}/capabilities`
    this.#intake = new Intake(this.#catalogue, mesh, signer, log)
    this.#announcer = new Announcer({
      ...parts,
      log,
      onSealed: (sealed) => this.#apply(sealed, 0),
      publish: (bytes) => this.#publish(bytes),
      agrees: () => this.#exchange.agreed >= AGREED_ENOUGH,
    })
    this.#presence = new Presence(network, membership, this.#catalogue, {
      onEffects: (effects) => this.#emit(effects),
      onGap: () => this.#exchange.gap(),
    })
    this.#exchange = new Exchange({
      ...parts,
      log,
      catalogue: this.#catalogue,
      take: (announcements, from) => this.#takeAll(announcements, from),
      hasGap: () => this.#presence.hasGap(),
    })
    this.#provision = new Provision({ ...parts, log, exchange: this.#exchange })
    rpc.handle(DIRECTORY_PROTOCOL, (body, { peer }) => this.#answer(body, peer))
  }

  get dropped(): Readonly<Record<DropReason, number>> {
    return this.#intake.dropped
  }

  start(): void {
    if (this.#undo.length > 0) return
    const { network, clock, incarnation } = this.#parts
    const onConnect = (peer: PeerId): void => this.#connected(peer)
    const onDisconnect = (peer: PeerId): void => this.#exchange.disconnected(peer)
    network.on('connect', onConnect).on('disconnect', onDisconnect)
    const unsubscribe = network.subscribe(this.#topic, (data, from) => this.#heard(data, 0, from))
    const sweep = every(
      clock,
      () => SWEEP_EVERY_MS,
      () => this.#sweep(),
    )
    this.#undo = [
      () => network.off('connect', onConnect).off('disconnect', onDisconnect),
      unsubscribe,
      () => sweep.cancel(),
    ]
    this.#presence.start()
    this.#announcer.start(incarnation())
    this.#exchange.start()
    this.#provision.start()
    for (const peer of network.peers()) this.#connected(peer)
  }

  stop(): void {
    for (const undo of this.#undo) undo()
    this.#undo = []
    this.#presence.stop()
    this.#announcer.stop()
    this.#exchange.stop()
    this.#provision.stop()
  }

  announce(agents: readonly AgentDescription[]): void {
    const described = describeAgents(agents, `node ${this.#parts.name}`)
    this.#announcer.offer(described)
    const names = described.flatMap((agent) => agent.capabilities.map((capability) => capability.name))
    this.#provision.provide([...new Set(names)].sort())
  }

  find(query: CapabilityQuery): Provider[] {
    checkQuery(query)
    return this.#catalogue.find(query)
  }

  async findAnywhere(query: CapabilityQuery, timeoutMs: number): Promise<Provider[]> {
    const known = this.find(query)
    if (known.length > 0) return known
    await this.#provision.search(query.name, timeoutMs, () => this.#catalogue.find(query).length > 0)
    return this.#catalogue.find(query)
  }

  get(peer: PeerId): Announcement | undefined {
    return this.#catalogue.get(peer)?.announcement
  }

  all(): Announcement[] {
    return this.#catalogue.all()
  }

  loads(peers: readonly PeerId[], timeoutMs: number): Promise<Map<PeerId, NodeLoad>> {
    return askLoads(this.#parts, peers, timeoutMs)
  }

  #connected(peer: PeerId): void {
    if (this.#parts.network.peers().length === 1) {
      this.#exchange.forgetAgreement()
      this.#announcer.connected()
    }
    this.#exchange.connected(peer)
  }

  #publish(bytes: Uint8Array): void {
    if (bytes.length <= MAX_GOSSIP_BYTES) this.#parts.network.publish(this.#topic, bytes)
    else for (const peer of this.#parts.network.peers()) this.#exchange.soon(peer)
  }

  #answer(body: Uint8Array, from: PeerId): Uint8Array {
    if (this.#undo.length === 0) throw new StoppedError('the directory of this node')
    const request = decodeRequest(body)
    if (request.load) return encodeLoad(this.#parts.load(), this.#parts.clock.now())
    const reply = this.#exchange.answer(request, from)
    if (reply) return reply
    throw new InvalidInputError(
      'a directory request that asks for nothing known',
      'Ask with a version that this node speaks.',
    )
  }

  #takeAll(announcements: readonly Held[], from: PeerId): number {
    let news = 0
    for (const { announcement, ageMs } of announcements) if (this.#heard(announcement, ageMs, from)) news++
    return news
  }

  /** Whether it was news. */
  #heard(bytes: Uint8Array, ageMs: number, from: PeerId): boolean {
    const sealed = this.#intake.take(bytes, from)
    if (!sealed) return false
    if (sealed.announcement.peer === this.#parts.network.self) {
      this.#announcer.outrank(sealed)
      return false
    }
    return this.#apply(sealed, ageMs)
  }

  #apply(sealed: SealedAnnouncement, ageMs: number): boolean {
    const effects = this.#catalogue.apply(sealed, ageMs, this.#parts.clock.monotonic())
    const taken = this.#catalogue.holds(sealed.hash)
    if (taken) this.#presence.announced(sealed.announcement.peer)
    this.#emit(effects)
    return taken
  }

  #sweep(): void {
    this.#emit(this.#catalogue.expire(this.#parts.clock.monotonic()))
  }

  #emit(effects: readonly CatalogueEffect[]): void {
    for (const { kind, peer, agent } of effects) this.emit(kind === 'join' ? 'agent:join' : 'agent:leave', peer, agent)
  }
}
