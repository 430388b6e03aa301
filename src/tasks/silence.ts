import { type Clock, every, type Timer } from '../lib/clock.ts'
import type { PeerId } from '../network/network.ts'
import type { OpenAward, OwnTask } from './own-task.ts'

/** Longest silence of a worker after an award that it has not answered yet, in milliseconds: a bid was answered just before. */
export const ANSWER_MS = 3000
/** Longest silence of a worker after that, in milliseconds: three reports may be late, and a 4 s stall costs no attempt. */
export const SILENCE_MS = 6000
/**
 * How long a worker that tells of other tasks may say nothing of one, in milliseconds. It is then as busy as we are: what it says of
 * this one waits somewhere behind what it says of the others, and to give the task to it again would only add to that.
 */
export const BUSY_SILENCE_MS = 30_000
/** How often silence is looked for, in milliseconds. */
const SWEEP_MS = 500

/** Notices workers that say nothing although their connection stands. */
export class SilenceWatch {
  readonly #clock: Clock
  readonly #onSilent: (task: OwnTask, award: OpenAward, ms: number) => void
  readonly #watched = new Map<OwnTask, OpenAward>()
  /** When each peer that is watched last told of any task. */
  readonly #heardOf = new Map<PeerId, number>()
  #timer: Timer | undefined
  #sweptAt = 0

  constructor(clock: Clock, onSilent: (task: OwnTask, award: OpenAward, ms: number) => void) {
    this.#clock = clock
    this.#onSilent = onSilent
  }

  add(task: OwnTask, award: OpenAward): void {
    this.#watched.set(task, award)
    if (this.#timer) return
    this.#sweptAt = this.#clock.monotonic()
    this.#timer = every(
      this.#clock,
      () => SWEEP_MS,
      () => this.#sweep(),
    )
  }

  delete(task: OwnTask): void {
    this.#watched.delete(task)
  }

  /** A report came to `award`. */
  heard(award: OpenAward): void {
    const now = this.#clock.monotonic()
    award.heardAt = now
    this.#heardOf.set(award.peer, now)
  }

  #sweep(): void {
    const now = this.#clock.monotonic()
    // This process stood still itself: what arrived meanwhile is still to be read, so nobody is accused for that time.
    const stall = Math.max(0, now - this.#sweptAt - 2 * SWEEP_MS)
    this.#sweptAt = now
    for (const [peer, heardAt] of this.#heardOf) this.#heardOf.set(peer, heardAt + stall)
    for (const [task, award] of this.#watched) {
      award.heardAt += stall
      const limit = award.answered ? SILENCE_MS : ANSWER_MS
      const speaks = now - (this.#heardOf.get(award.peer) ?? Number.NEGATIVE_INFINITY) <= limit
      const patience = speaks ? BUSY_SILENCE_MS : limit
      if (now - award.heardAt > patience) this.#onSilent(task, award, patience)
    }
    if (this.#watched.size > 0) return
    this.#heardOf.clear()
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
