// Plain JavaScript for any Node >= 18 with nothing installed: see ../run.mjs.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How often a waiting process looks whether the other one is done. */
const POLL_MS = 100

/**
 * Runs `work` while no other process of this checkout installs or builds: `npm start` and `npm test` in two terminals
 * would otherwise empty each other's node_modules. The lock is a file with its holder's process id, outside of the
 * folders that an install wipes; a holder that died is recognised by its id and its lock is taken over.
 * @template T
 * @param {string} root the checkout
 * @param {() => T} work
 * @returns {T}
 */
export function locked(root, work) {
  const path = join(tmpdir(), `covey-setup-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`)
  while (!take(path)) {
    if (holderIsAlive(path)) sleep(POLL_MS)
    else rmSync(path, { force: true })
  }
  try {
    return work()
  } finally {
    rmSync(path, { force: true })
  }
}

/** @param {string} path */
function take(path) {
  try {
    const file = openSync(path, 'wx', 0o600)
    writeSync(file, String(process.pid))
    closeSync(file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** @param {string} path */
function holderIsAlive(path) {
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
  // Created a moment ago and not yet written: its holder is certainly at work.
  if (text === '') return true
  try {
    process.kill(Number(text), 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/** @param {number} milliseconds blocks: there is nothing else to do meanwhile */
function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
