import type { Clock } from '../../lib/clock.ts'
import { BusyError, messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Random } from '../../lib/random.ts'
import type { Register, Registers } from '../register/register.ts'
import { Attention } from './attention.ts'
import { change } from './change.ts'
import { HeldError, PermitsMismatchError } from './errors.ts'
import {
  ATTEMPT_MS,
  DEFAULT_TTL_MS,
  GIVE_UP_MS,
  LEAST_ATTEMPT_MS,
  lookEvery,
  MAX_WAITING,
  PLACE_TTL_MS,
  RENEW_SHARE,
  RETRY_MS,
} from './limits.ts'
import type { LeaseMemory } from './memory.ts'
import {
  type Claimant,
  claim,
  type Holder,
  keepPlace,
  type LeaseRecord,
  leave,
  readLeases,
  withoutSilent,
} from './record.ts'
import { isPassing, isUntouched } from './retry.ts'

export interface AcquisitionComponents {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly registers: Registers
  readonly register: Register
  readonly what: string
  readonly heldBy: (record: LeaseRecord | undefined) => string
  readonly nameOf: (node: string) => string
  readonly memory: LeaseMemory
}

/** A permit that the register has granted, and the monotonic time before it was asked for. */
export interface Grant {
  readonly holder: Holder
  readonly startedAt: number
}

/**
 * One attempt to get a permit, with its wait. It writes where that may change something: to claim, and while it is the first in the queue to
 * keep its place; all else are quorum reads.
 */
export class Acquisition {
  readonly #parts: AcquisitionComponents
  readonly #who: Claimant
  readonly #endsAt: number
  readonly #signal: AbortSignal
  readonly #attention: Attention
  #record: LeaseRecord | undefined
  #placeKeptAt = 0
  /** Why the last attempt said nothing of the record. */
  #failure: unknown
  /** Whether something may have been written that is to be taken back. */
  #mayStand = false
  readonly #over = Promise.withResolvers<void>()

  /** @param endsAt when the wait is over, in monotonic milliseconds */
  constructor(parts: AcquisitionComponents, who: Claimant, endsAt: number, signal: AbortSignal) {
    this.#parts = parts
    this.#who = who
    this.#endsAt = endsAt
    this.#signal = signal
    this.#attention = new Attention(parts.clock, parts.registers, parts.register.name)
  }

