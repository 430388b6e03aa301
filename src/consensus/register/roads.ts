import type { Clock } from '../../lib/clock.ts'
import { UnreachableError } from '../../lib/errors.ts'
import type { PeerId } from '../../network/network.ts'

/** How long after a failed dial a peer counts as away, in milliseconds: calls come by the hundred, and progress is to resume within a second. */
const AWAY_MS = 250

/** Connections to voters: one dial at a time for each, however many messages want it. */
export class Roads {
  readonly #dial: (peer: PeerId, timeoutMs: number) => Promise<void>
  readonly #clock: Clock
  readonly #dialling = new Map<PeerId, Promise<void>>()
  /** Until when on the monotonic clock. */
  readonly #away = new Map<PeerId, number>()

  constructor(dial: (peer: PeerId, timeoutMs: number) => Promise<void>, clock: Clock) {
    this.#dial = dial
    this.#clock = clock
  }

  /** Resolves when a connection stands. Rejects with `UnreachableError`. */
  reach(peer: PeerId, timeoutMs: number): Promise<void> {
    const under = this.#dialling.get(peer)
    if (under) return under
    if ((this.#away.get(peer) ?? 0) > this.#clock.monotonic()) {
      return Promise.reject(new UnreachableError(`${peer} could not be dialled a moment ago`))
    }
    const dialling = this.#dial(peer, timeoutMs)
      .then(
        () => void this.#away.delete(peer),
        (error) => {
          this.#away.set(peer, this.#clock.monotonic() + AWAY_MS)
          throw error
        },
      )
      .finally(() => this.#dialling.delete(peer))
    this.#dialling.set(peer, dialling)
    return dialling
  }
}
