import type { Random } from '../../lib/random.ts'

/** How one direction between two machines behaves. */
export interface LinkQuality {
  /** One-way latency in milliseconds, uniform between the two. */
  latencyMs: readonly [min: number, max: number]
  /**
   * Fraction of packets lost. A frame of a stream then arrives after a retransmission (as over TCP), a published
   * message does not arrive.
   */
  loss: number
  /** Fraction of published messages that arrive twice. */
  duplicate: number
  /** Fraction of published messages that arrive up to ten latencies late, behind later ones. */
  reorder: number
}

export const DEFAULT_LINK: LinkQuality = { latencyMs: [1, 5], loss: 0, duplicate: 0, reorder: 0 }

/** The state of all links between machines, known by number: quality, partitions, one-way blocks. */
export class Links {
  readonly #random: Random
  readonly #default: LinkQuality
  readonly #special = new Map<string, LinkQuality>()
  readonly #blocked = new Set<string>()
  #groups: Map<number, number> | undefined

  constructor(random: Random, quality: Partial<LinkQuality> = {}) {
    this.#random = random
    this.#default = { ...DEFAULT_LINK, ...quality }
  }

  quality(from: number, to: number): LinkQuality {
    if (this.#special.size === 0) return this.#default
    return this.#special.get(`${from}>${to}`) ?? this.#default
  }

  setQuality(from: number, to: number, quality: Partial<LinkQuality>): void {
    this.#special.set(`${from}>${to}`, { ...this.quality(from, to), ...quality })
  }

  /** Nobody reaches a machine of another group; machines that are in none keep together. */
  partition(groups: readonly (readonly number[])[]): void {
    this.#groups = new Map()
    groups.forEach((group, number) => {
      for (const machine of group) this.#groups?.set(machine, number + 1)
    })
  }

  /** Nothing passes from one to the other in this direction. */
  block(from: number, to: number): void {
    this.#blocked.add(`${from}>${to}`)
  }

  /** Ends every partition and block; qualities stay. */
  heal(): void {
    this.#groups = undefined
    this.#blocked.clear()
  }

  passes(from: number, to: number): boolean {
    if (this.#groups && (this.#groups.get(from) ?? 0) !== (this.#groups.get(to) ?? 0)) return false
    return this.#blocked.size === 0 || !this.#blocked.has(`${from}>${to}`)
  }

  latency(from: number, to: number): number {
    const [min, max] = this.quality(from, to).latencyMs
    return min + (max - min) * this.#random.float()
  }

  /** Whether this packet is lost. */
  loses(from: number, to: number): boolean {
    const { loss } = this.quality(from, to)
    return loss > 0 && this.#random.float() < loss
  }

  /** How long a published message takes on its way, once or twice; empty where it is lost. */
  copies(from: number, to: number): number[] {
    if (!this.passes(from, to) || this.loses(from, to)) return []
    const { duplicate, reorder } = this.quality(from, to)
    const delays = [this.latency(from, to)]
    if (duplicate > 0 && this.#random.float() < duplicate) delays.push(this.latency(from, to) * 2)
    if (reorder > 0 && this.#random.float() < reorder) {
      return delays.map((delay) => delay * (1 + 9 * this.#random.float()))
    }
    return delays
  }
}
