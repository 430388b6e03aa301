import { type Clock, sleep } from '../../lib/clock.ts'
import { BusyError, CoveyError, OutcomeUnknownError, UnreachableError } from '../../lib/errors.ts'
import type { Random } from '../../lib/random.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import type { Members } from './electorate.ts'
import { ANSWER_MS, DIAL_MS, MAX_DIALS, RETRY_MS } from './limits.ts'
import { VOTE_PROTOCOL } from './messages.ts'

export interface CourierParts {
  network: Pick<Network, 'self' | 'isConnected'>
  rpc: Rpc
  clock: Clock
  random: Random
  membership: Members
}

/** What to send, and for how long to try. */
export interface Errand {
  peer: PeerId
  /** Made anew for each try. */
  body(): Uint8Array
  signal: AbortSignal
  /** A try failed, and there will be another one. */
  onFailure?(error: CoveyError): void
}

/** Sends until it is answered: both messages of the protocol mean the same when they arrive twice. */
export class Courier {
  readonly #parts: CourierParts
  #dials = 0
  readonly #waiting: (() => void)[] = []

  constructor(parts: CourierParts) {
    this.#parts = parts
  }

  /** Resolves when the peer has it. Rejects with the peer's own refusal, or when the signal aborts. */
  async send({ peer, body, signal, onFailure }: Errand): Promise<void> {
    const { clock, random, rpc } = this.#parts
    for (let pause: number = RETRY_MS[0]; ; pause = Math.min(2 * pause, RETRY_MS[1])) {
      signal.throwIfAborted()
      try {
        await this.#connect(peer, signal)
        await rpc.request(peer, VOTE_PROTOCOL, body(), { timeoutMs: ANSWER_MS, signal })
        return
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error
        onFailure?.(error)
      }
      // A quarter more or less, so that what failed together does not come back together.
      await sleep(clock, pause * (0.75 + random.float() / 2), signal)
    }
  }

  async #connect(peer: PeerId, signal: AbortSignal): Promise<void> {
    const { network, membership } = this.#parts
    // Also where one stands: that it is used keeps it.
    if (network.isConnected(peer)) return membership.ensureConnected(peer, DIAL_MS)
    if (this.#dials >= MAX_DIALS) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#dials++
    try {
      signal.throwIfAborted()
      await membership.ensureConnected(peer, DIAL_MS)
    } finally {
      // The turn passes to the next who waits.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#dials--
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
