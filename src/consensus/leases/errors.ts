import { CoveyError } from '../../lib/errors.ts'

/** Somebody else has it, for longer than the caller would wait. */
export class HeldError extends CoveyError {
  constructor(what: string, heldBy: string) {
    super('HELD', `${what} is held by ${heldBy}`, 'Wait for longer (waitMs, --wait), or see what the holder does.')
  }
}

/** The lease is over: others may hold the lock now. */
export class LeaseLostError extends CoveyError {
  constructor(what: string, reason: string) {
    super(
      'LEASE_LOST',
      `${what} is lost: ${reason}`,
      'Stop what it protects; what was written under its fence after this may have been refused. Acquire it anew.',
    )
  }
}

/** Whoever gives the lock back, or renews it, does not have it. */
export class NotHolderError extends CoveyError {
  constructor(what: string, heldBy: string) {
    super('NOT_HOLDER', `${what} is not yours: it is held by ${heldBy}`, 'Nothing to release; acquire it anew.')
  }
}

/** Nodes name different numbers of permits for one semaphore. */
export class PermitsMismatchError extends CoveyError {
  constructor(what: string, permits: number, otherPermits: number, other: string) {
    super(
      'PERMITS_MISMATCH',
      `${what} has ${permits} permits, and ${otherPermits} by ${other}`,
      'Name the same number everywhere; those in use hold until nobody has one.',
    )
  }
}
