/**
 * Everything that can be said of this project without running it: `npm run check`. Exit code 1 if any part fails; all
 * parts run in any case, so that one look shows everything.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const PARTS: readonly (readonly [name: string, script: string, ...args: string[]])[] = [
  [
    'format and lint',
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--config-path=scripts/biome.config.json',
    '--error-on-warnings',
    '.',
  ],
  ['types', 'node_modules/typescript/bin/tsc', '-p', '.'],
  ['layers, bans, sizes', 'scripts/tidy/main.ts'],
  ['unused code and dependencies', 'node_modules/knip/bin/knip.js'],
  ['generated codecs', 'scripts/generate.ts', '--check'],
]

const root = join(import.meta.dirname, '..')
const failed: string[] = []
for (const [name, script, ...args] of PARTS) {
  const started = performance.now()
  const result = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, encoding: 'utf8' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const ok = result.status === 0
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name} (${seconds} s)`)
  if (ok) continue
  failed.push(name)
  console.log(result.error?.message ?? `${result.stdout}${result.stderr}`.trimEnd())
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join('; ')}`)
  process.exitCode = 1
}
