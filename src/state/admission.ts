import { EventEmitter } from 'node:events'
import { BusyError, UnreachableError } from '../lib/errors.ts'
import type { FrameStream, Network, NetworkEvents, PeerAddress, PeerId } from '../network/network.ts'
import type { Channel, ChannelHandler, NotifyHandler, RequestHandler, RequestOptions, Rpc } from '../network/rpc.ts'
import type { CustodyEvents } from './custody.ts'

/** Who says with which peers state may be exchanged, and when that changes. */
export interface Gate extends EventEmitter<CustodyEvents> {
  admits(peer: PeerId): boolean
}

/** The network as the exchange of state sees it: only the peers with whom state may be exchanged are connected. */
export class AdmittedNetwork extends EventEmitter<NetworkEvents> implements Network {
  readonly #network: Network
  readonly #gate: Gate

  constructor(network: Network, gate: Gate) {
    super()
    this.#network = network
    this.#gate = gate
    gate.on('admitted', (peer) => this.emit('connect', peer))
    gate.on('dismissed', (peer) => this.emit('disconnect', peer))
  }

  get self(): PeerId {
    return this.#network.self
  }

  start(): Promise<void> {
    return this.#network.start()
  }

  stop(): Promise<void> {
    return this.#network.stop()
  }

  addresses(): string[] {
    return this.#network.addresses()
  }

  peers(): PeerId[] {
    return this.#network.peers().filter((peer) => this.#gate.admits(peer))
  }

  isConnected(peer: PeerId): boolean {
    return this.#gate.admits(peer) && this.#network.isConnected(peer)
  }

  connect(peer: PeerId, addresses: readonly string[], timeoutMs: number): Promise<void> {
    return this.#network.connect(peer, addresses, timeoutMs)
  }

  join(address: string, timeoutMs: number): Promise<PeerId> {
    return this.#network.join(address, timeoutMs)
  }

  disconnect(peer: PeerId): void {
    this.#network.disconnect(peer)
  }

  handle(protocol: string, accept: (stream: FrameStream) => void): void {
    this.#network.handle(protocol, accept)
  }

  open(peer: PeerId, protocol: string, timeoutMs: number): Promise<FrameStream> {
    return this.#network.open(peer, protocol, timeoutMs)
  }

  publish(topic: string, data: Uint8Array): void {
    this.#network.publish(topic, data)
  }

  subscribe(topic: string, listener: (data: Uint8Array, from: PeerId) => void): () => void {
    return this.#network.subscribe(topic, listener)
  }

  provide(key: string): Promise<void> {
    return this.#network.provide(key)
  }

  find(key: string, timeoutMs: number): Promise<PeerAddress[]> {
    return this.#network.find(key, timeoutMs)
  }
}

/**
 * Requests and channels as the exchange of state sees them: nobody else's requests, answers, channels and messages come through, and
 * channels break when their peer is dismissed. What is exchanged over one follows from what both held when it began.
 */
export class AdmittedRpc implements Rpc {
  readonly #rpc: Rpc
  readonly #gate: Gate
  readonly #channels = new Set<Channel>()
  /** Requests and openings of channels under way; one whose peer is dismissed is taken out: it may be admitted anew by the end. */
  readonly #asked = new Set<Asked>()

  constructor(rpc: Rpc, gate: Gate) {
    this.#rpc = rpc
    this.#gate = gate
    gate.on('dismissed', (peer) => {
      for (const asked of this.#asked) if (asked.peer === peer) this.#asked.delete(asked)
      for (const channel of [...this.#channels]) if (channel.peer === peer) channel.abort(dismissed(peer))
    })
  }

  handle(protocol: string, handler: RequestHandler): void {
    this.#rpc.handle(protocol, (body, context) => {
      if (!this.#gate.admits(context.peer)) throw dismissed(context.peer)
      return handler(body, context)
    })
  }

  onNotify(protocol: string, handler: NotifyHandler): void {
    this.#rpc.onNotify(protocol, (body, peer) => {
      if (this.#gate.admits(peer)) handler(body, peer)
    })
  }

  onChannel(protocol: string, handler: ChannelHandler): void {
    this.#rpc.onChannel(protocol, (channel, body) => {
      if (!this.#gate.admits(channel.peer)) return channel.abort(dismissed(channel.peer))
      this.#keep(channel)
      handler(channel, body)
    })
  }

  async request(peer: PeerId, protocol: string, body: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    const [answer, stands] = await this.#during(peer, () => this.#rpc.request(peer, protocol, body, options))
    if (!stands) throw dismissed(peer)
    return answer
  }

  notify(peer: PeerId, protocol: string, body: Uint8Array): boolean {
    return this.#gate.admits(peer) && this.#rpc.notify(peer, protocol, body)
  }

  async channel(peer: PeerId, protocol: string, body: Uint8Array, options: RequestOptions): Promise<Channel> {
    const [channel, stands] = await this.#during(peer, () => this.#rpc.channel(peer, protocol, body, options))
    this.#keep(channel)
    if (!stands) channel.abort(dismissed(peer))
    return channel
  }

  stop(): void {
    this.#rpc.stop()
  }

  /** What comes of it, and whether the peer was admitted all the time. */
  async #during<T>(peer: PeerId, ask: () => Promise<T>): Promise<[T, boolean]> {
    if (!this.#gate.admits(peer)) throw unmet(peer)
    const asked: Asked = { peer }
    this.#asked.add(asked)
    try {
      const outcome = await ask()
      return [outcome, this.#asked.has(asked) && this.#gate.admits(peer)]
    } finally {
      this.#asked.delete(asked)
    }
  }

  #keep(channel: Channel): void {
    this.#channels.add(channel)
    channel.whenOver(() => this.#channels.delete(channel))
  }
}

interface Asked {
  readonly peer: PeerId
}

const unmet = (peer: PeerId): UnreachableError => new UnreachableError(`state cannot be exchanged with ${peer} yet`)
const dismissed = (peer: PeerId): BusyError => new BusyError(`what ${peer} and this node hold has to be compared first`)
