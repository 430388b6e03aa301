// Plain JavaScript for any Node >= 18 with nothing installed: see ../run.mjs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { locked } from './lock.mjs'
import { SetupError, say } from './say.mjs'

/** What the build depends on beside src; the lockfile stands for the compiler's version. */
const CONFIGURATION = ['tsconfig.json', 'scripts/tsconfig.build.json', 'scripts/bundle.ts', 'package-lock.json']

/** The program, and where npx looks for it. */
const PROGRAM = 'dist/cli/main.js'
const COMMAND = 'node_modules/.bin/covey'

/**
 * Makes sure that dist is made of the present sources. Says and does nothing if it is.
 * @param {string} root the checkout
 * @param {string} node the pinned Node
 */
export function ensureBuilt(root, node) {
  if (!isBuilt(root)) locked(root, () => build(root, node))
  if (!existsSync(join(root, COMMAND))) locked(root, () => link(root))
}

/**
 * Makes `npx covey` mean this checkout: npm links the commands of dependencies, not of the package itself. What runs
 * beside it in this folder is the pinned Node, so that the command works whatever Node the system has.
 * @param {string} root
 */
function link(root) {
  if (process.platform === 'win32') return
  rmSync(join(root, COMMAND), { force: true })
  symlinkSync(join('../..', PROGRAM), join(root, COMMAND))
}

/** @param {string} root */
function isBuilt(root) {
  const stamp = join(root, 'dist/.sources')
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(root)
}

/**
 * @param {string} root
 * @param {string} node
 */
function build(root, node) {
  // Another process may have built while we waited for the lock.
  if (isBuilt(root)) return
  say('building ...')
  const sources = fingerprint(root)
  const next = join(root, 'dist.next')
  rmSync(next, { recursive: true, force: true })
  // The compiler checks and writes the declarations, the bundler writes the program.
  const config = join(root, 'scripts/tsconfig.build.json')
  tool(root, node, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config, '--outDir', next])
  tool(root, node, [join(root, 'scripts/bundle.ts'), next])
  chmodSync(join(next, PROGRAM.replace('dist/', '')), 0o755)
  writeFileSync(join(next, '.sources'), sources)
  // Swapped in whole: a running node that loads a file late finds a complete dist, the old one or the new one.
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  renameSync(next, join(root, 'dist'))
}

/**
 * @param {string} root
 * @param {string} node
 * @param {string[]} args
 */
function tool(root, node, args) {
  const { status, error } = spawnSync(node, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0)
    throw new SetupError(`the build failed${error === undefined ? '' : `: ${error.message}`}`, 'see above')
}

/**
 * A hash of every source's path and text: some 10 ms for some 200 files, and right also after `git checkout`, which
 * gives old text new dates.
 * @param {string} root
 */
function fingerprint(root) {
  const hash = createHash('sha256')
  const add = (/** @type {string} */ path) =>
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  for (const path of CONFIGURATION) add(path)
  for (const path of filesBelow(root, 'src')) add(path)
  return hash.digest('hex')
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]} paths from the root, sorted
 */
function filesBelow(root, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesBelow(root, path) : [path]
  })
}
