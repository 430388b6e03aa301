import { type Barrier, Barriers } from './barrier/barrier.ts'
import { type LeaseComponents, Leases } from './leases/leases.ts'
import { createLock, type Lock } from './lock.ts'
import { createSemaphore, type Semaphore } from './semaphore.ts'

/** Locks, semaphores and barriers of one node, over registers called `lock/NAME`, `semaphore/NAME` and `barrier/NAME`. */
export class Coordination {
  readonly #leases: Leases
  readonly #barriers: Barriers

  constructor(parts: LeaseComponents) {
    this.#leases = new Leases(parts)
    this.#barriers = new Barriers(parts)
  }

  /** Throws `InvalidInputError` on a bad name; so do the others. */
  lock(name: string): Lock {
    return createLock(this.#leases, name)
  }

  semaphore(name: string, permits: number): Semaphore {
    return createSemaphore(this.#leases, name, permits)
  }

  barrier(name: string, parties: number): Barrier {
    return this.#barriers.barrier(name, parties)
  }

  /** Gives back what is held, leaves every barrier, and ends every wait with `StoppedError`. Idempotent. */
  async stop(): Promise<void> {
    await Promise.all([this.#leases.stop(), this.#barriers.stop()])
  }
}
