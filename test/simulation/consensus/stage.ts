import { sleep } from '../../../src/lib/clock.ts'
import type { CoveyError } from '../../../src/lib/errors.ts'
import type { Random } from '../../../src/lib/random.ts'
import type { World } from '../../../src/network/simulated/world.ts'
import type { Life } from './life.ts'
import type { ConsensusNode } from './node.ts'

/** What all programs of a campaign share. */
export interface Stage {
  readonly world: World
  readonly random: Random
  readonly nodes: readonly ConsensusNode[]
  /** The trouble is over: nobody begins anything more. */
  readonly over: boolean
  fail(what: string): void
}

/** Nothing was done, for certain: too few voters answered before anything was sent, or somebody else has what was asked for. */
const WITHOUT_EFFECT = new Set([
  'NO_VOTERS',
  'VOTERS_UNAVAILABLE',
  'BUSY',
  'HELD',
  'NOT_HOLDER',
  'LEASE_LOST',
  'STALE_FENCE',
])
/** Something was sent, and what became of it is not known. */
const UNKNOWN = 'OUTCOME_UNKNOWN'

/** What came of asking: a result, or none, and whether it may have had an effect. */
export interface Attempt<T> {
  readonly result: T | undefined
  readonly maybeDone: boolean
}

/**
 * The result, or whether it may have had an effect. Whatever else is thrown is a bug, and told as one. In a life that is over nothing
 * comes back, though promises of this process that is simulated may still settle.
 */
export async function attempt<T>(stage: Stage, life: Life, what: string, ask: () => Promise<T>): Promise<Attempt<T>> {
  try {
    const result = await ask()
    if (life.isOver) return await never()
    return { result, maybeDone: true }
  } catch (error) {
    if (life.isOver) return await never()
    const { code } = error as CoveyError
    if (!WITHOUT_EFFECT.has(code) && code !== UNKNOWN) stage.fail(`${life.node.id}: ${what} failed: ${String(error)}`)
    return { result: undefined, maybeDone: code === UNKNOWN }
  }
}

const never = (): Promise<never> => new Promise(() => undefined)

/** Between the least and the most milliseconds of the life's own clock, by chance. */
export function pause(stage: Stage, life: Life, [least, most]: readonly [number, number]): Promise<void> {
  return sleep(life.clock, least + stage.random.float() * (most - least))
}

export function one<T>(random: Random, items: readonly T[]): T {
  return items[random.below(items.length)] as T
}
