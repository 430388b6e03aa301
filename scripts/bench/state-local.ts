/** Local writes in memory, one transaction for each, and what a key costs in memory: one contender in a process of its own. */
import { type Contender, keyOf, textFor } from './state-contenders.ts'

/** Writes a second, of new keys and over them: by the clock on the wall, and by processor time, that of the collector's threads included. */
export interface Rates {
  fresh: number
  over: number
  freshCpu: number
  overCpu: number
}

/** Rounds of one process, after the one that warms it up. */
const ROUNDS = 3
/** Laps of overwriting after one of new keys. */
const OVERWRITING_LAPS = 3

/** The best of its rounds: what disturbs one, another program or garbage that was left, only ever makes it slower. */
export async function ratesOf(contender: Contender): Promise<Rates> {
  const rounds: Rates[] = []
  for (let i = 0; i <= ROUNDS; i++) {
    globalThis.gc?.()
    const rates = await round(contender)
    if (i > 0) rounds.push(rates)
  }
  return bestRates(rounds)
}

export function bestRates(rates: readonly Rates[]): Rates {
  const of = (name: keyof Rates): number => Math.max(...rates.map((rate) => rate[name]))
  return { fresh: of('fresh'), over: of('over'), freshCpu: of('freshCpu'), overCpu: of('overCpu') }
}

/** A lap of new keys, then some of overwriting them. */
async function round({ open, writes }: Contender): Promise<Rates> {
  const write = await open()
  const keys = Array.from({ length: writes }, (_, i) => keyOf(i))
  const lap = async (first: number): Promise<[wall: number, cpu: number]> => {
    // Other values each time: writing what is there already costs some of them nothing.
    const values = keys.map((_, i) => textFor(first + i))
    const start = performance.now()
    const cpu = process.cpuUsage()
    for (let i = 0; i < writes; i++) {
      const done = write(keys[i] as string, values[i] as string)
      if (done instanceof Promise) await done
    }
    const { user, system } = process.cpuUsage(cpu)
    return [(writes * 1000) / (performance.now() - start), (writes * 1e6) / (user + system)]
  }
  const [fresh, freshCpu] = await lap(0)
  let [over, overCpu] = [0, 0]
  for (let i = 1; i <= OVERWRITING_LAPS; i++) {
    const [wall, cpu] = await lap(i * writes)
    over = Math.max(over, wall)
    overCpu = Math.max(overCpu, cpu)
  }
  return { fresh, over, freshCpu, overCpu }
}

/** Keys of the map that is weighed. */
export const WEIGHED_KEYS = 100_000

/** Bytes a key, by what the process holds before and after. */
export interface Memory {
  /** JavaScript's own heap: exact, and blind to WebAssembly. */
  heap: number
  /** Resident: sees everything, what is free but not given back as well. */
  resident: number
}

export async function memoryOf({ open, fill }: Contender): Promise<Memory> {
  // Loads the code, and gives what is loaded once its room.
  const write = await open()
  await write('key', 'value')
  await fill(100)
  const before = held()
  const map = await fill(WEIGHED_KEYS)
  const after = held()
  if (map === undefined) throw new Error('the map is gone')
  const each = (of: keyof Memory): number => (after[of] - before[of]) / WEIGHED_KEYS
  return { heap: each('heap'), resident: each('resident') }
}

function held(): Memory {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}
