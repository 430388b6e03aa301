import { type Clock, sleep } from '../../lib/clock.ts'
import type { Registers } from '../register/register.ts'

/** Waits for news of one register: for a hint, or until it is time to look. */
export class Attention {
  readonly #clock: Clock
  readonly #endHints: () => void
  /** A hint came that nobody has waited for yet. */
  #told = false
  #wake: (() => void) | undefined

  constructor(clock: Clock, registers: Registers, register: string) {
    this.#clock = clock
    this.#endHints = registers.onHint(register, () => {
      if (this.#wake) this.#wake()
      else this.#told = true
    })
  }

  /** Resolves after `ms` milliseconds or with a hint, at once where one came since the last wait; rejects with the signal's reason. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    if (this.#told) woken.abort()
    this.#told = false
    try {
      await sleep(this.#clock, Math.max(0, ms), AbortSignal.any([woken.signal, signal]))
    } catch (error) {
      if (!woken.signal.aborted) throw error
    } finally {
      this.#wake = undefined
    }
  }

  end(): void {
    this.#endHints()
  }
}
