import type { Timer } from '../../lib/clock.ts'
import { messageOf, StoppedError } from '../../lib/errors.ts'
import type { LeaseComponents } from '../leases/leases.ts'
import { checkCount, checkName, checkWait, DEFAULT_WAIT_MS } from '../leases/limits.ts'
import type { Register } from '../register/register.ts'
import { LINGER_MS, MAX_PARTIES } from './limits.ts'
import { type BarrierSubject, Rendezvous } from './rendezvous.ts'

export interface BarrierWaitOptions {
  /** How long to wait for the others, in milliseconds; then it is broken for all. Default 30 s. */
  readonly waitMs?: number
  /** Ends the wait: the barrier is broken for all. Where it had certainly not come yet, it rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** A point that nobody passes before `parties` have come, again and again; each time is a generation. */
export interface Barrier {
  readonly name: string
  readonly parties: number
  /**
   * Resolves with the generation (a number that grows) when all have come: then all are let through, or nobody is. Rejects with
   * `BarrierBrokenError` (with the reason) for all of them when one waits for too long, goes away or dies; with `PartiesMismatchError`
   * where others expect another number, which breaks it too; with `OutcomeUnknownError` where it had come, or may have, and no quorum of
   * voters says what became of it.
   */
  wait(options?: BarrierWaitOptions): Promise<number>
}

/** The barriers at which this node is a party. */
export class Barriers {
  readonly #parts: LeaseComponents
  readonly #stop = new AbortController()
  readonly #waiting = new Set<Promise<unknown>>()
  readonly #timers = new Set<Timer>()

  constructor(parts: LeaseComponents) {
    this.#parts = { ...parts, log: parts.log.scoped('barrier') }
  }

  /** Throws `InvalidInputError` on a bad name or number of parties. */
  barrier(name: string, parties: number): Barrier {
    checkName('barrier', name)
    checkCount('parties', parties, MAX_PARTIES)
    const subject = { name, parties, register: `barrier/${name}` }
    return { name, parties, wait: (options = {}) => this.#wait(subject, options) }
  }

  /** Leaves every barrier, which breaks it. Idempotent. */
  async stop(): Promise<void> {
    this.#stop.abort(new StoppedError('this node'))
    for (const timer of this.#timers) timer.cancel()
    await Promise.allSettled([...this.#waiting])
  }

  async #wait(subject: BarrierSubject, { waitMs = DEFAULT_WAIT_MS, signal }: BarrierWaitOptions): Promise<number> {
    checkWait(waitMs)
    const ended = signal ? AbortSignal.any([this.#stop.signal, signal]) : this.#stop.signal
    const onDecided = (register: Register, version: string): void => this.#clearLater(register, version)
    const waiting = new Rendezvous(this.#parts, subject, { waitMs, signal: ended }, onDecided).run()
    this.#waiting.add(waiting)
    try {
      return await waiting
    } finally {
      this.#waiting.delete(waiting)
    }
  }

  /** Empties the register when all must have looked, unless somebody came again. */
  #clearLater(register: Register, version: string): void {
    if (this.#stop.signal.aborted) return
    const timer = this.#parts.clock.after(LINGER_MS, () => {
      this.#timers.delete(timer)
      // Best effort: what stays is one small value, and the next generation takes it over.
      register.compareAndSet(version, undefined).catch((error: unknown) => {
        this.#parts.log.debug('a decided barrier is not cleared', { name: register.name, error: messageOf(error) })
      })
    })
    this.#timers.add(timer)
  }
}
