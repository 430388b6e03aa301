/** The end of the node, for all that is under way: thousands of listeners of one signal would cost more than the calls. */
export class Stop {
  readonly #listeners = new Set<() => void>()
  isOver = false

  all(): void {
    this.isOver = true
    for (const listener of [...this.#listeners]) listener()
  }

  /** Calls `end` when the node stops or `signal` aborts, until the function that is returned is called. Neither has happened yet. */
  listen(signal: AbortSignal | undefined, end: () => void): () => void {
    this.#listeners.add(end)
    signal?.addEventListener('abort', end, { once: true })
    return () => {
      this.#listeners.delete(end)
      signal?.removeEventListener('abort', end)
    }
  }
}
