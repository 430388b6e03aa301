import type { CapabilityQuery } from '../capabilities/provider.ts'
import type { Timer } from '../lib/clock.ts'
import { Timed } from '../network/deadlines.ts'
import type { PeerId } from '../network/network.ts'
import type { Round } from './bid-book.ts'
import { Handle, type HandleSource } from './handle.ts'
import { type Attempt, isOver, type Lifecycle, newLifecycle, type Phase } from './lifecycle.ts'
import type { Line } from './line.ts'
import type { Policy } from './policies.ts'
import { type CheckedRequest, fingerprint } from './request.ts'
import type { TaskAttempt, TaskRecord, TaskStatus } from './task.ts'

const EMPTY = new Uint8Array(0)

const STATUS: Readonly<Record<Phase, TaskStatus>> = {
  pending: 'pending',
  bidding: 'pending',
  awarding: 'pending',
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** The award of a task that is out. */
export interface OpenAward {
  readonly serial: number
  /** Who was awarded; who runs it may be somebody else. */
  readonly peer: PeerId
  /** The agent that bid for it. */
  readonly agent: string
  /** What runs it, once it said so. */
  runner?: { agent: string; worker: PeerId }
  line?: Line
  /** Whether there was a report. */
  answered: boolean
  /** When the last report came, or the award went out, on the monotonic clock. */
  heardAt: number
}

/** A task that was submitted here. */
export class OwnTask extends Timed implements HandleSource {
  readonly id: string
  readonly query: CapabilityQuery
  readonly policy: Policy
  readonly exclude: readonly PeerId[]
  /** Tells it from another task of the same id. */
  readonly fingerprint: string
  readonly life: Lifecycle
  readonly handle: Handle
  /** What is wrong with the input, by schema. */
  readonly verdicts = new Map<string, string | undefined>()
  /** JSON in UTF-8; empty once the task is over. */
  input: Uint8Array
  award: OpenAward | undefined
  /** The bids that its awards are made from. */
  round: Round | undefined
  resultBytes = 0
  /** Until it is offered again. */
  timer: Timer | undefined
  /** Bytes that it keeps in memory: the input while it is open, then the result. */
  bytes: number
  readonly #submittedAt: number
  readonly #onCancel: (task: OwnTask, reason: string) => void

  /** `now` on the monotonic clock, `submittedAt` on the wall's. */
  constructor(
    request: CheckedRequest,
    now: number,
    submittedAt: number,
    onCancel: (task: OwnTask, reason: string) => void,
  ) {
    super()
    const { id, query, policy, exclude, input, maxAttempts, timeoutMs } = request
    this.id = id
    this.query = query
    this.policy = policy
    this.exclude = exclude
    this.input = input
    this.bytes = input.length
    this.fingerprint = fingerprint(query, input)
    this.life = newLifecycle({ id, capability: query.name, maxAttempts, timeoutMs }, now)
    this.handle = new Handle(this)
    this.#submittedAt = submittedAt
    this.#onCancel = onCancel
  }

  get isOver(): boolean {
    return isOver(this.life)
  }

  cancel(reason: string): void {
    this.#onCancel(this, reason)
  }

  /** Drops what only an open task needs. */
  close(): void {
    this.timer?.cancel()
    this.timer = undefined
    this.verdicts.clear()
    this.input = EMPTY
    this.round = undefined
  }

  record(): TaskRecord {
    const { id, capability, phase, attempts, progress, result, error, endedAt } = this.life
    return {
      id,
      capability,
      status: STATUS[phase],
      submittedAt: this.#submittedAt,
      ...(endedAt !== undefined && { endedAt: this.#wall(endedAt) }),
      attempts: attempts.map((attempt) => this.#attempt(attempt)),
      ...(progress && { progress }),
      ...(result !== undefined && { result }),
      ...(error && { error }),
    }
  }

  #attempt({ number, worker, startedAt, endedAt, error }: Attempt): TaskAttempt {
    return {
      number,
      worker,
      startedAt: this.#wall(startedAt),
      ...(endedAt !== undefined && { endedAt: this.#wall(endedAt) }),
      ...(error && { error }),
    }
  }

  /** Wall-clock time of a moment, from the time of submission on: it does not jump with the wall's clock. */
  #wall(moment: number): number {
    return Math.round(this.#submittedAt + moment - this.life.startedAt)
  }
}
