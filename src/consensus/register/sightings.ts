import type { Sighting } from '../../wire/register.ts'
import { MAX_SIGHTINGS } from './limits.ts'

/** The highest durable counter that each acceptor was seen to have: what tells a restored disk from the newest. */
export class Sightings {
  readonly #counters = new Map<string, number>()
  #listed: Sighting[] | undefined
  /** What was picked last, of whom, since when nothing was news. */
  #picked: { of: readonly { acceptor: string }[]; seen: Sighting[] } | undefined
  /** Called when something was news. */
  onNews: () => void = () => undefined

  of(acceptor: string): number {
    return this.#counters.get(acceptor) ?? 0
  }

  note(acceptor: string, counter: number): void {
    if (counter <= this.of(acceptor)) return
    // The one seen last stays longest.
    this.#counters.delete(acceptor)
    this.#counters.set(acceptor, counter)
    for (const oldest of this.#counters.keys()) {
      if (this.#counters.size <= MAX_SIGHTINGS) break
      this.#counters.delete(oldest)
    }
    this.#listed = undefined
    this.#picked = undefined
    this.onNews()
  }

  /** Those of these acceptors: a round tells all of them the same. */
  pick(acceptors: readonly { acceptor: string }[]): Sighting[] {
    if (this.#picked?.of !== acceptors) {
      const seen = acceptors.map(({ acceptor }) => ({ acceptor, counter: this.of(acceptor) }))
      this.#picked = { of: acceptors, seen: seen.filter(({ counter }) => counter > 0) }
    }
    return this.#picked.seen
  }

  list(): Sighting[] {
    this.#listed ??= [...this.#counters].map(([acceptor, counter]) => ({ acceptor, counter }))
    return this.#listed
  }
}
