/**
 * The simulator, for tests of agents under faults: a whole mesh in one process and in virtual time, driven by a seed.
 *
 * ```ts
 * import { simulate } from 'covey/testing'
 *
 * const mesh = await simulate({ seed: 1, nodes: 5, agents: (name) => [myAgent(name)] })
 * await mesh.converge()
 * const task = mesh.nodes[0].mesh.submit({ capability: 'text.shout', input: { text: 'hello' } })
 * mesh.nodes[3].kill()
 * const record = await mesh.settle(task.ended(), 10_000)
 * await mesh.stop()
 * ```
 *
 * Nothing outside the simulation may be awaited in it (a file, a real timer, a worker): virtual time would not wait, and
 * the run would not repeat. A handler that wants to take its time sleeps on the `clock` that `agents` is given.
 *
 * What clients asked and heard of a register is held against what one register would have said, one call at a time:
 *
 * ```ts
 * const history = new History<RegisterCall, RegisterAnswer>()
 * const call = history.begin('leader', { kind: 'write', value: 'n0' })
 * call.answered(await mesh.settle(register.write('n0'), 5_000)) // an unknown outcome: neither `answered` nor `failed`
 * const model = registerModel()
 * const found = checkLinearizability(model, history.operations())
 * if (found.verdict === 'not linearizable') throw new Error(describeNotLinearizable(found, model))
 * ```
 */
import { setFlagsFromString } from 'node:v8'
import type { Agent } from './capabilities/agent.ts'
import { type Clock, sleep } from './lib/clock.ts'
import { History, type OpenOperation } from './lib/history.ts'
import {
  checkLinearizability,
  describeNotLinearizable,
  type LinearizabilityOptions,
  type NotLinearizable,
  type Operation,
  type SequentialModel,
  type Verdict,
} from './lib/linearizability.ts'
import type { Random } from './lib/random.ts'
import {
  type RegisterAnswer,
  type RegisterCall,
  type RegisterContent,
  type RegisterExpectation,
  type RegisterModelOptions,
  registerModel,
} from './lib/register-model.ts'
import { PRESETS } from './membership/presets.ts'
import type { Mesh } from './mesh/mesh.ts'
import { Node } from './mesh/node.ts'
import type { SimulatedHost } from './network/simulated/host.ts'
import type { LinkQuality } from './network/simulated/links.ts'
import { World } from './network/simulated/world.ts'

export type {
  Agent,
  Clock,
  LinearizabilityOptions,
  LinkQuality,
  Mesh,
  NotLinearizable,
  OpenOperation,
  Operation,
  Random,
  RegisterAnswer,
  RegisterCall,
  RegisterContent,
  RegisterExpectation,
  RegisterModelOptions,
  SequentialModel,
  Verdict,
}
export { checkLinearizability, describeNotLinearizable, History, registerModel, sleep, World }

// V8 makes an object old at birth where nearly all of its kind had stayed. In a mesh that starts most do stay; what passes between its nodes
// afterwards would fill the old generation, and each message be memory that no cache holds: without this 200 nodes take a tenth longer.
setFlagsFromString('--no-allocation-site-pretenuring')

export interface SimulateOptions {
  /** Everything that is random follows from it: the same seed and calls give the same run, byte for byte. */
  seed: number
  /** How many; they are called `n0`, `n1` ... and their name is their id. */
  nodes: number
  /** What each node hosts; asked again when it restarts. Default: nothing. */
  agents?: (name: string, ports: { clock: Clock; random: Random }) => readonly Agent[]
  /** How links behave: latency in milliseconds, fractions of loss, duplication and reordering. Default 1 to 5 ms, no faults. */
  link?: Partial<LinkQuality>
  /** Timing of failure detection; default `lan`. */
  preset?: keyof typeof PRESETS
  /** Whether nodes find one another by multicast; default true. Without it use `mesh.join`. */
  multicast?: boolean
}

/** How long a mesh may take to find itself, in virtual milliseconds. */
const CONVERGE_MS = 60_000
/** How often a mesh is asked whether it has found itself, in virtual milliseconds: asking costs more than running. */
const CONVERGE_STEP_MS = 10
/** How long a graceful stop may take, in virtual milliseconds. */
const STOP_MS = 10_000

/** Makes the nodes and starts them. */
export async function simulate(options: SimulateOptions): Promise<Simulation> {
  const simulation = new Simulation(options)
  await simulation.settle(Promise.all(simulation.nodes.map((node) => node.mesh.start())), CONVERGE_MS)
  return simulation
}

/** One simulated computer with a node on it. */
export class SimulatedNode {
  readonly name: string
  /** The machine: clock skew and drift (`host.machine`), its ports, its disk. */
  readonly host: SimulatedHost
  readonly #options: SimulateOptions
  #mesh: Node

