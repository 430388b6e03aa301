/**
 * Whole nodes under faults over many seeds, in the simulator: nothing acknowledged is lost, all end up equal.
 *
 *   node scripts/run.mjs scripts/simulate/state.ts [SEEDS] [FIRST]
 *
 * Uses all cores, tells each seed that fails and how to replay it, and exits with 1 if one does. 2,000 seeds take some
 * minutes. Each seed is 5 nodes, 20 virtual seconds of trouble, and quiet until all are equal; test/simulation/campaign.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { type CampaignResult, runCampaign } from '../../test/simulation/campaign/campaign.ts'

const [seeds = 1000, first = 1, step = 0] = process.argv.slice(2).map(Number)
if (![seeds, first, step].every(Number.isInteger) || seeds < 1) {
  console.error('usage: state.ts [SEEDS] [FIRST], both whole numbers')
  process.exit(2)
}

if (step > 0) await work()
else await lead()

/** One process: every `step`-th seed, each result a line. */
async function work(): Promise<void> {
  for (let seed = first; seed < first + seeds; seed += step) {
    process.stdout.write(`${JSON.stringify(await runCampaign(seed))}\n`)
  }
}

/** Gives the seeds to one process a core, and tells what came of it. */
async function lead(): Promise<void> {
  const started = performance.now()
  const cores = Math.min(availableParallelism(), seeds)
  const results: CampaignResult[] = []
  const take = (result: CampaignResult): void => {
    results.push(result)
    if (result.failures.length > 0) tell(result)
  }
  const codes = await Promise.all(Array.from({ length: cores }, (_, i) => follow(i, cores, take)))
  summarize(results, (performance.now() - started) / 1000)
  const complete = codes.every((code) => code === 0) && results.length === seeds
  if (!complete)
    console.error(`only ${results.length} of ${seeds} seeds were run: a process ended with ${codes.join(', ')}`)
  if (!complete || results.some(({ failures }) => failures.length > 0)) process.exitCode = 1
}

async function follow(i: number, cores: number, take: (result: CampaignResult) => void): Promise<number | null> {
  const args = [...process.execArgv, import.meta.filename, String(seeds - i), String(first + i), String(cores)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  for await (const line of createInterface({ input: child.stdout })) take(JSON.parse(line) as CampaignResult)
  return closed
}

function tell({ seed, failures, faults }: CampaignResult): void {
  console.log(`seed ${seed} FAILED (replay: node scripts/run.mjs scripts/simulate/state.ts 1 ${seed})`)
  for (const failure of failures) console.log(`  ${failure}`)
  console.log(`  after ${listed(faults)}`)
}

function summarize(results: readonly CampaignResult[], seconds: number): void {
  const sum = (of: (result: CampaignResult) => number): number => results.reduce((all, one) => all + of(one), 0)
  const faults: Record<string, number> = {}
  for (const result of results) {
    for (const [name, count] of Object.entries(result.faults)) faults[name] = (faults[name] ?? 0) + count
  }
  const settled = results.map(({ settledMs }) => settledMs).sort((a, b) => a - b)
  const at = (q: number): string => `${Math.round(settled[Math.floor(q * (settled.length - 1))] ?? 0)} ms`
  const failed = results.filter(({ failures }) => failures.length > 0).length
  console.log(`${results.length} seeds from ${first}: ${failed} failed, ${seconds.toFixed(0)} s`)
  console.log(
    `${sum(({ writes }) => writes)} writes, ${sum(({ acknowledged }) => acknowledged)} acknowledged, of those ` +
      `${sum(({ excused }) => excused)} only on a disk that was lost`,
  )
  console.log(`equal after p50 ${at(0.5)}, p99 ${at(0.99)}, at most ${at(1)} of quiet`)
  console.log(`faults: ${listed(faults)}`)
}

function listed(faults: Readonly<Record<string, number>>): string {
  const names = Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1))
  return names.map(([name, count]) => `${count} ${name}`).join(', ')
}
