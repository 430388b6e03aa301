import type { Clock } from '../../lib/clock.ts'

/**
 * The connections that came in and are in the middle of their handshake. Who comes is known only at its end: a node that
 * is about to dial somebody waits for them first, since two nodes that dial one another at once do all the work twice.
 */
export class Arrivals {
  readonly #clock: Clock
  readonly #underWay = new Set<Promise<void>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts `handshake` as under way until it settles, and returns it. */
  add(handshake: Promise<void>): Promise<void> {
    const end = (): void => {
      this.#underWay.delete(over)
    }
    const over: Promise<void> = handshake.then(end, end)
    this.#underWay.add(over)
    return handshake
  }

  /** Resolves when those that are under way now are over, or after `limitMs`. */
  async settled(limitMs: number): Promise<void> {
    if (this.#underWay.size === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = this.#clock.after(limitMs, resolve)
    await Promise.race([Promise.all(this.#underWay), promise])
    timer.cancel()
  }
}
