import { sample } from '../../lib/random.ts'
import type { PeerAddress } from '../network.ts'
import type { SimulatedNetwork } from './network.ts'
import type { World } from './world.ts'

/** Neighbours to which a published message is handed on: gossipsub's D_high. */
const GOSSIP_FANOUT = 8
/**
 * How long a new connection carries no gossip, in milliseconds: peers first tell one another their topics, and are
 * grafted at a heartbeat of a second.
 */
const GRAFT_MS = 700
/** Round trips that a DHT look-up takes. */
const LOOKUP_LATENCIES = 6

/**
 * Publish and subscribe as gossipsub does it, worked out at once: the message spreads from neighbour to neighbour over
 * connections that stand now, each hop with its own latency, loss and duplication.
 */
export class PublishBoard {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  publish(from: SimulatedNetwork, topic: string, data: Uint8Array): void {
    const { now, random, links } = this.#world
    const reached = new Set([from])
    const frontier: [SimulatedNetwork, number][] = [[from, 0]]
    // What is pushed on the way is walked too.
    for (const [node, arrival] of frontier) {
      for (const { remote, since } of sample(node.oldest(), GOSSIP_FANOUT, random)) {
        const peer = remote.network
        if (now - since < GRAFT_MS || reached.has(peer) || !peer.listensTo(topic)) continue
        // Of two copies the first counts.
        const [delay] = links.copies(node.machine, remote.machine.number)
        if (delay === undefined) continue
        reached.add(peer)
        frontier.push([peer, arrival + delay])
        this.#deliver(peer, topic, data, from.self, arrival + delay)
      }
    }
  }

  #deliver(to: SimulatedNetwork, topic: string, data: Uint8Array, from: string, delay: number): void {
    const { scheduler, trace } = this.#world
    scheduler.schedule(scheduler.now + delay, to.process, () => {
      trace.mix(to.machine, data.length, 1)
      to.heard(topic, data, from)
    })
  }
}

/** Provider records, as the DHT would hold them: found by whoever is connected to anybody. */
export class ProviderBoard {
  readonly #world: World
  readonly #records = new Map<string, Map<string, PeerAddress>>()

  constructor(world: World) {
    this.#world = world
  }

  provide(key: string, peer: PeerAddress): void {
    const records = this.#records.get(key) ?? new Map<string, PeerAddress>()
    this.#records.set(key, records.set(peer.id, peer))
  }

  find(asker: SimulatedNetwork, key: string, timeoutMs: number): Promise<PeerAddress[]> {
    const { scheduler, links } = this.#world
    const took = LOOKUP_LATENCIES * links.latency(asker.machine, asker.machine)
    const found = asker.peers().length > 0 && took <= timeoutMs
    return new Promise((resolve) => {
      scheduler.schedule(scheduler.now + Math.min(took, timeoutMs), asker.process, () =>
        resolve(found ? [...(this.#records.get(key)?.values() ?? [])].filter(({ id }) => id !== asker.self) : []),
      )
    })
  }
}
