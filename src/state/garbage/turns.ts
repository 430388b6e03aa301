/**
 * Whose turn it is to do what one node is enough for: the first of the members by id does it, the second if it is still to
 * be done a round later, and so on. Nobody need know who lives; twice does no harm.
 */
export class Turns {
  /** For how many rounds something has been to be done. */
  readonly #due = new Map<string, number>()
  #seen = new Set<string>()

  /** Whether it is the turn of the member with that rank, counted from 0. */
  isDue(name: string, rank: number): boolean {
    if (this.#seen.has(name)) return false
    this.#seen.add(name)
    const rounds = (this.#due.get(name) ?? 0) + 1
    this.#due.set(name, rounds)
    return rounds > rank
  }

  /** A round is over: what was not asked for in it is done. */
  end(): void {
    for (const name of this.#due.keys()) if (!this.#seen.has(name)) this.#due.delete(name)
    this.#seen = new Set()
  }
}
