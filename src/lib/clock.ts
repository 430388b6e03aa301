/**
 * The clock port. Everything that waits or asks for the time goes through it, so that a simulation can run a mesh in
 * virtual time and replay it.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. May jump and differ between machines: never compare two machines' values. */
  now(): number
  /** Milliseconds since some fixed moment of this process. Never goes back. */
  monotonic(): number
  /** Runs `fn` once, `ms` milliseconds from now (0 or more). Does not keep the process alive. */
  after(ms: number, fn: () => void): Timer
  /** Runs `fn` once the current turn of the event loop is over: after I/O callbacks of this turn, before the next wait. */
  soon(fn: () => void): void
  /** A number that no other turn of the event loop has: two calls that answer the same came in one turn. */
  turn(): number
}

export interface Timer {
  /** Idempotent; after it the function does not run. */
  cancel(): void
}

let turn = 0
let turnEnds = false
const endTurn = (): void => {
  turn++
  turnEnds = false
}

/** The process's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
  soon(fn) {
    setImmediate(fn)
  },
  turn() {
    // Turns are counted only while somebody asks: an idle process has nothing to wake up for.
    if (!turnEnds) {
      turnEnds = true
      setImmediate(endTurn)
    }
    return turn
  },
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = (): void => {
      timer.cancel()
      reject(signal?.reason)
    }
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Runs `fn` every `ms` milliseconds, measured from the end of one call to the start of the next, until cancelled. */
export function every(clock: Clock, ms: () => number, fn: () => void): Timer {
  let timer: Timer
  let cancelled = false
  const arm = (): void => {
    timer = clock.after(ms(), () => {
      fn()
      if (!cancelled) arm()
    })
  }
  arm()
  return {
    cancel() {
      cancelled = true
      timer.cancel()
    },
  }
}
