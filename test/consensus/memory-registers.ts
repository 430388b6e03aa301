import {
  type ChangeFunction,
  DECLINED,
  type Register,
  type RegisterChange,
  type RegisterOptions,
  type RegisterReading,
  type Registers,
} from '../../src/consensus/register/register.ts'
import { CoveyError, OutcomeUnknownError } from '../../src/lib/errors.ts'
import type { Json } from '../../src/lib/json.ts'
import type { SimulatedHost } from '../../src/network/simulated/host.ts'
import type { World } from '../../src/network/simulated/world.ts'

/** What a message between a host and the registers takes, in virtual milliseconds. */
const LATENCY_MS = [1, 5] as const
const TIMEOUT_MS = 5_000

/**
 * Linearizable registers in a simulated world, all in one place that never fails: what locks are tested over before it is the voters' turn.
 * A host can be cut off, and messages be lost on either way.
 */
export class MemoryRegisters {
  readonly #world: World
  readonly #values = new Map<string, { reading: RegisterReading; nonces: Map<string, RegisterReading> }>()
  readonly #listeners = new Map<string, Set<() => void>>()
  readonly cut = new Set<string>()
  /** Share of requests and of answers that are lost. */
  loss = 0
  /** Whether changes are hinted at; without, everybody has to look. */
  hints = true
  /** Every decided value, for checks of what was ever true. */
  readonly history: { readonly at: number; readonly name: string; readonly reading: RegisterReading }[] = []

  constructor(world: World) {
    this.#world = world
  }

  reading(name: string): RegisterReading {
    return this.#values.get(name)?.reading ?? { value: undefined, version: '0', revision: 0 }
  }

  /** The registers as a process of this host sees them. */
  for(host: SimulatedHost): Registers {
    return {
      register: (name) => this.#register(host, name),
      onHint: (name, listener) => this.#onHint(host, name, listener),
    }
  }

  #onHint(host: SimulatedHost, name: string, listener: () => void): () => void {
    const { process } = host
    const hear = (): void => {
      this.#world.scheduler.schedule(this.#world.now + this.#latency(), process, listener)
    }
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    listeners.add(hear)
    return () => listeners.delete(hear)
  }

  #register(host: SimulatedHost, name: string): Register {
    const update = (change: ChangeFunction, options?: RegisterOptions) => this.#call(host, name, change, options)
    return {
      name,
      read: async (options) => (await this.#call(host, name, () => DECLINED, options)).reading,
      write: async (value, options) => (await update(() => value, options)).reading,
      compareAndSet: (expected, value, options) =>
        update(({ version }) => (version === expected ? value : DECLINED), options),
      update,
    }
  }

  #call(
    host: SimulatedHost,
    name: string,
    change: ChangeFunction,
    options: RegisterOptions = {},
  ): Promise<RegisterChange> {
    const { timeoutMs = TIMEOUT_MS, signal, nonce } = options
    const { scheduler } = this.#world
    const { process } = host
    const lost = (): boolean => this.cut.has(host.id) || this.#world.random.float() < this.loss
    let sent = false
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        timer.cancel()
        reject(
          sent
            ? new OutcomeUnknownError(`a change of ${name}`)
            : new CoveyError('VOTERS_UNAVAILABLE', name, 'Try again.'),
        )
      }
      const timer = scheduler.schedule(this.#world.now + timeoutMs, process, fail)
      if (signal?.aborted) return fail()
      signal?.addEventListener('abort', fail, { once: true })
      if (lost()) return
      sent = true
      scheduler.schedule(this.#world.now + this.#latency(), undefined, () => {
        const answer = this.#decide(name, change, nonce)
        if (lost()) return
        scheduler.schedule(this.#world.now + this.#latency(), process, () => {
          timer.cancel()
          signal?.removeEventListener('abort', fail)
          resolve(answer)
        })
      })
    })
  }

  #decide(name: string, change: ChangeFunction, nonce: string | undefined): RegisterChange {
    const stored = this.#values.get(name) ?? { reading: this.reading(name), nonces: new Map() }
    const repeated = nonce === undefined ? undefined : stored.nonces.get(nonce)
    if (repeated) return { applied: true, reading: repeated }
    const value: Json | undefined | typeof DECLINED = change(stored.reading)
    if (value === DECLINED) return { applied: false, reading: stored.reading }
    const revision = stored.reading.revision + 1
    // Through JSON, as the real ones.
    const kept = value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json)
    const reading = { value: kept, version: `v${revision}`, revision }
    if (nonce !== undefined) stored.nonces.set(nonce, reading)
    this.#values.set(name, { reading, nonces: stored.nonces })
    this.history.push({ at: this.#world.now, name, reading })
    if (this.hints) for (const hear of this.#listeners.get(name) ?? []) hear()
    return { applied: true, reading }
  }

  #latency(): number {
    const [least, most] = LATENCY_MS
    return least + this.#world.random.float() * (most - least)
  }
}
