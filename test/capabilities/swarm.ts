import { EventEmitter } from 'node:events'
import { createDirectory, type Directory } from '../../src/capabilities/directory.ts'
import type { Liveness } from '../../src/capabilities/presence.ts'
import type { AgentDescription, DirectoryEvents } from '../../src/capabilities/provider.ts'
import type { Member, MemberState, MembershipEvents } from '../../src/membership/member.ts'
import type { PeerId } from '../../src/network/network.ts'
import { createRpc } from '../../src/network/requests.ts'
import type { Rpc } from '../../src/network/rpc.ts'
import type { SimulatedHost } from '../../src/network/simulated/host.ts'
import { World, type WorldOptions } from '../../src/network/simulated/world.ts'

/** Says of members what a test tells it; who is connected and was not spoken of is not known. */
export class Roster extends EventEmitter<MembershipEvents> implements Liveness {
  readonly #members = new Map<PeerId, Member>()

  get(peer: PeerId): Member | undefined {
    return this.#members.get(peer)
  }

  members(): Iterable<Member> {
    return this.#members.values()
  }

  set(id: PeerId, state: MemberState): void {
    const member = { id, state, incarnation: 1, addresses: [], since: 0, latencyMs: undefined }
    this.#members.set(id, member)
    this.emit(state === 'alive' ? 'join' : state, member)
  }
}

export interface SwarmNode {
  host: SimulatedHost
  rpc: Rpc
  roster: Roster
  directory: Directory
  /** `join a/summarizer`, `leave a/summarizer`, as they came. */
  events: string[]
  /** Kinds of directory requests that it sent: compare, pull, push. */
  asked: string[]
}

export const agent = (name: string, capability = `do.${name}`, version = '1.0.0'): AgentDescription => ({
  name,
  concurrency: 1,
  capabilities: [{ name: capability, version }],
})

/** Directories on simulated machines. */
export class Swarm {
  readonly world: World
  readonly nodes: SwarmNode[] = []

  constructor(options: WorldOptions) {
    this.world = new World({ multicast: false, ...options })
  }

  async add(id: string, incarnation = 1, mesh = 'test'): Promise<SwarmNode> {
    const node = this.#boot(this.world.host(id), incarnation, mesh)
    this.nodes.push(node)
    await this.world.settle(node.host.network.start(), 1000)
    node.directory.start()
    return node
  }

  /** A new life of a node, with the same identity. */
  async restart(node: SwarmNode, incarnation: number): Promise<SwarmNode> {
    node.host.restart()
    const next = this.#boot(node.host, incarnation, 'test')
    this.nodes[this.nodes.indexOf(node)] = next
    await this.world.settle(next.host.network.start(), 1000)
    next.directory.start()
    return next
  }

  async connect(a: SwarmNode, b: SwarmNode): Promise<void> {
    await this.world.settle(a.host.network.connect(b.host.id, b.host.network.addresses(), 10_000), 10_000)
  }

  async connectAll(): Promise<void> {
    const { nodes } = this
    const dials = nodes.flatMap((a, i) =>
      nodes.slice(i + 1).map((b) => a.host.network.connect(b.host.id, b.host.network.addresses(), 10_000)),
    )
    await this.world.settle(Promise.all(dials), 10_000)
  }

  /** Whether every node's directory holds the newest announcement of every node. */
  agree(nodes: readonly SwarmNode[] = this.nodes): boolean {
    return nodes.every(({ directory }) =>
      nodes.every((other) => {
        const theirs = directory.get(other.host.id)
        const own = other.directory.get(other.host.id)
        return theirs?.sequence === own?.sequence && theirs?.incarnation === own?.incarnation
      }),
    )
  }

  #boot(host: SimulatedHost, incarnation: number, mesh: string): SwarmNode {
    const { network, clock, random, signer, log } = host
    const asked: string[] = []
    const rpc = createRpc(host)
    const request = rpc.request.bind(rpc)
    rpc.request = (peer, protocol, body, options) => {
      // The field number of the first tag.
      asked.push(['compare', 'pull', 'push', 'load'][((body[0] ?? 0) >> 3) - 1] ?? 'nonsense')
      return request(peer, protocol, body, options)
    }
    const roster = new Roster()
    const load = { cpu: 0.5, memoryBytes: 2 ** 27, running: 1, queued: 2, capacity: 4, tasksDone: 3, tasksFailed: 0 }
    const directory = createDirectory({
      network,
      rpc,
      clock,
      random,
      signer,
      log,
      membership: roster,
      mesh,
      name: `node-${host.id}`,
      incarnation: () => incarnation,
      load: () => ({ ...load, meanResponseMs: undefined }),
    })
    const events: string[] = []
    for (const kind of ['join', 'leave'] as const) {
      const event: keyof DirectoryEvents = `agent:${kind}`
      directory.on(event, (peer, { name }) => events.push(`${kind} ${peer}/${name}`))
    }
    return { host, rpc, roster, directory, events, asked }
  }
}

/** The topic of the mesh that nodes of a swarm are in. */
export const TOPIC = '/covey/test/capabilities'

export async function pair(seed: number, link = {}): Promise<[Swarm, SwarmNode, SwarmNode]> {
  const swarm = new Swarm({ seed, link })
  const a = await swarm.add('a')
  const b = await swarm.add('b')
  return [swarm, a, b]
}
