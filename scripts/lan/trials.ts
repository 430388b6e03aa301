import { setTimeout as delay } from 'node:timers/promises'
import { allSee, NodeProcess, sees, until } from '../nodes.ts'
import type { Host, Lab } from './lab.ts'

/** The trials of real nodes on the hosts of a lab. Each returns what it measured, and rejects if it fails. */

/** A capability that only the last node has; its answer names the host that it ran on. */
const WHERE = 'lan.where'
/** `ip` answers in JSON, and each host has an address of its own. */
const WHERE_PROGRAM = 'ip -json -4 address show dev eth0'

/** Starting takes about a second each, and three start at once on two cores (milliseconds). */
const FIND_LIMIT_MS = 15_000
/** The longest that a death may take under `lan` timing, with a loaded machine's share on top (milliseconds). */
const DEATH_LIMIT_MS = 20_000
/** What is promised: a partition is healed within this time of its end (milliseconds). */
export const HEAL_LIMIT_MS = 5_000

/** Starts a node on every host, without any address of another. */
export async function startNodes(lab: Lab, folder: string): Promise<NodeProcess[]> {
  const last = lab.hosts.at(-1)
  return Promise.all(
    lab.hosts.map((host) => {
      const args = host === last ? ['--capability', WHERE, '--exec', WHERE_PROGRAM] : []
      return NodeProcess.start(host, { name: host.name, mesh: 'lan-trial', folder, args })
    }),
  )
}

/** Waits until all nodes have found one another by multicast. Returns the milliseconds from when the last one was up. */
export function findOneAnother(nodes: readonly NodeProcess[]): Promise<number> {
  return until('all nodes know one another', FIND_LIMIT_MS, () => allSee(nodes, 'alive'))
}

/** Submits a task on the first node that only the last one can do. Returns its worker and the address it ran at. */
export async function runElsewhere(nodes: readonly NodeProcess[]): Promise<{ worker: string; address: string }> {
  const [first] = nodes
  if (first === undefined) throw new Error('no nodes')
  await until(`${first.name} knows who can do ${WHERE}`, FIND_LIMIT_MS, async () => {
    return (await first.client.call('find', { name: WHERE })).length > 0
  })
  const { id } = await first.client.call('submit', { capability: WHERE, input: {} })
  const { status, result, attempts, error } = await first.client.call('wait', { id })
  if (status !== 'done') throw new Error(`the task was ${status}: ${error?.message}`)
  const [link] = result as unknown as { addr_info: { local: string }[] }[]
  const worker = nodes.find((node) => node.status.id === attempts.at(-1)?.worker)
  return { worker: worker?.name ?? 'nobody', address: link?.addr_info[0]?.local ?? 'nowhere' }
}

/**
 * Cuts the first host off for `durationMs`, and until both sides have given up the other, and lets it back.
 * @returns the milliseconds until the others took it to be dead, until it took them to be dead, and, from the end of the
 *   partition, until all took one another to be alive again
 */
export async function partition(lab: Lab, nodes: readonly NodeProcess[], durationMs: number) {
  const [lonely, ...others] = nodes
  const [host, ...rest] = lab.hosts as [Host, ...Host[]]
  if (lonely === undefined) throw new Error('no nodes')
  const started = performance.now()
  lab.partition([host], rest)
  const [buriedMs, lonelyMs] = await Promise.all([
    until(`the others give up ${lonely.name}`, DEATH_LIMIT_MS, async () => {
      return (await Promise.all(others.map((node) => sees(node, [lonely], 'dead')))).every(Boolean)
    }),
    until(`${lonely.name} gives up the others`, DEATH_LIMIT_MS, () => sees(lonely, others, 'dead')),
  ])
  await delay(Math.max(0, durationMs - (performance.now() - started)))
  lab.heal()
  // Longer than promised, so that a failure says by how much.
  const healedMs = await until('the two sides are one again', 10 * HEAL_LIMIT_MS, () => allSee(nodes, 'alive'))
  return { buriedMs, lonelyMs, healedMs }
}

/**
 * Stops a node's process for `durationMs`, as a machine that swaps or a laptop that sleeps would.
 * @returns the states in which the others saw it meanwhile and until it was alive to all again, and how long that took
 */
