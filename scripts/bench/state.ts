import { fork } from 'node:child_process'
import { join } from 'node:path'
import { type Goal, printGoals } from './goals.ts'
import { ensureRivals } from './rivals.ts'
import { CONTENDERS } from './state-contenders.ts'
import { type Durable, WRITERS } from './state-durable.ts'
import { bestRates, type Memory, type Rates, WEIGHED_KEYS } from './state-local.ts'
import type { Spread } from './state-mesh.ts'
import type { Change } from './state-sync.ts'
import { best, type Result, RIVALS } from './state-sync-rivals.ts'
import type { StateOrder } from './state-worker.ts'

const WORKER = join(import.meta.dirname, 'state-worker.ts')
/** Keys that an empty replica gets, and of how many one changes. */
const KEYS = 10_000
const SIZES = [1000, KEYS, 100_000] as const
const LOSS = 0.05

interface Local extends Rates, Memory {
  name: string
}

/** What it takes to make two replicas equal, covey's first. */
interface Equal {
  name: string
  fill: Result
  /** By the number of keys; missing where it would take minutes. */
  changes: Partial<Record<number, Result>>
}

/** Two replicas that become equal. */
interface Meeting {
  equal: Equal[]
  durableFill: Result
  changes: Change[]
}

/** Thirty simulated nodes. */
interface Thirty {
  spread: Spread
  lossy: Spread
  healingMs: number
}

/** A part that was not asked for is missing. */
interface State {
  local?: Local[]
  durable?: Durable
  sync?: Meeting
  mesh?: Thirty
  goals: Goal[]
}

/** What can be measured by itself. */
export const STATE_PARTS = ['local', 'durable', 'sync', 'mesh'] as const

/** All that issue 3 says it must reach, each beside its peers in the same run and in processes that take turns; or some parts of it. */
export async function benchState(rounds: number, parts: readonly string[]): Promise<State> {
  ensureRivals()
  const state: State = { goals: [] }
  const asked = (part: (typeof STATE_PARTS)[number]): boolean => parts.length === 0 || parts.includes(part)
  if (asked('local')) {
    state.local = await measureLocal(rounds)
    state.goals.push(...localGoals(state.local))
  }
  if (asked('durable')) {
    state.durable = await run<Durable>({ what: 'durable' })
    state.goals.push(...durableGoals(state.durable))
  }
  if (asked('sync')) {
    state.sync = await measureEqual(rounds)
    state.goals.push(...equalGoals(state.sync))
  }
  if (asked('mesh')) {
    state.mesh = {
      spread: await run<Spread>({ what: 'spread', loss: 0 }),
      lossy: await run<Spread>({ what: 'spread', loss: LOSS }),
      healingMs: await run<number>({ what: 'healing' }),
    }
    state.goals.push(...meshGoals(state.mesh))
  }
  return state
}

async function measureLocal(rounds: number): Promise<Local[]> {
  const rates = new Map<string, Rates[]>(CONTENDERS.map(({ name }) => [name, []]))
  for (let i = 0; i < rounds; i++) {
    for (const { name } of CONTENDERS) rates.get(name)?.push(await run<Rates>({ what: 'rates', name }))
  }
  const rows: Local[] = []
  for (const [name, all] of rates) {
    rows.push({ name, ...bestRates(all), ...(await run<Memory>({ what: 'memory', name })) })
  }
  return rows
}

async function measureEqual(rounds: number): Promise<Meeting> {
  const fills = new Map<string, Result[]>(['covey', ...RIVALS.map(({ name }) => name)].map((name) => [name, []]))
  const rivals = new Map<string, Equal['changes']>(RIVALS.map(({ name }) => [name, {}]))
  for (let i = 0; i < rounds; i++) {
    fills.get('covey')?.push(await run<Result>({ what: 'fill', keys: KEYS, durable: false }))
    for (const { name } of RIVALS) {
      const { fill, change } = await run<{ fill: Result; change: Result }>({ what: 'rival', name, keys: KEYS })
      fills.get(name)?.push(fill)
      Object.assign(rivals.get(name) ?? {}, { [KEYS]: change })
    }
  }
  const changes: Change[] = []
  for (const keys of SIZES) {
    changes.push(await run<Change>({ what: 'change', keys }))
    for (const { name, most } of RIVALS) {
      if (keys === KEYS || keys > most) continue
      const { change } = await run<{ change: Result }>({ what: 'rival', name, keys })
      Object.assign(rivals.get(name) ?? {}, { [keys]: change })
    }
  }
  const own = Object.fromEntries(SIZES.map((keys, i) => [keys, changes[i]])) as Equal['changes']
  const equal = [...fills].map(([name, results]) => ({ name, fill: best(results), changes: rivals.get(name) ?? own }))
  return { equal, changes, durableFill: await run<Result>({ what: 'fill', keys: KEYS, durable: true }) }
}

function run<Measurement extends object | number>(order: StateOrder): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const child = fork(WORKER, { execArgv: [...process.execArgv, '--expose-gc'] })
    child.once('message', (result: Measurement) => resolve(result))
    // After its message this changes nothing.
    child.once('exit', (code, signal) =>
      reject(new Error(`the measurement of ${order.what} ended with ${signal ?? `exit code ${code}`}`)),
    )
    child.send(order)
  })
}

