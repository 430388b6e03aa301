import type { Report } from './report.ts'

/** Outcomes kept by a worker: some minutes of a busy node. */
export const MAX_KEPT_OUTCOMES = 1024
/** Bytes of results kept by a worker. */
export const MAX_KEPT_BYTES = 16 * 1024 * 1024
/** For how long an outcome is kept, in milliseconds: twice as long as a task takes by default. */
export const KEPT_MS = 10 * 60 * 1000

/** How a task ended on this worker. */
export interface Outcome {
  /** Tells it from another task of the same id. */
  fingerprint: string
  /** The attempt that ended so. */
  attempt: number
  report: Extract<Report, { type: 'result' | 'failure' }>
}

interface Kept extends Outcome {
  at: number
}

/** The last outcomes of a worker, so that a task awarded twice is not run twice. Bounded in number, bytes and time. */
export class KeptOutcomes {
  readonly #kept = new Map<string, Kept>()
  #bytes = 0

  get size(): number {
    return this.#kept.size
  }

  keep(task: string, outcome: Outcome, now: number): void {
    this.#drop(task)
    this.#kept.set(task, { ...outcome, at: now })
    this.#bytes += bytesOf(outcome)
    for (const [oldest, { at }] of this.#kept) {
      const fits = this.#kept.size <= MAX_KEPT_OUTCOMES && this.#bytes <= MAX_KEPT_BYTES
      if (fits && now - at < KEPT_MS) break
      this.#drop(oldest)
    }
  }

  get(task: string, now: number): Outcome | undefined {
    const kept = this.#kept.get(task)
    if (kept && now - kept.at < KEPT_MS) return kept
    this.#drop(task)
    return undefined
  }

  #drop(task: string): void {
    const kept = this.#kept.get(task)
    if (!kept) return
    this.#kept.delete(task)
    this.#bytes -= bytesOf(kept)
  }
}

const bytesOf = ({ report }: Outcome): number => (report.type === 'result' ? report.output.length : 0)
