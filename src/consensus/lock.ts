import type { Lease } from './leases/lease.ts'
import type { AcquireOptions, Leases } from './leases/leases.ts'
import { checkName } from './leases/limits.ts'

/**
 * A lock that at most one holds, by the voters' word and every holder's own clock. A holder that is paused may wake up when another one has
 * it: both run then, and what they write to must compare their fences, and refuse the lower one.
 */
export interface Lock {
  readonly name: string
  /**
   * Waits for its turn: first come, first served. Rejects with `InvalidInputError`, `HeldError` (which says who has it) when the wait is over,
   * `BusyError` where too many wait, `StoppedError`, the signal's reason, or as a register does.
   */
  acquire(options?: AcquireOptions): Promise<Lease>
}

/** Throws `InvalidInputError` on a bad name. */
export function createLock(leases: Leases, name: string): Lock {
  checkName('lock', name)
  const subject = { register: `lock/${name}`, permits: 1, what: `lock "${name}"` }
  return { name, acquire: (options = {}) => leases.acquire(subject, options) }
}
