import type { PeerId } from '../../network/network.ts'
import { PASS_MS } from './limits.ts'

interface Watched {
  awayMs: number
  /** How much of it was held when it was last looked at. */
  held: number
}

/**
 * For how long members have been silent while this node ran. Time in which this node itself was off or stood still counts
 * for two passes at most, so that who comes back from a month does not evict everybody.
 */
export class Absence {
  readonly #watched = new Map<PeerId, Watched>()
  #last: number | undefined

  /**
   * @param now on the monotonic clock, in milliseconds
   * @param heard how many writes of a peer are held: more than before means that it lives, connected or not
   */
  observe(
    members: readonly PeerId[],
    now: number,
    isConnected: (member: PeerId) => boolean,
    heard: ReadonlyMap<PeerId, number>,
  ): void {
    const passed = Math.min(now - (this.#last ?? now), 2 * PASS_MS)
    this.#last = now
    for (const peer of this.#watched.keys()) if (!members.includes(peer)) this.#watched.delete(peer)
    for (const peer of members) {
      const held = heard.get(peer) ?? 0
      const former = this.#watched.get(peer)
      const lives = !former || isConnected(peer) || held > former.held
      this.#watched.set(peer, { awayMs: lives ? 0 : former.awayMs + passed, held })
    }
  }

  /** In milliseconds. */
  of(member: PeerId): number {
    return this.#watched.get(member)?.awayMs ?? 0
  }
}
