import { type Clock, sleep, type Timer } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Register, RegisterOptions } from '../register/register.ts'
import { change } from './change.ts'
import { LeaseLostError, NotHolderError } from './errors.ts'
import { GIVE_UP_MS, margin, RENEW_SHARE, RENEWAL_SHARE, RETRY_MS } from './limits.ts'
import { type Dispute, type Holder, type LeaseRecord, leave, readLeases, renew } from './record.ts'

/**
 * A permit, held until it is released, and lost if it cannot be renewed in time. It is renewed by itself at a third of its life.
 */
export interface Lease extends AsyncDisposable {
  /** Higher than that of every earlier holder of this name, for ever: hand it to what the lock protects, which refuses lower ones. */
  readonly fence: number
  /**
   * Aborts, with a `LeaseLostError`, when the lease is lost, before anybody else can have it by the clocks. Read it from the lease anew
   * before each step: after a pause of the process it then tells at once, and not when a timer has run.
   */
  readonly signal: AbortSignal
  /** For how long it is certainly held if no renewal succeeds from now on, in milliseconds; 0 when it is lost. */
  readonly remainingMs: number
  /** Renews it now. Rejects with `LeaseLostError`, or as a register does, which alone does not lose it. */
  renew(): Promise<void>
  /**
   * Gives it back. Idempotent. Rejects with `NotHolderError` where somebody else has taken it over, or as a register does: then it ends by
   * itself when its time is over. Where that was over before, the signal tells so.
   */
  release(): Promise<void>
  /** As `release`; a lease that was lost has told so by its signal, and that somebody else has it is no error here then. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface HeldLeaseComponents {
  readonly clock: Clock
  readonly log: Log
  readonly register: Register
  /** As people call it: `lock "deploy"`. */
  readonly what: string
  /** Who holds it, for people. */
  readonly heldBy: (record: LeaseRecord | undefined) => string
  readonly onDispute: (dispute: Dispute) => void
  /** It is over: released or lost. */
  readonly onEnd: (lease: HeldLease) => void
}

export class HeldLease implements Lease {
  readonly #parts: HeldLeaseComponents
  readonly #id: string
  readonly #fence: number
  readonly #ttlMs: number
  readonly #lost = new AbortController()
  /** When the last change that the register took was sent: the lease counts from there. */
  #startedAt: number
  #deadline: Timer | undefined
  #renewal: Timer | undefined
  #releasing: Promise<void> | undefined
  /** Resolves when its user releases it. */
  readonly #asked = Promise.withResolvers<void>()

  /** @param startedAt the monotonic time before the grant was asked for */
  constructor(parts: HeldLeaseComponents, { id, fence, ttlMs }: Holder, startedAt: number) {
    this.#parts = parts
    this.#id = id
    this.#fence = fence
    this.#ttlMs = ttlMs
    this.#startedAt = startedAt
    this.#arm()
    this.#renewAfter(this.#renewalDue())
  }

  get fence(): number {
    this.#check()
    return this.#fence
  }

  get signal(): AbortSignal {
    this.#check()
    return this.#lost.signal
  }

  get remainingMs(): number {
    this.#check()
    return this.#isOver() ? 0 : this.#left()
  }

  async renew(): Promise<void> {
    this.#check()
    this.#lost.signal.throwIfAborted()
    if (this.#releasing) throw new LeaseLostError(this.#parts.what, 'it was released')
    const startedAt = this.#parts.clock.monotonic()
    const timeoutMs = Math.max(this.#ttlMs * RENEWAL_SHARE, RETRY_MS)
    const { reading } = await change(this.#parts.register, (record) => record && renew(record, this.#id), { timeoutMs })
    // Between the answer and now it may have ended: what the register says comes too late then.
    this.#check()
    this.#lost.signal.throwIfAborted()
    if (this.#releasing) return
    const record = readLeases(reading.value)
    if (record?.holders.some(({ id, fence }) => id === this.#id && fence === this.#fence)) {
      // Of two at a time the one that was sent first may be answered last.
      this.#startedAt = Math.max(this.#startedAt, startedAt)
      this.#arm()
      if (record.dispute) this.#parts.onDispute(record.dispute)
      return
    }
    this.#lose(`it was taken over; it is held by ${this.#parts.heldBy(record)}`)
    this.#lost.signal.throwIfAborted()
  }

  release(): Promise<void> {
    this.#check()
    this.#asked.resolve()
    this.#releasing ??= this.#release()
    return this.#releasing
  }

  /** Takes it from its user, who has `graceMs` to release it; then that is done for him. Rejects as `release` does. */
  async revoke(reason: string, graceMs: number): Promise<void> {
    this.#lose(reason)
    await Promise.race([this.#asked.promise, sleep(this.#parts.clock, graceMs)])
    // Somebody waits for the node to be gone.
    this.#releasing ??= this.#release({ timeoutMs: GIVE_UP_MS })
    await this.#releasing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.release()
    } catch (error) {
      if (!(error instanceof NotHolderError && this.#lost.signal.aborted)) throw error
    }
  }

  async #release(options?: RegisterOptions): Promise<void> {
    this.#end()
    const giveBack = (record: LeaseRecord | undefined): LeaseRecord | undefined => record && leave(record, this.#id)
    const { applied, reading } = await change(this.#parts.register, giveBack, options)
    // A lost lease that nobody took over is given back like any other.
    if (!applied) throw new NotHolderError(this.#parts.what, this.#parts.heldBy(readLeases(reading.value)))
  }

  #left(): number {
    return this.#startedAt + this.#ttlMs - margin(this.#ttlMs) - this.#parts.clock.monotonic()
  }

  #isOver(): boolean {
    return this.#lost.signal.aborted || this.#releasing !== undefined
  }

  /** Every way into a lease comes by here first: a timer that is late must not let it live on. */
  #check(): void {
    if (!this.#isOver() && this.#left() <= 0) this.#lose('it could not be renewed in time')
  }

  #lose(reason: string): void {
    if (this.#isOver()) return
    this.#end()
    this.#parts.log.warn('a lease is lost', { what: this.#parts.what, fence: this.#fence, reason })
    this.#lost.abort(new LeaseLostError(this.#parts.what, reason))
  }

  #end(): void {
    this.#deadline?.cancel()
    this.#renewal?.cancel()
    this.#parts.onEnd(this)
  }

  /** The timer of the end. */
  #arm(): void {
    this.#deadline?.cancel()
    this.#deadline = this.#parts.clock.after(Math.max(0, this.#left()), () => this.#check())
  }

  #renewalDue(): number {
    return this.#startedAt + this.#ttlMs * RENEW_SHARE - this.#parts.clock.monotonic()
  }

  #renewAfter(ms: number): void {
    if (this.#isOver()) return
    this.#renewal = this.#parts.clock.after(Math.max(0, ms), () => void this.#renewByItself())
  }

  async #renewByItself(): Promise<void> {
    this.#check()
    if (this.#isOver()) return
    try {
      await this.renew()
      this.#renewAfter(this.#renewalDue())
    } catch (error) {
      if (this.#isOver()) return
      this.#parts.log.warn('a lease is not renewed yet', { what: this.#parts.what, error: messageOf(error) })
      this.#renewAfter(RETRY_MS)
    }
  }
}
