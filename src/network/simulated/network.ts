import { EventEmitter } from 'node:events'
import { StoppedError, UnreachableError } from '../../lib/errors.ts'
import { type Random, sample } from '../../lib/random.ts'
import type { FrameStream, Network, NetworkEvents, PeerAddress, PeerId } from '../network.ts'
import { Endpoint } from './connection.ts'
import type { Process } from './host.ts'
import type { SimulatedEvent } from './scheduler.ts'

/** How often a node asks by multicast who is there, in milliseconds: libp2p's default. */
const MULTICAST_PERIOD_MS = 10_000
/** Answers to one multicast question that are simulated: a crowd of thousands would only slow the simulator. */
const MULTICAST_ANSWERS = 8
/** When an unanswered dial is tried again, in milliseconds after its start: TCP's SYN retransmissions. */
const SYN_RETRIES_MS = [0, 1000, 3000, 7000]
/** Latencies that TCP, multistream, noise and yamux need until the dialled side is ready. */
const HANDSHAKE_LATENCIES = 5

/** The network port of one simulated process. */
export class SimulatedNetwork extends EventEmitter<NetworkEvents> implements Network {
  readonly self: PeerId
  readonly process: Process
  readonly #random: Random
  readonly #handlers = new Map<string, (stream: FrameStream) => void>()
  readonly #connections = new Map<PeerId, Endpoint[]>()
  /** Of `oldest`, until the connections change. */
  #oldest: readonly Endpoint[] | undefined
  readonly #topics = new Map<string, Set<(data: Uint8Array, from: PeerId) => void>>()
  readonly #dials = new Map<PeerId, Promise<void>>()
  #started = false

  constructor(process: Process, random: Random) {
    super()
    this.process = process
    this.self = process.id
    this.#random = random
  }

  get machine(): number {
    return this.process.machine.number
  }

