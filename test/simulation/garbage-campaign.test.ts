import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { runCampaign } from './campaign/campaign.ts'

const SCRIPTS = ['garbage.ts', 'dawn.ts']
/** The sources as they are, enums and namespaces of the generated codecs included. */
const TYPESCRIPT = ['--experimental-transform-types', '--no-warnings']
/** A seed costs a third of a second of a core: this many take ten. The script itself runs more. */
const SEEDS = 30
/** Ten times what it takes on two cores that do nothing else. */
const TIMEOUT_MS = 100_000

test.each(SCRIPTS)(
  `%s: ${SEEDS} meshes under faults that forget, evict and begin anew meanwhile: nothing acknowledged is lost, nothing deleted comes back`,
  async (name) => {
    const script = fileURLToPath(new URL(`../../scripts/simulate/${name}`, import.meta.url))
    const run = promisify(execFile)(process.execPath, [...TYPESCRIPT, script, String(SEEDS)], { timeout: TIMEOUT_MS })
    // What it prints names the seeds that failed and how to replay them.
    const { stdout } = await run.catch((error: Error & { stdout: string }) => error)
    expect(stdout).toMatch(new RegExp(`^${SEEDS} seeds from 1: 0 failed`))
    for (const fault of ['evict', 'gone', 'join', 'partition', 'crash at storage', 'clock']) {
      expect(stdout).toMatch(new RegExp(`[1-9]\\d* ${fault}`))
    }
  },
  TIMEOUT_MS,
)

// A node alone in its roster deletes a key and forgets it, and begins anew over those who hold what it had written, above a gap.
test('a write that waits is not shown by the end of its gap where it was deleted and forgotten', async () => {
  expect((await runCampaign(10775, { garbage: true })).failures).toEqual([])
})

// A replica is dropped by a node that has not heard all acknowledgements yet, and somebody new begins over its state.
test('an old disk is behind whoever shows what others write on, whatever that one has heard', async () => {
  expect((await runCampaign(10724, { garbage: true })).failures).toEqual([])
})
