import { setImmediate as turn } from 'node:timers/promises'
import { type RunningCommand, runCommand } from '../agents/process.ts'
import type { ControlClient } from '../control/client.ts'
import { machineMs } from '../control/machine-clock.ts'
import type { LeaseItem, LeaseParams } from '../control/protocol.ts'
import { sleep, systemClock } from '../lib/clock.ts'
import { CoveyError, messageOf } from '../lib/errors.ts'
import { EXIT_INTERRUPTED } from './failure.ts'
import { withNode } from './find-node.ts'
import { type CommonOptions, print } from './output.ts'

/** How long to wait for the node's word that a lease is given back, in milliseconds. */
const RELEASE_LIMIT_MS = 5_000

/** Turns of the event loop without a word after which none has arrived: reading, parsing and telling of one takes less than half of them. */
const QUIET_TURNS = 16

export interface HoldOptions extends CommonOptions {
  ttl?: number
  wait?: number
}

/** What is held while a command runs. */
export type Subject =
  | { readonly method: 'lock'; readonly params: LeaseParams }
  | { readonly method: 'semaphore'; readonly params: LeaseParams & { permits: number } }

export const leaseParams = (name: string, { ttl, wait }: HoldOptions): LeaseParams => ({
  name,
  ...(ttl !== undefined && { ttlMs: ttl }),
  ...(wait !== undefined && { waitMs: wait }),
})

/**
 * Runs a command while the node holds a lock or a permit for it, and ends with its exit code. The command is ended when the lease is lost, when
 * the node says nothing for as long as it lasts, and when the node is gone.
 */
export async function runHolding(subject: Subject, command: readonly string[], options: HoldOptions): Promise<void> {
  await withNode(options, async (client) => {
    const holding = new Holding(client, subject, command, options)
    const { exitCode, fence } = await holding.run()
    process.exitCode = exitCode
    if (options.json) print(options, { name: subject.params.name, fence, exitCode }, () => '')
  })
}

class Holding {
  readonly #client: ControlClient
  readonly #subject: Subject
  readonly #words: readonly string[]
  readonly #json: boolean
  /** Aborted when the lease is to be given back. */
  readonly #done = new AbortController()
  #command: RunningCommand | undefined
  #lost: CoveyError | undefined
  #watchdog: { cancel(): void } | undefined
  /** By the node's last word it is held until then, in machine milliseconds. */
  #untilMs = 0
  /** How often the node has said so. */
  #said = 0

  constructor(client: ControlClient, subject: Subject, words: readonly string[], { json }: HoldOptions) {
    this.#client = client
    this.#subject = subject
    this.#words = words
    this.#json = json === true
  }

  /** Rejects with why it was not held, or is not any more. */
  async run(): Promise<{ exitCode: number; fence: number }> {
    const stopForwarding = this.#forwardSignals()
    const granted = Promise.withResolvers<number>()
    const held = this.#hold((item) => {
      if (item.type === 'lost') return this.#lose(new CoveyError(item.code, item.message, item.hint))
      this.#watch(item.untilMs)
      granted.resolve(item.fence)
    })
    try {
      const fence = await Promise.race([granted.promise, held.then(() => undefined)])
      // Interrupted while it waited.
      if (fence === undefined) return { exitCode: EXIT_INTERRUPTED, fence: 0 }
      const exitCode = await this.#runCommand(fence, held)
      // This process may have slept while the command went on and ended.
      await this.#look()
      if (this.#lost) throw this.#lost
      this.#watchdog?.cancel()
      this.#done.abort()
      // A node that does not answer any more may keep it until it ends by itself; the command is over.
      await Promise.race([held, sleep(systemClock, RELEASE_LIMIT_MS)])
      return { exitCode, fence }
    } finally {
      this.#watchdog?.cancel()
      this.#done.abort()
      stopForwarding()
    }
  }

  #hold(listener: (item: LeaseItem) => void): Promise<unknown> {
    const options = { signal: this.#done.signal }
    const { method, params } = this.#subject
    const held =
      method === 'lock'
        ? this.#client.stream(method, params, listener, options)
        : this.#client.stream(method, params, listener, options)
    return held.catch((error: unknown) => {
      // The answer to giving it back, or to an interrupted wait.
      if (!this.#done.signal.aborted) throw error
    })
  }

  async #runCommand(fence: number, held: Promise<unknown>): Promise<number> {
    if (this.#lost) throw this.#lost
    const env = { COVEY_FENCE: String(fence) }
    this.#command = runCommand(this.#words, { env, stdout: this.#json ? 'stderr' : 'stdout', clock: systemClock })
    // It ends before the command when the node is gone.
    held.catch((error: unknown) => this.#lose(asLoss(error)))
    try {
      return await this.#command.ended
    } finally {
      // There is nothing left to end, and its number may be another's soon.
      this.#command = undefined
    }
  }

  /** The node has to say more by then. */
  #watch(untilMs: number): void {
    this.#untilMs = untilMs
    this.#said++
    this.#arm()
  }

  #arm(): void {
    this.#watchdog?.cancel()
    this.#watchdog = systemClock.after(Math.max(1, this.#untilMs - machineMs()), () => void this.#look())
  }

  /** Whether it is still held. What the node said while this process was stopped (Ctrl-Z) is there, and read first. */
  async #look(): Promise<void> {
    let said = this.#said
    for (let quiet = 0; this.#isOverdue() && quiet < QUIET_TURNS; quiet++) {
      await turn()
      if (this.#said !== said) quiet = 0
      said = this.#said
    }
    if (!this.#isOverdue()) return this.#arm()
    const hint = 'See whether the node runs and is not stopped: covey status.'
    this.#lose(
      new CoveyError('LEASE_LOST', `${this.#subject.params.name}: the node has not said that it is still held`, hint),
    )
  }

  #isOverdue(): boolean {
    return machineMs() >= this.#untilMs
  }

  #lose(error: CoveyError): void {
    this.#lost ??= error
    this.#command?.end()
  }

  /** Ctrl-C and its like are for the command; while there is none they end the wait. */
  #forwardSignals(): () => void {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    const onSignal = (signal: NodeJS.Signals): void => {
      if (!this.#command) this.#done.abort()
      // A terminal has sent Ctrl-C to the command already.
      else if (signal !== 'SIGINT' || !process.stdin.isTTY) this.#command.kill(signal)
    }
    for (const signal of signals) process.on(signal, onSignal)
    return () => {
      for (const signal of signals) process.removeListener(signal, onSignal)
    }
  }
}

function asLoss(error: unknown): CoveyError {
  if (error instanceof CoveyError && error.code !== 'NODE_GONE') return error
  return new CoveyError('LEASE_LOST', `the node that held it is gone: ${messageOf(error)}`, 'See covey status.', {
    cause: error,
  })
}