export async function stall(nodes: readonly NodeProcess[], durationMs: number) {
  const [, victim, ...others] = nodes
  if (victim === undefined) throw new Error('a stall needs two nodes at least')
  const witnesses = nodes.filter((node) => node !== victim)
  const states = new Set<string>()
  const look = async () => {
    for (const witness of witnesses) {
      const { alive, suspect } = (await witness.client.call('status', {})).peers
      if (alive === witnesses.length) states.add('alive')
      else states.add(alive + suspect === witnesses.length ? 'suspect' : 'dead')
    }
    return false
  }
  const pid = victim.process.pid ?? 0
  process.kill(pid, 'SIGSTOP')
  const started = performance.now()
  try {
    while (performance.now() - started < durationMs) {
      await look()
      await delay(20)
    }
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  const recoveredMs = await until(`${victim.name} is alive to all of ${others.length + 1} others`, 10_000, async () => {
    await look()
    return allSee(nodes, 'alive')
  })
  return { states: [...states], recoveredMs }
}

/** Namespaces of the trial of the replicated state. */
const NAMESPACES = ['first', 'second', 'third']
/** Writes of each node into each namespace on its side of a partition. */
const WRITES = 50
/** How long nodes that hear one another may take to hold the same, in milliseconds. */
const EQUAL_LIMIT_MS = 15_000

/**
 * Cuts the first host off for `durationMs`, in both directions; meanwhile every node writes into all namespaces, keys of its own and keys
 * that all write.
 * @returns the milliseconds from the end of the partition until all held the same, and what is missing anywhere then
 */
export async function writeApart(lab: Lab, nodes: readonly NodeProcess[], durationMs: number) {
  const [first] = nodes
  const [host, ...rest] = lab.hosts as [Host, ...Host[]]
  if (first === undefined) throw new Error('no nodes')
  for (const namespace of NAMESPACES) await set(first, namespace, 'before', 'the partition')
  await until('all hold the same before the partition', EQUAL_LIMIT_MS, () => allEqual(nodes))
  const started = performance.now()
  lab.partition([host], rest)
  await Promise.all(nodes.flatMap((node) => NAMESPACES.map((namespace) => writeAll(node, namespace))))
  if (await allEqual(nodes)) throw new Error('the partition let something through')
  await delay(Math.max(0, durationMs - (performance.now() - started)))
  lab.heal()
  // Longer than promised, so that a failure says by how much.
  const equalMs = await until('all hold the same again', 10 * HEAL_LIMIT_MS, () => allEqual(nodes))
  const missing = (await Promise.all(nodes.map((node) => missingAt(node, nodes)))).flat()
  return { equalMs, missing, writes: nodes.length * NAMESPACES.length * 2 * WRITES }
}

const set = (node: NodeProcess, namespace: string, key: string, value: string) =>
  node.client.call('stateSet', { namespace, key, value })

async function writeAll(node: NodeProcess, namespace: string): Promise<void> {
  for (let i = 0; i < WRITES; i++) {
    await set(node, namespace, `${node.name}/${i}`, node.name)
    await set(node, namespace, `shared/${i}`, node.name)
  }
}

/** The keys that a node lacks, or shows as nobody wrote them. */
async function missingAt(node: NodeProcess, nodes: readonly NodeProcess[]): Promise<string[]> {
  const missing: string[] = []
  const names = nodes.map(({ name }) => name)
  for (const namespace of NAMESPACES) {
    const { entries } = await node.client.call('stateList', { namespace, limit: 1000 })
    const found = new Map(entries.map(({ key, value }) => [key, value]))
    for (let i = 0; i < WRITES; i++) {
      const own = names.filter((name) => found.get(`${name}/${i}`) !== name).map((name) => `${name}/${i}`)
      const shared = names.some((name) => found.get(`shared/${i}`) === name) ? [] : [`shared/${i}`]
      missing.push(...[...own, ...shared].map((key) => `${node.name}: ${namespace} ${key}`))
    }
  }
  return missing
}

/** Do all of them hold the same? */
async function allEqual(nodes: readonly NodeProcess[]): Promise<boolean> {
  const states = await Promise.all(nodes.map(({ client }) => client.call('status', {})))
  return new Set(states.map(({ state }) => `${state.vector} ${state.content}`)).size === 1
}
