import type { Clock, Timer } from '../lib/clock.ts'

/** Least time between two reports of progress, in milliseconds: ten a second are what an eye reads. */
export const PROGRESS_MS = 100

export interface Progress {
  fraction?: number
  message?: string
}

/** Thins out what a handler reports: the first at once, then the latest every `PROGRESS_MS`. */
export class ProgressThinner {
  readonly #clock: Clock
  readonly #emit: (progress: Progress) => void
  #latest: Progress | undefined
  #timer: Timer | undefined
  #stopped = false

  constructor(clock: Clock, emit: (progress: Progress) => void) {
    this.#clock = clock
    this.#emit = emit
  }

  push(progress: Progress): void {
    if (this.#stopped) return
    this.#latest = progress
    if (!this.#timer) this.#flush()
  }

  /** Reports what was held back, then nothing any more. */
  stop(): void {
    if (this.#latest) this.#emit(this.#latest)
    this.#latest = undefined
    this.#stopped = true
    this.#timer?.cancel()
  }

  #flush(): void {
    this.#timer = undefined
    if (!this.#latest) return
    this.#emit(this.#latest)
    this.#latest = undefined
    this.#timer = this.#clock.after(PROGRESS_MS, () => this.#flush())
  }
}
