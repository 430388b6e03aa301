import type { World } from '../../../src/network/simulated/world.ts'
import type { ConsensusNode } from './node.ts'

/** Steps that a peer is out of reach until its connection is given up, as membership does with the dead. */
const STEPS_TO_GIVE_UP = 10
/** How long a dial may take, in milliseconds. */
const DIAL_MS = 1000

/**
 * Instead of a membership, which would cost more than all that is looked at here: whoever can be reached is connected, and
 * connections to whoever cannot be are closed after a while.
 */
export class Connections {
  readonly #world: World
  readonly #nodes: readonly ConsensusNode[]
  /** For how many steps each pair has been out of reach. */
  readonly #silent = new Map<string, number>()

  constructor(world: World, nodes: readonly ConsensusNode[]) {
    this.#world = world
    this.#nodes = nodes
  }

  step(): void {
    for (const a of this.#nodes) {
      for (const b of this.#nodes) if (a.id < b.id) this.#keep(a, b)
    }
  }

  #keep(a: ConsensusNode, b: ConsensusNode): void {
    const pair = `${a.id} ${b.id}`
    const silent = this.#reach(a, b) ? 0 : (this.#silent.get(pair) ?? 0) + 1
    this.#silent.set(pair, silent)
    if (silent === 0) this.#dial(a, b)
    else if (silent === STEPS_TO_GIVE_UP) {
      for (const [near, far] of [[a, b] as const, [b, a] as const])
        if (near.running) near.host.network.disconnect(far.id)
    }
  }

  #dial(a: ConsensusNode, b: ConsensusNode): void {
    const near = a.host.network
    if (near.isConnected(b.id) && b.host.network.isConnected(a.id)) return
    near.connect(b.id, [], DIAL_MS).catch((error: Error) => a.host.log.info('not connected', { why: error.message }))
  }

  #reach(a: ConsensusNode, b: ConsensusNode): boolean {
    const { links } = this.#world
    const [from, to] = [a.host.machine.number, b.host.machine.number]
    return a.running && b.running && links.passes(from, to) && links.passes(to, from)
  }
}
