import type { WriteEvent } from '../entry.ts'
import type { StateStore } from '../store.ts'

/** What came of events that a peer sent. */
export interface Taken {
  /** How many of them were not here before. */
  readonly news: number
  /** Resolves when all are durable; rejects with the storage's error. */
  readonly durable: Promise<void>
}

/** Takes events of a peer into the store. */
export function takeEvents(store: StateStore, events: readonly WriteEvent[]): Taken {
  let news = 0
  for (const event of events) if (store.core.lacks(event)) news++
  return { news, durable: store.receive([events]) }
}
