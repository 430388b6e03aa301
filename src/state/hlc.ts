import type { Clock } from '../lib/clock.ts'

/**
 * A hybrid logical time (Kulkarni et al. 2014): milliseconds since 1970 times 4096, plus a counter for what happens
 * within one. One number, exact up to the year 2039, ordered as written.
 */
export type Hlc = number

const COUNTER = 4096
/**
 * How far ahead of the own wall clock a stranger's time may push this one, in milliseconds. What is dated later still is
 * taken as it is, but the own clock does not follow: one broken clock must not date everybody's writes into its future.
 */
export const MAX_LEAD_MS = 60_000

export const hlcOf = (ms: number, counter = 0): Hlc => ms * COUNTER + counter
export const hlcMs = (time: Hlc): number => Math.floor(time / COUNTER)

/** The clock of one replica: what it gives out rises, whatever the wall clock does. */
export class HybridClock {
  readonly #clock: Clock
  #last: Hlc = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A time later than all given out, and later than all observed within `MAX_LEAD_MS`. */
  next(): Hlc {
    this.#last = Math.max(hlcOf(this.#clock.now()), this.#last + 1)
    return this.#last
  }

  /** A write dated `time` was seen, or restored from storage. Returns whether it was within bounds. */
  observe(time: Hlc): boolean {
    if (time <= this.#last) return true
    if (time > hlcOf(this.#clock.now() + MAX_LEAD_MS)) return false
    this.#last = time
    return true
  }

  /**
   * Own writes of earlier lives: never fall behind them, even if the wall clock was set back by years. What is forgotten
   * rests on it: whatever a member writes is later than its last acknowledgement.
   */
  resume(time: Hlc): void {
    this.#last = Math.max(this.#last, time)
  }
}
