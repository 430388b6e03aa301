import type { PeerId } from '../network/network.ts'
import type { Dot } from './dot.ts'
import type { StateEntry } from './view.ts'

/** Changes that wait for a watcher to take them; it falls behind when there are more. */
export const MAX_WATCH_BUFFER = 1024
/** Watchers of one namespace: each change is offered to all of them. */
export const MAX_WATCHERS = 1000

/** What a watcher is told. */
export type WatchItem =
  /** A key as it is when the listing comes to it. */
  | { readonly type: 'entry'; readonly key: string; readonly entry: StateEntry }
  /** The listing is complete; from here on there are changes alone. */
  | { readonly type: 'listed' }
  | { readonly type: 'set'; readonly key: string; readonly entry: StateEntry }
  | Deleted
  /** So many changes were too many to keep: what was told before may be wrong, and a new listing follows. */
  | { readonly type: 'behind'; readonly dropped: number }

export interface Deleted {
  readonly type: 'delete'
  readonly key: string
  readonly dot: Dot
  /** Milliseconds since 1970. */
  readonly updatedAt: number
  readonly updatedBy: PeerId
}

/** Where a watcher lists. */
export interface Listing {
  /** The first entry behind `after`. */
  next(prefix: string, after: string | undefined): StateEntry | undefined
}

/**
 * A listing and the changes since, without a gap or a repetition between them: the listing goes through the keys in order and shows each
 * as it is at that moment, so a change of a key that it has not come to is in the listing, and a change of one that
 * it has passed is told at once. Nobody has to read: what waits is bounded.
 */
export class Watcher implements AsyncIterableIterator<WatchItem> {
  readonly prefix: string
  readonly #listing: Listing
  readonly #onClose: (watcher: Watcher) => void
  #buffer: WatchItem[] = []
  #dropped = 0
  /** How far the listing has come; undefined before its first key. */
  #cursor: string | undefined
  #listed = false
  #closed = false
  /** What ended it, until somebody has been told. */
  #failed: Error | undefined
  #waiting: PromiseWithResolvers<IteratorResult<WatchItem>>[] = []

  constructor(prefix: string, listing: Listing, onClose: (watcher: Watcher) => void) {
    this.prefix = prefix
    this.#listing = listing
    this.#onClose = onClose
  }

  /** Whether a change of the key is to be told: not if the listing will come to it. */
  wants(key: string): boolean {
    if (!key.startsWith(this.prefix)) return false
    return this.#listed || (this.#cursor !== undefined && key <= this.#cursor)
  }

  /** A change of a key that it `wants`. */
  tell(item: WatchItem): void {
    const waiting = this.#waiting.shift()
    if (waiting) waiting.resolve({ done: false, value: item })
    else if (this.#dropped === 0 && this.#buffer.length < MAX_WATCH_BUFFER) this.#buffer.push(item)
    else this.#fallBehind()
  }

  next(): Promise<IteratorResult<WatchItem>> {
    if (this.#failed) {
      const failed = this.#failed
      this.#failed = undefined
      return Promise.reject(failed)
    }
    const value = this.#take()
    if (value) return Promise.resolve({ done: false, value })
    if (this.#closed) return Promise.resolve({ done: true, value: undefined })
    const waiting = Promise.withResolvers<IteratorResult<WatchItem>>()
    this.#waiting.push(waiting)
    return waiting.promise
  }

  /** Ends the watch: what waits is dropped. Idempotent; also what leaving a `for await` does. */
  return(): Promise<IteratorResult<WatchItem>> {
    this.close()
    return Promise.resolve({ done: true, value: undefined })
  }

  /** Ends the watch with an error, which the reader gets. */
  fail(error: Error): void {
    const waiting = this.#waiting.shift()
    if (waiting) waiting.reject(error)
    else this.#failed = error
    this.close()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#listed = true
    this.#buffer = []
    this.#dropped = 0
    this.#onClose(this)
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #take(): WatchItem | undefined {
    if (this.#dropped > 0) {
      const item: WatchItem = { type: 'behind', dropped: this.#dropped }
      this.#dropped = 0
      this.#cursor = undefined
      this.#listed = false
      return item
    }
    const change = this.#buffer.shift()
    if (change || this.#listed) return change
    const entry = this.#listing.next(this.prefix, this.#cursor)
    if (!entry) {
      this.#listed = true
      return { type: 'listed' }
    }
    this.#cursor = entry.key
    return { type: 'entry', key: entry.key, entry }
  }

  #fallBehind(): void {
    this.#dropped += this.#buffer.length + 1
    this.#buffer = []
  }
}