  async start(): Promise<void> {
    if (this.#started) return
    this.#started = true
    if (this.process.world.multicast) this.#later(this.#random.float() * 20, () => this.#ask(true))
  }

  async stop(): Promise<void> {
    if (!this.#started) return
    this.#started = false
    for (const endpoint of this.endpoints()) endpoint.abort(new StoppedError('this network'))
  }

  addresses(): string[] {
    return [addressOf(this.machine, this.self)]
  }

  peers(): PeerId[] {
    return [...this.#connections.keys()]
  }

  isConnected(peer: PeerId): boolean {
    return this.#connections.has(peer)
  }

  /** The peer's id is enough here: a simulated machine has one address, and everybody could look it up. */
  async connect(peer: PeerId, _addresses: readonly string[], timeoutMs: number): Promise<void> {
    if (!this.#started) throw new StoppedError('this network')
    if (this.#connections.has(peer)) return
    let dial = this.#dials.get(peer)
    if (!dial) {
      dial = this.#dial(peer, timeoutMs).finally(() => this.#dials.delete(peer))
      this.#dials.set(peer, dial)
    }
    await dial
  }

  async join(address: string, timeoutMs: number): Promise<PeerId> {
    const { hosts } = this.process.world
    const host = hosts.find(({ network, machine, id }) => network.self === id && matches(address, machine.number, id))
    if (!host) throw new UnreachableError(`nobody answers at ${address}`)
    await this.connect(host.id, [address], timeoutMs)
    return host.id
  }

  disconnect(peer: PeerId): void {
    for (const endpoint of [...(this.#connections.get(peer) ?? [])])
      endpoint.abort(new Error('disconnected on purpose'))
  }

  handle(protocol: string, accept: (stream: FrameStream) => void): void {
    this.#handlers.set(protocol, accept)
  }

  async open(peer: PeerId, protocol: string, timeoutMs: number): Promise<FrameStream> {
    const endpoint = this.#connections.get(peer)?.[0]
    if (!endpoint) throw new UnreachableError(`there is no connection to ${peer}`)
    return new Promise((resolve, reject) => {
      let over = false
      const fail = (cause: Error): void => {
        over = true
        timer.cancel()
        reject(new UnreachableError(`no stream for ${protocol} to ${peer}`, { cause }))
      }
      const timer = this.#later(timeoutMs, () => fail(new Error('timed out')))
      endpoint.openStream(
        protocol,
        (stream) => {
          // It may still come: nobody waits for it.
          if (over) return stream.abort(new Error('opened too late'))
          timer.cancel()
          resolve(stream)
        },
        fail,
      )
    })
  }

  publish(topic: string, data: Uint8Array): void {
    if (this.#started) this.process.world.published.publish(this, topic, data)
  }

  subscribe(topic: string, listener: (data: Uint8Array, from: PeerId) => void): () => void {
    const listeners = this.#topics.get(topic) ?? new Set()
    this.#topics.set(topic, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  async provide(key: string): Promise<void> {
    this.process.world.provided.provide(key, { id: this.self, addresses: this.addresses() })
  }

  find(key: string, timeoutMs: number): Promise<PeerAddress[]> {
    return this.process.world.provided.find(this, key, timeoutMs)
  }

  // What follows is for the simulator.

  get started(): boolean {
    return this.#started
  }

  endpoints(): Endpoint[] {
    return [...this.#connections.values()].flat()
  }

  handlerOf(protocol: string): ((stream: FrameStream) => void) | undefined {
    return this.#started ? this.#handlers.get(protocol) : undefined
  }

  listensTo(topic: string): boolean {
    return (this.#topics.get(topic)?.size ?? 0) > 0
  }

  heard(topic: string, data: Uint8Array, from: PeerId): void {
    if (!this.#started) return
    for (const listener of [...(this.#topics.get(topic) ?? [])]) listener(data, from)
  }

  /** The oldest connection to each peer. */
  oldest(): readonly Endpoint[] {
    this.#oldest ??= [...this.#connections.values()].map(([endpoint]) => endpoint as Endpoint)
    return this.#oldest
  }

  connectionOpened(endpoint: Endpoint): void {
    const peer = endpoint.remote.id
    endpoint.since = this.process.world.now
    this.#oldest = undefined
    const endpoints = this.#connections.get(peer)
    if (endpoints) {
      endpoints.push(endpoint)
      return
    }
    this.#connections.set(peer, [endpoint])
    this.emit('connect', peer)
  }

  connectionClosed(endpoint: Endpoint): void {
    const peer = endpoint.remote.id
    this.#oldest = undefined
    const left = (this.#connections.get(peer) ?? []).filter((other) => other !== endpoint)
    if (left.length > 0) {
      this.#connections.set(peer, left)
    } else if (this.#connections.delete(peer)) {
      this.emit('disconnect', peer)
    }
  }

  #later(ms: number, run: () => void): SimulatedEvent {
    const { scheduler } = this.process.world
    return scheduler.schedule(scheduler.now + ms, this.process, run)
  }

  /** Dials until `timeoutMs`: the other process learns of the connection first, this one when the answer arrives. */
  #dial(peer: PeerId, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let over = false
      const timers: SimulatedEvent[] = []
      const end = (): void => {
        over = true
        for (const timer of timers) timer.cancel()
      }
      const fail = (why: string): void => {
        end()
        reject(new UnreachableError(`${peer} cannot be reached: ${why}`))
      }
      timers.push(this.#later(timeoutMs, () => fail(`no answer within ${timeoutMs} ms`)))
      const connected = (endpoint: Endpoint): void => {
        if (over || !this.#started) return endpoint.abort(new Error('connected too late'))
        end()
        this.connectionOpened(endpoint)
        resolve()
      }
      let answered = false
      const attempt = (): void => {
        if (!over && !answered) answered = this.#knock(peer, connected, fail)
      }
      for (const ms of SYN_RETRIES_MS) if (ms < timeoutMs) timers.push(this.#later(ms, attempt))
    })
  }

  /** One SYN; false if nothing will come of it, so that it is sent again. */
  #knock(peer: PeerId, connected: (endpoint: Endpoint) => void, fail: (why: string) => void): boolean {
    const { links, scheduler } = this.process.world
    const host = this.process.world.find(peer)
    if (!host?.machine.powered || peer === this.self) return false
    const { number } = host.machine
    if (!links.passes(this.machine, number) || !links.passes(number, this.machine)) return false
    const there = HANDSHAKE_LATENCIES * links.latency(this.machine, number)
    const back = links.latency(number, this.machine)
    const remote = host.process
    if (!remote.alive || !remote.network.#started) {
      this.#later(there + back, () => fail('connection refused'))
      return true
    }
    scheduler.schedule(scheduler.now + there, remote, () => {
      const near = new Endpoint(this.process, remote, true)
      const far = new Endpoint(remote, this.process, false)
      near.other = far
      far.other = near
      if (!remote.network.#started) return
      // The last answer of the handshake may be lost: then this end is the only one, until it is reset.
      const answers = links.passes(number, this.machine)
      far.holdUntil(scheduler.now + back)
      remote.network.connectionOpened(far)
      if (answers) scheduler.schedule(scheduler.now + back, this.process, () => connected(near))
    })
    return true
  }

  /** Asks by multicast who is there: some answer, and at the first time all hear of this node. */
  #ask(first: boolean): void {
    if (!this.#started) return
    const { hosts, links } = this.process.world
    const others = hosts.filter(
      ({ network }) =>
        network !== this &&
        network.#started &&
        network.process.alive &&
        !this.#connections.has(network.self) &&
        links.passes(this.machine, network.machine) &&
        links.passes(network.machine, this.machine),
    )
    for (const { network } of sample(others, MULTICAST_ANSWERS, this.#random)) {
      for (const delay of links.copies(network.machine, this.machine).slice(0, 1)) {
        this.#later(delay * 2, () => this.#discovered(network))
        if (first) network.#later(delay, () => network.#discovered(this))
      }
    }
    this.#later(MULTICAST_PERIOD_MS, () => this.#ask(false))
  }

  #discovered(network: SimulatedNetwork): void {
    if (this.#started) this.emit('discover', { id: network.self, addresses: network.addresses() })
  }
}

const addressOf = (machine: number, id: PeerId): string =>
  `/ip4/10.${machine >> 16}.${(machine >> 8) & 255}.${machine & 255}/tcp/4001/p2p/${id}`

/** Whether a multiaddr with or without the peer id at its end is this machine's. */
const matches = (address: string, machine: number, id: PeerId): boolean => {
  const full = addressOf(machine, id)
  return address === full || address === full.slice(0, full.indexOf('/p2p/'))
}
