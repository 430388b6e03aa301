import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Installs what covey is measured beside, at the first run: no part of the product needs it. */
export function ensureRivals(): void {
  const rivals = ['moleculer', 'yjs', 'loro-crdt', '@automerge/automerge']
  if (rivals.every((name) => existsSync(join(import.meta.dirname, 'node_modules', name)))) return
  console.error('installing the rivals (scripts/bench/package.json) ...')
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--silent'], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error(`npm ci failed in scripts/bench: ${error?.message ?? `exit code ${status}`}`)
}
