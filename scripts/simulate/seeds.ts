/** Many seeds of one campaign on all cores: what the scripts beside this one share. */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { createInterface } from 'node:readline'

/** What a seed came to, as far as it is told here; it must be JSON. */
export interface SeedResult {
  readonly seed: number
  readonly faults: Readonly<Record<string, number>>
  /** What was broken; empty if nothing. */
  readonly failures: readonly string[]
}

/** How often it is said how far a long run is, in seeds. */
const PROGRESS_SEEDS = 1000
/** Nearly all of a seed is garbage at its end: with room for that, in MB, little of it is ever looked at by the collector. */
const YOUNG = '--max-semi-space-size=32'

export interface SeedRun<Result extends SeedResult> {
  /** The file whose arguments these are. */
  script: string
  run(seed: number): Promise<Result>
  /** What is said of all of them, a line each. */
  summarize(results: readonly Result[]): string[]
}

/**
 * Runs the seeds that the arguments of this process name: how many, and the first. Tells each that fails and how to replay it,
 * and sets the exit code to 1 if one does.
 */
export async function runSeeds<Result extends SeedResult>(task: SeedRun<Result>): Promise<void> {
  const [seeds = 1000, first = 1, step = 0] = process.argv.slice(2).map(Number)
  if (![seeds, first, step].every(Number.isInteger) || seeds < 1) {
    console.error(`usage: ${task.script} [SEEDS] [FIRST], both whole numbers`)
    process.exit(2)
  }
  if (step > 0) await work(task, seeds, first, step)
  else await lead(task, seeds, first)
}

/** One process: every `step`-th seed, each result a line. */
async function work<Result extends SeedResult>(
  { run }: SeedRun<Result>,
  seeds: number,
  first: number,
  step: number,
): Promise<void> {
  // Most of what is thrown is part of the trouble: only a replay of one seed needs to know from where.
  if (seeds > step) Error.stackTraceLimit = 0
  // It ends with the process that leads: nobody would hear what came of a seed.
  process.stdin.on('close', () => process.exit(1)).resume()
  process.stdin.unref()
  let seed = first
  process.on('exit', (code) => {
    if (code !== 0) console.error(`seed ${seed} ended the process that ran it`)
  })
  for (; seed < first + seeds; seed += step) process.stdout.write(`${JSON.stringify(await run(seed))}\n`)
}

/** Gives the seeds to one process a core, and tells what came of it. */
async function lead<Result extends SeedResult>(task: SeedRun<Result>, seeds: number, first: number): Promise<void> {
  const started = performance.now()
  const cores = Math.min(availableParallelism(), seeds)
  const results: Result[] = []
  let failed = 0
  const elapsed = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`
  const take = (result: Result): void => {
    results.push(result)
    if (result.failures.length > 0) {
      failed++
      tell(task.script, result)
    }
    if (results.length % PROGRESS_SEEDS === 0)
      console.error(`${results.length} of ${seeds} seeds, ${failed} failed, ${elapsed()}`)
  }
  const codes = await Promise.all(
    Array.from({ length: cores }, (_, i) =>
      follow([task.script, String(seeds - i), String(first + i), String(cores)], (line) => take(JSON.parse(line))),
    ),
  )
  console.log(`${results.length} seeds from ${first}: ${failed} failed, ${elapsed()}`)
  for (const line of task.summarize(results)) console.log(line)
  console.log(`faults: ${listed(results.map(({ faults }) => faults))}`)
  const complete = codes.every((code) => code === 0) && results.length === seeds
  if (!complete)
    console.error(`only ${results.length} of ${seeds} seeds were run: a process ended with ${codes.join(', ')}`)
  if (!complete || failed > 0) process.exitCode = 1
}

async function follow(args: readonly string[], take: (line: string) => void): Promise<number | null> {
  const child = spawn(process.execPath, [...process.execArgv, YOUNG, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  for await (const line of createInterface({ input: child.stdout })) take(line)
  return closed
}

function tell(script: string, { seed, failures, faults }: SeedResult): void {
  console.log(`seed ${seed} FAILED (replay: node scripts/run.mjs ${relative(process.cwd(), script)} 1 ${seed})`)
  for (const failure of failures) console.log(`  ${failure}`)
  console.log(`  after ${listed([faults])}`)
}

function listed(all: readonly Readonly<Record<string, number>>[]): string {
  const sums: Record<string, number> = {}
  for (const faults of all) {
    for (const [name, count] of Object.entries(faults)) sums[name] = (sums[name] ?? 0) + count
  }
  const names = Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1))
  return names.map(([name, count]) => `${count} ${name}`).join(', ')
}

/** The quantiles that are told of times: the middle, nearly the longest, the longest. */
export function quantiles(ms: readonly number[]): string {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (q: number): string => `${Math.round(sorted[Math.floor(q * (sorted.length - 1))] ?? 0)} ms`
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, at most ${at(1)}`
}

export function sum<Result>(results: readonly Result[], of: (result: Result) => number): number {
  return results.reduce((all, one) => all + of(one), 0)
}
