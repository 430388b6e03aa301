/**
 * Local writes of the replicated state in memory, one transaction for each, and what a key costs in memory, beside Yjs,
 * Automerge and Loro in the same run: `node scripts/run.mjs scripts/bench/state-local.ts [--json] [--rounds N]`.
 * Each number is the best of its laps: what disturbs a
 * lap (another program, garbage that another lap left) only ever makes it slower.
 */
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { systemRandom } from '../../src/lib/random.ts'
import type { Namespace } from '../../src/state/namespace.ts'
import { createState } from '../../src/state/state.ts'
import { StateStore } from '../../src/state/store.ts'
import { ensureRivals } from './rivals.ts'

/** One key-value map under test. */
interface Contender {
  readonly name: string
  /** Writes of a round; fewer of what is slow. */
  readonly writes: number
  /** Resolves to a writer of one key in one transaction. */
  open(): Promise<(key: string, value: string) => unknown>
  /** Resolves to a map that holds so many keys, written as it likes best. */
  fill(keys: number): Promise<unknown>
}

/** Writes a second: by the clock on the wall, and by the processor time of the thread that writes. */
const RATES = ['fresh', 'over', 'freshCpu', 'overCpu'] as const
type Rates = Record<(typeof RATES)[number], number>

const WRITES = 100_000
const KEYS = 100_000
const keyOf = (i: number): string => `key-${String(i).padStart(6, '0')}`
const textFor = (i: number): string => `value ${i}`

function openCovey(): Namespace {
  const store = new StateStore({ clock: systemClock, log: silentLog })
  const state = createState({ self: PEER, store, clock: systemClock, random: systemRandom, log: silentLog })
  store.begin(`${PEER}.${'0123456789abcdef'}`, 0)
  state.start()
  return state.namespace('bench', { policy: 'latest' })
}

const PEER = '12D3KooWGRUaJ6vNEsBXh7XDNkgDxvuYH4cEeaXCfGFZnLRzLqsH'

const covey: Contender = {
  name: 'covey',
  writes: WRITES,
  async open() {
    const namespace = openCovey()
    return (key, value) => namespace.set(key, value)
  },
  async fill(keys) {
    const namespace = openCovey()
    for (let i = 0; i < keys; i++) await namespace.set(keyOf(i), textFor(i))
    return namespace
  },
}

const yjs: Contender = {
  name: 'Yjs Y.Map',
  writes: WRITES,
  async open() {
    const { Doc } = await import('yjs')
    const map = new Doc().getMap('bench')
    return (key, value) => map.set(key, value)
  },
  async fill(keys) {
    const { Doc } = await import('yjs')
    const map = new Doc().getMap('bench')
    for (let i = 0; i < keys; i++) map.set(keyOf(i), textFor(i))
    return map
  },
}

/** What is used of Loro. Like Automerge it is installed for this benchmark alone, so that no type of it is at hand. */
interface Loro {
  LoroDoc: new () => { getMap(name: string): { set(key: string, value: string): void }; commit(): void }
}

type Strings = Record<string, string>

/** What is used of Automerge. */
interface Automerge {
  init(): Strings
  change(document: Strings, edit: (map: Strings) => void): Strings
}

/** By a name that the type check does not follow. */
const load = async <Module>(name: string): Promise<Module> => (await import(name)) as Module

const loro: Contender = {
  name: 'Loro',
  writes: WRITES,
  async open() {
    const { LoroDoc } = await load<Loro>('loro-crdt')
    const document = new LoroDoc()
    const map = document.getMap('bench')
    return (key, value) => {
      map.set(key, value)
      document.commit()
    }
  },
  async fill(keys) {
    const { LoroDoc } = await load<Loro>('loro-crdt')
    const document = new LoroDoc()
    const map = document.getMap('bench')
    for (let i = 0; i < keys; i++) map.set(keyOf(i), textFor(i))
    document.commit()
    return document
  },
}

const automerge: Contender = {
  name: 'Automerge',
  writes: 500,
  async open() {
    const { change, init } = await load<Automerge>('@automerge/automerge')
    let document = init()
    return (key, value) => {
      document = change(document, (map) => {
        map[key] = value
      })
    }
  },
  async fill(keys) {
    const { change, init } = await load<Automerge>('@automerge/automerge')
    return change(init(), (map) => {
      for (let i = 0; i < keys; i++) map[keyOf(i)] = textFor(i)
    })
  },
}

const CONTENDERS = [covey, yjs, loro, automerge]

/** Laps of overwriting after one of new keys. */
const OVERWRITING_LAPS = 3

