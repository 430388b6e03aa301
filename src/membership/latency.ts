/** Round trips kept of a member: enough for a median that one slow answer does not move. */
const KEPT = 7

/** The last few round trips to a member, in milliseconds. */
export class Latency {
  readonly #samples: number[] = []
  #next = 0

  add(ms: number): void {
    this.#samples[this.#next] = ms
    this.#next = (this.#next + 1) % KEPT
  }

  /** Undefined before the first. */
  get median(): number | undefined {
    if (this.#samples.length === 0) return undefined
    return [...this.#samples].sort((a, b) => a - b)[this.#samples.length >> 1]
  }
}
