import type { PeerId } from '../network/network.ts'
import { Ring } from './ring.ts'

/**
 * Connections a node keeps at most, inbound ones included: 64 cost a full node about 3 MB and a wake-up now and then,
 * and up to that size a full mesh makes every task and message one hop.
 */
export const MAX_CONNECTIONS = 64
/** Below this part of its limit a sparse mesh becomes a full one again; the gap keeps it from swinging at the edge. */
const FULL_AGAIN = 0.75
/** Of the connections a node keeps, one in four is to a neighbour; the others are for who is dialled on demand. */
const CONNECTIONS_PER_NEIGHBOUR = 4

/**
 * Who keeps a connection with whom, and so who probes whom.
 *
 * Up to `limit` members: everybody with everybody. Beyond: every node with the two members beside it on each of `limit` / 8
 * rings (8 of them where the limit is 64), each an order of all members by a hash of its own. Unions of random Hamiltonian
 * cycles are expanders with high probability (Law and Siu 2003), so that gossip spreads in O(log n) steps and a random half of the
 * members may die without cutting the rest in two. All nodes with the same table compute the same graph, with no message:
 * neighbourhood is symmetric, both ends keep the connection and both probe. A newcomer changes two edges a ring.
 *
 * Why a dead node is still found in time: it has 16 neighbours (a few less where rings agree), each of which probes its
 * own 16 round-robin, one a period. The first probe of it comes after t periods with probability 1 - (1 - t / 16)^16,
 * which is p99 at 4 periods: sooner than in a full mesh. So do the confirmations, by 15 others. A node sends
 * one probe a period in either shape.
 *
 * Pure: what is dialled and closed follows from `neighbours` and `wants`.
 */
export class Topology {
  readonly #self: PeerId
  readonly #limit: number
  readonly #rings: Ring[] = []
  readonly #members = new Set<PeerId>()
  #neighbours = new Set<PeerId>()
  #full = true

  constructor(self: PeerId, limit: number = MAX_CONNECTIONS) {
    this.#self = self
    this.#limit = limit
    const rings = Math.max(1, Math.floor(limit / CONNECTIONS_PER_NEIGHBOUR / 2))
    for (let i = 0; i < rings; i++) this.#rings.push(new Ring(self, i))
  }

  get full(): boolean {
    return this.#full
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#neighbours
  }

  /** A member became present. Returns how the neighbours changed. */
  add(id: PeerId): NeighbourChange {
    if (id === this.#self || this.#members.has(id)) return NO_CHANGE
    this.#members.add(id)
    let beside = false
    for (const ring of this.#rings) beside = ring.add(id) || beside
    return this.#changed(id, undefined, beside)
  }

  /** A member is gone. */
  remove(id: PeerId): NeighbourChange {
    if (!this.#members.delete(id)) return NO_CHANGE
    let beside = false
    for (const ring of this.#rings) beside = ring.remove(id, this.#members) || beside
    return this.#changed(undefined, id, beside)
  }

  /** Whether a connection with `id` should stand; of one that is gone: would, if it came back. */
  wants(id: PeerId): boolean {
    if (this.#full) return true
    return this.#members.has(id) ? this.#neighbours.has(id) : this.#rings.some((ring) => ring.isBeside(id))
  }

  #changed(added: PeerId | undefined, removed: PeerId | undefined, beside: boolean): NeighbourChange {
    const nodes = this.#members.size + 1
    const wasFull = this.#full
    if (nodes > this.#limit) this.#full = false
    else if (nodes <= this.#limit * FULL_AGAIN) this.#full = true
    if (this.#full && wasFull) {
      if (added !== undefined) this.#neighbours.add(added)
      if (removed !== undefined) this.#neighbours.delete(removed)
      return { added: added === undefined ? [] : [added], removed: removed === undefined ? [] : [removed] }
    }
    if (!this.#full && !wasFull && !beside) return NO_CHANGE
    const before = this.#neighbours
    const after = this.#full ? new Set(this.#members) : this.#beside()
    this.#neighbours = after
    return { added: [...after].filter((id) => !before.has(id)), removed: [...before].filter((id) => !after.has(id)) }
  }

  #beside(): Set<PeerId> {
    const beside = new Set<PeerId>()
    for (const ring of this.#rings) for (const id of ring.beside()) beside.add(id)
    return beside
  }
}

export interface NeighbourChange {
  added: readonly PeerId[]
  removed: readonly PeerId[]
}

const NO_CHANGE: NeighbourChange = { added: [], removed: [] }
