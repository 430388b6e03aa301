import type { PeerId } from '../network/network.ts'
import { hash32 } from './hash.ts'

interface Place {
  hash: number
  id: PeerId
}

/** Members in a circle, this node among them, by a hash that differs from ring to ring. The order is the same on every node. */
export class Ring {
  readonly #seed: number
  readonly #self: PeerId
  readonly #places: Place[]

  constructor(self: PeerId, seed: number) {
    this.#self = self
    this.#seed = seed
    this.#places = [this.#placeOf(self)]
  }

  /** Returns whether the member came to stand beside this node. */
  add(id: PeerId): boolean {
    const place = this.#placeOf(id)
    const index = this.#search(place)
    if (this.#at(index)?.id !== id) this.#places.splice(index, 0, place)
    return this.#isSelf(index - 1) || this.#isSelf(index + 1)
  }

  /** Returns whether the member stood beside this node. */
  remove(id: PeerId): boolean {
    const index = this.#search(this.#placeOf(id))
    if (this.#at(index)?.id !== id) return false
    const beside = this.#isSelf(index - 1) || this.#isSelf(index + 1)
    this.#places.splice(index, 1)
    return beside
  }

  /** The members before and after this node; none in a ring of its own. */
  beside(): PeerId[] {
    const index = this.#search(this.#placeOf(this.#self))
    return [this.#at(index - 1), this.#at(index + 1)].flatMap((place) =>
      place && place.id !== this.#self ? [place.id] : [],
    )
  }

  /** Whether somebody who is not in the ring would stand beside this node. */
  isBeside(id: PeerId): boolean {
    const index = this.#search(this.#placeOf(id))
    return this.#isSelf(index - 1) || this.#isSelf(index)
  }

  #isSelf(index: number): boolean {
    return this.#at(index)?.id === this.#self
  }

  /** Before the first comes the last, after the last the first. */
  #at(index: number): Place | undefined {
    const size = this.#places.length
    return this.#places[(index + size) % size]
  }

  #placeOf(id: PeerId): Place {
    return { hash: hash32(id, this.#seed), id }
  }

  /** The first place that is not before `place`; the size if there is none. */
  #search(place: Place): number {
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(this.#places[middle] as Place, place)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** By hash; equal hashes, which do happen, by id. */
const isBefore = (a: Place, b: Place): boolean => a.hash < b.hash || (a.hash === b.hash && a.id < b.id)
