/** Round trips kept of a member: enough for a median that one slow answer does not move. */
const KEPT = 7

/** The last few round trips to a member, in milliseconds. */
export class Latency {
  /** Made with the first: of a large mesh most members are never probed by this node. */
  #samples: number[] | undefined
  #next = 0

  add(ms: number): void {
    this.#samples ??= []
    this.#samples[this.#next] = ms
    this.#next = (this.#next + 1) % KEPT
  }

  /** Undefined before the first. */
  get median(): number | undefined {
    if (!this.#samples) return undefined
    return [...this.#samples].sort((a, b) => a - b)[this.#samples.length >> 1]
  }
}
