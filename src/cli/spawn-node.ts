import { type ChildProcess, spawn } from 'node:child_process'
import type { NodeStatus } from '../control/protocol.ts'
import { CoveyError, InvalidInputError } from '../lib/errors.ts'
import { EXIT_USAGE, type Failure } from './failure.ts'
import { UP_LIMIT_MS } from './limits.ts'
import { lastLines, logFileOf } from './log-file.ts'
import { RELEASE, type StarterMessage } from './starter.ts'

/** How many lines of a log are shown where a node did not come up. */
const SHOWN_LINES = 5

/** How much of what a starting node says on stderr is kept, in characters. */
const MAX_STDERR_CHARS = 16 * 1024

export interface SpawnedNode {
  readonly child: ChildProcess
  /** Resolves when it is up; rejects with the reason it gave, or with the last lines of its log. */
  readonly up: Promise<NodeStatus>
  /** Lets it live on when this process ends. */
  release(): Promise<void>
}

/** Starts `covey up` with `args` as a process of its own, whose data directory is `data`. */
export function spawnNode(args: readonly string[], data: string): SpawnedNode {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] as string, 'up', ...args], {
    // A process group of its own: Ctrl-C at the terminal is for the starter.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  return { child, up: whenUp(child, data), release: () => release(child) }
}

function whenUp(child: ChildProcess, data: string): Promise<NodeStatus> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_STDERR_CHARS)
  })
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(failed(`it was not up within ${UP_LIMIT_MS / 1000} s`, said, data))
    }, UP_LIMIT_MS)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(failed(`its process ended with ${signal ?? `exit code ${code}`}`, said, data))
    })
    child.on('message', (message: StarterMessage) => {
      clearTimeout(timer)
      if (message.covey === 'failed') reject(rebuilt(message.failure))
      else resolve(message.status)
    })
  })
}

function release(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('disconnect', resolve)
    child.send(RELEASE, (error) => {
      if (error) reject(error)
    })
    child.stderr?.destroy()
    child.unref()
  })
}

/** What it said on stderr, or else the end of its log. */
function failed(reason: string, said: string, data: string): CoveyError {
  const lines =
    said.trim() === '' ? lastLines(logFileOf(data), SHOWN_LINES) : said.trim().split('\n').slice(-SHOWN_LINES)
  const hint =
    lines.length === 0 ? 'It said nothing; try without --detach.' : ['Its last lines:', ...lines].join('\n       ')
  return new CoveyError('NOT_UP', `the node did not come up: ${reason}`, hint)
}

/** The node's own reason, wrong usage being wrong usage here too. */
function rebuilt({ code, message, hint, exitCode }: Failure): CoveyError {
  return exitCode === EXIT_USAGE ? new InvalidInputError(message, hint) : new CoveyError(code, message, hint)
}