  /** Resolves after `run` has settled, when what it may have left is taken back too, or cannot be. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  /** Once. Rejects with `HeldError`, `BusyError` where the queue is full, `PermitsMismatchError`, the signal's reason, or as a register does. */
  async run(): Promise<Grant> {
    const { clock } = this.#parts
    let last: Promise<void> | undefined
    try {
      for (;;) {
        const grant = await this.#step()
        if (grant) return grant
        if (clock.monotonic() >= this.#endsAt) throw this.#failure ?? new HeldError(...this.#held())
        await this.#attention.wait(this.#pauseMs(), this.#signal)
      }
    } catch (error) {
      if (this.#mayStand) {
        this.#parts.memory.giveUp(this.#who.id)
        last = this.#giveUp()
      }
      throw error
    } finally {
      this.#attention.end()
      this.#over.resolve(last)
    }
  }

  #held(): [what: string, heldBy: string] {
    return [this.#parts.what, this.#parts.heldBy(this.#record)]
  }

  /** Looks, and does what is to be done. */
  async #step(): Promise<Grant | undefined> {
    this.#signal.throwIfAborted()
    try {
      // What is known may be enough to act upon; the change itself looks at what stands then.
      if (this.#failure !== undefined || this.#next() === 'wait') await this.#look()
      const next = this.#next()
      if (next === 'claim') return await this.#claim()
      if (next === 'keep place') await this.#keepPlace()
    } catch (error) {
      this.#signal.throwIfAborted()
      if (!isPassing(error)) throw error
      this.#failure = error
    }
    return undefined
  }

  #next(): 'claim' | 'keep place' | 'wait' {
    const { id } = this.#who
    const now = this.#parts.clock.monotonic()
    if (!this.#record) return 'claim'
    const record = withoutSilent(this.#record, this.#parts.memory.watch.silent(now), id)
    if (record.holders.some((holder) => holder.id === id)) return 'claim'
    const place = record.waiting.findIndex((waiting) => waiting.id === id)
    if (place < 0) return 'claim'
    // Those behind a silent first one are heard of only once it is gone, and all of them may be as silent: anybody removes it.
    if (place > 0) return record.waiting[0]?.id === this.#record.waiting[0]?.id ? 'wait' : 'claim'
    // It is the next one alive: what went silent before it goes with its claim.
    if (record.holders.length < record.permits || this.#record.waiting[0]?.id !== id) return 'claim'
    return now >= this.#placeKeptAt + PLACE_TTL_MS * RENEW_SHARE ? 'keep place' : 'wait'
  }

  async #look(): Promise<void> {
    const { value } = await this.#parts.register.read(this.#attempt())
    this.#observe(readLeases(value))
  }

  async #claim(): Promise<Grant | undefined> {
    const { clock, register, what, nameOf } = this.#parts
    const startedAt = clock.monotonic()
    const silent = this.#parts.memory.watch.silent(startedAt)
    const record = await this.#change((now, revision) => claim(now, revision, this.#who, silent, MAX_WAITING))
    const { id, permits, ttlMs, waits } = this.#who
    if (record && record.permits !== permits) {
      const [other] = [...record.holders, ...record.waiting]
      throw new PermitsMismatchError(what, permits, record.permits, other ? nameOf(other.node) : register.name)
    }
    const holder = record?.holders.find((one) => one.id === id)
    // A lease that is old when it is here is renewed before it is handed out: it counts from before it was asked for.
    if (holder && clock.monotonic() - startedAt <= ttlMs * RENEW_SHARE) return { holder, startedAt }
    if (holder || !record) return undefined
    if (!waits) throw new HeldError(...this.#held())
    if (!record.waiting.some((place) => place.id === id)) throw new BusyError(`${MAX_WAITING} wait for ${what} already`)
    return undefined
  }

  async #keepPlace(): Promise<void> {
    await this.#change((record) => record && keepPlace(record, this.#who.id))
    this.#placeKeptAt = this.#parts.clock.monotonic()
  }

  async #change(transition: Parameters<typeof change>[1]): Promise<LeaseRecord | undefined> {
    try {
      const { reading } = await change(this.#parts.register, transition, this.#attempt())
      this.#mayStand = true
      this.#attention.forget()
      return this.#observe(readLeases(reading.value))
    } catch (error) {
      if (!isUntouched(error)) this.#mayStand = true
      throw error
    }
  }

  #observe(record: LeaseRecord | undefined): LeaseRecord | undefined {
    const { id } = this.#who
    const now = this.#parts.clock.monotonic()
    const wasFirst = this.#record?.waiting[0]?.id === id
    if (record?.waiting[0]?.id === id && !wasFirst) this.#placeKeptAt = Number.NEGATIVE_INFINITY
    this.#record = record
    this.#parts.memory.watch.observe(record, now)
    this.#failure = undefined
    return record
  }

  #attempt(): { timeoutMs: number; signal: AbortSignal } {
    const left = this.#endsAt - this.#parts.clock.monotonic()
    return { timeoutMs: Math.max(LEAST_ATTEMPT_MS, Math.min(left, ATTEMPT_MS)), signal: this.#signal }
  }

  /** How long until there may be something new: the end of a lease or of the wait, the next look. */
  #pauseMs(): number {
    const { clock, random } = this.#parts
    const now = clock.monotonic()
    const moments = [now + this.#lookInMs() * (0.5 + random.float()), this.#endsAt]
    if (this.#failure === undefined) moments.push(this.#parts.memory.watch.nextEnd(now))
    return Math.min(...moments) - now
  }

  #lookInMs(): number {
    if (this.#failure !== undefined) return RETRY_MS
    const shortest = Math.min(DEFAULT_TTL_MS, ...(this.#record?.holders ?? []).map(({ ttlMs }) => ttlMs))
    return lookEvery(shortest, this.#record?.waiting[0]?.id === this.#who.id)
  }

  /** Best effort: what stays ends by itself, a permit after its time, a place when it is the first and silent. */
  async #giveUp(): Promise<void> {
    const { register, log, what } = this.#parts
    try {
      await change(register, (record) => record && leave(record, this.#who.id), { timeoutMs: GIVE_UP_MS })
    } catch (error) {
      log.debug('a place in a queue is left to expire', { what, error: messageOf(error) })
    }
  }
}
