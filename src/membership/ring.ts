import type { PeerId } from '../network/network.ts'
import { hash32 } from './hash.ts'
import { MAX_MEMBERS } from './limits.ts'

/** Where somebody stands in a ring. */
interface Place {
  readonly hash: number
  readonly id: PeerId
}

/** Places of members, by the seed of the ring; of `MAX_MEMBERS` at once. */
const places = new Map<PeerId, Place[]>()

/** Those of the member that was asked for last: all rings ask for one after the other. */
let latestId: PeerId | undefined
let latest: Place[] = []

/** The place of a member in the ring of that seed. Nodes that live in one process (the simulator's, tests') share it. */
function placeOf(id: PeerId, seed: number): Place {
  if (id !== latestId) {
    latest = placesOf(id)
    latestId = id
  }
  latest[seed] ??= { hash: hash32(id, seed), id }
  return latest[seed]
}

function placesOf(id: PeerId): Place[] {
  const known = places.get(id)
  if (known) return known
  if (places.size >= MAX_MEMBERS) places.clear()
  const made: Place[] = []
  places.set(id, made)
  return made
}

/**
 * Members in a circle, this node among them, by a hash that differs from ring to ring. The order is the same on every node;
 * of it a node keeps the two places beside its own, which is all that it ever asks for.
 */
export class Ring {
  readonly #seed: number
  readonly #self: Place
  /** The first one behind this node, going round, and the last. Alone among two it is both; in a ring of its own neither. */
  #after: Place | undefined
  #before: Place | undefined

  constructor(self: PeerId, seed: number) {
    this.#seed = seed
    this.#self = placeOf(self, seed)
  }

  /** Returns whether the member came to stand beside this node. */
  add(id: PeerId): boolean {
    const place = placeOf(id, this.#seed)
    const first = this.#after === undefined || this.#comesBefore(place, this.#after)
    const last = this.#before === undefined || this.#comesBefore(this.#before, place)
    if (first) this.#after = place
    if (last) this.#before = place
    return first || last
  }

  /** Returns whether the member stood beside this node. `others` are those who are left. */
  remove(id: PeerId, others: Iterable<PeerId>): boolean {
    if (this.#after?.id !== id && this.#before?.id !== id) return false
    this.#after = undefined
    this.#before = undefined
    for (const other of others) this.add(other)
    return true
  }

  /** The members before and after this node; none in a ring of its own. */
  beside(): PeerId[] {
    return [this.#before, this.#after].flatMap((place) => (place ? [place.id] : []))
  }

  /** Whether somebody who is not in the ring would stand beside this node. */
  isBeside(id: PeerId): boolean {
    const place = placeOf(id, this.#seed)
    return (
      !this.#after || !this.#before || this.#comesBefore(place, this.#after) || this.#comesBefore(this.#before, place)
    )
  }

  /** Going round from this node on, whether `a` is met before `b`. */
  #comesBefore(a: Place, b: Place): boolean {
    const { hash } = this.#self
    // How far round each is says it, but for those who stand where another does.
    if (a.hash !== b.hash && a.hash !== hash && b.hash !== hash) return (a.hash - hash) >>> 0 < (b.hash - hash) >>> 0
    const wraps = isBefore(a, this.#self)
    return wraps === isBefore(b, this.#self) ? isBefore(a, b) : !wraps
  }
}

/** By hash; equal hashes, which do happen, by id. */
const isBefore = (a: Place, b: Place): boolean => a.hash < b.hash || (a.hash === b.hash && a.id < b.id)
