import type { Agent, JsonSchema, TaskContext } from '../../src/capabilities/agent.ts'
import { createDirectory, type Directory } from '../../src/capabilities/directory.ts'
import { type Clock, sleep } from '../../src/lib/clock.ts'
import type { Json } from '../../src/lib/json.ts'
import type { PeerId } from '../../src/network/network.ts'
import { createRpc } from '../../src/network/requests.ts'
import type { Rpc } from '../../src/network/rpc.ts'
import type { SimulatedHost } from '../../src/network/simulated/host.ts'
import { World, type WorldOptions } from '../../src/network/simulated/world.ts'
import type { Policy } from '../../src/tasks/policies.ts'
import type { TaskRecord, TaskRequest } from '../../src/tasks/task.ts'
import { createTasks, type Tasks } from '../../src/tasks/tasks.ts'
import { Roster } from '../capabilities/swarm.ts'

/** A roster that also dials: membership without its failure detection, so that a test decides who is dead and when. */
class DiallingRoster extends Roster {
  readonly #host: SimulatedHost
  readonly #world: World

  constructor(host: SimulatedHost, world: World) {
    super()
    this.#host = host
    this.#world = world
  }

  async ensureConnected(peer: PeerId, timeoutMs: number): Promise<void> {
    const addresses = this.#world.find(peer)?.network.addresses() ?? []
    await this.#host.network.connect(peer, addresses, timeoutMs)
  }
}

/** One run of a handler, as it was seen from inside. */
export interface Run {
  node: string
  task: string
  attempt: number
  aborted: boolean
}

/** Counts runs that a worker must not make, by process and task. */
class Watchdog {
  readonly #state = new Map<string, 'running' | 'done'>()
  /** What went wrong, for people. */
  readonly breaches: string[] = []

  /** Returns what is to be called when the run has ended. */
  began(key: string): (ok: boolean) => void {
    const state = this.#state.get(key)
    if (state) this.breaches.push(`${key} began while ${state}`)
    this.#state.set(key, 'running')
    return (ok) => {
      if (ok) this.#state.set(key, 'done')
      else this.#state.delete(key)
    }
  }
}

export interface TaskNode {
  id: string
  host: SimulatedHost
  rpc: Rpc
  roster: DiallingRoster
  directory: Directory
  tasks: Tasks
  /** Bids that it has made. */
  bids: number
}

export interface AgentOptions {
  name?: string
  capability?: string
  concurrency?: number
  tags?: string[]
  input?: JsonSchema
  output?: JsonSchema
}

type Handle = (input: Json, context: TaskContext, clock: Clock, node: string) => Json | Promise<Json>

/** Tasks on simulated machines that are all connected. */
export class Swarm {
  readonly world: World
  readonly nodes: TaskNode[] = []
  /** Every run of every handler, in order. */
  readonly runs: Run[] = []
  /** Runs of a task beside or after another one that was not a failure, in one process. */
  readonly watchdog = new Watchdog()
  readonly #policies: Readonly<Record<string, Policy>>
  #lives = 0

  constructor(options: Partial<WorldOptions> = {}, policies: Readonly<Record<string, Policy>> = {}) {
    this.world = new World({ seed: 1, multicast: false, link: { latencyMs: [1, 2] }, ...options })
    this.#policies = policies
  }

  /** An agent whose runs are written down. */
  agent(host: SimulatedHost, handle: Handle, options: AgentOptions = {}): Agent {
    const { name = 'shouter', capability = 'text.shout', concurrency = 1, tags = [], input, output } = options
    const life = this.#lives++
    return {
      name,
      concurrency,
      capabilities: [{ name: capability, version: '1.0.0', tags, ...(input && { input }), ...(output && { output }) }],
      handle: (value, context) => {
        const run = { node: host.id, task: context.id, attempt: context.attempt, aborted: false }
        this.runs.push(run)
        context.signal.addEventListener('abort', () => {
          run.aborted = true
        })
        const ended = this.watchdog.began(`process ${life} task ${context.id}`)
        return watched(() => handle(value, context, host.clock, host.id), ended)
      },
    }
  }

