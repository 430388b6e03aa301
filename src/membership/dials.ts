import type { PeerId } from '../network/network.ts'

/** From the start of one dial of a peer to the start of the next, in milliseconds: a healed network is found in a second. */
export const REDIAL_MS = 1000
/** Dials of dead members a second; with more dead than that each waits for its turn. Half of a mesh of 32 fits. */
export const DEAD_DIALS_PER_SECOND = 16
/** Dials under way at once: every neighbour of a full mesh. */
export const MAX_DIALLING = 64
/** Strangers (heard of, never met) remembered at once. */
export const MAX_STRANGERS = 256
/** Dials of a stranger before it is forgotten until it is heard of again; the pauses double from 1 s to 64 s. */
const STRANGER_DIALS = 7

/** Why a peer is to be dialled. */
export type DialReason = 'member' | 'dead' | 'stranger'

interface Dial {
  peer: PeerId
  reason: DialReason
  at: number
  attempts: number
  /** Set while it is under way. */
  startedAt: number | undefined
}

/** Whom to dial and when: a queue by time, with a pace for the dead and a limit for all. Pure. */
export class Dials {
  readonly #dials = new Map<PeerId, Dial>()
  /** By time, the next one last. Dials that were dropped or moved stay as stale entries until they are met. */
  readonly #queue: { at: number; dial: Dial }[] = []
  #underWay = 0
  #strangers = 0
  #nextDeadAt = Number.NEGATIVE_INFINITY

  /** When `take` will have something; infinite while too many are under way. */
  get due(): number {
    this.#dropStale()
    if (this.#underWay >= MAX_DIALLING) return Number.POSITIVE_INFINITY
    return this.#queue.at(-1)?.at ?? Number.POSITIVE_INFINITY
  }

  has(peer: PeerId): boolean {
    return this.#dials.has(peer)
  }

  reasonOf(peer: PeerId): DialReason | undefined {
    return this.#dials.get(peer)?.reason
  }

  /** Wants a connection with `peer`, first tried at `at`, then until `drop`. An earlier time for the same peer stays. */
  want(peer: PeerId, reason: DialReason, at: number): void {
    const known = this.#dials.get(peer)
    if (known?.startedAt !== undefined) {
      known.reason = this.#count(known.reason, reason)
    } else if (!known) {
      if (reason === 'stranger' && this.#strangers >= MAX_STRANGERS) return
      if (reason === 'stranger') this.#strangers++
      const dial: Dial = { peer, reason, at, attempts: 0, startedAt: undefined }
      this.#dials.set(peer, dial)
      this.#schedule(dial, at)
    } else {
      known.reason = this.#count(known.reason, reason)
      if (at < known.at) this.#schedule(known, at)
    }
  }

  drop(peer: PeerId): void {
    const dial = this.#dials.get(peer)
    if (!dial) return
    if (dial.startedAt !== undefined) this.#underWay--
    if (dial.reason === 'stranger') this.#strangers--
    this.#dials.delete(peer)
  }

  /** The next one that is due; counts as under way until `failed` or `drop`. */
  take(now: number): PeerId | undefined {
    if (this.due > now) return undefined
    const dial = this.#queue.pop()?.dial as Dial
    dial.startedAt = now
    dial.attempts++
    this.#underWay++
    return dial.peer
  }

  /** The dial came to nothing: it is tried again in its time. */
  failed(peer: PeerId, now: number): void {
    const dial = this.#dials.get(peer)
    if (dial?.startedAt === undefined) return
    if (dial.reason === 'stranger' && dial.attempts >= STRANGER_DIALS) return this.drop(peer)
    const pause = dial.reason === 'stranger' ? REDIAL_MS * 2 ** (dial.attempts - 1) : REDIAL_MS
    const at = Math.max(now, dial.startedAt + pause)
    dial.startedAt = undefined
    this.#underWay--
    this.#schedule(dial, at)
  }

  #count(before: DialReason, after: DialReason): DialReason {
    if (before === 'stranger' && after !== 'stranger') this.#strangers--
    // A member never becomes a stranger again: what is known of it stays.
    return after === 'stranger' ? before : after
  }

  #schedule(dial: Dial, wanted: number): void {
    let at = wanted
    if (dial.reason === 'dead') {
      at = Math.max(at, this.#nextDeadAt)
      this.#nextDeadAt = at + 1000 / DEAD_DIALS_PER_SECOND
    }
    dial.at = at
    let place = this.#queue.length
    // New ones are mostly the latest: the search starts there, at the front.
    let low = 0
    while (low < place) {
      const middle = (low + place) >> 1
      if ((this.#queue[middle] as { at: number }).at > at) low = middle + 1
      else place = middle
    }
    this.#queue.splice(place, 0, { at, dial })
  }

  #dropStale(): void {
    for (let top = this.#queue.at(-1); top; top = this.#queue.at(-1)) {
      const { at, dial } = top
      if (this.#dials.get(dial.peer) === dial && dial.startedAt === undefined && dial.at === at) return
      this.#queue.pop()
    }
  }
}
