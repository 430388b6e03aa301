import type { PeerId } from '../network/network.ts'

/** memberlist's factor: 4 * ceil(log10(n + 1)) tellings a node leave less than one node in a thousand unaware. */
const RETRANSMIT_FACTOR = 4

/** As how many tellings one of hearsay counts in a crowd: others tell it as well, and comparing tables repairs what is missed. */
const HEARSAY_WEIGHT = 3
/** More rumours than this to tell at once are a crowd that starts together. Who joins alone is told of in full. */
const CROWD = 16

/** How often a node tells a rumour in a mesh of `members` (SWIM, section 4.1: lambda * log n). */
export const retransmitLimit = (members: number): number => RETRANSMIT_FACTOR * Math.ceil(Math.log10(members + 1))

interface Rumour {
  about: PeerId
  bytes: Uint8Array
  tellings: number
  replaced: boolean
  hearsay: boolean
}

/**
 * What is still to be told: at most one rumour a member, the latest. The least told go first, among those the newest, so
 * that fresh news overtakes old in a crowd. In a crowd hearsay is told less often, and counts as told when it is heard again
 * (the feedback of Demers et al. 1987): when many start together that is most of what there is to tell.
 */
export class Broadcasts {
  readonly #current = new Map<PeerId, Rumour>()
  /** By number of tellings; the newest is last. Replaced ones stay until they are met. */
  #levels: Rumour[][] = []

  get size(): number {
    return this.#current.size
  }

  /** Tells `bytes` about a member from now on, in place of anything older about it. */
  add(about: PeerId, bytes: Uint8Array, hearsay = false): void {
    this.remove(about)
    const rumour: Rumour = { about, bytes, tellings: 0, replaced: false, hearsay }
    this.#current.set(about, rumour)
    this.#level(0).push(rumour)
  }

  remove(about: PeerId): void {
    const rumour = this.#current.get(about)
    if (!rumour) return
    rumour.replaced = true
    this.#current.delete(about)
    if (this.#current.size === 0) this.#levels = []
  }

  /** Somebody else told the very same. */
  heard(about: PeerId, limit: number): void {
    const rumour = this.#current.get(about)
    if (!rumour?.hearsay || !this.#crowded) return
    const copy: Rumour = { ...rumour, tellings: rumour.tellings + HEARSAY_WEIGHT }
    this.remove(about)
    if (copy.tellings >= limit) return
    this.#current.set(about, copy)
    this.#level(copy.tellings).unshift(copy)
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
    const crowded = this.#crowded
    for (let i = taken.length - 1; i >= 0; i--) {
      const rumour = taken[i] as Rumour
      this.#told(rumour, crowded && rumour.hearsay ? listeners * HEARSAY_WEIGHT : listeners, limit)
    }
    return taken.map((rumour) => rumour.bytes)
  }

  get #crowded(): boolean {
    return this.#current.size > CROWD
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