  /** A node that hosts one agent, or none where there is no handler. */
  async add(id: string, handle?: Handle, options?: AgentOptions): Promise<TaskNode> {
    const node = this.#boot(this.world.host(id))
    this.nodes.push(node)
    if (handle) node.tasks.host(this.agent(node.host, handle, options))
    await this.#start(node)
    return node
  }

  /** A new process on the machine of a node, with the same identity. */
  async restart(node: TaskNode, handle: Handle, options?: AgentOptions): Promise<TaskNode> {
    node.host.restart()
    const next = this.#boot(node.host)
    this.nodes[this.nodes.indexOf(node)] = next
    next.tasks.host(this.agent(next.host, handle, options))
    await this.#start(next)
    return next
  }

  /** Tells the others of a node's agents again. */
  announce({ directory, tasks }: TaskNode): void {
    directory.announce(tasks.descriptions())
  }

  /** Until every node knows the agents of every other. */
  async converge(): Promise<void> {
    const agree = (): boolean =>
      this.nodes.every(({ directory }) =>
        this.nodes.every(({ id, tasks }) => directory.get(id)?.agents.length === tasks.descriptions().length),
      )
    await this.world.until(agree, 20_000, 'everybody knows every agent')
  }

  /** Lets time pass until a task has ended. */
  async run(node: TaskNode, request: Partial<TaskRequest> = {}, maxMs = 60_000): Promise<TaskRecord> {
    const handle = node.tasks.submit({ capability: 'text.shout', input: { text: 'hi' }, ...request })
    return this.world.settle(handle.ended(), maxMs, `the end of task ${handle.id}`)
  }

  /** Tells everybody that a node is dead. */
  declareDead(node: TaskNode): void {
    for (const { roster, id } of this.nodes) if (id !== node.id) roster.set(node.id, 'dead')
  }

  #boot(host: SimulatedHost): TaskNode {
    const { network, clock, random, signer, log } = host
    const rpc = createRpc(host)
    const roster = new DiallingRoster(host, this.world)
    const directory = createDirectory({
      network,
      rpc,
      clock,
      random,
      signer,
      log,
      membership: roster,
      mesh: 'test',
      name: host.id,
      incarnation: () => this.world.now + 1,
      load: () => ({ cpu: 0, memoryBytes: 0, ...tasks.load() }),
    })
    const ports = { network, clock, random, log }
    // Every bid carries the use of the processor.
    const usage = () => {
      node.bids++
      return { cpu: 0 }
    }
    const tasks = createTasks({ ...ports, rpc, directory, membership: roster, usage, policies: this.#policies })
    const node: TaskNode = { id: host.id, host, rpc, roster, directory, tasks, bids: 0 }
    return node
  }

  async #start(node: TaskNode): Promise<void> {
    const { host, directory, tasks } = node
    await this.world.settle(host.network.start(), 1000)
    directory.start()
    tasks.start()
    this.announce(node)
    const others = this.nodes.filter((other) => other !== node && other.host.alive && !other.host.paused)
    await this.world.settle(Promise.all(others.map(({ id }) => node.roster.ensureConnected(id, 5000))), 5000)
    for (const other of others) {
      other.roster.set(node.id, 'alive')
      node.roster.set(other.id, 'alive')
    }
  }
}

/** Runs a handler and says how it ended, at once if that is at once. */
function watched(run: () => Json | Promise<Json>, ended: (ok: boolean) => void): Json | Promise<Json> {
  try {
    const output = run()
    if (output instanceof Promise) {
      output.then(
        () => ended(true),
        () => ended(false),
      )
    } else ended(true)
    return output
  } catch (error) {
    ended(false)
    throw error
  }
}

/** A handler that answers at once with who it is. */
export const quick: Handle = (_input, _context, _clock, node) => ({ by: node })

/** A handler that takes `ms` and stops early when it is aborted. */
export const slow =
  (ms: number): Handle =>
  async (_input, context, clock, node) => {
    await sleep(clock, ms, context.signal)
    return { by: node }
  }

/** A handler that ends when it is aborted and not before. */
export const endless: Handle = (_input, { signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
