/**
 * Measures covey beside its baselines, in the same run: `npm run bench -- [requests] [--json] [--rounds N] [--seconds S]`.
 */
import { parseArgs } from 'node:util'
import { benchRequests, printRequests } from './requests.ts'

const USAGE = 'npm run bench -- [requests] [--json] [--rounds N] [--seconds S]'
/** Medians of fewer rounds wander; more make the run longer than a coffee. */
const DEFAULT_ROUNDS = '5'
/** How long each measurement lasts, in seconds. */
const DEFAULT_SECONDS = '1'

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: DEFAULT_ROUNDS },
      seconds: { type: 'string', default: DEFAULT_SECONDS },
    },
  })
  const [suite = 'requests', ...rest] = positionals
  if (suite !== 'requests' || rest.length > 0) throw new TypeError(`there is no benchmark "${positionals.join(' ')}"`)
  const result = await benchRequests(positive('--rounds', values.rounds), positive('--seconds', values.seconds) * 1000)
  if (values.json) console.log(JSON.stringify(result, undefined, 2))
  else printRequests(result)
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  console.error(`${error.message}\n${USAGE}`)
  process.exitCode = 2
}

function positive(flag: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new TypeError(`${flag} takes a number above 0, not "${text}"`)
  return value
}
