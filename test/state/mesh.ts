import { createRpc } from '../../src/network/requests.ts'
import type { SimulatedHost } from '../../src/network/simulated/host.ts'
import { World } from '../../src/network/simulated/world.ts'
import type { ReplicaId } from '../../src/state/dot.ts'
import { Epochs } from '../../src/state/epochs/epochs.ts'
import { ROSTER_PROTOCOL } from '../../src/state/roster/protocol.ts'
import { StateStore } from '../../src/state/store.ts'
import { decodeValue, encodeValue } from '../../src/state/value.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { RosterRequest } from '../../src/wire/roster.ts'

/** How long anything may take in virtual time, in milliseconds. */
export const SOON_MS = 20_000

/** A simulated machine with a replicated state and epochs on it, and nothing else: who is a member is given. */
export class EpochNode {
  readonly host: SimulatedHost
  members: string[]
  store!: StateStore
  epochs!: Epochs
  retired: [ReplicaId, number][] = []
  /** A replica of which a record here says that it is over. */
  over: ReplicaId | undefined
  fatal: unknown

  constructor(host: SimulatedHost, members: string[]) {
    this.host = host
    this.members = members
  }

  async start(): Promise<void> {
    const { network, clock, random, log } = this.host
    const storage: Storage = this.host.storage
    const rpc = createRpc({ network, clock, log })
    this.store = new StateStore({ storage, clock, log })
    this.epochs = new Epochs({
      store: this.store,
      storage,
      network,
      rpc,
      clock,
      random,
      log,
      members: () => this.members,
      isOver: (replica) => this.over === replica,
      retire: (replica, final) => this.retired.push([replica, final]),
      onFatal: (error) => {
        this.fatal = error
      },
    })
    rpc.handle(ROSTER_PROTOCOL, (body) => this.epochs.answer(RosterRequest.decode(body).confirm ?? { replica: '' }))
    await this.store.load()
    await network.start()
    await this.epochs.start()
  }

  set(key: string, value: string): Promise<unknown> {
    return this.store.write([{ namespace: 'n', key, path: '', value: encodeValue(value) }])
  }

  /** All values of a key, sorted. */
  get(key: string): unknown[] {
    return this.store.core
      .siblings({ namespace: 'n', key, path: '' })
      .flatMap(({ entry }) => (entry.value ? [decodeValue(entry.value)] : []))
      .sort()
  }

  /** Takes what the other has and this one lacks, as an exchange does. */
  async pull(from: EpochNode): Promise<void> {
    await this.store.receive(from.store.core.lacking(this.store.core.stored))
    await this.store.close(from.store.offered())
  }
}

/** Nodes that are all members and all connected. */
export async function epochMesh(seed: number, count: number): Promise<{ world: World; nodes: EpochNode[] }> {
  const world = new World({ seed })
  const hosts = Array.from({ length: count }, (_, i) => world.host(`n${i}`))
  const members = hosts.map(({ id }) => id)
  const nodes = hosts.map((host) => new EpochNode(host, members))
  await world.settle(Promise.all(nodes.map((node) => node.start())), SOON_MS)
  for (const node of nodes) await connect(world, node, nodes)
  return { world, nodes }
}

/** Dials every other node that lives. */
export async function connect(world: World, node: EpochNode, nodes: readonly EpochNode[]): Promise<void> {
  for (const { host } of nodes) {
    if (host === node.host || !host.alive) continue
    await world.settle(node.host.network.connect(host.id, host.network.addresses(), SOON_MS), SOON_MS)
  }
}
