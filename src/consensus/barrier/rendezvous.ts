import { OutcomeUnknownError } from '../../lib/errors.ts'
import { randomId } from '../../lib/random.ts'
import { Attention } from '../leases/attention.ts'
import type { LeaseComponents } from '../leases/leases.ts'
import { ATTEMPT_MS, LEAST_ATTEMPT_MS, lookEvery, RENEW_SHARE, RETRY_MS } from '../leases/limits.ts'
import { isPassing, isUntouched } from '../leases/retry.ts'
import { DECLINED, type Register, type RegisterOptions, type RegisterReading } from '../register/register.ts'
import { BarrierBrokenError, PartiesMismatchError } from './errors.ts'
import { MAX_REASON_CHARS, PARTY_TTL_MS } from './limits.ts'
import {
  arrive,
  type BarrierRecord,
  breakUp,
  type Decision,
  decisionOf,
  PartyWatch,
  readBarrier,
  stay,
  writeBarrier,
} from './record.ts'

export interface BarrierSubject {
  readonly name: string
  readonly register: string
  readonly parties: number
}

/** What to do where it is not known whether all were let through. */
const ASK_OTHERS =
  'All were let through or none: see what another party was told, or whether voters are missing (covey voters list).'

type Transition = (record: BarrierRecord | undefined, revision: number) => BarrierRecord | undefined

/** One party's coming to a barrier, and its wait for the others. */
export class Rendezvous {
  readonly #parts: LeaseComponents
  readonly #subject: BarrierSubject
  readonly #register: Register
  readonly #id: string
  readonly #waitMs: number
  readonly #endsAt: number
  readonly #signal: AbortSignal
  readonly #watch = new PartyWatch()
  #record: BarrierRecord | undefined
  /** Where it has arrived. */
  #generation: number | undefined
  #stayedAt = 0
  /** Why the last attempt said nothing of the record. */
  #failure: unknown
  #mayStand = false

  readonly #onDecided: (register: Register, version: string) => void

  /** @param onDecided called where this party decided a generation, with the version of the register that holds the decision */
  constructor(
    parts: LeaseComponents,
    subject: BarrierSubject,
    { waitMs, signal }: { waitMs: number; signal: AbortSignal },
    onDecided: (register: Register, version: string) => void,
  ) {
    this.#onDecided = onDecided
    this.#parts = parts
    this.#subject = subject
    this.#register = parts.registers.register(subject.register)
    this.#id = randomId(parts.random)
    this.#waitMs = waitMs
    this.#endsAt = parts.clock.monotonic() + waitMs
    this.#signal = signal
  }

