/**
 * Incarnations that are made durable at once. A refutation must not wait for a disk, because it races with a deadline,
 * so that a node owns a block of numbers before it needs them, and asks for the next one when half is used.
 */
export const INCARNATION_BLOCK = 64

/**
 * A node's own incarnation. Every number below `bound` is durably this node's: after a crash it starts at the bound, above
 * all that it may have told anybody.
 */
export class OwnIncarnation {
  #current: number
  #bound: number
  #asked: number
  /** The number that waits for its block to become durable. */
  #wanted: number | undefined

  /** `current` is the first number of a durable block that ends below `bound`. */
  constructor(current: number, bound: number) {
    this.#current = current
    this.#bound = bound
    this.#asked = bound
  }

  get current(): number {
    return this.#current
  }

  /**
   * Takes the number after `heard` and the current one. `ready` false: its block is not durable yet, nothing may be told
   * before `extend` says so. `reserve`: the bound that has to be made durable now.
   */
  raise(heard: number): { ready: boolean; reserve: number | undefined } {
    const next = Math.max(heard, this.#current, (this.#wanted ?? 0) - 1) + 1
    const ready = next < this.#bound
    if (ready) this.#current = next
    else this.#wanted = next
    return { ready, reserve: this.#reserve(next) }
  }

  /** The block up to `bound` is durable. Returns whether a number that waited was taken. */
  extend(bound: number): boolean {
    this.#bound = Math.max(this.#bound, bound)
    if (this.#wanted === undefined || this.#wanted >= this.#bound) return false
    this.#current = this.#wanted
    this.#wanted = undefined
    return true
  }

  #reserve(next: number): number | undefined {
    if (next + INCARNATION_BLOCK / 2 < this.#asked) return undefined
    this.#asked = next + INCARNATION_BLOCK
    return this.#asked
  }
}
