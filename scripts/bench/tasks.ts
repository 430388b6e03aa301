import { fork } from 'node:child_process'
import { join } from 'node:path'
import { Flock } from './flock.ts'
import { median } from './goals.ts'
import type { Load, Result } from './measure.ts'
import { ask, Pair } from './pair.ts'

const REQUESTER = join(import.meta.dirname, 'requester.ts')
const AGENT = join(import.meta.dirname, 'echo-agent.ts')
const WORKERS = 4
const IN_FLIGHT = [1, 64]
/** Of a task's input and result, and of a request's body and answer. */
const BYTES = 100
/** Before anything counts, in milliseconds: what is compiled late must not be paid by the first cell. */
const WARM_UP_MS = 2000

/** One line of the table: medians over the rounds, beside bare requests under the same load. */
interface Row extends Result {
  inFlight: number
  request: Result
}

interface Tasks {
  rows: Row[]
}

/** Somebody under load. */
type Measured = (load: Load) => Promise<Result>

/**
 * Tasks from submit to result with a handler that does nothing, four worker processes and one that hands them in, beside
 * bare requests between two other processes: they take turns in every round.
 */
export async function benchTasks(rounds: number, milliseconds: number): Promise<Tasks> {
  const flock = new Flock(WORKERS, ['--agents', AGENT, '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0'])
  const requester = fork(REQUESTER)
  let pair: Pair | undefined
  try {
    const workers = await Promise.all(flock.starting)
    const addresses = workers.map(({ status }) => status.addresses[0] as string)
    await ask(requester, { kind: 'meet', mesh: workers[0]?.status.mesh as string, addresses })
    pair = await Pair.start('covey')
    const requests: Measured = pair.measure.bind(pair)
    const tasks: Measured = (load) => ask<Result>(requester, { kind: 'measure', load })
    for (const measure of [requests, tasks]) {
      await measure({ bytes: BYTES, inFlight: Math.max(...IN_FLIGHT), duration: WARM_UP_MS })
    }
    const rows: Row[] = []
    for (const inFlight of IN_FLIGHT) {
      rows.push(await row(tasks, requests, { bytes: BYTES, inFlight, duration: milliseconds }, rounds))
    }
    return { rows }
  } finally {
    pair?.stop()
    if (requester.connected) requester.disconnect()
    await flock.stop()
  }
}

async function row(tasks: Measured, requests: Measured, load: Load, rounds: number): Promise<Row> {
  const results: { task: Result; request: Result }[] = []
  for (let round = 0; round < rounds; round++) {
    results.push({ request: await requests(load), task: await tasks(load) })
  }
  return {
    inFlight: load.inFlight,
    ...medians(results.map(({ task }) => task)),
    request: medians(results.map(({ request }) => request)),
  }
}

function medians(results: readonly Result[]): Result {
  return {
    perSecond: median(results.map(({ perSecond }) => perSecond)),
    p50: median(results.map(({ p50 }) => p50)),
    p99: median(results.map(({ p99 }) => p99)),
  }
}

/** The table for people. */
export function printTasks({ rows }: Tasks): void {
  console.log(`tasks of ${BYTES} B to ${WORKERS} workers, beside bare requests between two processes`)
  console.log('in flight  what        a second   of requests    p50 us    p99 us')
  for (const { inFlight, request, ...task } of rows) {
    const line = (first: string, what: string, { perSecond, p50, p99 }: Result): void => {
      const cells = [
        Math.round(perSecond).toString().padStart(10),
        (perSecond / request.perSecond).toFixed(3).padStart(14),
        (p50 * 1000).toFixed(0).padStart(10),
        (p99 * 1000).toFixed(0).padStart(10),
      ]
      console.log(first.padEnd(11) + what.padEnd(10) + cells.join(''))
    }
    line(String(inFlight), 'tasks', task)
    line('', 'requests', request)
  }
}
