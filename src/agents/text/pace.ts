import type { TaskContext } from '../../capabilities/agent.ts'
import type { Clock } from '../../lib/clock.ts'
import { MAX_HOLD_MS } from './limits.ts'

/**
 * Keeps long work on the event loop polite: between pieces it lets everything else on the node run, ends when the task
 * is taken back, and says how far it is.
 */
export class Pace {
  readonly #clock: Clock
  readonly #context: TaskContext
  #heldSince: number

  constructor(clock: Clock, context: TaskContext) {
    this.#clock = clock
    this.#context = context
    this.#heldSince = clock.monotonic()
    context.signal.throwIfAborted()
  }

  /** Call between pieces: `done` of `total` are finished. Throws the signal's reason once the task is taken back. */
  async step(done: number, total: number, message?: string): Promise<void> {
    if (this.#clock.monotonic() - this.#heldSince >= MAX_HOLD_MS) {
      this.#context.progress(total === 0 ? 1 : done / total, message)
      await new Promise<void>((resolve) => this.#clock.soon(resolve))
      this.#heldSince = this.#clock.monotonic()
    }
    this.#context.signal.throwIfAborted()
  }
}
