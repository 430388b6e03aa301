import type { PeerId } from '../../network/network.ts'
import { MAX_MEMBERS } from '../roster/protocol.ts'

/** What a node may do after a start: go on with its epoch, take a fresh one, or not known yet. */
export type Verdict = 'open' | 'go on' | 'fresh'

/**
 * Whether a node may go on with the epoch that its disk names. Its disk may be an old one, put back: then somebody may hold
 * dots that it has lost, and using one of them again would lose one of the two writes for ever. So everybody who may hold
 * some is asked: all members, and all whom those know as members. One who holds more is proof of an old disk; one who does
 * not answer may be the only one who holds more. All of them hold no more: what is lost, if anything, never left this node.
 */
export class Confirmation {
  readonly #self: PeerId
  readonly #sequence: number
  readonly #unanswered = new Set<PeerId>()
  readonly #answered = new Set<PeerId>()
  #highest = 0
  #isOver = false

  /** @param sequence the last one of the epoch that the disk holds */
  constructor(self: PeerId, sequence: number, members: Iterable<PeerId>) {
    this.#self = self
    this.#sequence = sequence
    this.#add(members)
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
    return this.#unanswered.size === 0 ? 'go on' : 'open'
  }

  /** Somebody knows that the epoch is over: also dots that nobody holds any more may have been used. */
  over(): void {
    this.#isOver = true
  }

  /** `peer` holds the epoch up to `highest`, and knows these members. */
  answer(peer: PeerId, highest: number, members: Iterable<PeerId>): void {
    this.#unanswered.delete(peer)
    this.#answered.add(peer)
    this.#highest = Math.max(this.#highest, highest)
    this.#add(members)
  }

  #add(members: Iterable<PeerId>): void {
    for (const member of members) {
      if (this.#unanswered.size >= MAX_MEMBERS) return
      if (member !== this.#self && !this.#answered.has(member)) this.#unanswered.add(member)
    }
  }
}
