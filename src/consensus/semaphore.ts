import type { PermitsMismatchError } from './leases/errors.ts'
import type { Lease } from './leases/lease.ts'
import type { AcquireOptions, Leases } from './leases/leases.ts'
import { checkCount, checkName, MAX_PERMITS } from './leases/limits.ts'

/** At most `permits` hold it at once, each with a lease and a fence of its own; else as a `Lock`. */
export interface Semaphore {
  readonly name: string
  readonly permits: number
  /** Set when another node named another number of permits while this one held one: that node is refused, and told too. */
  readonly mismatch: PermitsMismatchError | undefined
  /** As of a lock; rejects with `PermitsMismatchError` where those that hold or wait have named another number. */
  acquire(options?: AcquireOptions): Promise<Lease>
}

/** Throws `InvalidInputError` on a bad name or number of permits. */
export function createSemaphore(leases: Leases, name: string, permits: number): Semaphore {
  checkName('semaphore', name)
  checkCount('permits', permits, MAX_PERMITS)
  const register = `semaphore/${name}`
  const subject = { register, permits, what: `semaphore "${name}"` }
  return {
    name,
    permits,
    get mismatch(): PermitsMismatchError | undefined {
      return leases.mismatch(register)
    },
    acquire: (options = {}) => leases.acquire(subject, options),
  }
}
