import { margin, PLACE_TTL_MS } from './limits.ts'
import { type LeaseRecord, type Sighting, sightingOfHolder, sightingOfPlace } from './record.ts'

/** When a state was seen first, and for how long it may stand, in milliseconds. */
interface Seen {
  readonly since: number
  readonly forMs: number
}

/**
 * Which leases ended, by the monotonic clock of whoever looks: those that it saw unchanged for longer than they last. It counts from
 * when it had the answer that showed them first, which is after their holder began to count.
 */
export class Watch {
  #seen = new Map<Sighting, Seen>()

  /** A record as it stood when it was asked for, and the time now that the answer is here. */
  observe(record: LeaseRecord | undefined, now: number): void {
    const seen = new Map<Sighting, Seen>()
    const see = (sighting: Sighting, ttlMs: number): void => {
      seen.set(sighting, this.#seen.get(sighting) ?? { since: now, forMs: ttlMs + margin(ttlMs) })
    }
    for (const holder of record?.holders ?? []) see(sightingOfHolder(holder), holder.ttlMs)
    // Those behind it are not heard of until it is their turn.
    const [first] = record?.waiting ?? []
    if (first) see(sightingOfPlace(first), PLACE_TTL_MS)
    this.#seen = seen
  }

  /** The states that stood for longer than they may. */
  silent(now: number): Set<Sighting> {
    return new Set([...this.#seen].flatMap(([sighting, { since, forMs }]) => (now - since >= forMs ? [sighting] : [])))
  }

  /** When the next one will have stood too long; infinity where none will. */
  nextEnd(now: number): number {
    const ends = [...this.#seen.values()].map(({ since, forMs }) => since + forMs)
    return Math.min(Number.POSITIVE_INFINITY, ...ends.filter((end) => end > now))
  }
}
