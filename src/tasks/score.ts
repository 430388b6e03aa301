/**
 * How good a bid is, as one number from 0 to 1. Spec: protocols/bid, "How bids are compared".
 */

/** The weights add up to 1. Load leads: waiting behind others is what costs most; the rest decides between equals. */
export const WEIGHTS = { fit: 0.2, load: 0.4, speed: 0.15, success: 0.25 } as const
/** Added to every expected duration, in milliseconds: differences below it are noise. */
export const SPEED_FLOOR_MS = 10
/** Scores are rounded to 1/100, so that noise does not decide between equals but the tie-break does. */
const STEPS = 100

/** What is known of a bidder when the requester compares. */
export interface Standing {
  /** How well what it offers matches what was asked for, 0 to 1. */
  fit: number
  /** Tasks before the next one, per slot. */
  backlog: number
  /** Cores of CPU in use. */
  cpu: number
  /** Milliseconds from award to result, as far as can be told. */
  expectedMs: number
  /** Rate of past success, 0 to 1. */
  success: number
}

/** The best of those that are compared: load and speed are judged beside it, because what they mean depends on the task. */
export interface Best {
  load: number
  expectedMs: number
}

export const bestOf = (standings: readonly Standing[]): Best => ({
  load: Math.min(...standings.map(loadOf)),
  expectedMs: Math.min(...standings.map(({ expectedMs }) => expectedMs)),
})

export function score(standing: Standing, best: Best): number {
  const load = (1 + best.load) / (1 + loadOf(standing))
  const speed = (best.expectedMs + SPEED_FLOOR_MS) / (standing.expectedMs + SPEED_FLOOR_MS)
  const sum =
    WEIGHTS.fit * standing.fit + WEIGHTS.load * load + WEIGHTS.speed * speed + WEIGHTS.success * standing.success
  return Math.round(sum * STEPS) / STEPS
}

const loadOf = ({ backlog, cpu }: Standing): number => backlog + cpu

/** How well an offer's tags match those asked for: specialists are kept free for whoever asks for them. */
export const fitOf = (asked: number, offered: number): number => (1 + asked) / (1 + Math.max(asked, offered))