  /** Resolves with the generation that was released; see `Barrier.wait`. */
  async run(): Promise<number> {
    const { clock, registers, random } = this.#parts
    const attention = new Attention(clock, registers, this.#register.name)
    try {
      for (;;) {
        const released = await this.#step()
        if (released !== undefined) return released
        if (clock.monotonic() >= this.#endsAt)
          return await this.#leave(`${this.#self()} waited ${this.#waitMs / 1000} s`)
        const lookMs = this.#failure === undefined ? lookEvery(PARTY_TTL_MS, true) : RETRY_MS
        const pauseMs = Math.min(lookMs * (0.5 + random.float()), this.#endsAt - clock.monotonic())
        try {
          await attention.wait(pauseMs, this.#signal)
        } catch {
          return await this.#leave(`${this.#self()} went away`)
        }
      }
    } finally {
      attention.end()
    }
  }

  /** Looks, and does what is to be done. Resolves with the generation once it is released. */
  async #step(): Promise<number | undefined> {
    try {
      if (this.#generation === undefined) await this.#arrive()
      else await this.#look()
      return this.#released()
    } catch (error) {
      if (!isUntouched(error)) this.#mayStand = true
      // A wait that was ended is left in good order.
      if (!isPassing(error) && !this.#signal.aborted) throw error
      this.#failure = error
      return undefined
    }
  }

  async #arrive(): Promise<void> {
    const { name, parties } = this.#subject
    const party = { id: this.#id, node: this.#parts.self, parties }
    // The same nonce in every attempt: a party is counted once, also where its first attempt has released the barrier already.
    const reading = await this.#change((record, revision) => arrive(record, revision, party), { nonce: this.#id })
    const record = this.#observe(reading)
    if (record && record.parties !== parties) throw new PartiesMismatchError(name, parties, record.parties)
    this.#generation = record?.generation
    this.#stayedAt = this.#parts.clock.monotonic()
  }

  /** Looks whether it is decided, says that it still waits, and whether somebody does not. */
  async #look(): Promise<void> {
    const { clock, nameOf } = this.#parts
    const record = this.#observe(await this.#register.read(this.#attempt()))
    const generation = this.#generation as number
    if (decisionOf(record, generation) !== undefined) return
    const now = clock.monotonic()
    const silent = record?.arrived.find((party) => party.id !== this.#id && this.#watch.isSilent(party, now))
    if (silent) {
      const { id, sequence } = silent
      const isSame = (party: { id: string; sequence: number }): boolean =>
        party.id === id && party.sequence === sequence
      const reason = `${nameOf(silent.node)} is silent`
      this.#observe(
        await this.#change((now) => (now?.arrived.some(isSame) ? breakUp(now, generation, reason) : undefined)),
      )
    } else if (now >= this.#stayedAt + PARTY_TTL_MS * RENEW_SHARE) {
      this.#observe(await this.#change((now) => now && stay(now, this.#id)))
      this.#stayedAt = now
    }
  }

  /** The generation if it was released; undefined while it is open. */
  #released(): number | undefined {
    if (this.#generation === undefined) return undefined
    const decision = decisionOf(this.#record, this.#generation)
    if (decision === undefined) return undefined
    if (decision === 'forgotten')
      throw new OutcomeUnknownError(`what became of ${this.#what()} is forgotten`, {}, ASK_OTHERS)
    return this.#outcome(decision)
  }

  #outcome({ generation, broken }: Decision): number {
    if (broken !== undefined) throw new BarrierBrokenError(this.#subject.name, generation, broken)
    return generation
  }

  /** Breaks it for all, unless it was decided just now. */
  async #leave(reason: string): Promise<number> {
    const { parties } = this.#subject
    if (this.#generation === undefined && !this.#mayStand) {
      this.#signal.throwIfAborted()
      throw this.#failure
    }
    try {
      const there = this.#record?.arrived.length ?? 0
      const text = `${reason}, ${there} of ${parties} were there`.slice(0, MAX_REASON_CHARS)
      const transition: Transition = (record) => {
        const own = record?.arrived.some(({ id }) => id === this.#id)
        return record && own ? breakUp(record, record.generation, text) : undefined
      }
      this.#observe(await this.#change(transition, { signal: undefined }))
    } catch (error) {
      if (isPassing(error)) throw this.#unknown(error)
      throw error
    }
    const released = this.#released()
    if (released !== undefined) return released
    throw this.#unknown(this.#failure)
  }

  #unknown(cause: unknown): OutcomeUnknownError {
    const message = `whether ${this.#what()} was released is not known: no quorum of voters answers`
    return new OutcomeUnknownError(message, { cause }, ASK_OTHERS)
  }

  async #change(
    transition: Transition,
    options: { nonce?: string; signal?: undefined } = {},
  ): Promise<RegisterReading> {
    const { applied, reading } = await this.#register.update(
      ({ value, revision }) => {
        const next = transition(readBarrier(value), revision + 1)
        return next ? writeBarrier(next) : DECLINED
      },
      { ...this.#attempt(), ...options } as RegisterOptions,
    )
    this.#mayStand = true
    if (applied && readBarrier(reading.value)?.arrived.length === 0) this.#onDecided(this.#register, reading.version)
    return reading
  }

  #observe({ value }: RegisterReading): BarrierRecord | undefined {
    this.#record = readBarrier(value)
    this.#watch.observe(this.#record, this.#parts.clock.monotonic())
    this.#failure = undefined
    return this.#record
  }

  #attempt(): RegisterOptions {
    const left = this.#endsAt - this.#parts.clock.monotonic()
    return { timeoutMs: Math.max(LEAST_ATTEMPT_MS, Math.min(left, ATTEMPT_MS)), signal: this.#signal }
  }

  #self(): string {
    return this.#parts.nameOf(this.#parts.self)
  }

  #what(): string {
    return `barrier "${this.#subject.name}"`
  }
}
