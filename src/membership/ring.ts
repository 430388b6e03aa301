import type { PeerId } from '../network/network.ts'
import { hash32 } from './hash.ts'

interface Place {
  hash: number
  id: PeerId
}

/** Members in a circle, by a hash that differs from ring to ring. The order is the same on every node. */
export class Ring {
  readonly #seed: number
  readonly #places: Place[] = []

  constructor(seed: number) {
    this.#seed = seed
  }

  add(id: PeerId): void {
    const place = this.#placeOf(id)
    const index = this.#search(place)
    if (this.#places[index]?.id !== id) this.#places.splice(index, 0, place)
  }

  remove(id: PeerId): void {
    const index = this.#search(this.#placeOf(id))
    if (this.#places[index]?.id === id) this.#places.splice(index, 1)
  }

  /** The one before and the one after `id`, or after the place it would have. In a ring of its own: none. */
  beside(id: PeerId): PeerId[] {
    const size = this.#places.length
    const index = this.#search(this.#placeOf(id))
    const next = this.#places[index]?.id === id ? index + 1 : index
    const beside = [this.#places[(index - 1 + size) % size]?.id, this.#places[next % size]?.id]
    return beside.filter((other) => other !== undefined && other !== id) as PeerId[]
  }

  adjacent(id: PeerId, to: PeerId): boolean {
    return this.beside(id).includes(to)
  }

  #placeOf(id: PeerId): Place {
    return { hash: hash32(id, this.#seed), id }
  }

  /** The first place that is not before `place`. */
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
