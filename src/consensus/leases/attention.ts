import type { Clock } from '../../lib/clock.ts'
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
    const told = this.#told
    this.#told = false
    if (!told) await this.#sleep(Math.max(0, ms), signal)
    signal.throwIfAborted()
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wake = undefined
        timer.cancel()
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = this.#clock.after(ms, wake)
      this.#wake = wake
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  /** What it was told until now is known: it has changed the register itself, and was answered what it holds. */
  forget(): void {
    this.#told = false
  }

  end(): void {
    this.#endHints()
  }
}
