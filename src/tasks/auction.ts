import type { PeerId } from '../network/network.ts'
import type { Offer } from './bid-book.ts'
import type { Refusal } from './lifecycle.ts'

/** How a round ended: every peer that was asked is in exactly one of the two. */
export interface Answers {
  offers: Map<PeerId, Offer>
  refusals: Map<PeerId, Refusal>
}

/** One round of bids: who was asked, who answered, who is still waited for. Spec: protocols/bid, life cycle of a round. */
export class Auction {
  readonly #unanswered: Set<PeerId>
  readonly #awaited: Set<PeerId>
  readonly #offers = new Map<PeerId, Offer>()
  readonly #refusals = new Map<PeerId, Refusal>()
  #closed = false

  /** `silent` are peers that did not answer in the last round: asked, but not waited for if anybody else is asked. */
  constructor(asked: readonly PeerId[], silent: ReadonlySet<PeerId>) {
    this.#unanswered = new Set(asked)
    const awaited = asked.filter((peer) => !silent.has(peer))
    this.#awaited = new Set(awaited.length > 0 ? awaited : asked)
  }

  /** Whether everybody has answered who is waited for. */
  get complete(): boolean {
    return this.#awaited.size === 0
  }

  /** Notes an answer. Returns false, and ignores it, when it is late, the peer's second, or nobody asked for it. */
  answer(peer: PeerId, answer: { offer: Offer } | { refusal: Refusal }): boolean {
    if (this.#closed || !this.#unanswered.delete(peer)) return false
    this.#awaited.delete(peer)
    if ('offer' in answer) this.#offers.set(peer, answer.offer)
    else this.#refusals.set(peer, answer.refusal)
    return true
  }

  /** Ends the round: whoever has not answered is refused with `NO_ANSWER`. */
  close(windowMs: number): Answers {
    this.#closed = true
    for (const peer of this.#unanswered) {
      this.#refusals.set(peer, { code: 'NO_ANSWER', reason: `no bid within ${windowMs} ms` })
    }
    return { offers: this.#offers, refusals: this.#refusals }
  }
}
