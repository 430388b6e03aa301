import type { Clock, Timer } from '../lib/clock.ts'

/** How exactly deadlines are kept, in milliseconds: finer costs more timers, coarser shows in probe timeouts of 100 ms. */
const GRAIN_MS = 5

/**
 * Many deadlines, one timer. A request adds its deadline and nearly always takes it back, so both are O(1) and touch no
 * timer: deadlines are kept in buckets of `GRAIN_MS`, and only the earliest bucket has a timer.
 */
export class Deadlines<T> {
  readonly #clock: Clock
  readonly #expire: (item: T) => void
  readonly #buckets = new Map<number, Set<T>>()
  #armedFor = Number.POSITIVE_INFINITY
  #timer: Timer | undefined

  constructor(clock: Clock, expire: (item: T) => void) {
    this.#clock = clock
    this.#expire = expire
  }

  /** `deadline` on the monotonic clock; `expire` is called once it is over, at most `GRAIN_MS` late. */
  add(item: T, deadline: number): void {
    const tick = Math.ceil(deadline / GRAIN_MS)
    const bucket = this.#buckets.get(tick)
    if (bucket) bucket.add(item)
    else this.#buckets.set(tick, new Set([item]))
    if (tick < this.#armedFor) this.#arm(tick)
  }

  /** Takes back what was added with the same deadline. */
  delete(item: T, deadline: number): void {
    const tick = Math.ceil(deadline / GRAIN_MS)
    const bucket = this.#buckets.get(tick)
    if (!bucket?.delete(item)) return
    // The armed bucket stays until its timer fires: re-arming for each answered request would cost more.
    if (bucket.size === 0 && tick !== this.#armedFor) this.#buckets.delete(tick)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#buckets.clear()
    this.#armedFor = Number.POSITIVE_INFINITY
  }

  #arm(tick: number): void {
    this.#timer?.cancel()
    this.#armedFor = tick
    this.#timer = this.#clock.after(Math.max(0, tick * GRAIN_MS - this.#clock.monotonic()), () => this.#fire())
  }

  #fire(): void {
    const now = Math.floor(this.#clock.monotonic() / GRAIN_MS)
    const due = [...this.#buckets.keys()].filter((tick) => tick <= now).sort((a, b) => a - b)
    this.#armedFor = Number.POSITIVE_INFINITY
    for (const tick of due) {
      const bucket = this.#buckets.get(tick)
      this.#buckets.delete(tick)
      for (const item of bucket ?? []) this.#expire(item)
    }
    let next = Number.POSITIVE_INFINITY
    for (const tick of this.#buckets.keys()) if (tick < next) next = tick
    if (next < this.#armedFor) this.#arm(next)
  }
}
