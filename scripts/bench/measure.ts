import { performance } from 'node:perf_hooks'
import type { Client } from './contenders/contender.ts'

/** One cell of the table: how large, how many at once, for how long. */
export interface Load {
  bytes: number
  inFlight: number
  /** Milliseconds. */
  duration: number
}

export interface Result {
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
}

/** Latencies kept of one measurement; the rest is counted only. */
const MAX_SAMPLES = 500_000

/** Keeps `inFlight` requests under way for `duration`, each worker sending its next when its last is answered. */
export async function measure(client: Client, load: Load): Promise<Result> {
  const body = Buffer.alloc(load.bytes, 'x')
  const samples = new Float64Array(MAX_SAMPLES)
  let count = 0
  const start = performance.now()
  const end = start + load.duration
  const worker = async (): Promise<void> => {
    for (let now = performance.now(); now < end; ) {
      const answer = await client.request(body)
      if (answer.length !== body.length) throw new Error(`${answer.length} bytes came back, not ${body.length}`)
      const after = performance.now()
      if (count < MAX_SAMPLES) samples[count] = after - now
      count++
      now = after
    }
  }
  await Promise.all(Array.from({ length: load.inFlight }, worker))
  const seconds = (performance.now() - start) / 1000
  const sorted = samples.subarray(0, Math.min(count, MAX_SAMPLES)).sort()
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  return { perSecond: count / seconds, p50: at(0.5), p99: at(0.99) }
}
