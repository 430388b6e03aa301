import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/lib/random.ts'
import { killRounds } from './kill-rounds.ts'

/** `scripts/soak/storage-kill.ts` does 200. */
const ROUNDS = 20

test('what was acknowledged is there after kill -9, again and again on one store', { timeout: 60_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'covey-kill-'))
  try {
    const report = await killRounds(directory, ROUNDS, seededRandom(1))
    expect(report.lost).toEqual([])
    expect(report.acknowledged).toBeGreaterThan(50 * ROUNDS)
    expect(report.found).toBeGreaterThanOrEqual(report.acknowledged)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
