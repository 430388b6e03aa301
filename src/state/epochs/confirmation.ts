import type { PeerId } from '../../network/network.ts'
import { MAX_MEMBERS } from '../roster/protocol.ts'

/** What a node may do after a start: go on with its epoch, also as nobody else is known, take a fresh one, or not known yet. */
export type Verdict = 'open' | 'go on' | 'alone' | 'fresh'

/**
 * Whether a node may go on with the epoch that its disk names. Its disk may be an old one, put back: then somebody may hold
 * dots that it has lost, and using one of them again would lose one of the two writes for ever. So everybody who may hold
 * some is asked: all members, all who are connected, since an old disk may be from before they came, and all of both whom those
 * know. One who holds more is proof of an old disk; one who does not answer may be the only one who holds more. All of them hold
 * no more: what is lost, if anything, never left this node, or none of them has ever heard of who has it.
 */
export class Confirmation {
  readonly #self: PeerId
  readonly #sequence: number
  readonly #unanswered = new Set<PeerId>()
  readonly #answered = new Set<PeerId>()
  #highest = 0
  #isOver = false

  /** @param sequence the last one of the epoch that the disk holds */
  constructor(self: PeerId, sequence: number, peers: Iterable<PeerId>) {
    this.#self = self
    this.#sequence = sequence
    this.add(peers)
  }

  /** Whose answer is missing. */
  get unanswered(): readonly PeerId[] {
    return [...this.#unanswered]
  }

  /** The highest sequence that anybody has told of. */
  get highest(): number {
    return this.#highest
  }

  get verdict(): Verdict {
    if (this.#isOver || this.#highest > this.#sequence) return 'fresh'
    if (this.#unanswered.size > 0) return 'open'
    return this.#answered.size > 0 ? 'go on' : 'alone'
  }

  /** Somebody knows that the epoch is over: also dots that nobody holds any more may have been used. */
  over(): void {
    this.#isOver = true
  }

  /** `peer` holds the epoch up to `highest`, and knows these. */
  answer(peer: PeerId, highest: number, peers: Iterable<PeerId>): void {
    this.#unanswered.delete(peer)
    this.#answered.add(peer)
    this.#highest = Math.max(this.#highest, highest)
    this.add(peers)
  }

  /** These have to be asked, too. */
  add(peers: Iterable<PeerId>): void {
    for (const peer of peers) {
      if (this.#unanswered.size >= MAX_MEMBERS) return
      if (peer !== this.#self && !this.#answered.has(peer)) this.#unanswered.add(peer)
    }
  }
}
