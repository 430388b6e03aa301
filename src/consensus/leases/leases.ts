import type { Clock } from '../../lib/clock.ts'
import { messageOf, StoppedError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { type Random, randomId } from '../../lib/random.ts'
import type { PeerId } from '../../network/network.ts'
import type { Registers } from '../register/register.ts'
import { Acquisition } from './acquisition.ts'
import { PermitsMismatchError } from './errors.ts'
import { HeldLease, type Lease } from './lease.ts'
import { checkTtl, checkWait, DEFAULT_TTL_MS, DEFAULT_WAIT_MS, STOP_GRACE_MS } from './limits.ts'
import { LeaseMemories } from './memory.ts'
import type { Dispute, LeaseRecord } from './record.ts'

export interface LeaseComponents {
  readonly self: PeerId
  readonly registers: Registers
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** What people call a node. */
  readonly nameOf: (peer: PeerId) => string
}

export interface AcquireOptions {
  /** How long it is held after its holder has gone silent, in milliseconds; 500 to an hour, default 10 s. It is renewed by itself. */
  readonly ttlMs?: number
  /** How long to wait for it, in milliseconds; 0: not at all. Default 30 s. */
  readonly waitMs?: number
  /** Ends the wait; it rejects with its reason. */
  readonly signal?: AbortSignal
}

/** What is acquired: the register, how many may hold it, and its name for people. */
export interface LeaseSubject {
  readonly register: string
  readonly permits: number
  readonly what: string
}

/** The leases of one node: those that it holds, and those that it waits for. */
export class Leases {
  readonly #parts: LeaseComponents
  readonly #log: Log
  /** Of this life of the process. */
  readonly #session: string
  readonly #held = new Set<HeldLease>()
  /** Those that wait, and those that take back what they have left in the register. */
  readonly #acquiring = new Set<Acquisition>()
  readonly #memories = new LeaseMemories()
  readonly #stop = new AbortController()
  /** Disputes that were told of. */
  readonly #disputes = new Map<string, PermitsMismatchError>()

  constructor(parts: LeaseComponents) {
    this.#parts = parts
    this.#log = parts.log.scoped('leases')
    this.#session = randomId(parts.random)
  }

  /**
   * Rejects with `InvalidInputError`, `HeldError` when the wait is over, `BusyError` where too many wait, `PermitsMismatchError`,
   * `StoppedError`, the signal's reason, or as a register does.
   */
  async acquire(subject: LeaseSubject, options: AcquireOptions): Promise<Lease> {
    const { ttlMs = DEFAULT_TTL_MS, waitMs = DEFAULT_WAIT_MS, signal } = options
    checkTtl(ttlMs)
    checkWait(waitMs)
    const { self, registers, clock, random, nameOf } = this.#parts
    const id = randomId(random)
    const register = registers.register(subject.register)
    const parts = { clock, random, log: this.#log, registers, register, what: subject.what, nameOf }
    const heldBy = (record: LeaseRecord | undefined): string => this.#heldBy(record)
    const memory = this.#memories.of(subject.register)
    const { givenUp } = memory
    const who = { id, node: self, session: this.#session, ttlMs, permits: subject.permits, waits: waitMs > 0, givenUp }
    const ended = signal ? AbortSignal.any([this.#stop.signal, signal]) : this.#stop.signal
    const acquisition = new Acquisition({ ...parts, heldBy, memory }, who, clock.monotonic() + waitMs, ended)
    this.#acquiring.add(acquisition)
    void acquisition.over.then(() => this.#acquiring.delete(acquisition))
    const { holder, startedAt } = await acquisition.run()
    const onDispute = (dispute: Dispute): void => this.#disputed(subject, dispute)
    const onEnd = (lease: HeldLease): void => void this.#held.delete(lease)
    const lease = new HeldLease({ ...parts, heldBy, onDispute, onEnd }, holder, startedAt)
    this.#held.add(lease)
    return lease
  }

  /** That another node has named another number of permits while this one held one; undefined where none has. */
  mismatch(register: string): PermitsMismatchError | undefined {
    return this.#disputes.get(register)
  }

  /**
   * Takes back what is held (its users hear so, and have 2.5 s to release it), ends every wait with `StoppedError`, and leaves the queues.
   * Idempotent.
   */
  async stop(): Promise<void> {
    this.#stop.abort(new StoppedError('this node'))
    const leaving = [...this.#acquiring].map(({ over }) => over)
    await Promise.all([...leaving, ...[...this.#held].map((lease) => this.#giveBack(lease))])
  }

  async #giveBack(lease: HeldLease): Promise<void> {
    try {
      await lease.revoke('its node stops', STOP_GRACE_MS)
    } catch (error) {
      this.#log.warn('a lease is left to expire', { error: messageOf(error) })
    }
  }

  #heldBy(record: LeaseRecord | undefined): string {
    const [next] = record?.waiting ?? []
    if (!record || record.holders.length === 0) {
      return next ? `nobody, and ${this.#parts.nameOf(next.node)} is the next to have it` : 'nobody'
    }
    return record.holders.map(({ node, fence }) => `${this.#parts.nameOf(node)} (fence ${fence})`).join(', ')
  }

  #disputed({ register, permits, what }: LeaseSubject, dispute: Dispute): void {
    if (this.#disputes.has(register)) return
    const error = new PermitsMismatchError(what, permits, dispute.permits, this.#parts.nameOf(dispute.node))
    this.#disputes.set(register, error)
    this.#log.error(error.message)
  }
}
