// Runs a program of this project with the pinned Node, after installing and building whatever is missing:
//
//   node scripts/run.mjs [--build] [FILE [ARGUMENT ...]]
//
// This file and bootstrap/ are what runs on a machine that has only npm and any Node >= 18: plain JavaScript, nothing
// but Node's own modules. What is already installed and built costs some 30 ms and not a word.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBuilt } from './bootstrap/build.mjs'
import { ensureInstalled } from './bootstrap/install.mjs'
import { SetupError, say } from './bootstrap/say.mjs'

/** Scripts may import src as it is, and generated codecs hold namespaces, which Node's plain type stripping refuses. */
const TYPESCRIPT = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning']

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const args = process.argv.slice(2)
const build = args[0] === '--build'
if (build) args.shift()

try {
  const node = ensureInstalled(root)
  if (build) ensureBuilt(root, node)
  if (args.length > 0) run(node, args)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(error.message)
  process.exitCode = 1
}

/**
 * Becomes, as far as anybody outside can tell, that program: its output, its exit code, its death by a signal.
 * @param {string} node
 * @param {string[]} command
 */
function run(node, [file = '', ...rest]) {
  const child = spawn(node, [...(file.endsWith('.ts') ? TYPESCRIPT : []), join(root, file), ...rest], {
    stdio: 'inherit',
    // Scripts that say `env node` get the pinned one too.
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // Ctrl-C at a terminal goes to every process there: the child has it already, and a second one would mean "now!".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    say(`the pinned Node does not start: ${error.message}\n       delete node_modules and try again`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal]
  })
}
