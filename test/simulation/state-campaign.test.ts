import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { runCampaign } from './campaign/campaign.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/simulate/state.ts', import.meta.url))
/** The sources as they are, enums and namespaces of the generated codecs included. */
const TYPESCRIPT = ['--experimental-transform-types', '--no-warnings']
/** A seed costs less than 0.1 s of a core: these take a minute and a half on two. `scripts/simulate/state.ts` runs more. */
const SEEDS = 2000
/** The part of the runs, at most, that may end early since dots are used twice and nobody could have told: most disks name somebody. */
const MAX_UNSEEN = 0.02
/** Four times what it takes on two cores that do nothing else. */
const TIMEOUT_MS = 400_000

test(
  `${SEEDS} meshes under faults: nothing acknowledged is lost, all end up equal`,
  async () => {
    const run = promisify(execFile)(process.execPath, [...TYPESCRIPT, SCRIPT, String(SEEDS)], { timeout: TIMEOUT_MS })
    // What it prints names the seeds that failed and how to replay them.
    const { stdout } = await run.catch((error: Error & { stdout: string }) => error)
    expect(stdout).toMatch(new RegExp(`^${SEEDS} seeds from 1: 0 failed`))
    // It was a run worth its time: every kind of fault came, and writes were lost with disks.
    for (const fault of [
      'partition',
      'one-way',
      'bridge',
      'crash at storage',
      'old disk',
      'pause',
      'join',
      'leave',
      'gone',
      'clock',
    ]) {
      expect(stdout).toMatch(new RegExp(`[1-9]\\d* ${fault}`))
    }
    const unseen = Number(/(\d+) old disk that nobody knew/.exec(stdout)?.[1] ?? 0)
    expect(unseen).toBeLessThanOrEqual(MAX_UNSEEN * SEEDS)
  },
  TIMEOUT_MS,
)

test('the same seed is the same run', async () => {
  expect(await runCampaign(7)).toEqual(await runCampaign(7))
})

// A disk that is restored old takes a write with it that nobody else holds, while a later one of the same epoch has reached a peer.
test('a write that only a lost disk had holds nobody back', async () => {
  expect((await runCampaign(247, { crew: 'whole' })).failures).toEqual([])
})

// A crash takes a batch back, and its dot is used again, at the same time, for a record of the node's own.
test('a batch that a crash took back is not looked for where its dot is used again', async () => {
  expect((await runCampaign(38989)).failures).toEqual([])
})

// Whoever knows nobody goes on as it writes, not when it starts.
test('a node that is alone reads its first write after a start at once', async () => {
  expect((await runCampaign(110075)).failures).toEqual([])
})

// An old disk knows one other, who knows no more, but is connected to those who do.
test('an old disk that knows one other does not go on by the word of that one alone', async () => {
  const { failures, faults } = await runCampaign(29492)
  expect(failures).toEqual([])
  expect(faults).not.toHaveProperty('old disk that nobody knew')
})
