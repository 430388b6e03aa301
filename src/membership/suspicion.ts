import type { PeerId } from '../network/network.ts'
import type { Preset } from './presets.ts'

/** What the formula needs of a preset. */
export type SuspicionTiming = Pick<Preset, 'suspicionFloorMs' | 'suspicionCeilingMs' | 'confirmations'>

/**
 * How long a suspicion lasts in milliseconds (Lifeguard, section IV.B): from the ceiling towards the floor with the
 * logarithm of the independent confirmations, `needed` of which reach the floor. Never below the floor.
 */
export function suspicionMs(confirmations: number, needed: number, timing: SuspicionTiming): number {
  const { suspicionFloorMs: floor, suspicionCeilingMs: ceiling } = timing
  if (needed <= 0) return floor
  const fraction = Math.log(Math.min(confirmations, needed) + 1) / Math.log(needed + 1)
  return Math.max(floor, ceiling - (ceiling - floor) * fraction)
}

/**
 * How long before a member's death a node compares its table with another's, in milliseconds: gossip misses a node
 * once in some thousand times, and a refutation that was missed would end as a false death.
 */
const SECOND_OPINION_MS = 500

/** One member under suspicion, at one incarnation. */
export class Suspicion {
  readonly incarnation: number
  readonly #accusers = new Set<PeerId>()
  readonly #timing: SuspicionTiming
  readonly #needed: number
  #start: number
  /** Whether somebody else's table was looked at, shortly before the end, for a refutation that was missed. */
  checked = false

  /** `others`: members besides the accused and one accuser; a small mesh cannot confirm more often than that. */
  constructor(incarnation: number, now: number, others: number, timing: SuspicionTiming) {
    this.incarnation = incarnation
    this.#start = now
    this.#timing = timing
    this.#needed = Math.max(0, Math.min(timing.confirmations, others))
  }

  /** Notes who accuses. Returns whether it is new and still counts: then others should hear of it too. */
  accuse(accuser: PeerId): boolean {
    if (this.#accusers.size > this.#needed || this.#accusers.has(accuser)) return false
    this.#accusers.add(accuser)
    return true
  }

  get accusers(): readonly PeerId[] {
    return [...this.#accusers]
  }

  /** When the member is to be declared dead, on the clock of `now`. */
  get deadline(): number {
    return this.#start + suspicionMs(this.#accusers.size - 1, this.#needed, this.#timing)
  }

  /** When something is to be done: a second opinion, then death. */
  get due(): number {
    return this.checked ? this.deadline : this.deadline - SECOND_OPINION_MS
  }

  /** This node itself stood still for `ms`: the accused had no chance to be heard meanwhile. */
  extend(ms: number): void {
    this.#start += ms
  }
}
