import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { NodeProcess } from '../nodes.ts'
import { Flock } from './flock.ts'
import { type Goal, median, printGoals } from './goals.ts'

const NODES = 8
/** What every node of the run hosts, since nothing else was asked for: one of the built-in agents. */
const CAPABILITY = 'text.stats'
/** From one question to a node to the next, in milliseconds: asking takes time from the same cores. */
const LOOK_EVERY_MS = 50
/** When to give up on nodes that do not meet, in milliseconds: ten times the goal. */
const MEET_LIMIT_MS = 30_000
/** How long nodes are left alone before their memory is read, in milliseconds: longer than they exchange anything new. */
const SETTLE_MS = 20_000

const MEET_GOAL_MS = 3000
const MEMORY_GOAL_MB = 150

/** Milliseconds from the start of the last process until the last node has got so far. */
interface Meeting {
  /** It is up: it listens, and answers the local API. */
  up: number
  /** It takes all the others to be alive. */
  alive: number
  /** It also knows what they can do. */
  known: number
}

interface Processes {
  meetings: Meeting[]
  /** Resident memory of each idle node of the last run, in MB (10^6 bytes), ascending. */
  memory: number[]
  goals: Goal[]
}

/** Eight nodes that are started together and find one another over mDNS, `rounds` times; what they hold when idle. */
export async function benchProcesses(rounds: number): Promise<Processes> {
  const meetings: Meeting[] = []
  let memory: number[] = []
  for (let round = 1; round <= rounds; round++) {
    const flock = new Flock(NODES)
    try {
      meetings.push(await meet(flock))
      if (round === rounds) memory = await idleMemory(flock)
    } finally {
      await flock.stop()
    }
  }
  return { meetings, memory, goals: goalsOf(meetings, memory) }
}

/**
 * One node is asked at a time, until it has got so far, and then the next: asking all of them again and again would take from
 * them what is measured. The last answer comes when the last node is there, as it would if all were asked.
 */
async function meet({ starting, startedAt }: Flock): Promise<Meeting> {
  const since = (): number => performance.now() - startedAt
  const nodes = await Promise.all(starting)
  const up = since()
  for (const node of nodes) {
    await until(node, async () => (await node.client.call('status', {})).peers.alive === NODES - 1)
  }
  const alive = since()
  for (const node of nodes) await until(node, async () => (await providers(node)) === NODES)
  const known = since()
  for (const node of nodes) await checkPeers(node)
  return { up, alive, known }
}

/** How many nodes are known to offer the capability, the asked one included. */
async function providers({ client }: NodeProcess): Promise<number> {
  const found = await client.call('find', { name: CAPABILITY })
  return new Set(found.map(({ peer }) => peer)).size
}

async function until({ name }: NodeProcess, condition: () => Promise<boolean>): Promise<void> {
  const started = performance.now()
  while (!(await condition())) {
    if (performance.now() - started > MEET_LIMIT_MS) {
      throw new Error(
        `${name} did not find the others within ${MEET_LIMIT_MS / 1000} s; is multicast heard? covey doctor`,
      )
    }
    await delay(LOOK_EVERY_MS)
  }
}

/** The cheap questions above must have meant what they were asked for: throws where a peer or its agents are missing. */
async function checkPeers({ name, client }: NodeProcess): Promise<void> {
  const peers = await client.call('peers', {})
  const agents = peers[0]?.agents.map((agent) => agent.name) ?? []
  const whole = peers.filter(
    (peer) => peer.state === 'alive' && agents.every((agent) => peer.agents.some((other) => other.name === agent)),
  )
  if (agents.length === 0 || whole.length !== NODES) {
    throw new Error(`${name} knows ${whole.length} of ${NODES} nodes with their ${agents.length} agents`)
  }
}

async function idleMemory({ starting }: Flock): Promise<number[]> {
  await delay(SETTLE_MS)
  const nodes = await Promise.all(starting)
  return nodes.map(({ status }) => residentMegabytes(status.pid)).sort((a, b) => a - b)
}

function residentMegabytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status tells no VmRSS`)
  return (Number(kibibytes) * 1024) / 1e6
}

function goalsOf(meetings: readonly Meeting[], memory: readonly number[]): Goal[] {
  const seconds = median(meetings.map(({ known }) => known)) / 1000
  const largest = Math.max(...memory)
  return [
    {
      text: `s until ${NODES} nodes started together know one another and their capabilities, at most ${MEET_GOAL_MS / 1000}`,
      value: seconds,
      reached: seconds <= MEET_GOAL_MS / 1000,
    },
    {
      text: `MB resident, the largest of ${NODES} idle nodes, below ${MEMORY_GOAL_MB}`,
      value: largest,
      reached: largest < MEMORY_GOAL_MB,
    },
  ]
}

/** The table for people. */
export function printProcesses({ meetings, memory, goals }: Processes): void {
  console.log(`${NODES} nodes, ms after the last start until the last one is there`)
  console.log('run            up   alive   known')
  const line = (name: string, { up, alive, known }: Meeting): void => {
    console.log(name.padEnd(9) + [up, alive, known].map((ms) => Math.round(ms).toString().padStart(8)).join(''))
  }
  for (const [i, meeting] of meetings.entries()) line(String(i + 1), meeting)
  const of = (pick: (meeting: Meeting) => number): number => median(meetings.map(pick))
  line('median', { up: of(({ up }) => up), alive: of(({ alive }) => alive), known: of(({ known }) => known) })
  console.log(`\nidle, resident MB: ${memory.map((megabytes) => megabytes.toFixed(0)).join(' ')}\n`)
  printGoals(goals)
}
