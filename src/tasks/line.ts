import { BusyError, CoveyError, messageOf, OutcomeUnknownError, UnreachableError } from '../lib/errors.ts'
import { messages } from '../network/messages.ts'
import type { PeerId } from '../network/network.ts'
import type { Channel, Rpc } from '../network/rpc.ts'
import { type Award, encodeAward, encodeCancel, TASK_PROTOCOL } from './award.ts'
import type { Watcher } from './job.ts'
import { decodeReport, isLast, refused } from './report.ts'
import type { Worker } from './worker.ts'

/** The giving end of an award: reports arrive at the watcher that it was opened with, until the last one or `break`. */
export interface Line {
  /** Tells the worker to stop. Nothing is heard of it any more. Idempotent. */
  cancel(reason: string): void
  /** Hangs up without a word, as if the connection broke: the worker goes on for a while. Idempotent. */
  hangUp(): void
}

/** Longest wait for a channel, in milliseconds; who waits for the first report gives up earlier. */
const OPEN_TIMEOUT_MS = 10_000

/** Awards to another node over a channel. What certainly did not run there is reported as `refused`. */
export class RemoteLine implements Line {
  readonly #watcher: Watcher
  #channel: Channel | undefined
  #cancelled: string | undefined
  #over = false

  constructor(rpc: Rpc, worker: PeerId, award: Award, watcher: Watcher) {
    this.#watcher = watcher
    void this.#run(rpc, worker, award)
  }

  cancel(reason: string): void {
    this.#over = true
    this.#cancelled = reason
    if (!this.#channel) return
    // Sent at once: an opened channel has credit. The reset behind it frees both ends even if nobody reads.
    this.#channel.send(encodeCancel(reason)).catch(() => {
      // The channel was over already, and with it the task.
    })
    this.#channel.abort(new CoveyError('CANCELLED', reason, 'Nothing to do.'))
  }

  hangUp(): void {
    this.#over = true
    this.#channel?.abort(new OutcomeUnknownError('the requester hung up'))
  }

  async #run(rpc: Rpc, worker: PeerId, award: Award): Promise<void> {
    try {
      const channel = await rpc.channel(worker, TASK_PROTOCOL, encodeAward(award), { timeoutMs: OPEN_TIMEOUT_MS })
      this.#channel = channel
      if (this.#cancelled !== undefined) return this.cancel(this.#cancelled)
      if (this.#over) return this.hangUp()
      await this.#read(channel)
    } catch (error) {
      this.#failed(error)
    }
  }

  async #read(channel: Channel): Promise<void> {
    for await (const report of messages(channel, decodeReport)) {
      if (this.#over) return
      this.#over = isLast(report)
      this.#watcher.report(report)
      if (!this.#over) continue
      return channel.end()
    }
    this.#failed(new OutcomeUnknownError(`${channel.peer} ended without an outcome`))
  }

  #failed(error: unknown): void {
    if (this.#over) return
    this.#over = true
    const unsent = error instanceof UnreachableError || error instanceof BusyError
    const unhandled = error instanceof CoveyError && error.code === 'UNHANDLED'
    if (!this.#channel && (unsent || unhandled)) this.#watcher.report(refused(error.code, messageOf(error)))
    else this.#watcher.break(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Awards to the own worker: the same life cycle without the network. */
export class LocalLine implements Line {
  readonly #worker: Worker
  readonly #task: string
  readonly #watcher: Watcher

  constructor(worker: Worker, award: Award, watcher: Watcher) {
    this.#worker = worker
    this.#task = award.task
    this.#watcher = watcher
    const refusal = worker.award(award, watcher)
    if (refusal) watcher.report(refused(refusal.code, refusal.reason))
  }

  cancel(reason: string): void {
    this.#worker.cancel(this.#task, this.#watcher, reason)
  }

  hangUp(): void {
    this.#worker.leave(this.#task, this.#watcher)
  }
}
