import { type Goal, median, printGoals } from './goals.ts'
import type { Load, Result } from './measure.ts'
import { Pair } from './pair.ts'
import { ensureRivals } from './rivals.ts'

const CONTENDERS = ['covey', 'tcp', 'tls', 'moleculer'] as const
type Name = (typeof CONTENDERS)[number]
const SIZES = [100, 10 * 1024]
const IN_FLIGHT = [1, 32, 256]
/** Before anything counts, in milliseconds: what is compiled late must not be paid by the first cell. */
const WARM_UP_MS = 1000

/** One line of the table: medians over the rounds. */
export interface Row extends Result {
  bytes: number
  inFlight: number
  contender: Name
}

interface Requests {
  /** Whether each process was held on a core of its own. */
  apart: boolean
  rows: Row[]
  goals: Goal[]
}

/**
 * Requests between two processes, every contender in the same run: one after the other in each round, so that whatever
 * else this machine does meets them all.
 */
export async function benchRequests(rounds: number, milliseconds: number): Promise<Requests> {
  ensureRivals()
  const pairs: Pair[] = []
  try {
    for (const contender of CONTENDERS) pairs.push(await Pair.start(contender))
    for (const pair of pairs) {
      for (const bytes of SIZES) await pair.measure({ bytes, inFlight: 32, duration: WARM_UP_MS })
    }
    const rows: Row[] = []
    for (const bytes of SIZES) {
      for (const inFlight of IN_FLIGHT) {
        rows.push(...(await cell(pairs, { bytes, inFlight, duration: milliseconds }, rounds)))
      }
    }
    return { apart: pairs.every(({ apart }) => apart), rows, goals: goalsOf(rows) }
  } finally {
    for (const pair of pairs) pair.stop()
  }
}

async function cell(pairs: readonly Pair[], load: Load, rounds: number): Promise<Row[]> {
  const results = pairs.map((): Result[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, pair] of pairs.entries()) results[i]?.push(await pair.measure(load))
  }
  return pairs.map((pair, i) => {
    const of = (pick: (result: Result) => number): number => median((results[i] ?? []).map(pick))
    return {
      bytes: load.bytes,
      inFlight: load.inFlight,
      contender: pair.contender as Name,
      perSecond: of(({ perSecond }) => perSecond),
      p50: of(({ p50 }) => p50),
      p99: of(({ p99 }) => p99),
    }
  })
}

function goalsOf(rows: readonly Row[]): Goal[] {
  const at = (contender: Name, bytes: number, inFlight: number): Row => {
    const row = rows.find((each) => each.contender === contender && each.bytes === bytes && each.inFlight === inFlight)
    if (row === undefined) throw new Error(`${contender} was not measured at ${inFlight} x ${bytes} B`)
    return row
  }
  const ratio = (of: Name, to: Name, bytes: number): number =>
    at(of, bytes, 256).perSecond / at(to, bytes, 256).perSecond
  const latency = (bytes: number): number => at('covey', bytes, 1).p50 / at('tcp', bytes, 1).p50
  const toTcp = ratio('covey', 'tcp', 100)
  const toMoleculer = ratio('covey', 'moleculer', 100)
  return [
    { text: '256 x 100 B: requests/s of raw TCP, at least 0.5', value: toTcp, reached: toTcp >= 0.5 },
    { text: '256 x 100 B: requests/s of Moleculer, more than 2', value: toMoleculer, reached: toMoleculer > 2 },
    ...SIZES.map((bytes) => ({
      text: `1 x ${bytes} B: median latency of raw TCP, at most 2`,
      value: latency(bytes),
      reached: latency(bytes) <= 2,
    })),
  ]
}

/** The table for people. */
export function printRequests({ apart, rows, goals }: Requests): void {
  console.log(
    apart
      ? 'each process on a core of its own'
      : 'processes where the kernel puts them: latencies hang on whether both are on one core',
  )
  console.log('bytes   in flight  contender    requests/s   of TCP   p50 us   p99 us')
  let last = ''
  for (const row of rows) {
    const tcp = rows.find(
      (other) => other.contender === 'tcp' && other.bytes === row.bytes && other.inFlight === row.inFlight,
    )
    const key = `${String(row.bytes).padEnd(8)}${String(row.inFlight).padEnd(11)}`
    const cells = [
      Math.round(row.perSecond).toString().padStart(10),
      (row.perSecond / (tcp?.perSecond ?? Number.NaN)).toFixed(2).padStart(9),
      (row.p50 * 1000).toFixed(1).padStart(9),
      (row.p99 * 1000).toFixed(0).padStart(9),
    ]
    console.log(`${key === last ? ' '.repeat(key.length) : key}${row.contender.padEnd(13)}${cells.join('')}`)
    last = key
  }
  console.log()
  printGoals(goals)
}
