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
    const arrivals = new Map<SimulatedNetwork, number>([[from, 0]])
    const frontier = [from]
    for (let node = frontier.shift(); node; node = frontier.shift()) {
      for (const [peer, delay] of this.#hops(node, topic)) {
        if (arrivals.has(peer)) continue
        const arrival = (arrivals.get(node) as number) + delay
        arrivals.set(peer, arrival)
        frontier.push(peer)
        this.#deliver(peer, topic, data, from.self, arrival)
      }
    }
  }

  /** The neighbours that get it from this one, with the delay of each copy. */
  #hops(node: SimulatedNetwork, topic: string): [SimulatedNetwork, number][] {
    const { now, random, links } = this.#world
    const hops: [SimulatedNetwork, number][] = []
    for (const { remote, since } of sample(node.oldest(), GOSSIP_FANOUT, random)) {
      if (now - since < GRAFT_MS || !remote.network.listensTo(topic)) continue
      for (const delay of links.copies(node.machine, remote.machine.number)) hops.push([remote.network, delay])
    }
    return hops
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
