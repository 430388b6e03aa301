import { type Clock, every, type Timer } from '../lib/clock.ts'
import type { OpenAward, OwnTask } from './own-task.ts'

/** Longest wait for the first report after an award, in milliseconds: a bid was answered just before. */
export const ANSWER_MS = 3000
/** Longest silence of a worker after that, in milliseconds: three reports may be late, and a 4 s stall costs no attempt. */
export const SILENCE_MS = 6000
/** How often silence is looked for, in milliseconds. */
const SWEEP_MS = 500

/** Notices workers that say nothing although their connection stands. */
export class SilenceWatch {
  readonly #clock: Clock
  readonly #onSilent: (task: OwnTask, award: OpenAward, ms: number) => void
  readonly #watched = new Map<OwnTask, OpenAward>()
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

  #sweep(): void {
    const now = this.#clock.monotonic()
    // This process stood still itself: what arrived meanwhile is still to be read, so nobody is accused for that time.
    const stall = Math.max(0, now - this.#sweptAt - 2 * SWEEP_MS)
    this.#sweptAt = now
    for (const [task, award] of this.#watched) {
      award.heardAt += stall
      const limit = award.answered ? SILENCE_MS : ANSWER_MS
      if (now - award.heardAt > limit) this.#onSilent(task, award, limit)
    }
    if (this.#watched.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
