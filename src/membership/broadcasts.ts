import type { PeerId } from '../network/network.ts'

/** memberlist's factor: 4 * ceil(log10(n + 1)) tellings a node leave less than one node in a thousand unaware. */
const RETRANSMIT_FACTOR = 4

/** More members than this of whom it is to be told at once that they joined are a crowd. Who joins alone is told of in full. */
const CROWD = 16
/**
 * Comparisons of tables, each with a peer at random, from a node's last news of a crowd until it holds it for over. As many are
 * made with each node, so that hardly one in a thousand stays out of all of those that are made after all others know.
 */
const CROWD_COMPARISONS = 6

/** How often a node tells a rumour in a mesh of `members` (SWIM, section 4.1: lambda * log n). */
export const retransmitLimit = (members: number): number => RETRANSMIT_FACTOR * Math.ceil(Math.log10(members + 1))

interface Rumour {
  about: PeerId
  bytes: Uint8Array
  tellings: number
  replaced: boolean
}

/**
 * What is still to be told: at most one rumour a member, the latest. The least told go first, among those the newest, so
 * that fresh news overtakes old.
 *
 * That members joined is hearsay: it races with no deadline. Where many start together it is most of what there is to tell, and
 * telling it, as well as it spreads, tells each node everything several times. In a crowd tables are compared instead (the
 * anti-entropy of Demers et al. 1987): as fast, and what passes is what the other lacks.
 */
export class Broadcasts {
  readonly #current = new Map<PeerId, Rumour>()
  /** Whom hearsay is about that is told. */
  readonly #joined = new Set<PeerId>()
  /** By number of tellings; the newest is last. Replaced ones stay until they are met. */
  #levels: Rumour[][] = []
  /** Still to be made in the crowd that there is. */
  #comparisons = 0

  get size(): number {
    return this.#current.size
  }

  /** Whether there is nothing to tell and nothing to compare. */
  get idle(): boolean {
    return this.#current.size === 0 && this.#comparisons === 0
  }

  /** Tells `bytes` about a member from now on, in place of anything older about it. */
  add(about: PeerId, bytes: Uint8Array): void {
    this.remove(about)
    const rumour: Rumour = { about, bytes, tellings: 0, replaced: false }
    this.#current.set(about, rumour)
    this.#level(0).push(rumour)
  }

  /** Tells that a member joined, by comparing tables where it is one of a crowd. */
  addHearsay(about: PeerId, bytes: Uint8Array): void {
    if (this.#comparisons === 0 && this.#joined.size < CROWD) {
      this.add(about, bytes)
      this.#joined.add(about)
      return
    }
    this.remove(about)
    for (const joined of this.#joined) this.remove(joined)
    this.#comparisons = CROWD_COMPARISONS
  }

  /** Whether a crowd asks for a comparison of tables, which then counts as made. */
  takeComparison(): boolean {
    if (this.#comparisons === 0) return false
    this.#comparisons--
    return true
  }

  remove(about: PeerId): void {
    const rumour = this.#current.get(about)
    if (!rumour) return
    rumour.replaced = true
    this.#joined.delete(about)
    this.#current.delete(about)
    if (this.#current.size === 0) this.#levels = []
  }

  /**
   * The rumours of one message, within `budget` bytes, counted as told to `listeners` peers; what was told `limit` times
   * is dropped.
   */
  take(budget: number, listeners: number, limit: number): Uint8Array[] {
    if (this.#current.size === 0) return []
    const taken: Rumour[] = []
    let room = budget
    for (const level of this.#levels) {
      // Newest first; those that do not fit keep their place.
      const kept: Rumour[] = []
      for (let i = level.length - 1; i >= 0; i--) {
        const rumour = level[i] as Rumour
        if (rumour.replaced) continue
        if (rumour.bytes.length > room) {
          kept.push(rumour)
          continue
        }
        room -= rumour.bytes.length
        taken.push(rumour)
      }
      level.length = 0
      for (let i = kept.length - 1; i >= 0; i--) level.push(kept[i] as Rumour)
    }
    for (let i = taken.length - 1; i >= 0; i--) this.#told(taken[i] as Rumour, listeners, limit)
    return taken.map((rumour) => rumour.bytes)
  }

  #told(rumour: Rumour, tellings: number, limit: number): void {
    rumour.tellings += tellings
    if (rumour.tellings < limit) this.#level(rumour.tellings).push(rumour)
    else this.remove(rumour.about)
  }

  #level(tellings: number): Rumour[] {
    while (this.#levels.length <= tellings) this.#levels.push([])
    return this.#levels[tellings] as Rumour[]
  }
}
