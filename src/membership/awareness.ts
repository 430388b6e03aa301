/** Highest score: nine times slower than in full health, where more would only delay the news of real deaths (Lifeguard). */
export const MAX_SCORE = 8

/**
 * Local health (Lifeguard, section IV.A): how sure a node may be of its own judgement. 0 is full health. It rises when
 * probes fail without even the helpers' "no", when this node was accused itself, when its event loop stalled; it falls
 * with each probe that is answered. Timeouts are multiplied by 1 + score: whoever is ill accuses late.
 */
export class Awareness {
  #score = 0

  get score(): number {
    return this.#score
  }

  add(delta: number): void {
    this.#score = Math.min(MAX_SCORE, Math.max(0, this.#score + delta))
  }

  scale(ms: number): number {
    return ms * (1 + this.#score)
  }
}
