import type { SimulatedHost } from '../../src/network/simulated/host.ts'
import type { World } from '../../src/network/simulated/world.ts'

/** How long a dial may take, in milliseconds. */
const DIAL_MS = 1000

export interface ConnectedNode {
  readonly host: SimulatedHost
  /** Its program can do something. */
  readonly running: boolean
}

/**
 * Instead of a membership, which would cost more than all that is looked at here: whoever can be reached is connected, and
 * connections to whoever cannot be are closed after a while.
 */
export class Connections {
  readonly #world: World
  readonly #nodes: readonly ConnectedNode[]
  readonly #patience: () => number
  /** For how many steps more each pair that is out of reach stays connected. */
  readonly #silent = new Map<string, number>()

  /**
   * @param nodes all there are; more may be added to it
   * @param patience for how many steps the next pair is out of reach until its connection is given up, as membership does with
   * the dead
   */
  constructor(world: World, nodes: readonly ConnectedNode[], patience: () => number) {
    this.#world = world
    this.#nodes = nodes
    this.#patience = patience
  }

  step(): void {
    for (const a of this.#nodes) {
      for (const b of this.#nodes) if (a.host.id < b.host.id) this.#keep(a, b)
    }
  }

  #keep(a: ConnectedNode, b: ConnectedNode): void {
    const pair = `${a.host.id} ${b.host.id}`
    if (this.#reach(a, b)) {
      this.#silent.delete(pair)
      this.#dial(a, b)
      return
    }
    const left = (this.#silent.get(pair) ?? this.#patience()) - 1
    this.#silent.set(pair, left)
    if (left !== 0) return
    for (const [near, far] of [[a, b] as const, [b, a] as const])
      if (near.running) near.host.network.disconnect(far.host.id)
  }

  #dial({ host: near }: ConnectedNode, { host: far }: ConnectedNode): void {
    if (near.network.isConnected(far.id) && far.network.isConnected(near.id)) return
    near.network
      .connect(far.id, [], DIAL_MS)
      .catch((error: Error) => near.log.info('not connected', { why: error.message }))
  }

  #reach(a: ConnectedNode, b: ConnectedNode): boolean {
    const { links } = this.#world
    if (!a.running || !b.running || !a.host.network.started || !b.host.network.started) return false
    const [from, to] = [a.host.machine.number, b.host.machine.number]
    return links.passes(from, to) && links.passes(to, from)
  }
}
