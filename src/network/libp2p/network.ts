import { EventEmitter } from 'node:events'
import type { Connection, Stream } from '@libp2p/interface'
import type { Clock } from '../../lib/clock.ts'
import { messageOf, StoppedError, UnreachableError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Storage } from '../../storage/storage.ts'
import type { FrameStream, Network, NetworkEvents, PeerAddress, PeerId } from '../network.ts'
import { Gossip } from './gossip.ts'
import type { Host, Running } from './host.ts'
import type { Identity } from './identity.ts'
import { RefusalLog } from './refusal-log.ts'
import { Libp2pFrameStream, type StreamContext } from './stream.ts'

export interface Libp2pNetworkOptions {
  /** The mesh's name: nodes of another name cannot connect. */
  mesh: string
  identity: Identity
  /** Multiaddrs to listen on, `/ip4/0.0.0.0/tcp/0`. */
  listen: readonly string[]
  /** Multiaddrs of nodes to start from; reported by `discover` where they carry a peer id, joined where not. */
  bootstrap?: readonly string[]
  /** Whether to find nodes of the same mesh on the LAN by multicast. */
  mdns: boolean
  /** Where known peers are kept from one run to the next, to be reported by `discover` at the start; started before. */
  datastore?: Storage
  /** A swarm key (psk.ts): only nodes that have the same can connect. */
  psk?: Uint8Array
  clock: Clock
  log: Log
}

/** What went wrong with peers since the start, for metrics and tests. */
export interface Libp2pCounters {
  malformedFrames: number
  overflows: number
  refusedInbound: number
  /** Connections closed because another one with the same peer was opened at the same time. */
  doubles: number
}

/** Streams of one protocol and peer, each way: one kept open for requests, and channels or bulk data beside it. */
const MAX_STREAMS_PER_PROTOCOL = 64
/** Peers heard of before anybody listens that are kept; membership takes no more of them at once. */
const MAX_UNHEARD = 256
/**
 * Two connections with one peer that were opened within this time, in milliseconds, come from dialling one another at once: as
 * long as a dial may take. An older one may be dead without knowing it, and then the second is the peer's way back.
 */
const DOUBLE_WITHIN_MS = 2000
/** How long an end that closes a double connection in order waits for the other, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1000
/** Time for a bootstrap address without a peer id, in milliseconds. */
const BOOTSTRAP_TIMEOUT_MS = 5000

type Accept = (stream: FrameStream) => void

/** The network over libp2p 3: TCP, noise, yamux, gossipsub, a DHT and multicast of the mesh's own. */
export function createLibp2pNetwork(options: Libp2pNetworkOptions): Libp2pNetwork {
  return new Libp2pNetwork(options)
}

