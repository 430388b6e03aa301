// Plain JavaScript for any Node >= 18 with nothing installed: see ../run.mjs.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { locked } from './lock.mjs'
import { SetupError, say } from './say.mjs'

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [link]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {Record<string, string>} [optionalDependencies]
 */
/** @typedef {Record<string, LockedPackage>} Packages path below the root -> what is or should be there */

/**
 * Makes sure that node_modules is what package-lock.json says and that the pinned Node is there.
 * Says and does nothing if it is so already.
 * @param {string} root the checkout
 * @returns {string} the path of the pinned Node
 */
export function ensureInstalled(root) {
  if (mismatch(root) !== undefined || !existsSync(pinnedNode(root))) locked(root, () => install(root))
  return pinnedNode(root)
}

/**
 * The `node` package's own binary, not node_modules/.bin/node: npm leaves that link out where it did not run the
 * package's install script.
 * @param {string} root
 */
function pinnedNode(root) {
  return join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/** @param {string} root */
function install(root) {
  const reason = mismatch(root)
  if (reason !== undefined) {
    say(`installing what package-lock.json names (${reason}) ...`)
    // An environment made for production must not leave out what builds and tests; engine warnings are about the Node
    // that runs npm, and nothing else of this project runs with that one.
    npm(root, process.execPath, ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'])
  }
  if (!existsSync(pinnedNode(root))) {
    say('fetching the pinned Node ...')
    // Its install script was not run: npm is told not to run any, or its binary was deleted since.
    npm(root, process.execPath, ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'])
  }
  if (!existsSync(pinnedNode(root))) {
    throw new SetupError(
      'npm left no Node of its own in node_modules/node/bin',
      "run 'npm rebuild node --foreground-scripts --ignore-scripts=false' and read what it says",
    )
  }
  if (mismatch(root) !== undefined) {
    // npm leaves an optional binary out if the Node it runs with is too old for it. The pinned one is not.
    npm(root, pinnedNode(root), [
      'install',
      '--no-save',
      '--include=dev',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ])
  }
}

/**
 * Compares package-lock.json with the record npm keeps of what it has installed. A stamp of our own would call an
 * install wrong that somebody made with plain `npm ci` or `npm install`.
 * @param {string} root
 * @returns {string | undefined} why an install is needed
 */
function mismatch(root) {
  const recordPath = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(recordPath)) return 'nothing is installed'
  const installed = readPackages(recordPath)
  const wanted = readPackages(join(root, 'package-lock.json'))
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link === true) continue
    const found = installed[path]
    if (found === undefined && entry.optional === true) continue
    if (found === undefined || !existsSync(join(root, path, 'package.json'))) return `${nameOf(path)} is missing`
    if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${nameOf(path)} is ${found.version}, not ${entry.version}`
    }
    const binaries = binariesOf(entry, wanted)
    if (binaries.length > 0 && !binaries.some((it) => it in installed)) return `${nameOf(path)} has no binary`
  }
  return undefined
}

/**
 * The paths of a package's optional packages for this platform. Of several (one for each C library) one is enough.
 * @param {LockedPackage} entry
 * @param {Packages} wanted
 */
function binariesOf(entry, wanted) {
  return Object.keys(entry.optionalDependencies ?? {})
    .map((name) => `node_modules/${name}`)
    .filter((path) => wanted[path]?.os?.includes(process.platform) && wanted[path]?.cpu?.includes(process.arch))
}

/** @param {string} path */
function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/**
 * @param {string} path
 * @returns {Packages}
 */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {}
  } catch (error) {
    throw new SetupError(`${path} cannot be read: ${error}`, 'restore package-lock.json, or delete node_modules')
  }
}

/**
 * @param {string} root
 * @param {string} node what to run npm with
 * @param {string[]} args
 */
function npm(root, node, args) {
  // Started by npm, we use that very npm: it need not be the one on the path.
  const cli = process.env.npm_execpath
  const own = cli !== undefined && basename(cli) === 'npm-cli.js'
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` }
  const [command, words] = own ? [node, [cli, ...args]] : ['npm', args]
  // Standard output belongs to the program that is run afterwards.
  const result = spawnSync(command, words, {
    cwd: root,
    env,
    stdio: ['ignore', 2, 2],
    shell: !own && process.platform === 'win32',
  })
  if (result.status === 0) return
  const why = result.error?.message ?? (result.signal === null ? `exit code ${result.status}` : result.signal)
  throw new SetupError(`npm ${args[0]} failed: ${why}`, 'see above; is the npm registry reachable from here?')
}
