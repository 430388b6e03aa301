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

interface Simulator {
  runs: SimulationRun[]
  goals: Goal[]
}

/**
 * How much of a mesh is simulated in a second: the same seed `rounds` times, each in a process of its own. Counted is what passes,
 * on a quiet machine, and the processor time of all threads: V8 compiles and collects beside the one that runs.
 */
export async function benchSimulator(rounds: number): Promise<Simulator> {
  const runs: SimulationRun[] = []
  for (let round = 0; round < rounds; round++) runs.push(await run())
  return { runs, goals: goalsOf(runs) }
}

function run(): Promise<SimulationRun> {
  return new Promise((resolve, reject) => {
    const child = fork(SIMULATION)
    child.once('message', (result: SimulationRun) => resolve(result))
    // After its message this changes nothing.
    child.once('exit', (code, signal) =>
      reject(new Error(`the simulation ended with ${signal ?? `exit code ${code}`}`)),
    )
    child.send(ORDER)
  })
}

const rate = (milliseconds: number): number => (NODE_SECONDS * 1000) / milliseconds

function goalsOf(runs: readonly SimulationRun[]): Goal[] {
  const value = median(runs.map(({ cpu }) => rate(cpu)))
  const passed = median(runs.map(({ elapsed }) => elapsed)) / 1000
  const digests = new Set(runs.map(({ digest }) => digest)).size
  return [
    { text: `node-seconds a second of one core, at least ${GOAL}`, value, reached: value >= GOAL },
    { text: `s passed for a run, at most ${LONGEST_S}`, value: passed, reached: passed <= LONGEST_S },
    // One run agrees with itself: that shows nothing.
    {
      text: 'digests of two runs or more of one seed, just 1',
      value: digests,
      reached: digests === 1 && runs.length > 1,
    },
  ]
}

/** The table for people. */
export function printSimulator({ runs, goals }: Simulator): void {
  console.log(`${ORDER.nodes} nodes for ${ORDER.milliseconds / 1000} virtual seconds, seed ${ORDER.seed}`)
  console.log('run   s passed   s of a core   node-seconds/s   digest')
  for (const [i, { elapsed, cpu, digest }] of runs.entries()) {
    const cells = [
      (elapsed / 1000).toFixed(2).padStart(8),
      (cpu / 1000).toFixed(2).padStart(14),
      rate(cpu).toFixed(0).padStart(17),
    ]
    console.log(`${String(i + 1).padEnd(6)}${cells.join('')}   ${digest.slice(0, 16)}`)
  }
  console.log()
  printGoals(goals)
}
