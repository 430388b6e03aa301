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

/** How often messages go astray: of so many requests one is sent again later, and one is sent late, so that others overtake it. */
export interface Restlessness {
  readonly duplicates: number
  readonly late: number
}

/** How late at most, in milliseconds: within the time of a round, and with restarts and other proposers in between. */
const MAX_LATE_MS = 800

/** What a network does that neither keeps order nor delivers once; streams of their own would not. */
export class RestlessRpc implements Rpc {
  readonly #inner: Rpc
  readonly #clock: Clock
  readonly #random: Random
  readonly #restlessness: Restlessness

  constructor(inner: Rpc, clock: Clock, random: Random, restlessness: Restlessness) {
    this.#inner = inner
    this.#clock = clock
    this.#random = random
    this.#restlessness = restlessness
  }

  handle(protocol: string, handler: RequestHandler): void {
    this.#inner.handle(protocol, handler)
  }

  onNotify(protocol: string, handler: NotifyHandler): void {
    this.#inner.onNotify(protocol, handler)
  }

  onChannel(protocol: string, handler: ChannelHandler): void {
    this.#inner.onChannel(protocol, handler)
  }

  request(peer: PeerId, protocol: string, body: Uint8Array, options: RequestOptions): Promise<Uint8Array> {
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
