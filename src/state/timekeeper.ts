import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { StateCore } from './core.ts'
import { MAX_SEQUENCE, peerOf, type ReplicaId } from './dot.ts'
import type { WriteEvent } from './entry.ts'
import { type Hlc, HybridClock } from './hlc.ts'

/** The times of a node's writes: later than what it has seen of others within bounds, and than all that it has written itself. */
export class Timekeeper {
  readonly #hlc: HybridClock
  readonly #log: Log
  /** Replicas that were seen to write far in the future. */
  readonly #ahead = new Set<ReplicaId>()

  constructor(clock: Clock, log: Log) {
    this.#hlc = new HybridClock(clock)
    this.#log = log
  }

  next(): Hlc {
    return this.#hlc.next()
  }

  /** A write of that time was read from the disk, or is in a state that takes the place of the own one. */
  follow(time: Hlc): void {
    this.#hlc.observe(time)
  }

  /** Whatever the wall clock says now: the peer of that replica goes on after all that it has written in any life. */
  resume(core: StateCore, replica: ReplicaId): void {
    const self = peerOf(replica)
    for (const former of core.stored.replicas()) {
      if (peerOf(former) !== self) continue
      // What was brought in again may be dated by others.
      for (const { time, origin } of core.within(former, 1, MAX_SEQUENCE)) if (!origin) this.#hlc.resume(time)
    }
  }

  /** A write of a peer came; `own` is the replica that writes here, if it is known. */
  observe({ replica, sequence, time, origin }: WriteEvent, own: ReplicaId | undefined): void {
    if (this.#hlc.observe(time)) return
    // What a lost disk had written comes back.
    if (!origin && own !== undefined && peerOf(replica) === peerOf(own)) this.#hlc.resume(time)
    // A line for each replica says enough: a wrong clock dates every write of its node.
    if (this.#ahead.has(replica)) return
    this.#ahead.add(replica)
    this.#log.warn('a write is dated far in the future', { replica, sequence })
  }
}
