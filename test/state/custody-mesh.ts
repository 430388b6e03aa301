import { createRpc } from '../../src/network/requests.ts'
import type { SimulatedHost } from '../../src/network/simulated/host.ts'
import { World } from '../../src/network/simulated/world.ts'
import type { CellWrite } from '../../src/state/core.ts'
import { Custody } from '../../src/state/custody.ts'
import { PASS_MS } from '../../src/state/garbage/limits.ts'
import { createState, type State } from '../../src/state/state.ts'
import { StateStore } from '../../src/state/store.ts'
import { decodeValue, encodeValue, type StateValue } from '../../src/state/value.ts'

/** How long anything may take in virtual time, in milliseconds. */
export const SOON_MS = 60_000
export const HOUR = 3_600_000
/** Also how long a member may be away before it is evicted. */
export const DAY = 24 * HOUR

/** A node with a replicated state in its care, which exchanges only when the test says so. */
export class CustodyNode {
  readonly host: SimulatedHost
  store!: StateStore
  state!: State
  custody!: Custody
  fatal: unknown
  started = false

  constructor(host: SimulatedHost) {
    this.host = host
  }

  get id(): string {
    return this.host.id
  }

  async start(): Promise<void> {
    const { network, clock, random, log, storage, signer } = this.host
    const rpc = createRpc({ network, clock, log })
    this.store = new StateStore({ storage, clock, log })
    this.state = createState({ self: this.id, store: this.store, clock, random, log })
    this.custody = new Custody({
      mesh: 'test',
      store: this.store,
      storage,
      network,
      rpc,
      signer,
      clock,
      random,
      log,
      retentionMs: DAY,
      onFatal: (error) => {
        this.fatal = error
      },
    })
    await this.store.load()
    await network.start()
    this.started = true
    await this.custody.start()
    this.state.start()
  }

  set(key: string, value: StateValue): Promise<unknown> {
    return this.write([{ key, value }])
  }

  delete(key: string): Promise<unknown> {
    return this.write([{ key, value: undefined }])
  }

  /** One batch. */
  async write(writes: readonly { key: string; path?: string; value: StateValue | undefined }[]): Promise<void> {
    const cells = writes.map(({ key, path = '', value }): CellWrite => {
      return { namespace: 'n', key, path, value: value === undefined ? undefined : encodeValue(value) }
    })
    await this.store.write(cells)
  }

  get(key: string, path = ''): StateValue[] {
    return this.store.core
      .siblings({ namespace: 'n', key, path })
      .flatMap(({ entry }) => (entry.value ? [decodeValue(entry.value)] : []))
  }

  /** Every cell with its dots and values: equal where two nodes hold the same. */
  content(): string[] {
    const lines: string[] = []
    for (const event of this.store.core.events()) {
      for (const entry of event.entries) {
        const stands = this.store.core.siblings(entry).some((sibling) => sibling.event === event)
        if (!stands) continue
        const value = entry.value === undefined ? 'deleted' : Buffer.from(entry.value).toString('hex')
        lines.push(`${entry.namespace} ${entry.key} ${entry.path} ${event.replica}:${event.sequence} ${value}`)
      }
    }
    return lines.sort()
  }

  vector(): Record<string, number> {
    const { stored } = this.store.core
    return Object.fromEntries(stored.replicas().map((replica) => [replica, stored.contiguous(replica)]))
  }
}

/** Machines in one world, whose exchanges the test decides on. */
export class CustodyMesh {
  readonly world: World
  readonly nodes: CustodyNode[]

  constructor(seed: number, count: number) {
    this.world = new World({ seed })
    this.nodes = Array.from({ length: count }, (_, i) => new CustodyNode(this.world.host(`n${i}`)))
  }

  node(i: number): CustodyNode {
    return this.nodes[i] as CustodyNode
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.world.settle(promise, SOON_MS)
  }

  async start(nodes: readonly CustodyNode[] = this.nodes): Promise<void> {
    for (const node of nodes) {
      const began = node.start()
      await this.settle(began)
      await this.connect(node)
    }
    await this.converge(nodes)
  }

  /** Dials every other node that lives. */
  async connect(node: CustodyNode, others: readonly CustodyNode[] = this.nodes): Promise<void> {
    for (const { host, started } of others) {
      if (host === node.host || !host.alive || !started) continue
      await this.settle(node.host.network.connect(host.id, host.network.addresses(), SOON_MS))
    }
  }

  /** What a session of two connected nodes does, once they admit one another. */
  async exchange(a: CustodyNode, b: CustodyNode): Promise<void> {
    if (!a.host.network.isConnected(b.id)) return
    const met = (): boolean => a.custody.admits(b.id) && b.custody.admits(a.id)
    await this.world.until(met, SOON_MS, `the meeting of ${a.id} and ${b.id}`)
    for (const [to, from] of [
      [a, b],
      [b, a],
    ] as const) {
      await this.settle(from.store.flushed())
      await this.settle(to.store.receive(from.store.core.lacking(to.store.core.stored)))
      await this.settle(to.store.close(from.store.offered()))
    }
  }

  /** Everybody of these with everybody, until nothing moves any more. */
  async converge(nodes: readonly CustodyNode[] = this.nodes): Promise<void> {
    for (let round = 0; round < 12; round++) {
      for (const a of nodes) for (const b of nodes) if (a.id < b.id) await this.exchange(a, b)
      const vectors = new Set(nodes.map((node) => JSON.stringify(node.vector())))
      if (vectors.size === 1 && round > 0) return
      await this.world.run(100)
    }
    throw new Error(`no end: ${nodes.map((node) => JSON.stringify(node.vector())).join('\n')}`)
  }

  /** Some time passes, with an exchange of all a pass or so. */
  async live(ms: number, nodes: readonly CustodyNode[] = this.nodes): Promise<void> {
    const end = this.world.now + ms
    while (this.world.now < end) {
      await this.world.run(Math.min(PASS_MS, end - this.world.now))
      await this.converge(nodes)
    }
  }

  async restart(node: CustodyNode, others: readonly CustodyNode[] = this.nodes): Promise<void> {
    node.host.restart()
    await this.settle(node.start())
    await this.connect(node, others)
  }
}
