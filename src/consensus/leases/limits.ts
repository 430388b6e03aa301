import { InvalidInputError } from '../../lib/errors.ts'

/** The shortest lease, in milliseconds: a third of it must have room for a round of durable writes and a pause of the runtime. */
export const MIN_TTL_MS = 500
/** The longest lease, in milliseconds: so long nobody else gets what a dead holder had. */
export const MAX_TTL_MS = 60 * 60_000
/** The lease where none is named, in milliseconds: a pause that people notice still fits. */
export const DEFAULT_TTL_MS = 10_000
/** The longest wait, in milliseconds: what a timer takes. */
export const MAX_WAIT_MS = 2 ** 31 - 1
/** The wait where none is named, in milliseconds: whoever forgot that a lock may be held for long hears of it. */
export const DEFAULT_WAIT_MS = 30_000
/** The most permits of a semaphore: each holder is in the register's value, and renews it. */
export const MAX_PERMITS = 64
/** The longest queue: each place is in the register's value. */
export const MAX_WAITING = 64
/** The longest name of a lock, semaphore or barrier, in characters: whatever they are, the name fits that of a register. */
export const MAX_NAME_CHARS = 128

/**
 * What clocks may go apart during a lease, as a share of it: a hundred times what crystals do. The holder stops so much earlier, and
 * who watches it waits so much longer.
 */
const MARGIN_SHARE = 0.02
/** A lease is renewed when this share of it is over. */
export const RENEW_SHARE = 1 / 3
/** One attempt to renew it takes no longer than this share of it: three may fail before it is lost. */
export const RENEWAL_SHARE = 1 / 6
/** How long the first in the queue may be silent before it loses its place, in milliseconds: several of its renewals. */
export const PLACE_TTL_MS = 3_000

/** Who waits looks so many times in the life of a lease, so that a lease that ended is taken over within a few percent of it. */
const LOOKS_PER_LEASE = 20
/** The shortest and the longest time between two looks, in milliseconds: a quorum read costs a round trip to every voter. */
const MIN_LOOK_MS = 25
const MAX_LOOK_MS = 500
/** Who is not the first in the queue looks so many times less often: it has to know only when it is. */
const BEHIND_FACTOR = 4
/** The longest one attempt to change the register takes before another one is made, in milliseconds. */
export const ATTEMPT_MS = 5_000
/** What an attempt gets even when the wait is over, in milliseconds: who does not want to wait still asks once. */
export const LEAST_ATTEMPT_MS = 2_000
/** The pause after an attempt that no quorum answered, in milliseconds; up to twice that, by chance. */
export const RETRY_MS = 100
/** How long taking a place back may take when nobody waits for it any more, in milliseconds; later it expires by itself. */
export const GIVE_UP_MS = 2_000
/** How long users of a node that stops have to end what they do under a lease, in milliseconds: longer than `covey lock` gives its command. */
export const STOP_GRACE_MS = 2_500

export const margin = (ttlMs: number): number => ttlMs * MARGIN_SHARE

/** How long to wait before the next look at a lease, in milliseconds, before jitter. */
export function lookEvery(ttlMs: number, first: boolean): number {
  const ms = Math.min(Math.max(ttlMs / LOOKS_PER_LEASE, MIN_LOOK_MS), MAX_LOOK_MS)
  return first ? ms : ms * BEHIND_FACTOR
}

/** Throws `InvalidInputError` on a time to live that no lease has. */
export function checkTtl(ttlMs: number): void {
  if (Number.isFinite(ttlMs) && ttlMs >= MIN_TTL_MS && ttlMs <= MAX_TTL_MS) return
  throw new InvalidInputError(
    `a lease of ${ttlMs} ms`,
    `Use ${MIN_TTL_MS} ms to ${MAX_TTL_MS / 60_000} minutes; it is renewed for as long as it is held.`,
  )
}

/** Throws `InvalidInputError` on a wait that is none. */
export function checkWait(waitMs: number): void {
  if (Number.isFinite(waitMs) && waitMs >= 0 && waitMs <= MAX_WAIT_MS) return
  throw new InvalidInputError(`a wait of ${waitMs} ms`, `Use 0 (do not wait) to ${MAX_WAIT_MS} ms (24 days).`)
}

/** Throws `InvalidInputError` on what is no name of a lock, semaphore or barrier. */
export function checkName(kind: string, name: string): void {
  if (typeof name === 'string' && name.length > 0 && name.length <= MAX_NAME_CHARS && name.isWellFormed()) return
  throw new InvalidInputError(
    `that is no name of a ${kind}`,
    `Use a text of 1 to ${MAX_NAME_CHARS} characters, such as deploy/production.`,
  )
}

/** Throws `InvalidInputError` where it is no whole number from 1 to `most`. */
export function checkCount(what: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= most) return
  throw new InvalidInputError(`${count} ${what}`, `Use a whole number from 1 to ${most}.`)
}
