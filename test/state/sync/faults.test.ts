import { expect, test } from 'vitest'
import { Ordeal } from './ordeal.ts'

/** Seeds from `COVEY_SEED` on, `COVEY_SEEDS` of them. */
const FIRST = Number(process.env.COVEY_SEED ?? 1)
const COUNT = Number(process.env.COVEY_SEEDS ?? 30)

test('after partitions, crashes, restarts and loss all are equal, and nothing acknowledged is lost', async () => {
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const ordeal = new Ordeal({ seed })
    try {
      await ordeal.run()
      await ordeal.verify()
    } catch (error) {
      expect.fail(`seed ${seed}: ${error instanceof Error ? error.stack : error}`)
    }
  }
}, 120_000)