export class Libp2pNetwork extends EventEmitter<NetworkEvents> implements Network {
  readonly self: PeerId
  readonly counters: Libp2pCounters = { malformedFrames: 0, overflows: 0, refusedInbound: 0, doubles: 0 }
  readonly #options: Libp2pNetworkOptions
  readonly #log: Log
  readonly #handlers = new Map<string, Accept>()
  readonly #streams = new Set<Libp2pFrameStream>()
  readonly #connected = new Set<PeerId>()
  #unheard: PeerAddress[] = []
  readonly #refusals: RefusalLog
  readonly #gossip: Gossip
  readonly #streamContext: StreamContext
  #running: Running | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor(options: Libp2pNetworkOptions) {
    super()
    this.#options = options
    this.self = options.identity.id
    this.#log = options.log.scoped('network')
    this.#gossip = new Gossip(this.#log)
    this.#refusals = new RefusalLog(options.clock, this.#log, options.psk !== undefined)
    // Not one of the network's own events, so its type does not know it. It comes just before the listener is added.
    EventEmitter.prototype.on.call(this, 'newListener', (event: unknown) => {
      if (event === 'discover') queueMicrotask(() => this.#catchUp())
    })
    this.#streamContext = {
      clock: options.clock,
      log: this.#log,
      onMalformed: () => this.counters.malformedFrames++,
      onOverflow: () => this.counters.overflows++,
      onOver: (stream) => this.#streams.delete(stream),
    }
  }

  start(): Promise<void> {
    if (this.#stopping) return Promise.reject(new StoppedError('the network'))
    this.#starting ??= this.#start()
    return this.#starting
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  addresses(): string[] {
    return this.#running?.host.getMultiaddrs().map(String) ?? []
  }

  peers(): PeerId[] {
    return [...this.#connected]
  }

  isConnected(peer: PeerId): boolean {
    return this.#connected.has(peer)
  }

  async connect(peer: PeerId, addresses: readonly string[], timeoutMs: number): Promise<void> {
    await this.#up().dialler.connect(peer, addresses, timeoutMs)
  }

  async join(address: string, timeoutMs: number): Promise<PeerId> {
    return this.#up().dialler.join(address, timeoutMs)
  }

  disconnect(peer: PeerId): void {
    if (this.#connected.has(peer)) this.#running?.dialler.disconnect(peer)
  }

  handle(protocol: string, accept: Accept): void {
    if (this.#starting) throw new Error(`the handler of ${protocol} came after the network had started`)
    if (this.#handlers.has(protocol)) throw new Error(`${protocol} has a handler already`)
    this.#handlers.set(protocol, accept)
  }

  async open(peer: PeerId, protocol: string, timeoutMs: number): Promise<FrameStream> {
    const connection = this.#up().dialler.connectionTo(peer)
    if (connection === undefined) throw new UnreachableError(`there is no connection to ${peer}`)
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const options = { signal, maxOutboundStreams: MAX_STREAMS_PER_PROTOCOL }
      return this.#track(await connection.newStream([protocol], options), peer)
    } catch (cause) {
      throw new UnreachableError(`${peer} opened no stream of ${protocol}: ${messageOf(cause)}`, { cause })
    }
  }

  publish(topic: string, data: Uint8Array): void {
    this.#gossip.publish(topic, data)
  }

  subscribe(topic: string, listener: (data: Uint8Array, from: PeerId) => void): () => void {
    return this.#gossip.subscribe(topic, listener)
  }

  async provide(key: string): Promise<void> {
    await this.#up().directory.provide(key)
  }

  async find(key: string, timeoutMs: number): Promise<PeerAddress[]> {
    return this.#up().directory.find(key, timeoutMs)
  }

  async #start(): Promise<void> {
    const { mesh, identity, listen, mdns, psk, clock, bootstrap = [] } = this.#options
    // Loaded here and not at the top: libp2p takes most of a second to load, and `covey status` needs none of it.
    const { createHost } = await import('./host.ts')
    const running = await createHost({
      mesh,
      identity,
      listen,
      mdns,
      psk,
      clock,
      log: this.#log,
      onHandshakeFailed: (direction, address, error) => {
        // What breaks because this node goes is nobody's refusal.
        if (this.#stopping) return
        if (direction === 'inbound') this.counters.refusedInbound++
        this.#refusals.add(direction, address, error)
      },
      datastore: this.#options.datastore,
      onDiscover: (peer) => this.#discovered(peer),
    })
    const { host } = running
    host.addEventListener('connection:open', ({ detail }) => this.#closeDouble(host, detail))
    host.addEventListener('peer:connect', ({ detail }) => this.#onConnect(detail.toString()))
    host.addEventListener('peer:disconnect', ({ detail }) => this.#onDisconnect(detail.toString()))
    for (const [protocol, accept] of this.#handlers) await this.#register(host, protocol, accept)
    this.#running = running
    await running.start()
    this.#gossip.attach(host.services.pubsub)
    for (const address of bootstrap) this.#seed(running, address)
    for (const peer of await running.remembered()) this.#discovered(peer)
  }

  async #stop(): Promise<void> {
    // A start that failed has cleaned up after itself and told its own caller.
    await this.#starting?.catch(() => undefined)
    this.#gossip.detach()
    for (const stream of [...this.#streams]) stream.close()
    try {
      await this.#running?.host.stop()
    } catch (error) {
      // The listener reports a socket that was reset while it closed. Everything is closed all the same.
      this.#log.debug('a connection broke while the network stopped', { error: messageOf(error) })
    }
    this.#running = undefined
    for (const stream of [...this.#streams]) stream.abort(new StoppedError('the network'))
    for (const peer of [...this.#connected]) this.#onDisconnect(peer)
  }

  #up(): Running {
    if (this.#running === undefined || this.#stopping) throw new StoppedError('the network')
    return this.#running
  }

  async #register(host: Host, protocol: string, accept: Accept): Promise<void> {
    const limits = { maxInboundStreams: MAX_STREAMS_PER_PROTOCOL, maxOutboundStreams: MAX_STREAMS_PER_PROTOCOL }
    const onStream = (stream: Stream, connection: Connection): void => {
      if (this.#stopping) return stream.abort(new StoppedError('the network'))
      accept(this.#track(stream, connection.remotePeer.toString()))
    }
    await host.handle(protocol, onStream, limits)
  }

  #track(stream: Stream, peer: PeerId): FrameStream {
    const tracked = new Libp2pFrameStream(stream, peer, this.#streamContext)
    if (stream.status === 'open') this.#streams.add(tracked)
    return tracked
  }

  /**
   * Both dialled at once: the second connection goes before anything runs on it. One end decides, the one with the lower id,
   * since the other may have seen the two in the other order.
   */
  #closeDouble(host: Host, second: Connection): void {
    const { remotePeer } = second
    if (this.self > remotePeer.toString()) return
    const since = this.#options.clock.now() - DOUBLE_WITHIN_MS
    const others = host.getConnections(remotePeer).filter((other) => other !== second && other.status === 'open')
    if (!others.some(({ timeline }) => timeline.open > since)) return
    this.counters.doubles++
    const reason = new Error('there is another connection with this peer')
    // The peer takes one that it dialled for open already; of the other it may still wait for the last of the handshake.
    if (second.direction === 'inbound') return second.abort(reason)
    second.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }).catch(() => second.abort(reason))
  }

  #onConnect(peer: PeerId): void {
    if (this.#stopping || this.#connected.has(peer)) return
    this.#connected.add(peer)
    this.emit('connect', peer)
  }

  #onDisconnect(peer: PeerId): void {
    if (this.#connected.delete(peer)) this.emit('disconnect', peer)
  }

  /** Who listens comes when the network stands: what was heard of before waits for the first listener. */
  #discovered(peer: PeerAddress): void {
    if (this.listenerCount('discover') > 0) this.emit('discover', peer)
    else if (this.#unheard.length < MAX_UNHEARD) this.#unheard.push(peer)
  }

  #catchUp(): void {
    for (const peer of this.#unheard.splice(0)) this.#discovered(peer)
  }

  #seed(running: Running, address: string): void {
    const peer = running.peerOf(address)
    if (peer !== undefined) {
      this.#discovered({ id: peer, addresses: [address] })
      return
    }
    running.dialler.join(address, BOOTSTRAP_TIMEOUT_MS).catch((error: unknown) => {
      this.#log.warn('a bootstrap address did not answer', { address, error: messageOf(error) })
    })
  }
}
