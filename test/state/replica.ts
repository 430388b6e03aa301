import { silentLog } from '../../src/lib/log.ts'
import { World } from '../../src/network/simulated/world.ts'
import { type ReplicaId, replicaId } from '../../src/state/dot.ts'
import type { Namespace } from '../../src/state/namespace.ts'
import type { Policy } from '../../src/state/policy.ts'
import { createState, type State } from '../../src/state/state.ts'
import { StateStore } from '../../src/state/store.ts'
import type { Storage } from '../../src/storage/storage.ts'

export const NAMESPACE = 'n'

/** A node's state without a network: exchanges happen when a test says so. */
export class Replica {
  readonly name: string
  readonly id: ReplicaId
  readonly world: World
  readonly store: StateStore
  readonly state: State

  constructor(world: World, name: string, storage?: Storage) {
    const { clock, random } = world.find(name) ?? world.host(name)
    this.world = world
    this.name = name
    this.id = replicaId(name, new Uint8Array(8))
    this.store = new StateStore({ clock, log: silentLog, ...(storage && { storage }) })
    this.state = createState({ self: name, store: this.store, clock, random, log: silentLog })
  }

  /** Reads what its storage holds, and goes on counting where that ends. */
  async start(): Promise<this> {
    await this.store.load()
    this.begin()
    return this
  }

  begin(): this {
    this.store.begin(this.id, this.store.core.stored.contiguous(this.id))
    this.state.start()
    return this
  }

  namespace(policy: Policy = 'latest'): Namespace {
    return this.state.namespace(NAMESPACE, { policy })
  }

  /** Takes all that the other has and this one lacks. */
  async pull(from: Replica): Promise<void> {
    await this.store.receive(from.store.core.lacking(this.store.core.stored))
    await this.store.close(from.store.offered())
  }
}

/** Replicas in memory, with clocks of one world: `names` in rising order of their ids. */
export function replicas(...names: string[]): Replica[] {
  const world = new World({ seed: 1 })
  return names.map((name) => new Replica(world, name).begin())
}

/** Until all have seen everything. */
export async function converge(all: readonly Replica[]): Promise<void> {
  for (let round = 0; round < 2; round++) {
    for (const to of all) for (const from of all) if (from !== to) await to.pull(from)
  }
}

/** What a namespace shows, as plain JSON without what is each node's own. */
export const shown = (namespace: Namespace): unknown =>
  JSON.parse(JSON.stringify(namespace.list({ limit: 1000 }).entries)) as unknown
