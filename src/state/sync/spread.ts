import type { StateStore } from '../store.ts'
import { SPREAD_ENOUGH } from './limits.ts'

/**
 * Counts the exchanges after which a peer had the last own write. Each such peer spreads it on as news, so that beyond a few an
 * announcement would tell nearly all what they know.
 */
export class Spread {
  readonly #store: Pick<StateStore, 'sequence'>
  #sequence = 0
  #peers = 0

  constructor(store: Pick<StateStore, 'sequence'>) {
    this.#store = store
  }

  /** What is to be told to `reached` of an exchange that begins now. */
  get mark(): number {
    return this.#store.sequence
  }

  /** A peer has all that was written here at that mark. */
  reached(mark: number): void {
    if (mark !== this.mark) return
    this.#peers = mark === this.#sequence ? this.#peers + 1 : 1
    this.#sequence = mark
  }

  get isEnough(): boolean {
    return this.#sequence === this.mark && this.#peers >= SPREAD_ENOUGH
  }
}
