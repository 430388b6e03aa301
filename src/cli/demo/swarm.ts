import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ControlClient, connectControl } from '../../control/client.ts'
import type { NodeStatus } from '../../control/protocol.ts'
import { CoveyError } from '../../lib/errors.ts'
import { randomId, systemRandom } from '../../lib/random.ts'
import { hearOneself } from '../doctor/multicast.ts'
import { LEAVE_LIMIT_MS } from '../limits.ts'
import { waitForExit } from '../processes.ts'
import { type SpawnedNode, spawnNode } from '../spawn-node.ts'

export const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin'] as const

/** Who decides on registers and locks. */
export const VOTERS = NAMES.slice(0, 3)

/** How long the nodes may take to find one another by multicast, in milliseconds; they need a fifth of it when idle. */
const MDNS_LIMIT_MS = 6_000
/** How long they may take once they were given an address, in milliseconds. */
const JOIN_LIMIT_MS = 15_000
/** How long the founding of the voters may take, in milliseconds: a second when idle. */
const VOTERS_LIMIT_MS = 15_000
/** How often we look whether they have, in milliseconds. */
const LOOK_EVERY_MS = 50
/** How much longer than its leaving a process may take to end, in milliseconds. */
const END_GRACE_MS = 1_000

export interface SwarmNode {
  readonly name: string
  readonly data: string
  readonly status: NodeStatus
  readonly client: ControlClient
}

/** Five nodes in processes of their own, with all that they write in one temporary folder. */
export class Swarm {
  readonly mesh = `demo-${randomId(systemRandom, 6)}`
  readonly nodes: SwarmNode[] = []
  readonly #root: string
  readonly #spawned = new Map<string, SpawnedNode>()
  #multicastWorks = false
  #stopping: Promise<void> | undefined

  private constructor(root: string) {
    this.#root = root
    // Whatever ends this process: no node outlives it. (They also leave by themselves when their starter is gone.)
    process.on('exit', () => this.#destroy())
  }

  static async create(): Promise<Swarm> {
    return new Swarm(await mkdtemp(join(tmpdir(), 'covey-demo-')))
  }

  /** Starts all nodes at once, and looks whether multicast works here; resolves when every one is up. */
  async start(): Promise<void> {
    // A configuration of their own, so that no covey.yaml and no variable of the user's gets in.
    const config = join(this.#root, 'covey.yaml')
    await writeFile(config, `mesh: ${this.mesh}\nagents: ['builtin:text']\nvoters: [${VOTERS.join(', ')}]\n`)
    const [failure, ...started] = await Promise.all([
      hearOneself(),
      ...NAMES.map((name) => this.#startNode(name, config)),
    ])
    this.#multicastWorks = failure === undefined
    this.nodes.push(...started)
  }

  /** Resolves with how they met when every node knows every other and what it can do. */
  async meet(): Promise<'multicast' | 'join address'> {
    if (this.#multicastWorks && (await this.#allMet(MDNS_LIMIT_MS))) return 'multicast'
    const [first, ...others] = this.nodes
    const address = first?.status.addresses[0]
    if (address === undefined)
      throw new CoveyError('NOT_MET', 'the first node listens on no address', 'See covey doctor.')
    await Promise.all(others.map((node) => node.client.call('join', { address })))
    if (await this.#allMet(JOIN_LIMIT_MS)) return 'join address'
    throw new CoveyError(
      'NOT_MET',
      'the nodes did not find one another',
      `Their logs say more: ${this.#root}/*/covey.log. See covey doctor.`,
    )
  }

  /** Resolves when a node reaches enough voters for locks: a moment after all have met. */
  async awaitVoters({ client }: SwarmNode): Promise<void> {
    const deadline = performance.now() + VOTERS_LIMIT_MS
    while (!(await client.call('voters', {})).available) {
      if (performance.now() > deadline) {
        throw new CoveyError('NO_VOTERS', 'the voters were not founded', `Its log says why: ${this.#root}/*/covey.log.`)
      }
      await delay(LOOK_EVERY_MS)
    }
  }

  nodeOf(peer: string): SwarmNode | undefined {
    return this.nodes.find((node) => node.status.id === peer)
  }

  /** Kills a node's process with SIGKILL: it cannot say goodbye. */
  kill(node: SwarmNode): void {
    this.#spawned.get(node.name)?.child.kill('SIGKILL')
  }

  /** Ends every process and removes every file. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #startNode(name: string, config: string): Promise<SwarmNode> {
    const data = join(this.#root, name)
    const spawned = spawnNode(['--config', config, '--name', name, '--data', data], data)
    this.#spawned.set(name, spawned)
    const status = await spawned.up
    return { name, data, status, client: await connectControl(data) }
  }

  async #allMet(limitMs: number): Promise<boolean> {
    const deadline = performance.now() + limitMs
    for (;;) {
      const met = await Promise.all(this.nodes.map(knowsAll))
      if (met.every(Boolean)) return true
      if (performance.now() > deadline) return false
      await delay(LOOK_EVERY_MS)
    }
  }

  async #stop(): Promise<void> {
    for (const { client } of this.nodes) client.close()
    await Promise.all([...this.#spawned.values()].map(({ child }) => endProcess(child)))
    await rm(this.#root, { recursive: true, force: true })
  }

  #destroy(): void {
    for (const { child } of this.#spawned.values()) child.kill('SIGKILL')
    rmSync(this.#root, { recursive: true, force: true })
  }
}

async function knowsAll({ client }: SwarmNode): Promise<boolean> {
  const peers = await client.call('peers', {})
  return peers.filter((peer) => peer.state === 'alive' && peer.agents.length > 0).length === NAMES.length
}

async function endProcess(child: SpawnedNode['child']): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill('SIGTERM')
  if (!(await waitForExit(child.pid, LEAVE_LIMIT_MS + END_GRACE_MS))) child.kill('SIGKILL')
}
