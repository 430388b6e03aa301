import { BarrierBrokenError } from '../../../src/consensus/barrier/errors.ts'
import type { Life } from './life.ts'
import { attempt, one, pause, type Stage } from './stage.ts'

const NAME = 'all there'
/** Of five nodes: there are always some that could make it whole, and some too many. */
const PARTIES = 3
const WAITS_MS = [500, 3000, 8000] as const
/** From one coming to the next, in milliseconds. */
const RESTS_MS = [200, 1500] as const

/** Programs on every node that meet at a barrier, and what must hold of them: all of a generation go through, or none. */
export class Parties {
  readonly #stage: Stage
  /** What somebody was told of a generation. */
  readonly #outcomes = new Map<number, 'released' | 'broken'>()
  /** How many were let through. */
  readonly #through = new Map<number, number>()
  /** Who came and was not told of its outcome, the dead included. */
  #open = 0
  /** Who went through when the trouble was over. */
  readonly #finished = new Set<Life>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  get released(): number {
    return this.#through.size
  }

  /** The program of a life, for as long as there is trouble. */
  async run(life: Life): Promise<void> {
    while (true) {
      await pause(this.#stage, life, RESTS_MS)
      if (this.#stage.over) return
      await this.#come(life, one(this.#stage.random, WAITS_MS))
    }
  }

  /** In a world that is whole as many as are needed go through, and again until each of them has. */
  async finish(life: Life): Promise<void> {
    const needed = this.#stage.nodes.slice(0, PARTIES).map(({ life }) => life)
    if (!needed.includes(life)) return
    while (needed.some((other) => !this.#finished.has(other))) {
      await pause(this.#stage, life, RESTS_MS)
      if (await this.#come(life, one(this.#stage.random, WAITS_MS))) this.#finished.add(life)
    }
  }

  /** Whether it was let through. */
  async #come(life: Life, waitMs: number): Promise<boolean> {
    this.#open++
    const { result, maybeDone } = await attempt(this.#stage, life, `waiting at ${NAME}`, async () => {
      try {
        return {
          generation: await life.coordination.barrier(NAME, PARTIES).wait({ waitMs }),
          outcome: 'released' as const,
        }
      } catch (error) {
        if (!(error instanceof BarrierBrokenError)) throw error
        return { generation: error.generation, outcome: 'broken' as const }
      }
    })
    if (result) this.#told(result.generation, result.outcome)
    // Of an unknown outcome it may be one of those that were let through.
    if (result || !maybeDone) this.#open--
    return result?.outcome === 'released'
  }

  #told(generation: number, outcome: 'released' | 'broken'): void {
    const before = this.#outcomes.get(generation) ?? outcome
    if (before !== outcome) this.#stage.fail(`generation ${generation} of ${NAME} was ${before} and is ${outcome}`)
    this.#outcomes.set(generation, outcome)
    if (outcome === 'broken') return
    const through = (this.#through.get(generation) ?? 0) + 1
    this.#through.set(generation, through)
    if (through > PARTIES) this.#stage.fail(`${through} went through generation ${generation} of ${NAME}`)
    // This one is still among the open ones.
    if (through - 1 + this.#open < PARTIES) {
      this.#stage.fail(`generation ${generation} of ${NAME} was released with ${this.#open} of ${PARTIES} there`)
    }
  }
}
