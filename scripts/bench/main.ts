/**
 * Measures covey beside its baselines, in the same run, and says which goals it reaches:
 *
 *   npm run bench -- [requests|processes|tasks|consensus|simulator|state] [--json] [--rounds N] [--seconds S]
 *
 * Without a name all of them, one after the other. `--seconds` is how long each cell of requests and tasks is measured.
 */
import { parseArgs } from 'node:util'
import { benchConsensus, printConsensus } from './consensus.ts'
import { stopFlocksWhenAsked } from './flock.ts'
import { benchProcesses, printProcesses } from './processes.ts'
import { benchRequests, printRequests } from './requests.ts'
import { benchSimulator, printSimulator } from './simulator.ts'
import { benchState, printState } from './state.ts'
import { benchTasks, printTasks } from './tasks.ts'

/** What a benchmark found, and how people read it. */
interface Outcome {
  result: object
  print(): void
}

interface Suite {
  /** Medians of fewer rounds wander; more make the run longer than a coffee. */
  rounds: number
  run(rounds: number, milliseconds: number): Promise<Outcome>
}

async function outcome<T extends object>(running: Promise<T>, print: (result: T) => void): Promise<Outcome> {
  const result = await running
  return { result, print: () => print(result) }
}

const SUITES: Readonly<Record<string, Suite>> = {
  requests: { rounds: 5, run: (rounds, milliseconds) => outcome(benchRequests(rounds, milliseconds), printRequests) },
  processes: { rounds: 5, run: (rounds) => outcome(benchProcesses(rounds), printProcesses) },
  tasks: { rounds: 5, run: (rounds, milliseconds) => outcome(benchTasks(rounds, milliseconds), printTasks) },
  consensus: {
    rounds: 3,
    run: (rounds, milliseconds) => outcome(benchConsensus(rounds, milliseconds), printConsensus),
  },
  simulator: { rounds: 3, run: (rounds) => outcome(benchSimulator(rounds), printSimulator) },
  state: { rounds: 3, run: (rounds) => outcome(benchState(rounds), printState) },
}
const USAGE = `npm run bench -- [${Object.keys(SUITES).join('|')}] [--json] [--rounds N] [--seconds S]`
/** How long each measurement lasts, in seconds. */
const DEFAULT_SECONDS = '1'

const options = readOptions()
if (options) {
  const { suites, json, rounds, milliseconds } = options
  const all = suites.length > 1
  stopFlocksWhenAsked()
  const results: Record<string, object> = {}
  for (const [name, suite] of suites) {
    if (all && !json) console.log(`\n== ${name}\n`)
    const { result, print } = await suite.run(rounds ?? suite.rounds, milliseconds)
    results[name] = result
    if (!json) print()
  }
  // One that was asked for by its name is the whole answer.
  if (json) console.log(JSON.stringify(all ? results : Object.values(results)[0], undefined, 2))
}

interface Options {
  suites: (readonly [string, Suite])[]
  json: boolean
  /** Each suite's own number where it is missing. */
  rounds: number | undefined
  /** How long each cell is measured. */
  milliseconds: number
}

/** What was asked for; undefined, and says why, where that makes no sense. */
function readOptions(): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string', default: DEFAULT_SECONDS },
      },
    })
    return {
      suites: chosen(positionals),
      json: values.json,
      rounds: values.rounds === undefined ? undefined : whole('--rounds', values.rounds),
      milliseconds: positive('--seconds', values.seconds) * 1000,
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(`${error.message}\n${USAGE}`)
    process.exitCode = 2
    return undefined
  }
}

function chosen(names: readonly string[]): (readonly [string, Suite])[] {
  const [name, ...rest] = names
  if (name === undefined) return Object.entries(SUITES)
  const suite = Object.hasOwn(SUITES, name) ? SUITES[name] : undefined
  if (suite === undefined || rest.length > 0) throw new TypeError(`there is no benchmark "${names.join(' ')}"`)
  return [[name, suite]]
}

function positive(flag: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new TypeError(`${flag} takes a number above 0, not "${text}"`)
  return value
}

function whole(flag: string, text: string): number {
  const value = positive(flag, text)
  if (!Number.isInteger(value)) throw new TypeError(`${flag} takes a whole number, not "${text}"`)
  return value
}
