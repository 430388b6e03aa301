import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('./replay-run.ts', import.meta.url))
/** The sources as they are, enums and namespaces of the generated codecs included. */
const TYPESCRIPT = ['--experimental-transform-types', '--no-warnings']
const run = async (seed: number): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [...TYPESCRIPT, SCRIPT, String(seed)], {
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

let load: ChildProcess[] = []
afterEach(() => {
  for (const child of load) child.kill('SIGKILL')
  load = []
})

/** It loads the machine itself, on which others may run as well: some ten times what it takes alone. */
const TIMEOUT_MS = 120_000

test('the same seed gives the same log byte for byte in two processes, one of them on a loaded machine', {
  timeout: TIMEOUT_MS,
}, async () => {
  const quiet = await run(11)
  load = [1, 2, 3].map(() => spawn(process.execPath, ['-e', 'for (;;) Math.random()'], { stdio: 'ignore' }))
  const [loaded, other] = await Promise.all([run(11), run(12)])
  // Compared as booleans: the difference of two logs of megabytes would be the whole report.
  expect(loaded === quiet).toBe(true)
  expect(other === quiet).toBe(false)
  // It was a run worth repeating: deaths, returns, and tasks that needed more than one attempt.
  expect(/membership info dead peer=n6/.test(quiet)).toBe(true)
  expect(/"number":2/.test(quiet)).toBe(true)
})
