import type { Clock } from '../lib/clock.ts'

/** What a process uses; in a simulation nothing. */
export interface Usage {
  /** Fraction of one core used since some seconds ago. */
  cpu: number
  /** Resident memory in bytes. */
  memoryBytes: number
}

/** Over how long the use of the processor is averaged at least, in milliseconds: shorter is noise. */
const WINDOW_MS = 2000

/** Measures this process whenever it is asked, without a timer of its own. */
export function processUsage(clock: Clock): () => Usage {
  let since = clock.monotonic()
  let before = process.cpuUsage()
  let cpu = 0
  return () => {
    const elapsed = clock.monotonic() - since
    if (elapsed >= WINDOW_MS) {
      const used = process.cpuUsage(before)
      cpu = (used.user + used.system) / 1000 / elapsed
      since = clock.monotonic()
      before = process.cpuUsage()
    }
    return { cpu, memoryBytes: process.memoryUsage.rss() }
  }
}
