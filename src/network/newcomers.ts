import type { Clock, Timer } from '../lib/clock.ts'
import type { PeerId } from './network.ts'

/**
 * Peers just met, each handed out once: the first at once, the others one after the other with a pause between them. Who
 * meets a single peer waits for nothing; of n nodes that all meet at once each begins an exchange a pause, not n. The lowest id comes
 * first: where the higher one of two asks, a crowd that starts together asks the same few at first, who soon know the most, and all
 * know all after a tenth fewer exchanges than in the order of their meeting.
 */
export class Newcomers {
  readonly #clock: Clock
  readonly #pauseMs: number
  readonly #greet: (peer: PeerId) => void
  readonly #waiting = new Set<PeerId>()
  /** Set while it is too early for another. */
  #pause: Timer | undefined

  constructor(clock: Clock, pauseMs: number, greet: (peer: PeerId) => void) {
    this.#clock = clock
    this.#pauseMs = pauseMs
    this.#greet = greet
  }

  add(peer: PeerId): void {
    this.#waiting.add(peer)
    if (!this.#pause) this.#next()
  }

  /** It is gone again. */
  delete(peer: PeerId): void {
    this.#waiting.delete(peer)
  }

  stop(): void {
    this.#pause?.cancel()
    this.#pause = undefined
    this.#waiting.clear()
  }

  #next(): void {
    const peer = this.#lowest()
    if (peer === undefined) return
    this.#waiting.delete(peer)
    this.#pause = this.#clock.after(this.#pauseMs, () => {
      this.#pause = undefined
      this.#next()
    })
    this.#greet(peer)
  }

  #lowest(): PeerId | undefined {
    let lowest: PeerId | undefined
    for (const peer of this.#waiting) if (lowest === undefined || peer < lowest) lowest = peer
    return lowest
  }
}