  constructor(host: SimulatedHost, options: SimulateOptions) {
    this.name = host.id
    this.host = host
    this.#options = options
    this.#mesh = this.#make()
  }

  /** The node as its program sees it; another one after a restart. */
  get mesh(): Mesh {
    return this.#mesh
  }

  /** The node with its parts, for checks that look inside; another one after a restart. */
  get parts(): Node {
    return this.#mesh
  }

  get alive(): boolean {
    return this.host.alive
  }

  /** How many living peers it knows with what they can do. */
  knows(): number {
    return this.#mesh.knows()
  }

  /** SIGKILL: its peers see their connections close. */
  kill(): void {
    this.host.kill()
  }

  /** The power goes: nobody is told anything. */
  crash(): void {
    this.host.crash()
  }

  /** A new process over what the disk has. */
  restart(): Promise<void> {
    this.host.restart()
    this.#mesh = this.#make()
    return this.#mesh.start()
  }

  /** SIGSTOP, or a stalled event loop. */
  pause(): void {
    this.host.pause()
  }

  resume(): void {
    this.host.resume()
  }

  #make(): Node {
    const { preset = 'lan', agents } = this.#options
    const { network, clock, random, signer, storage, log } = this.host
    return new Node(
      { network, clock, random, signer, storage, log, usage: () => ({ cpu: 0, memoryBytes: 0 }) },
      {
        mesh: 'simulated',
        name: this.name,
        preset: PRESETS[preset],
        agents: agents?.(this.name, { clock, random }) ?? [],
        join: [],
      },
    )
  }
}

/** A mesh in virtual time, and what can happen to it. */
export class Simulation {
  readonly world: World
  readonly nodes: SimulatedNode[]
  readonly #options: SimulateOptions

  constructor(options: SimulateOptions) {
    this.#options = options
    const { seed, link, multicast } = options
    this.world = new World({ seed, ...(link && { link }), ...(multicast !== undefined && { multicast }) })
    this.nodes = Array.from({ length: options.nodes }, (_, i) => new SimulatedNode(this.world.host(`n${i}`), options))
  }

  /** Virtual milliseconds since the beginning. */
  get now(): number {
    return this.world.now
  }

  /** What happened, a line each, with virtual time in front. */
  get log(): readonly string[] {
    return this.world.trace.lines
  }

  /** A digest of all that happened: equal for equal runs. */
  digest(): string {
    return this.world.trace.digest()
  }

  node(name: string): SimulatedNode {
    const node = this.nodes.find((candidate) => candidate.name === name)
    if (!node) throw new Error(`there is no node ${name}; there are ${this.nodes.map((n) => n.name).join(', ')}`)
    return node
  }

  /** A new machine with a node that has nothing yet; it runs after `mesh.start()`. */
  add(): SimulatedNode {
    const node = new SimulatedNode(this.world.host(`n${this.nodes.length}`), this.#options)
    this.nodes.push(node)
    return node
  }

  /** Lets `ms` virtual milliseconds pass. */
  run(ms: number): Promise<void> {
    return this.world.run(ms)
  }

  /** Lets time pass until the condition holds; throws, naming the seed, when `maxMs` are over first. */
  until(condition: () => boolean, maxMs: number, what?: string): Promise<void> {
    return this.world.until(condition, maxMs, what)
  }

  /** Awaits a promise of the simulated mesh while time passes. */
  settle<T>(promise: Promise<T>, maxMs: number, what?: string): Promise<T> {
    return this.world.settle(promise, maxMs, what)
  }

  /** Until every living node sees every other living one alive, and knows what it can do. */
  async converge(maxMs = CONVERGE_MS): Promise<void> {
    const deadline = this.now + maxMs
    while (!this.#converged()) {
      if (this.now >= deadline) throw new Error(`no full mesh within ${maxMs} virtual ms (seed ${this.world.seed})`)
      await this.run(CONVERGE_STEP_MS)
    }
  }

  #converged(): boolean {
    const living = this.nodes.filter(({ alive }) => alive)
    return living.every((node) => node.knows() === living.length - 1)
  }

  /** Nobody reaches a node of another group; nodes in no group keep together. */
  partition(...groups: (readonly SimulatedNode[])[]): void {
    this.world.partition(groups.map((group) => group.map(({ host }) => host)))
  }

  /** Nothing passes from one to the other in this direction. */
  block(from: SimulatedNode, to: SimulatedNode): void {
    this.world.block(from.host, to.host)
  }

  /** Ends every partition and block. */
  heal(): void {
    this.world.heal()
  }

  /** Stops every living node gracefully. */
  async stop(): Promise<void> {
    const living = this.nodes.filter(({ alive, host }) => alive && !host.paused)
    await this.settle(Promise.all(living.map((node) => node.mesh.stop())), STOP_MS, 'the stop')
  }
}
