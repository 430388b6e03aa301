/** Something that waits its turn: how large it is, and what happens when its turn comes. */
export interface Waiting {
  readonly bytes: number
}

/**
 * Who may go ahead, by count and by bytes under way; the others wait in the order in which they came. One that is larger than
 * all the room goes alone. Pure.
 */
export class Line<T extends Waiting> {
  readonly #maxCount: number
  readonly #maxBytes: number
  #waiting: T[] = []
  #count = 0
  #bytes = 0

  constructor(maxCount: number, maxBytes: number) {
    this.#maxCount = maxCount
    this.#maxBytes = maxBytes
  }

  /** Whether nobody waits and nothing is under way. */
  get idle(): boolean {
    return this.#count === 0 && this.#waiting.length === 0
  }

  add(item: T): void {
    this.#waiting.push(item)
  }

  /** Those whose turn it is: they count as under way until `done`. */
  take(): T[] {
    let taken = 0
    for (const { bytes } of this.#waiting) {
      const fits = this.#count < this.#maxCount && this.#bytes + bytes <= this.#maxBytes
      if (!fits && this.#count > 0) break
      this.#count++
      this.#bytes += bytes
      taken++
    }
    return this.#waiting.splice(0, taken)
  }

  done(items: readonly T[]): void {
    this.#count -= items.length
    for (const { bytes } of items) this.#bytes -= bytes
  }

  /** Everybody who still waits; nobody does after it. */
  clear(): T[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }
}
