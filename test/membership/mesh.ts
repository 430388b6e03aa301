import type { MemberState } from '../../src/membership/member.ts'
import { createMembership, type Membership } from '../../src/membership/membership.ts'
import { PRESETS, type Preset } from '../../src/membership/presets.ts'
import { createRpc } from '../../src/network/requests.ts'
import type { DirectRpc } from '../../src/network/rpc.ts'
import type { SimulatedHost } from '../../src/network/simulated/host.ts'
import { World, type WorldOptions } from '../../src/network/simulated/world.ts'

/** One simulated node: a host with nothing but membership on it. */
export class Node {
  readonly host: SimulatedHost
  readonly preset: Preset
  readonly maxConnections: number | undefined
  membership!: Membership
  rpc!: DirectRpc

  constructor(host: SimulatedHost, preset: Preset, maxConnections: number | undefined) {
    this.host = host
    this.preset = preset
    this.maxConnections = maxConnections
  }

  get id(): string {
    return this.host.id
  }

  async start(): Promise<void> {
    const { network, clock, random, log, storage } = this.host
    this.rpc = createRpc({ network, clock, log })
    const limit = this.maxConnections === undefined ? {} : { maxConnections: this.maxConnections }
    const components = { network, rpc: this.rpc, clock, random, log, storage, preset: this.preset, ...limit }
    this.membership = createMembership(components)
    await network.start()
    await this.membership.start()
  }

  /** Power off, nobody is told. */
  crash(): void {
    this.host.crash()
  }

  /** A new process over the same disk. */
  async restart(): Promise<void> {
    this.host.restart()
    await this.start()
  }

  state(of: Node): MemberState | undefined {
    return this.membership.get(of.id)?.state
  }
}

export interface MeshOptions extends WorldOptions {
  nodes: number
  preset?: Preset
  maxConnections?: number
}

/** A simulated mesh of nodes with membership. */
export class Mesh {
  readonly world: World
  readonly nodes: Node[] = []
  readonly #preset: Preset
  readonly #maxConnections: number | undefined

  constructor({ nodes, preset = PRESETS.lan, maxConnections, ...options }: MeshOptions) {
    this.world = new World(options)
    this.#preset = preset
    this.#maxConnections = maxConnections
    for (let i = 0; i < nodes; i++) this.add()
  }

  /** Another machine; its node runs after `start`. */
  add(): Node {
    const node = new Node(this.world.host(`n${this.nodes.length}`), this.#preset, this.#maxConnections)
    this.nodes.push(node)
    return node
  }

  /** Starts all and waits until each counts all others as alive. */
  static async running(options: MeshOptions): Promise<Mesh> {
    const mesh = new Mesh(options)
    for (const node of mesh.nodes) await node.start()
    await mesh.until(() => mesh.complete(), 20_000, 'everybody alive for everybody')
    return mesh
  }

  /** Like `World.until`, with the condition asked every 10 virtual ms: with many nodes it is not cheap. */
  async until(condition: () => boolean, maxMs: number, what: string): Promise<number> {
    const start = this.world.now
    while (!condition()) {
      if (this.world.now - start >= maxMs) {
        throw new Error(`${what}: not within ${maxMs} virtual ms (seed ${this.world.seed}, time ${this.world.now})`)
      }
      await this.world.run(10)
    }
    return this.world.now - start
  }

  /** Whether every pair of nodes is connected, from both ends' view. */
  connected(): boolean {
    return this.nodes.every((a) => this.nodes.every((b) => a === b || a.host.network.isConnected(b.id)))
  }

  /** Whether every one of `nodes` counts every other one as `state`. */
  complete(nodes: readonly Node[] = this.nodes, of: readonly Node[] = nodes, state: MemberState = 'alive'): boolean {
    return nodes.every((a) => of.every((b) => a === b || a.state(b) === state))
  }
}
