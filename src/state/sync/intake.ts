import type { WriteEvent } from '../entry.ts'
import type { StateStore } from '../store.ts'

/** What came of events that a peer sent. */
export interface Taken {
  /** Whether any of them was not here before. */
  readonly isNews: boolean
  /** Resolves when all are durable; rejects with the storage's error. */
  readonly durable: Promise<void>
}

/** Takes events of a peer into the store. */
export function takeEvents(store: StateStore, events: readonly WriteEvent[]): Taken {
  const isNews = events.some((event) => store.core.lacks(event))
  return { isNews, durable: store.receive(events) }
}
