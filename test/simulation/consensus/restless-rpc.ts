import type { Clock } from '../../../src/lib/clock.ts'
import type { Random } from '../../../src/lib/random.ts'
import type { PeerId } from '../../../src/network/network.ts'
import type {
  Channel,
  ChannelHandler,
  NotifyHandler,
  RequestHandler,
  RequestOptions,
  Rpc,
} from '../../../src/network/rpc.ts'
import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import type { WireWatch } from './wire-watch.ts'

/** How often messages go astray: of so many requests one is sent again later, and one is sent late, so that others overtake it. */
export interface Restlessness {
  readonly duplicates: number
  readonly late: number
}

/** What the network is like for all nodes, and who looks at what passes over it. */
export interface Wires {
  readonly restlessness: Restlessness
  readonly watch: WireWatch
}

/** How late at most, in milliseconds: within the time of a round, and with restarts and other proposers in between. */
const MAX_LATE_MS = 800

/** What a network does that neither keeps order nor delivers once; streams of their own would not. */
export class RestlessRpc implements Rpc {
  readonly #inner: Rpc
  readonly #clock: Clock
  readonly #random: Random
  readonly #restlessness: Restlessness
  readonly #watch: WireWatch

  /** Hears of each request before it is sent; a crash in it falls between two messages. */
  onRequest: () => void = () => undefined
  readonly #isAlive: () => boolean

  constructor(inner: Rpc, host: SimulatedHost, random: Random, { restlessness, watch }: Wires) {
    const { process } = host
    this.#isAlive = () => process.alive
    this.#inner = inner
    this.#clock = host.clock
    this.#random = random
    this.#restlessness = restlessness
    this.#watch = watch
  }

  handle(protocol: string, handler: RequestHandler): void {
    this.#inner.handle(protocol, this.#watch.watched(handler))
  }

  onNotify(protocol: string, handler: NotifyHandler): void {
    this.#inner.onNotify(protocol, handler)
  }

  onChannel(protocol: string, handler: ChannelHandler): void {
    this.#inner.onChannel(protocol, handler)
  }

  request(peer: PeerId, protocol: string, body: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
    this.onRequest()
    // It died in it: this message and those behind it never leave.
    if (!this.#isAlive()) return new Promise(() => undefined)
    if (this.#random.below(this.#restlessness.duplicates) === 0) {
      // Nobody waits for what the copy is answered.
      this.#later(() => void this.#inner.request(peer, protocol, body, options).catch(() => undefined))
    }
    if (this.#random.below(this.#restlessness.late) > 0) return this.#inner.request(peer, protocol, body, options)
    return new Promise((resolve, reject) => {
      this.#later(() => this.#inner.request(peer, protocol, body, options).then(resolve, reject))
    })
  }

  notify(peer: PeerId, protocol: string, body: Uint8Array): boolean {
    return this.#inner.notify(peer, protocol, body)
  }

  channel(peer: PeerId, protocol: string, body: Uint8Array, options: RequestOptions): Promise<Channel> {
    return this.#inner.channel(peer, protocol, body, options)
  }

  stop(): void {
    this.#inner.stop()
  }

  #later(send: () => void): void {
    this.#clock.after(this.#random.float() * MAX_LATE_MS, send)
  }
}
