import { fork } from 'node:child_process'
import { join } from 'node:path'
import { type Goal, median, printGoals } from './goals.ts'
import type { SimulationOrder, SimulationRun } from './simulation.ts'

const SIMULATION = join(import.meta.dirname, 'simulation.ts')
const ORDER: SimulationOrder = { seed: 1, nodes: 200, milliseconds: 60_000 }
const NODE_SECONDS = (ORDER.nodes * ORDER.milliseconds) / 1000
/** Node-seconds a second of one core. */
const GOAL = 4000
/** Seconds that may pass for a run at most. */
const LONGEST_S = 5

/** What one process did: the same run twice. */
interface Pass {
  first: SimulationRun
  warm: SimulationRun
}

interface Simulator {
  passes: Pass[]
  goals: Goal[]
}

/**
 * How much of a mesh is simulated in a second: the same seed in `rounds` processes of their own, twice in each. Goals go by the second
 * run, as those of requests by a connection that is warm. Counted is what passes, on a quiet machine, and the processor time of all
 * threads: V8 compiles and collects beside the one that runs.
 */
export async function benchSimulator(rounds: number): Promise<Simulator> {
  const passes: Pass[] = []
  for (let round = 0; round < rounds; round++) passes.push(await pass())
  return { passes, goals: goalsOf(passes) }
}

function pass(): Promise<Pass> {
  return new Promise((resolve, reject) => {
    const child = fork(SIMULATION)
    child.once('message', ([first, warm]: [SimulationRun, SimulationRun]) => resolve({ first, warm }))
    // After its message this changes nothing.
    child.once('exit', (code, signal) =>
      reject(new Error(`the simulation ended with ${signal ?? `exit code ${code}`}`)),
    )
    child.send(ORDER)
  })
}

const rate = (milliseconds: number): number => (NODE_SECONDS * 1000) / milliseconds

function goalsOf(passes: readonly Pass[]): Goal[] {
  const value = median(passes.map(({ warm }) => rate(warm.cpu)))
  const passed = median(passes.map(({ warm }) => warm.elapsed)) / 1000
  const digests = new Set(passes.flatMap(({ first, warm }) => [first.digest, warm.digest])).size
  return [
    { text: `node-seconds a second of one core, warm, at least ${GOAL}`, value, reached: value >= GOAL },
    { text: `s passed for a warm run, at most ${LONGEST_S}`, value: passed, reached: passed <= LONGEST_S },
    // One process agrees with itself: that shows little.
    {
      text: 'digests of one seed in two processes or more, just 1',
      value: digests,
      reached: digests === 1 && passes.length > 1,
    },
  ]
}

/** The table for people. */
export function printSimulator({ passes, goals }: Simulator): void {
  console.log(`${ORDER.nodes} nodes for ${ORDER.milliseconds / 1000} virtual seconds, seed ${ORDER.seed}`)
  console.log('process   run     s passed   s of a core   node-seconds/s   digest')
  for (const [i, { first, warm }] of passes.entries()) {
    console.log(line(`${i + 1}`, 'first', first))
    console.log(line('', 'warm', warm))
  }
  console.log()
  printGoals(goals)
}

function line(process: string, name: string, { elapsed, cpu, digest }: SimulationRun): string {
  const cells = [
    (elapsed / 1000).toFixed(2).padStart(8),
    (cpu / 1000).toFixed(2).padStart(14),
    rate(cpu).toFixed(0).padStart(17),
  ]
  return `${process.padEnd(10)}${name.padEnd(8)}${cells.join('')}   ${digest.slice(0, 16)}`
}
