import type { Random } from '../lib/random.ts'
import type { PeerId } from '../network/network.ts'

/** The peers with a connection, since when, and a random choice of them in O(1). */
export class Connections {
  readonly #random: Random
  readonly #peers: PeerId[] = []
  readonly #places = new Map<PeerId, number>()
  readonly #since = new Map<PeerId, number>()
  readonly #compared = new Set<PeerId>()

  constructor(random: Random) {
    this.#random = random
  }

  get size(): number {
    return this.#peers.length
  }

  has(peer: PeerId): boolean {
    return this.#places.has(peer)
  }

  /** Since when it is connected; undefined if it is not. */
  since(peer: PeerId): number | undefined {
    return this.#since.get(peer)
  }

  /** All of them; not to be kept, it changes. */
  get all(): readonly PeerId[] {
    return this.#peers
  }

  add(peer: PeerId, now: number): void {
    if (this.has(peer)) return
    this.#places.set(peer, this.#peers.length)
    this.#peers.push(peer)
    this.#since.set(peer, now)
  }

  remove(peer: PeerId): void {
    const place = this.#places.get(peer)
    if (place === undefined) return
    const last = this.#peers.pop() as PeerId
    if (last !== peer) {
      this.#peers[place] = last
      this.#places.set(last, place)
    }
    this.#places.delete(peer)
    this.#since.delete(peer)
    this.#compared.delete(peer)
  }

  /** Notes that the peer began to compare tables over this connection. */
  compared(peer: PeerId): void {
    if (this.has(peer)) this.#compared.add(peer)
  }

  hasCompared(peer: PeerId): boolean {
    return this.#compared.has(peer)
  }

  /** At most `count` distinct random ones that `fits` takes. Tries a few times as many and may find fewer in a poor set. */
  choose(count: number, fits: (peer: PeerId) => boolean): PeerId[] {
    const size = this.#peers.length
    if (size <= count * 4) return this.#fewOf(count, fits)
    const chosen: PeerId[] = []
    for (let tries = count * 4; tries > 0 && chosen.length < count; tries--) {
      const peer = this.#peers[this.#random.below(size)] as PeerId
      if (!chosen.includes(peer) && fits(peer)) chosen.push(peer)
    }
    return chosen
  }

  #fewOf(count: number, fits: (peer: PeerId) => boolean): PeerId[] {
    const fitting = this.#peers.filter(fits)
    while (fitting.length > count) fitting.splice(this.#random.below(fitting.length), 1)
    return fitting
  }
}
