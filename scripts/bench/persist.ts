import { setTimeout as delay } from 'node:timers/promises'

/** From one attempt to the next, in milliseconds: others start in their own time, and nothing tells that they are up. */
const PAUSE_MS = 100

/** Again and again until it succeeds; after `limitMs` throws, with the last failure as the cause. */
export async function persist<T>(what: string, limitMs: number, attempt: () => Promise<T>): Promise<T> {
  const started = performance.now()
  while (true) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() - started > limitMs) throw new Error(`not in time: ${what}`, { cause: error })
      await delay(PAUSE_MS)
    }
  }
}
