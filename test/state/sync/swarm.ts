import { expect } from 'vitest'
import type { Member } from '../../../src/membership/member.ts'
import { createMembership } from '../../../src/membership/membership.ts'
import { PRESETS } from '../../../src/membership/presets.ts'
import { createRpc } from '../../../src/network/requests.ts'
import type { DirectRpc } from '../../../src/network/rpc.ts'
import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import { World, type WorldOptions } from '../../../src/network/simulated/world.ts'
import { replicaId } from '../../../src/state/dot.ts'
import { bytesOfEncoded } from '../../../src/state/encoded.ts'
import { StateStore } from '../../../src/state/store.ts'
import { createSync, type Sync } from '../../../src/state/sync/sync.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
export const NAMESPACE = 'n'
export const cell = (key: string, path = '') => ({ namespace: NAMESPACE, key, path })

export interface SwarmOptions extends WorldOptions {
  /** Whether nodes keep their state on their simulated disks. */
  durable?: boolean
  /** Whether nodes find one another and come back by themselves, as in a whole node; else the test connects them. */
  membership?: boolean
  /** Whether nodes held nothing when they met, as those that start together. */
  empty?: boolean
  /** Called with each node's ports before its sync is made: where a test puts a bug in. */
  tamper?: (host: SimulatedHost, rpc: DirectRpc) => void
}

/** A store and its sync on a simulated machine. */
export class SyncNode {
  readonly host: SimulatedHost
  rpc!: DirectRpc
  store!: StateStore
  sync!: Sync
  readonly #swarm: Swarm
  readonly #options: SwarmOptions

  constructor(host: SimulatedHost, swarm: Swarm, options: SwarmOptions) {
    this.host = host
    this.#swarm = swarm
    this.#options = options
  }

  get id(): string {
    return this.host.id
  }

  async boot(): Promise<void> {
    const { host } = this
    const { durable, tamper, empty = false, membership: meets } = this.#options
    const { network, clock, random, log, storage } = host
    this.rpc = createRpc(host)
    tamper?.(host, this.rpc)
    const own = meets
      ? createMembership({ network, rpc: this.rpc, clock, random, log, storage, preset: PRESETS.lan })
      : undefined
    const membership = own ?? { members: (): Member[] => this.#swarm.members() }
    this.store = new StateStore({ ...(durable && { storage }), clock, log })
    const ports = { network, rpc: this.rpc, clock, random, log, store: this.store }
    this.sync = createSync({ ...ports, mesh: 'test', membership, wasEmpty: () => empty })
    if (durable || meets) await storage.start()
    await this.store.load()
    this.store.begin(replicaId(host.id, random.bytes(8)), 0)
    await network.start()
    await own?.start()
    this.sync.start()
  }

  /** Resolves when it is acknowledged; undefined deletes. */
  async put(keys: string | readonly string[], text: string | undefined): Promise<void> {
    const value = text === undefined ? undefined : encoder.encode(text)
    await this.store.write([keys].flat().map((key) => ({ ...cell(key), value })))
  }

  /** What shows of a key: the texts of its siblings. */
  get(key: string): string[] {
    return this.store.core
      .siblings(cell(key))
      .flatMap(({ entry }) => (entry.value ? [decoder.decode(bytesOfEncoded(entry.value))] : []))
  }

  /** All that shows, keys in order. */
  show(): Record<string, string[]> {
    const shown: Record<string, string[]> = {}
    for (const key of [...this.store.core.cells.keys(NAMESPACE)].sort()) {
      const texts = this.get(key)
      if (texts.length > 0) shown[key] = texts
    }
    return shown
  }
}

/** Stores and syncs on simulated machines that are connected by the test. */
export class Swarm {
  readonly world: World
  readonly nodes: SyncNode[] = []
  readonly #options: SwarmOptions

  constructor(options: SwarmOptions) {
    this.#options = options
    this.world = new World({ multicast: options.membership ?? false, ...options })
  }

  async add(id: string): Promise<SyncNode> {
    const node = new SyncNode(this.world.host(id), this, this.#options)
    this.nodes.push(node)
    await this.world.settle(node.boot(), 10_000)
    return node
  }

  async addMany(count: number): Promise<SyncNode[]> {
    const nodes: SyncNode[] = []
    for (let i = 0; i < count; i++) nodes.push(await this.add(`n${i}`))
    return nodes
  }

  async restart(node: SyncNode): Promise<void> {
    node.host.restart()
    await this.world.settle(node.boot(), 10_000)
  }

  /** All living nodes as members. */
  members(): Member[] {
    return this.nodes
      .filter(({ host }) => host.alive)
      .map(({ id }) => ({ id, state: 'alive', incarnation: 1, addresses: [], since: 0, latencyMs: undefined }))
  }

  async connect(a: SyncNode, b: SyncNode): Promise<void> {
    await this.world.settle(a.host.network.connect(b.id, b.host.network.addresses(), 10_000), 10_000)
  }

  disconnect(a: SyncNode, b: SyncNode): void {
    a.host.network.disconnect(b.id)
  }

  /** Connects everybody who can reach one another and is not connected; what fails is left. */
  async connectAll(nodes: readonly SyncNode[] = this.nodes): Promise<void> {
    const living = nodes.filter(({ host }) => host.alive)
    const dials = living.flatMap((a, i) =>
      living.slice(i + 1).map((b) => a.host.network.connect(b.id, b.host.network.addresses(), 2000)),
    )
    await this.world.settle(Promise.allSettled(dials), 5000)
  }

  /** Whether all hold and show the same, without a gap. */
  get agree(): boolean {
    const living = this.nodes.filter(({ host }) => host.alive)
    const first = living[0]?.sync.digest()
    return living.every(({ sync, store }) => {
      const { vector, content } = sync.digest()
      return vector === first?.vector && content === first.content && !store.core.stored.hasGaps
    })
  }

  async settled(maxMs: number): Promise<void> {
    await this.world.until(() => this.agree, maxMs, 'equal digests and vectors without gaps')
    this.check()
  }

  /** What holds whenever digests are equal: equal texts, equal contexts, nothing that waits. */
  check(): void {
    const [first, ...others] = this.nodes.filter(({ host }) => host.alive)
    for (const other of others) {
      expect(other.show()).toEqual(first?.show())
      const [a, b] = [other.store.core.stored, (first as SyncNode).store.core.stored]
      expect([a.covers(b), b.covers(a), [...other.store.core.waiting()]]).toEqual([true, true, []])
    }
  }
}

export async function pair(options: SwarmOptions): Promise<[Swarm, SyncNode, SyncNode]> {
  const swarm = new Swarm(options)
  return [swarm, await swarm.add('a'), await swarm.add('b')]
}