/** A lap of new keys, then some of overwriting them. */
async function round({ open, writes }: Contender): Promise<Rates> {
  const write = await open()
  const keys = Array.from({ length: writes }, (_, i) => keyOf(i))
  const lap = async (first: number): Promise<[wall: number, cpu: number]> => {
    // Other values each time: writing what is there already costs some of them nothing.
    const values = keys.map((_, i) => textFor(first + i))
    const start = performance.now()
    const cpu = process.threadCpuUsage()
    for (let i = 0; i < writes; i++) {
      const done = write(keys[i] as string, values[i] as string)
      if (done instanceof Promise) await done
    }
    const { user, system } = process.threadCpuUsage(cpu)
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

/** Rounds of one process, after the one that warms it up. */
const LAPS = 3

async function ratesOf(contender: Contender): Promise<Rates> {
  const laps: Rates[] = []
  for (let i = 0; i <= LAPS; i++) {
    globalThis.gc?.()
    const rates = await round(contender)
    if (i > 0) laps.push(rates)
  }
  return best(laps)
}

/** Each contender in processes of its own, which take turns: none of them meets another's garbage. */
function measureRates(rounds: number): Map<string, Rates> {
  const all = new Map<string, Rates[]>(CONTENDERS.map(({ name }) => [name, []]))
  for (let i = 0; i < rounds; i++) {
    for (const { name } of CONTENDERS) all.get(name)?.push(inProcess('--rates', name) as Rates)
  }
  return new Map([...all].map(([name, rates]) => [name, best(rates)]))
}

function best(rates: readonly Rates[]): Rates {
  const of = (name: keyof Rates): number => Math.max(...rates.map((rate) => rate[name]))
  return { fresh: of('fresh'), over: of('over'), freshCpu: of('freshCpu'), overCpu: of('overCpu') }
}

/** What this file prints for one contender in a process of its own. */
function inProcess(what: '--rates' | '--memory', name: string): unknown {
  const flags = ['--expose-gc', '--experimental-transform-types', '--disable-warning=ExperimentalWarning']
  return JSON.parse(execFileSync(process.execPath, [...flags, import.meta.filename, what, name], { encoding: 'utf8' }))
}

/** Bytes a key, by what the process holds before and after. */
interface Memory {
  /** JavaScript's own heap: exact, and blind to WebAssembly. */
  heap: number
  /** Resident: sees everything, what is free but not given back as well. */
  resident: number
}

async function memoryOf({ open, fill }: Contender): Promise<Memory> {
  // Loads the code, and gives what is loaded once its room.
  const write = await open()
  await write('key', 'value')
  await fill(100)
  const before = held()
  const map = await fill(KEYS)
  const after = held()
  if (map === undefined) throw new Error('the map is gone')
  return { heap: (after.heap - before.heap) / KEYS, resident: (after.resident - before.resident) / KEYS }
}

function held(): Memory {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}

function contender(name: string): Contender {
  const found = CONTENDERS.find((one) => one.name === name)
  if (!found) throw new Error(`no contender ${name}`)
  return found
}

function compare(rounds: number, json: boolean): void {
  ensureRivals()
  const rates = measureRates(rounds)
  const rows = CONTENDERS.map(({ name }) => {
    return { name, ...(rates.get(name) as Rates), ...(inProcess('--memory', name) as Memory) }
  })
  const [own, ...rivals] = rows
  const ratio = (of: keyof Rates): number => (own?.[of] ?? 0) / Math.max(...rivals.map((rival) => rival[of]))
  const ratios = Object.fromEntries(RATES.map((name) => [name, ratio(name)]))
  if (json) {
    console.log(JSON.stringify({ rows, ratios }, undefined, 2))
    return
  }
  console.log(`writes a second, one transaction each, by wall and by processor time; bytes a key at ${KEYS} keys\n`)
  const titles = ['', 'new keys', 'overwrites', 'new (cpu)', 'over (cpu)', 'heap', 'resident']
  console.log(titles.map((title) => title.padStart(12)).join(''))
  for (const { name, fresh, over, freshCpu, overCpu, heap, resident } of rows) {
    const cells = [fresh, over, freshCpu, overCpu, heap, resident]
    const texts = cells.map((cell) => Math.round(cell).toLocaleString('en').padStart(12))
    console.log(name.padEnd(12) + texts.join(''))
  }
  const texts = RATES.map((name) => `${ratio(name).toFixed(2)} x`.padStart(12))
  console.log(`${'to fastest'.padEnd(12)}${texts.join('')}`)
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    rates: { type: 'string' },
    memory: { type: 'string' },
  },
})
if (values.rates !== undefined) console.log(JSON.stringify(await ratesOf(contender(values.rates))))
else if (values.memory !== undefined) console.log(JSON.stringify(await memoryOf(contender(values.memory))))
else compare(Number(values.rounds), values.json)
