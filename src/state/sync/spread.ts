import type { PeerId } from '../../network/network.ts'
import type { ReplicaId } from '../dot.ts'
import type { StateStore } from '../store.ts'
import { SPREAD_ENOUGH } from './limits.ts'

/** How far this node had written. */
export interface Mark {
  /** An epoch counts anew. */
  readonly replica: ReplicaId | undefined
  readonly sequence: number
}

/**
 * Counts the peers that have the last own write from an exchange. Each spreads it on as news, so that beyond a few an
 * announcement would tell nearly all what they know.
 */
export class Spread {
  readonly #store: Pick<StateStore, 'replica' | 'sequence'>
  /** Who has all that was written up to there; no more of them than are enough. */
  readonly #peers = new Set<PeerId>()
  #reached: Mark = { replica: undefined, sequence: 0 }

  constructor(store: Pick<StateStore, 'replica' | 'sequence'>) {
    this.#store = store
  }

  /** What is to be told to `reached` of an exchange that begins now. */
  get mark(): Mark {
    const { replica, sequence } = this.#store
    return { replica, sequence }
  }

  /** A peer has all that was written here at that mark. */
  reached(peer: PeerId, mark: Mark): void {
    if (!this.#isLast(mark)) return
    if (!this.#isLast(this.#reached)) this.#peers.clear()
    this.#reached = mark
    if (this.#peers.size < SPREAD_ENOUGH) this.#peers.add(peer)
  }

  get isEnough(): boolean {
    return this.#peers.size >= SPREAD_ENOUGH && this.#isLast(this.#reached)
  }

  #isLast({ replica, sequence }: Mark): boolean {
    return sequence === this.#store.sequence && replica === this.#store.replica
  }
}
