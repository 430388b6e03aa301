/**
 * Measures covey beside its baselines, in the same run, and says which goals it reaches:
 *
 *   npm run bench -- [NAME [PART ...]] [--json] [--rounds N] [--seconds S]     (--help says what there is)
 *
 * Without a name all of them, one after the other. Goals that are missed are no failure of a measurement: they are printed, and the
 * exit code is 0.
 */
import { parseArgs } from 'node:util'
import { benchConsensus, printConsensus } from './consensus.ts'
import { stopFlocksWhenAsked } from './flock.ts'
import { benchProcesses, printProcesses } from './processes.ts'
import { benchRequests, printRequests } from './requests.ts'
import { benchSimulator, printSimulator } from './simulator.ts'
import { benchState, printState, STATE_PARTS } from './state.ts'
import { benchTasks, printTasks } from './tasks.ts'

/** What a benchmark found, and how people read it. */
interface Outcome {
  result: object
  print(): void
}

interface Suite {
  /** For `--help`. */
  what: string
  /** What can be measured by itself. */
  parts?: readonly string[]
  /** Medians of fewer rounds wander; more make the run longer than a coffee. */
  rounds: number
  run(rounds: number, milliseconds: number, parts: readonly string[]): Promise<Outcome>
}

async function outcome<T extends object>(running: Promise<T>, print: (result: T) => void): Promise<Outcome> {
  const result = await running
  return { result, print: () => print(result) }
}

const SUITES: Readonly<Record<string, Suite>> = {
  requests: {
    what: 'requests between two nodes: how many a second and how soon, beside raw TCP, TLS and Moleculer',
    rounds: 5,
    run: (rounds, milliseconds) => outcome(benchRequests(rounds, milliseconds), printRequests),
  },
  processes: {
    what: 'eight real nodes started together: when they know one another, and what an idle one costs',
    rounds: 5,
    run: (rounds) => outcome(benchProcesses(rounds), printProcesses),
  },
  tasks: {
    what: 'tasks from submission to result, in memory and durable',
    rounds: 5,
    run: (rounds, milliseconds) => outcome(benchTasks(rounds, milliseconds), printTasks),
  },
  consensus: {
    what: 'registers, locks, their failover, and a vote of a hundred',
    rounds: 3,
    run: (rounds, milliseconds) => outcome(benchConsensus(rounds, milliseconds), printConsensus),
  },
  simulator: {
    what: 'how many seconds of a node the simulator runs in one of a core',
    rounds: 3,
    run: (rounds) => outcome(benchSimulator(rounds), printSimulator),
  },
  state: {
    what: 'the replicated state beside Yjs, Automerge, Loro and bare SQLite: writes, memory, synchronization, a mesh of thirty',
    parts: STATE_PARTS,
    rounds: 3,
    run: (rounds, _, parts) => outcome(benchState(rounds, parts), printState),
  },
}
const USAGE = 'npm run bench -- [NAME [PART ...]] [--json] [--rounds N] [--seconds S]'
/** How long each measurement lasts, in seconds. */
const DEFAULT_SECONDS = '1'

const options = readOptions()
if (options) {
  const { suites, parts, json, rounds, milliseconds } = options
  const all = suites.length > 1
  stopFlocksWhenAsked()
  const results: Record<string, object> = {}
  for (const [name, suite] of suites) {
    if (all && !json) console.log(`\n== ${name}\n`)
    const { result, print } = await suite.run(rounds ?? suite.rounds, milliseconds, parts)
    results[name] = result
    if (!json) print()
  }
  // One that was asked for by its name is the whole answer.
  if (json) console.log(JSON.stringify(all ? results : Object.values(results)[0], undefined, 2))
}

interface Options {
  suites: (readonly [string, Suite])[]
  /** Of the one suite that was named; none: all of it. */
  parts: readonly string[]
  json: boolean
  /** Each suite's own number where it is missing. */
  rounds: number | undefined
  /** How long each cell is measured. */
  milliseconds: number
}

/** What was asked for; undefined where that is help, or makes no sense, and then it says why. */
function readOptions(): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string', default: DEFAULT_SECONDS },
      },
    })
    // npm keeps `--help` for itself unless it stands behind `--`.
    if (values.help || positionals[0] === 'help') {
      console.log(help())
      return undefined
    }
    return {
      ...chosen(positionals),
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

function help(): string {
  const suites = Object.entries(SUITES).map(([name, { what, parts }]) => {
    return `  ${name.padEnd(10)} ${what}${parts ? `\n${' '.repeat(13)}parts: ${parts.join(', ')}` : ''}`
  })
  return [
    `${USAGE}\n`,
    'Measures covey beside its baselines, in the same run, and says of each goal whether it was reached. Without a name',
    'everything, which takes a good quarter of an hour; on a busy machine the numbers say little. The exit code is 0 also where goals',
    'are missed: what a machine can do is no fault.\n',
    ...suites,
    '\n  --rounds N   rounds of each measurement, which take turns with their baselines',
    `  --seconds S  how long a cell of requests, tasks and consensus is measured (${DEFAULT_SECONDS})`,
    '  --json       all numbers, and the goals with "reached", for programs',
  ].join('\n')
}

function chosen([name, ...parts]: readonly string[]): Pick<Options, 'suites' | 'parts'> {
  if (name === undefined) return { suites: Object.entries(SUITES), parts }
  const suite = Object.hasOwn(SUITES, name) ? SUITES[name] : undefined
  const unknown = parts.find((part) => !suite?.parts?.includes(part))
  if (suite === undefined || unknown !== undefined) {
    throw new TypeError(`there is no benchmark "${unknown === undefined ? name : `${name} ${unknown}`}"; see --help`)
  }
  return { suites: [[name, suite]], parts }
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
