import type { Random } from '../../../src/lib/random.ts'
import type { Member } from '../../../src/membership/member.ts'
import { World, type WorldOptions } from '../../../src/network/simulated/world.ts'
import { Connections } from '../connections.ts'
import type { Birth } from './life.ts'
import { CampaignNode } from './node.ts'
import { StateLife } from './state-life.ts'
import { wholeLife } from './whole-life.ts'

/** How long the first starts may take, in virtual milliseconds. */
const START_MS = 10_000
/** For how many steps a peer may be out of reach until its connection is given up: a membership that is quick, to one that is slow. */
const MIN_PATIENCE = 5
const MAX_PATIENCE = 60

/** How a fleet is manned: with whole nodes, or with the layers of the state over connections that somebody keeps. */
export type Crew = 'whole' | 'state'

/** The machines of a campaign, in one world. */
export class Fleet {
  readonly world: World
  readonly nodes: CampaignNode[] = []
  readonly #birth: Birth
  readonly #connections: Connections | undefined

  constructor(crew: Crew, random: Random, options: WorldOptions) {
    const alone = crew === 'state'
    this.world = new World({ ...options, multicast: !alone })
    this.#birth = alone ? (host) => new StateLife(host, () => this.#members()) : wholeLife
    if (alone) {
      const patience = (): number => MIN_PATIENCE + random.below(MAX_PATIENCE - MIN_PATIENCE)
      this.#connections = new Connections(this.world, this.nodes, patience)
    }
  }

  /** A new machine whose process has not started. */
  add(): CampaignNode {
    const node = new CampaignNode(this.world.host(`n${this.nodes.length}`), this.#birth)
    this.nodes.push(node)
    return node
  }

  /** So many that are up and know one another. */
  async start(count: number): Promise<void> {
    for (let i = 0; i < count; i++) this.add()
    await this.world.settle(Promise.all(this.nodes.map(({ life }) => life.start())), START_MS)
  }

  /** Lets virtual milliseconds pass, to each step of the connections. */
  async run(ms: number): Promise<void> {
    this.#connections?.step()
    await this.world.run(ms)
  }

  /** Nobody reaches a node of the other side. */
  partition(...sides: (readonly CampaignNode[])[]): void {
    this.world.partition(sides.map((side) => side.map(({ host }) => host)))
  }

  /** Whose machine runs is alive, whoever reaches it: how a membership that asks others would see it. */
  #members(): Member[] {
    return this.nodes
      .filter(({ alive }) => alive)
      .map(({ name }) => ({
        id: name,
        state: 'alive',
        incarnation: 1,
        addresses: [],
        since: 0,
        latencyMs: undefined,
      }))
  }
}
