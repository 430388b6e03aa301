import type { Clock, Timer } from '../lib/clock.ts'

/** How exactly deadlines are kept, in milliseconds: finer costs more timers, coarser shows in probe timeouts of 100 ms. */
const GRAIN_MS = 5
/**
 * Buckets among which the next one is looked for when the earliest becomes empty, so that a quiet node is not woken for
 * requests that were answered. Among more the timer comes for nothing now and then: that costs less than looking each time.
 */
const MAX_SEARCHED = 16
/** A timer that is further away, in milliseconds, stays for the same reason: at worst it comes for nothing this rarely. */
const FAR_MS = 1000

/** What has a deadline. Its links belong to `Deadlines`: lists through the items themselves cost no allocation and no hash. */
export class Timed {
  bucket: Bucket | undefined = undefined
  previous: Timed | undefined = undefined
  next: Timed | undefined = undefined
}

/** What knows itself what the end of its deadline means, so that all requests of a node can share one `Deadlines`. */
export abstract class Expiring extends Timed {
  abstract expire(): void
}

/** Items whose deadlines fall into the same grain. */
interface Bucket {
  readonly tick: number
  first: Timed | undefined
}

/**
 * Many deadlines, one timer. A request adds its deadline and nearly always takes it back, so both are O(1) and touch no
 * timer: deadlines are kept in buckets of `GRAIN_MS`, and only the earliest bucket has a timer.
 */
export class Deadlines<T extends Timed> {
  readonly #clock: Clock
  readonly #expire: (item: T) => void
  readonly #buckets = new Map<number, Bucket>()
  /** The bucket that was added to last: requests that are made together have one deadline. */
  #latest: Bucket | undefined
  #armedFor = Number.POSITIVE_INFINITY
  #timer: Timer | undefined

  constructor(clock: Clock, expire: (item: T) => void) {
    this.#clock = clock
    this.#expire = expire
  }

  /** `deadline` on the monotonic clock; `expire` is called once it is over, at most `GRAIN_MS` late. */
  add(item: T, deadline: number): void {
    const tick = Math.ceil(deadline / GRAIN_MS)
    const bucket = this.#latest?.tick === tick ? this.#latest : this.#bucketOf(tick)
    item.bucket = bucket
    item.next = bucket.first
    if (bucket.first) bucket.first.previous = item
    bucket.first = item
    if (tick < this.#armedFor) this.#arm(tick)
  }

  /** Takes an item back; does nothing where it is over. */
  delete(item: T): void {
    const { bucket, previous, next } = item
    if (!bucket) return
    if (previous) previous.next = next
    else bucket.first = next
    if (next) next.previous = previous
    unlink(item)
    if (bucket.first) return
    this.#drop(bucket)
    const { tick } = bucket
    if (tick !== this.#armedFor || this.#buckets.size >= MAX_SEARCHED) return
    if (tick * GRAIN_MS - this.#clock.monotonic() <= FAR_MS) this.#armNext()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#buckets.clear()
    this.#latest = undefined
    this.#armedFor = Number.POSITIVE_INFINITY
  }

  #bucketOf(tick: number): Bucket {
    let bucket = this.#buckets.get(tick)
    if (!bucket) {
      bucket = { tick, first: undefined }
      this.#buckets.set(tick, bucket)
    }
    this.#latest = bucket
    return bucket
  }

  #drop(bucket: Bucket): void {
    // While its items expire another may have taken its place.
    if (this.#buckets.get(bucket.tick) === bucket) this.#buckets.delete(bucket.tick)
    if (this.#latest === bucket) this.#latest = undefined
  }

  #arm(tick: number): void {
    this.#timer?.cancel()
    this.#armedFor = tick
    this.#timer = this.#clock.after(Math.max(0, tick * GRAIN_MS - this.#clock.monotonic()), this.#fire)
  }

  readonly #fire = (): void => {
    const now = Math.floor(this.#clock.monotonic() / GRAIN_MS)
    const due = [...this.#buckets.values()].filter(({ tick }) => tick <= now).sort((a, b) => a.tick - b.tick)
    this.#armedFor = Number.POSITIVE_INFINITY
    for (const bucket of due) {
      this.#drop(bucket)
      while (bucket.first) {
        const item = bucket.first
        bucket.first = item.next
        if (item.next) item.next.previous = undefined
        unlink(item)
        this.#expire(item as T)
      }
    }
    this.#armNext()
  }

  /** For the earliest bucket, or no more where there is none. */
  #armNext(): void {
    let next = Number.POSITIVE_INFINITY
    for (const tick of this.#buckets.keys()) if (tick < next) next = tick
    if (next === this.#armedFor) return
    if (next < Number.POSITIVE_INFINITY) return this.#arm(next)
    this.#timer?.cancel()
    this.#armedFor = next
  }
}

function unlink(item: Timed): void {
  item.bucket = undefined
  item.previous = undefined
  item.next = undefined
}
