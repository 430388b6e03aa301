/**
 * `npm run build && node scripts/run.mjs scripts/soak/state-kill.ts [ROUNDS] [SEED] [MINUTES]`: three real nodes under load; every
 * round one or two of them are killed with SIGKILL at a random moment and started again. All that a node had acknowledged must be
 * there when it is back, and on every node when they are equal again. Stops after ROUNDS (200) or MINUTES, whichever comes first;
 * exits with 1 if something is lost.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CoveyError } from '../../src/lib/errors.ts'
import { sample, seededRandom } from '../../src/lib/random.ts'
import { NodeProcess, thisMachine, until } from '../nodes.ts'

const NAMES = ['anna', 'berta', 'carl']
const NAMESPACE = 'soak'
/** Writers of a node at once: their commits are grouped, so that a kill falls into the middle of a group. */
const WRITERS = 8
/** Keys of a writer, each overwritten again and again: what is checked is the last write of each. */
const KEYS = 25
/** The longest that a round's load runs before the kill, in milliseconds. */
const LOAD_MS = 300
/** How long nodes may take to be equal after a round, in milliseconds: meeting again on a busy machine, several times over. */
const EQUAL_LIMIT_MS = 60_000

const rounds = Number(process.argv[2] ?? 200)
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
const endsAt = performance.now() + Number(process.argv[4] ?? Number.POSITIVE_INFINITY) * 60_000
const random = seededRandom(seed)
const folder = mkdtempSync(join(tmpdir(), 'covey-state-kill-'))

const nodes = new Map<string, NodeProcess>()
/** The last acknowledged number of each key, and the last that was written whether or not anybody heard of its end. */
const acknowledged = new Map<string, number>()
const attempted = new Map<string, number>()
const losses: string[] = []
let writes = 0
let unanswered = 0

async function start(name: string): Promise<void> {
  const others = [...nodes.values()].filter((node) => node.name !== name).flatMap(({ status }) => status.addresses)
  const join = others.flatMap((address) => ['--join', address])
  const args = ['--no-mdns', '--listen', '127.0.0.1:0', ...join]
  nodes.set(name, await NodeProcess.start(thisMachine, { name, mesh: 'state-kill', folder, args }))
}

/** Writes until told to stop, or until its node is gone. */
async function write(node: NodeProcess, writer: number, stop: AbortSignal): Promise<void> {
  for (let i = 0; !stop.aborted; i++) {
    const key = `${node.name}/${writer}/${i % KEYS}`
    const value = (attempted.get(key) ?? 0) + 1
    attempted.set(key, value)
    try {
      await node.client.call('stateSet', { namespace: NAMESPACE, key, value })
    } catch (error) {
      if (!(error instanceof CoveyError && error.code === 'NODE_GONE')) throw error
      unanswered++
      return
    }
    acknowledged.set(key, value)
    writes++
  }
}

async function kill(name: string): Promise<void> {
  const child = nodes.get(name)?.process
  if (!child) throw new Error(`no node ${name}`)
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** What a node lacks, or has though nobody wrote it, of the keys with the prefix as they were acknowledged by then. */
async function check(node: NodeProcess, prefix: string, expected: ReadonlyMap<string, number>, when: string) {
  const found = new Map<string, unknown>()
  for (let after: string | null = ''; after !== null; ) {
    const page = await list(node, prefix, after)
    for (const { key, value } of page.entries) found.set(key, value)
    after = page.next
  }
  for (const [key, least] of expected) {
    if (!key.startsWith(prefix)) continue
    const value = found.get(key)
    const most = attempted.get(key) ?? 0
    if (typeof value === 'number' && value >= least && value <= most) continue
    losses.push(`${when}: ${node.name} has ${key} as ${value}, written were ${least} to ${most}`)
  }
}

const list = (node: NodeProcess, prefix: string, after: string) =>
  node.client.call('stateList', { namespace: NAMESPACE, prefix, after, limit: 1000 })

async function equal(): Promise<boolean> {
  const states = await Promise.all([...nodes.values()].map(({ client }) => client.call('status', {})))
  return new Set(states.map(({ state }) => `${state.vector} ${state.content}`)).size === 1
}

async function round(number: number): Promise<void> {
  const stop = new AbortController()
  const writing = [...nodes.values()].flatMap((node) =>
    Array.from({ length: WRITERS }, (_, writer) => write(node, writer, stop.signal)),
  )
  const load = Promise.all(writing)
  await Promise.race([delay(random.below(LOAD_MS)), load])
  const victims = sample([...nodes.keys()], 1 + random.below(2), random)
  await Promise.all(victims.map(kill))
  // Of the killed no more can be acknowledged: what is by now must be there when they are back.
  const before = new Map(acknowledged)
  await Promise.all(victims.map(start))
  await Promise.all(
    victims.map((name) => check(nodes.get(name) as NodeProcess, `${name}/`, before, `round ${number}, started again`)),
  )
  stop.abort()
  await load
  const ms = await until('all nodes are equal', EQUAL_LIMIT_MS, equal)
  for (const node of nodes.values()) await check(node, '', acknowledged, `round ${number}, equal`)
  console.log(
    `round ${number}: killed ${victims.join(' and ')}, ${writes} writes so far, equal after ${ms.toFixed(0)} ms`,
  )
}

for (const name of NAMES) await start(name)
// A node that is killed before it knows the namespace could not be asked for it.
await nodes.get(NAMES[0] as string)?.client.call('stateSet', { namespace: NAMESPACE, key: 'ready', value: true })
await until('all nodes know the namespace', EQUAL_LIMIT_MS, async () => {
  const known = [...nodes.values()].map(({ client }) => client.call('stateNamespaces', {}))
  return (await Promise.all(known)).every((names) => names.includes(NAMESPACE))
})
let done = 0
while (done < rounds && losses.length === 0 && performance.now() < endsAt) await round(++done)
await Promise.all([...nodes.values()].map((node) => node.stop()))
const said = `${writes} writes acknowledged, ${unanswered} cut off, ${losses.length} lost`
console.log(`${done} rounds, seed ${seed}: ${said}`)
for (const loss of losses) console.log(`  ${loss}`)
if (losses.length > 0) {
  console.log(`the data directories are kept in ${folder}`)
  process.exitCode = 1
} else {
  rmSync(folder, { recursive: true })
}
