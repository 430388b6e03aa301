import { Watch } from './watch.ts'

/** Locks that a node remembers something of: of the one that it has not asked for in the longest time it forgets, and is patient anew. */
const MAX_REMEMBERED = 256
/** Acquisitions given up that are remembered a lock: as many as have a place in its queue. */
const MAX_GIVEN_UP = 64

/**
 * What a node remembers of one lock from one acquisition to the next. Without it a queue whose first one died would never end for those
 * who wait for less long than it takes to be sure of that.
 */
export class LeaseMemory {
  /** Since when the others stand as they stand. */
  readonly watch = new Watch()
  readonly #givenUp = new Set<string>()

  /** Acquisitions of this node that nobody is behind any more, though their places or permits may stand. */
  get givenUp(): ReadonlySet<string> {
    return this.#givenUp
  }

  giveUp(id: string): void {
    this.#givenUp.add(id)
    const [oldest] = this.#givenUp
    if (this.#givenUp.size > MAX_GIVEN_UP && oldest !== undefined) this.#givenUp.delete(oldest)
  }
}

/** By the names of their registers. */
export class LeaseMemories {
  readonly #byRegister = new Map<string, LeaseMemory>()

  of(register: string): LeaseMemory {
    const memory = this.#byRegister.get(register) ?? new LeaseMemory()
    // The one that was asked for last is the last.
    this.#byRegister.delete(register)
    this.#byRegister.set(register, memory)
    const [oldest] = this.#byRegister.keys()
    if (this.#byRegister.size > MAX_REMEMBERED && oldest !== undefined) this.#byRegister.delete(oldest)
    return memory
  }
}
