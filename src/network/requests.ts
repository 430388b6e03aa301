import type { Clock } from '../lib/clock.ts'
import { messageOf, StoppedError, UnreachableError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { Caller } from './caller.ts'
import { Deadlines, type Expiring } from './deadlines.ts'
import type { FrameStream, Network, PeerId } from './network.ts'
import type { Asker, Channel, ChannelHandler, DirectRpc, NotifyHandler, RequestHandler, RequestOptions } from './rpc.ts'
import { type Handlers, Service } from './service.ts'

export interface RpcComponents {
  network: Network
  clock: Clock
  log: Log
}

/** How long opening a stream may take, in milliseconds: a few round trips of the slowest link that a mesh is worth on. */
export const OPEN_TIMEOUT_MS = 5000
/** Streams that one peer may open to this node for one protocol; it needs one, and a new one while an old one dies. */
export const MAX_STREAMS_PER_PEER = 8

/** Requests, notifications and channels over `network`. Make it before the network starts, so that handlers are known. */
export function createRpc(components: RpcComponents): DirectRpc {
  return new Requests(components)
}

class Requests implements DirectRpc {
  readonly #network: Network
  readonly #clock: Clock
  readonly #log: Log
  readonly #deadlines: Deadlines<Expiring>
  readonly #handlers = new Map<string, Handlers>()
  /** The opener's sides, by protocol and peer. */
  readonly #callers = new Map<string, Map<PeerId, Caller>>()
  readonly #services = new Map<string, Set<Service>>()
  #stopped = false

  constructor({ network, clock, log }: RpcComponents) {
    this.#network = network
    this.#clock = clock
    this.#log = log.scoped('rpc')
    this.#deadlines = new Deadlines(clock, (item) => item.expire())
  }

  handle(protocol: string, handler: RequestHandler): void {
    this.#handlersOf(protocol).request = handler
  }

  onNotify(protocol: string, handler: NotifyHandler): void {
    this.#handlersOf(protocol).notify = handler
  }

  onChannel(protocol: string, handler: ChannelHandler): void {
    this.#handlersOf(protocol).channel = handler
  }

  // Not `async`: a promise around the promise would cost every request a turn of the queue of promise jobs.
  request(peer: PeerId, protocol: string, body: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    try {
      return this.#caller(peer, protocol).request(body, options)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  ask(peer: PeerId, protocol: string, body: Uint8Array, timeoutMs: number, asker: Asker): boolean {
    if (this.#stopped) return false
    const caller = this.#callers.get(protocol)?.get(peer)
    if (!caller && !this.#network.isConnected(peer)) return false
    return (caller ?? this.#caller(peer, protocol)).ask(body, timeoutMs, asker)
  }

  notify(peer: PeerId, protocol: string, body: Uint8Array): boolean {
    if (this.#stopped || !this.#network.isConnected(peer)) return false
    return this.#caller(peer, protocol).notify(body)
  }

  async channel(peer: PeerId, protocol: string, body: Uint8Array, options: RequestOptions): Promise<Channel> {
    return this.#caller(peer, protocol).channel(body, options)
  }

  stop(): void {
    this.#stopped = true
    const reason = new StoppedError('this node')
    for (const callers of [...this.#callers.values()]) for (const caller of [...callers.values()]) caller.stop(reason)
    for (const services of [...this.#services.values()]) for (const service of [...services]) service.stop(reason)
    this.#deadlines.stop()
  }

  #handlersOf(protocol: string): Handlers {
    let handlers = this.#handlers.get(protocol)
    if (!handlers) {
      handlers = {}
      this.#handlers.set(protocol, handlers)
      this.#network.handle(protocol, (stream) => this.#accept(stream, protocol))
    }
    return handlers
  }

  #caller(peer: PeerId, protocol: string): Caller {
    if (this.#stopped) throw new StoppedError('this node')
    let callers = this.#callers.get(protocol)
    if (!callers) {
      callers = new Map()
      this.#callers.set(protocol, callers)
    }
    const known = callers.get(peer)
    if (known) return known
    if (!this.#network.isConnected(peer)) throw new UnreachableError(`there is no connection to ${peer}`)
    const caller = new Caller({
      peer,
      protocol,
      clock: this.#clock,
      deadlines: this.#deadlines,
      open: () => this.#network.open(peer, protocol, OPEN_TIMEOUT_MS),
      onOver: () => {
        if (callers.get(peer) === caller) callers.delete(peer)
      },
      onBreach: (text) => this.#breach(peer, protocol, text),
    })
    callers.set(peer, caller)
    return caller
  }

  #accept(stream: FrameStream, protocol: string): void {
    const key = `${stream.peer} ${protocol}`
    const services = this.#services.get(key) ?? new Set()
    if (this.#stopped || services.size >= MAX_STREAMS_PER_PEER) {
      return stream.abort(new StoppedError('this node, or it has too many streams of this peer: it'))
    }
    this.#services.set(key, services)
    const service: Service = new Service({
      stream,
      handlers: this.#handlersOf(protocol),
      clock: this.#clock,
      deadlines: this.#deadlines,
      onOver: () => {
        services.delete(service)
        if (services.size === 0) this.#services.delete(key)
      },
      onBreach: (text) => this.#breach(stream.peer, protocol, text),
      onFault: (error) => this.#log.error('a handler failed', { protocol, error: messageOf(error) }),
    })
    services.add(service)
  }

  #breach(peer: PeerId, protocol: string, text: string): void {
    this.#log.warn('the peer broke the protocol, its stream is closed', { peer, protocol, sent: text })
  }
}
