import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { runCampaign } from './consensus/campaign.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/simulate/consensus.ts', import.meta.url))
/** The sources as they are, enums and namespaces of the generated codecs included. */
const TYPESCRIPT = ['--experimental-transform-types', '--no-warnings']
/** A seed costs 0.11 s of a core: these take two minutes of two cores that do nothing else. `scripts/simulate/consensus.ts` runs more. */
const SEEDS = 2000
/** Four times what it takes on two cores that do nothing else. */
const TIMEOUT_MS = 600_000

test(
  `${SEEDS} meshes under faults: every history is linearizable, fences grow, no more hold than may, everybody is served in the end`,
  async () => {
    const run = promisify(execFile)(process.execPath, [...TYPESCRIPT, SCRIPT, String(SEEDS)], { timeout: TIMEOUT_MS })
    // What it prints names the seeds that failed and how to replay them.
    const { stdout } = await run.catch((error: Error & { stdout: string }) => error)
    expect(stdout).toMatch(new RegExp(`^${SEEDS} seeds from 1: 0 failed`))
    // It was a run worth its time: every kind of fault came, and all that is promised something was used and lost.
    const kinds = [
      'partition',
      'one-way',
      'pair',
      'bridge',
      'isolated holder',
      'kill',
      'crash',
      'crash at storage',
      'crash at a message',
      'pause',
      'clock',
      'new disk',
      'old disk',
    ]
    for (const kind of [
      ...kinds,
      'register calls answered',
      'changes of voters',
      'leases',
      'of them lost',
      'barriers',
    ]) {
      expect(stdout).toMatch(new RegExp(`[1-9]\\d* ${kind}`))
    }
  },
  TIMEOUT_MS,
)

test('the same seed is the same run', async () => {
  expect(await runCampaign(7)).toEqual(await runCampaign(7))
})
