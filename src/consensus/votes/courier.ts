import { type Clock, sleep } from '../../lib/clock.ts'
import { BusyError, CoveyError, OutcomeUnknownError, UnreachableError } from '../../lib/errors.ts'
import type { Random } from '../../lib/random.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import type { Members } from './electorate.ts'
import { ANSWER_MS, DIAL_MS, MAX_VISITS, RETRY_MS } from './limits.ts'
import { VOTE_PROTOCOL } from './messages.ts'

export interface CourierParts {
  network: Pick<Network, 'self' | 'isConnected'>
  rpc: Rpc
  clock: Clock
  random: Random
  membership: Members
}

/** For how long to try. */
export interface Patience {
  signal: AbortSignal
  /** A try failed, and there will be another one. */
  onFailure?(error: CoveyError): void
}

/** What to send. */
export interface Errand extends Patience {
  peer: PeerId
  /** Made anew for each try. */
  body(): Uint8Array
}

/** Sends until it is answered: both messages of the protocol mean the same when they arrive twice. */
export class Courier {
  readonly #parts: CourierParts
  #visits = 0
  readonly #waiting: (() => void)[] = []

  constructor(parts: CourierParts) {
    this.#parts = parts
  }

  /** Resolves with the peer's answer. Rejects with the peer's own refusal, or when the signal aborts. */
  async send({ peer, body, ...patience }: Errand): Promise<Uint8Array> {
    const request = (): Promise<Uint8Array> => this.#request(peer, body, patience.signal)
    return await this.insist(
      () => (this.#parts.network.isConnected(peer) ? request() : this.#inTurn(request)),
      patience,
    )
  }

  /** Tries until it is answered: as `send`, of whatever asks. */
  async insist<T>(ask: () => Promise<T>, { signal, onFailure }: Patience): Promise<T> {
    const { clock, random } = this.#parts
    for (let pause: number = RETRY_MS[0]; ; pause = Math.min(2 * pause, RETRY_MS[1])) {
      signal.throwIfAborted()
      try {
        return await ask()
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error
        onFailure?.(error)
      }
      // A quarter more or less, so that what failed together does not come back together.
      await sleep(clock, pause * (0.75 + random.float() / 2), signal)
    }
  }

  async #request(peer: PeerId, body: () => Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted()
    // Also where a connection stands: that it is used keeps it.
    await this.#parts.membership.ensureConnected(peer, DIAL_MS)
    return this.#parts.rpc.request(peer, VOTE_PROTOCOL, body(), { timeoutMs: ANSWER_MS, signal })
  }

  /** Runs it as one of `MAX_VISITS` at a time. */
  async #inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.#visits >= MAX_VISITS) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#visits++
    try {
      return await run()
    } finally {
      // The turn passes to the next who waits.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#visits--
    }
  }
}

/** Whether a later try may succeed. */
function isPassing(error: unknown): error is CoveyError {
  if (error instanceof UnreachableError || error instanceof OutcomeUnknownError || error instanceof BusyError)
    return true
  // A node that is starting or had a fault of its own.
  return error instanceof CoveyError && (error.code === 'STOPPED' || error.code === 'INTERNAL')
}
