import type { Clock } from '../../lib/clock.ts'
import type { PeerId } from '../../network/network.ts'

/** How a peer stands to this node. */
export interface PeerSync {
  readonly peer: PeerId
  readonly state: 'in sync' | 'differs' | 'unknown'
  /** Writes that show here and not there; undefined where the peer did not say what it holds. */
  readonly behind: number | undefined
  /** Writes that show there and not here. */
  readonly ahead: number | undefined
  /** For how long it has been so, in milliseconds; undefined where it was never known. */
  readonly forMs: number | undefined
}

/** Since when each connected peer is known to be equal or not. */
export class PeerBook {
  readonly #clock: Clock
  readonly #peers = new Map<PeerId, { same: boolean; since: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note(peer: PeerId, same: boolean): void {
    if (this.#peers.get(peer)?.same !== same) this.#peers.set(peer, { same, since: this.#clock.monotonic() })
  }

  forget(peer: PeerId): void {
    this.#peers.delete(peer)
  }

  status(peer: PeerId, difference?: { behind: number; ahead: number }): PeerSync {
    const known = this.#peers.get(peer)
    return {
      peer,
      state: known === undefined ? 'unknown' : known.same ? 'in sync' : 'differs',
      behind: known?.same ? 0 : difference?.behind,
      ahead: known?.same ? 0 : difference?.ahead,
      forMs: known && this.#clock.monotonic() - known.since,
    }
  }
}
