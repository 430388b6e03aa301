import type { PeerId } from '../network/network.ts'

/** From the start of one dial of a peer to the start of the next, in milliseconds: a healed network is found in a second. */
export const REDIAL_MS = 1000
/** Dials of dead members a second; with more dead than that each waits for its turn. Half of a mesh of 32 fits. */
export const DEAD_DIALS_PER_SECOND = 16
/**
 * Dials of others under way at once. In a crowd that starts together a node hears of members faster than it can dial
 * them, and soon knows that it needs only a few. The dead do not count: their pace bounds them.
 */
export const MAX_DIALLING = 16
/** Strangers (heard of, never met) remembered at once. */
export const MAX_STRANGERS = 256
/** Dials of a stranger before it is forgotten until it is heard of again; the pauses double from 1 s to 32 s. */
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

/** Whom to dial and when: queues by time, with a pace for the dead and a limit for the others. Pure. */
export class Dials {
  readonly #dials = new Map<PeerId, Dial>()
  readonly #others = new TimeQueue((dial) => this.#waits(dial) && dial.reason !== 'dead')
  readonly #dead = new TimeQueue((dial) => this.#waits(dial) && dial.reason === 'dead')
  #underWay = 0
  #strangers = 0
  #nextDeadAt = Number.NEGATIVE_INFINITY

  /** When `take` will have something. */
  get due(): number {
    const others = this.#underWay < MAX_DIALLING ? this.#others.due : Number.POSITIVE_INFINITY
    return Math.min(others, this.#dead.due)
  }

  /** Dials of others than the dead that nobody has answered yet. */
  get underWay(): number {
    return this.#underWay
  }

  has(peer: PeerId): boolean {
    return this.#dials.has(peer)
  }

  reasonOf(peer: PeerId): DialReason | undefined {
    return this.#dials.get(peer)?.reason
  }

  /**
   * Wants a connection with `peer`, first tried at `at`, then until `drop`. If it is wanted already the earlier time
   * stays; a member never becomes a stranger again.
   */
  want(peer: PeerId, reason: DialReason, at: number): void {
    const known = this.#dials.get(peer)
    if (!known) {
      if (reason === 'stranger' && this.#strangers >= MAX_STRANGERS) return
      if (reason === 'stranger') this.#strangers++
      const dial: Dial = { peer, reason, at, attempts: 0, startedAt: undefined }
      this.#dials.set(peer, dial)
      return this.#schedule(dial, at)
    }
    const other = reason !== 'stranger' && reason !== known.reason
    if (other) this.#change(known, reason)
    if (known.startedAt === undefined && (other || at < known.at)) this.#schedule(known, Math.min(at, known.at))
  }

  drop(peer: PeerId): void {
    const dial = this.#dials.get(peer)
    if (!dial) return
    this.#end(dial)
    if (dial.reason === 'stranger') this.#strangers--
    this.#dials.delete(peer)
  }

  /** The next one that is due; counts as under way until `failed` or `drop`. */
  take(now: number): PeerId | undefined {
    if (this.due > now) return undefined
    const dial = this.#dead.due <= now ? this.#dead.take() : this.#others.take()
    dial.startedAt = now
    dial.attempts++
    if (dial.reason !== 'dead') this.#underWay++
    return dial.peer
  }

  /** The dial came to nothing: it is tried again in its time. */
  failed(peer: PeerId, now: number): void {
    const dial = this.#dials.get(peer)
    if (dial?.startedAt === undefined) return
    if (dial.reason === 'stranger' && dial.attempts >= STRANGER_DIALS) return this.drop(peer)
    const pause = dial.reason === 'stranger' ? REDIAL_MS * 2 ** (dial.attempts - 1) : REDIAL_MS
    const at = Math.max(now, dial.startedAt + pause)
    this.#end(dial)
    this.#schedule(dial, at)
  }

  #waits(dial: Dial): boolean {
    return dial.startedAt === undefined && this.#dials.get(dial.peer) === dial
  }

  #change(dial: Dial, reason: DialReason): void {
    if (dial.reason === 'stranger') this.#strangers--
    if (dial.startedAt !== undefined) this.#underWay += Number(reason !== 'dead') - Number(dial.reason !== 'dead')
    dial.reason = reason
  }

  #end(dial: Dial): void {
    if (dial.startedAt !== undefined && dial.reason !== 'dead') this.#underWay--
    dial.startedAt = undefined
  }

  #schedule(dial: Dial, wanted: number): void {
    dial.at = wanted
    if (dial.reason !== 'dead') return this.#others.add(dial)
    dial.at = Math.max(wanted, this.#nextDeadAt)
    this.#nextDeadAt = dial.at + 1000 / DEAD_DIALS_PER_SECOND
    this.#dead.add(dial)
  }
}

/** Dials by time. One that was dropped or moved stays as a stale entry until it is met. */
class TimeQueue {
  /** The next one last. */
  readonly #entries: { at: number; dial: Dial }[] = []
  readonly #belongs: (dial: Dial) => boolean

  constructor(belongs: (dial: Dial) => boolean) {
    this.#belongs = belongs
  }

  get due(): number {
    for (let top = this.#entries.at(-1); top; top = this.#entries.at(-1)) {
      if (top.dial.at === top.at && this.#belongs(top.dial)) return top.at
      this.#entries.pop()
    }
    return Number.POSITIVE_INFINITY
  }

  /** Only after `due` said that there is one. */
  take(): Dial {
    return (this.#entries.pop() as { dial: Dial }).dial
  }

  add(dial: Dial): void {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle] as { at: number }).at > dial.at) low = middle + 1
      else high = middle
    }
    this.#entries.splice(low, 0, { at: dial.at, dial })
  }
}
