import type { Clock, Timer } from '../lib/clock.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Detector } from './detector.ts'
import type { Messenger } from './messenger.ts'

/** How long the peer with the higher id waits for the lower one to compare tables after they met, in milliseconds. */
const DEFERENCE_MS = 500
/** How long the next greeting waits for the one before it, in milliseconds: a peer may fall silent just now. */
const PATIENCE_MS = 250

export interface GreeterInit {
  network: Network
  clock: Clock
  core: Detector
  messenger: Messenger
}

/**
 * Compares tables with peers just met. One after the other: in a crowd that starts together the later ones then find that
 * they know it all, which saves most of the rows.
 */
export class Greeter {
  readonly #init: GreeterInit
  readonly #timers = new Set<Timer>()
  readonly #waiting = new Set<PeerId>()
  #busy = false

  constructor(init: GreeterInit) {
    this.#init = init
  }

  stop(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    this.#waiting.clear()
    // Whatever comes back now starts nothing.
    this.#busy = true
  }

  met(peer: PeerId): void {
    const { network, core } = this.#init
    if (network.self < peer) this.#greet(peer)
    else this.#later(DEFERENCE_MS, () => core.connections.hasCompared(peer) || this.#greet(peer))
  }

  #greet(peer: PeerId): void {
    if (this.#busy) {
      this.#waiting.add(peer)
      return
    }
    const { network, core, messenger } = this.#init
    if (!network.isConnected(peer)) return this.#next()
    this.#busy = true
    const patience = this.#later(PATIENCE_MS, () => this.#next())
    messenger.exchange(peer).then((done) => {
      // Its connection is no good, and while it stands nobody dials a dead member.
      if (!done && core.table.get(peer)?.state === 'dead') network.disconnect(peer)
      // Otherwise the patience was over, or all is.
      if (!this.#timers.delete(patience)) return
      patience.cancel()
      this.#next()
    })
  }

  #next(): void {
    this.#busy = false
    const [peer] = this.#waiting
    if (peer === undefined) return
    this.#waiting.delete(peer)
    this.#greet(peer)
  }

  #later(ms: number, run: () => void): Timer {
    const timer: Timer = this.#init.clock.after(ms, () => {
      this.#timers.delete(timer)
      run()
    })
    this.#timers.add(timer)
    return timer
  }
}
