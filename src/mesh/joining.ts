import type { Clock, Timer } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Network, PeerId } from '../network/network.ts'

/** How long one dial of a join address may take, in milliseconds. */
const JOIN_TIMEOUT_MS = 5000
/** How often a join address that is not connected is dialled again, in milliseconds: its node may start later. */
const REJOIN_MS = 5000

export interface JoiningComponents {
  readonly network: Network
  readonly clock: Clock
  readonly log: Log
}

/** Dials the join addresses, and again for as long as their nodes are not connected. */
export class Joining {
  readonly #parts: JoiningComponents
  /** Peers that an address led to. */
  readonly #joined = new Map<string, PeerId>()
  readonly #timers = new Map<string, Timer>()
  #stopped = false

  constructor(parts: JoiningComponents) {
    this.#parts = parts
  }

  start(addresses: readonly string[]): void {
    for (const address of addresses) void this.#keep(address, '')
  }

  stop(): void {
    this.#stopped = true
    for (const timer of this.#timers.values()) timer.cancel()
  }

  join(address: string): Promise<PeerId> {
    return this.#parts.network.join(address, JOIN_TIMEOUT_MS)
  }

  async #keep(address: string, lastError: string): Promise<void> {
    const { network, clock, log } = this.#parts
    const known = this.#joined.get(address)
    let said = lastError
    if (known === undefined || !network.isConnected(known)) {
      try {
        this.#joined.set(address, await this.join(address))
        said = ''
      } catch (error) {
        said = messageOf(error)
        // The same line every few seconds would bury the rest of the log.
        if (said !== lastError)
          log.warn('a join address does not answer; it is tried again', { address, message: said })
      }
    }
    if (this.#stopped) return
    this.#timers.set(
      address,
      clock.after(REJOIN_MS, () => void this.#keep(address, said)),
    )
  }
}