const atLeast = (text: string, value: number, least: number): Goal => ({ text, value, reached: value >= least })
const atMost = (text: string, value: number, most: number): Goal => ({ text, value, reached: value <= most })

function durableGoals({ state, stateOfBareOne }: Durable): Goal[] {
  return [
    atLeast(`${WRITERS} writers, durable: writes/s, at least 5000`, state, 5000),
    atLeast(
      `${WRITERS} writers, durable: of a bare SQLite loop, each row durable before the next, at least 0.5`,
      stateOfBareOne,
      0.5,
    ),
  ]
}

function meshGoals({ spread, lossy, healingMs }: Thirty): Goal[] {
  return [
    atMost('30 nodes: a write shows on all, ms at p99, at most 1000', spread.p99, 1000),
    atMost('30 nodes, 5 % loss: a write shows on all, ms at p99, at most 3000', lossy.p99, 3000),
    atMost('30 nodes: 60 s of partition healed, ms, at most 5000', healingMs, 5000),
  ]
}

function localGoals([own, ...rivals]: readonly Local[]): Goal[] {
  const ratio = (of: 'fresh' | 'over'): number => (own?.[of] ?? 0) / Math.max(...rivals.map((rival) => rival[of]))
  return [
    atLeast('in memory, new keys: writes/s of the fastest peer, at least 1.5', ratio('fresh'), 1.5),
    atLeast('in memory, overwrites: writes/s of the fastest peer, at least 1.5', ratio('over'), 1.5),
  ]
}

function equalGoals({ equal, changes, durableFill }: Meeting): Goal[] {
  const fillOf = (name: string): Result => equal.find((one) => one.name === name)?.fill ?? { ms: 0, bytes: 0 }
  const [own, yjs, loro] = ['covey', 'Yjs', 'Loro'].map(fillOf) as [Result, Result, Result]
  const growth = (changes.at(-1)?.ms ?? Number.NaN) / (changes[0]?.ms ?? Number.NaN)
  return [
    atMost(`${KEYS} keys: bytes of Loro's, at most 1`, own.bytes / loro.bytes, 1),
    atMost(`${KEYS} keys, in memory: time of Yjs's, which has no network, at most 2`, own.ms / yjs.ms, 2),
    atLeast(`${KEYS} keys, durable at both ends: keys/s, at least 20000`, (KEYS * 1000) / durableFill.ms, 20_000),
    atMost('one changed key, 3 replicas: bytes, at most 511', Math.max(...changes.map(({ bytes }) => bytes)), 511),
    atMost('one changed key: turns until it shows, at most 3', Math.max(...changes.map(({ turns }) => turns)), 3),
    // What grew with the keys would be a hundred times as much: far beyond the noise of a busy machine.
    atMost('one changed key: time among 100,000 of that among 1,000, at most 2', growth, 2),
  ]
}

/** The tables for people. */
export function printState({ local, durable, sync, mesh, goals }: State): void {
  if (local) printLocal(local)
  if (durable) {
    console.log(
      `\ndurable writes/s, ${WRITERS} at once; a bare SQLite loop with a row and with ${WRITERS} rows a transaction`,
    )
    table(['', 'bare, each', `bare, ${WRITERS}`, 'storage', 'state'])
    table(['', ...[durable.bareOne, durable.bare, durable.storage, durable.state].map(whole)])
    table([`of ${WRITERS} a time`, '', '1.00', durable.storageOfBare.toFixed(2), durable.stateOfBare.toFixed(2)])
  }
  if (sync) printEqual(sync)
  if (mesh) printMesh(mesh)
  console.log()
  printGoals(goals)
}

function printLocal(local: readonly Local[]): void {
  console.log(
    `writes/s in memory, one transaction each, by wall and by processor time; bytes a key at ${WEIGHED_KEYS} keys`,
  )
  table(['', 'new keys', 'overwrites', 'new (cpu)', 'over (cpu)', 'heap', 'resident'])
  for (const { name, fresh, over, freshCpu, overCpu, heap, resident } of local) {
    table([name, ...[fresh, over, freshCpu, overCpu, heap, resident].map(whole)])
  }
}

function printEqual({ equal, durableFill }: Meeting): void {
  console.log(`\n${KEYS} keys to an empty replica, and one changed key among so many; peers without a network`)
  table(['', 'ms', 'bytes', ...SIZES.flatMap((keys) => [`ms, ${keys}`, 'bytes'])])
  for (const { name, fill, changes } of equal) {
    const cells = SIZES.flatMap((keys) => [changes[keys]?.ms.toFixed(2) ?? '', changes[keys]?.bytes.toString() ?? ''])
    table([name, fill.ms.toFixed(1), whole(fill.bytes), ...cells])
  }
  table(['durable', durableFill.ms.toFixed(1), whole(durableFill.bytes)])
}

function printMesh({ spread, lossy, healingMs }: Thirty): void {
  console.log(
    '\n30 simulated nodes, links of 5 ms: virtual ms until a write shows on all, and until a partition is healed',
  )
  table(['', 'p50', 'p99', 'p50, loss', 'p99, loss', 'healed'])
  table(['', ...[spread.p50, spread.p99, lossy.p50, lossy.p99, healingMs].map(whole)])
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')

function table([name = '', ...cells]: readonly string[]): void {
  console.log(name.padEnd(12) + cells.map((cell) => cell.padStart(12)).join(''))
}
