import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'
import type { Agent, TaskContext } from '../capabilities/agent.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import { CoveyError, messageOf } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import { type CapabilitySpec, defineAgent } from './define.ts'
import { parseProgress } from './progress.ts'

/** Most bytes read from a program's standard output: the largest value that a task's result can carry. */
export const MAX_OUTPUT_BYTES = 1024 * 1024
/** How long a program may tidy up between SIGTERM and SIGKILL, in milliseconds: under the node's own patience when it stops. */
export const KILL_GRACE_MS = 2_000
/** How long what is still in the pipes may take to arrive once the program has ended, in milliseconds. */
const DRAIN_MS = 1_000
/** Longest line of standard error passed on, in characters; the rest of it is dropped. */
export const MAX_LINE_CHARS = 500
/** Last lines of standard error that a failure quotes. */
export const QUOTED_LINES = 5
/** Lines of a stack trace that Node prints after the message; quoting them would push the message out. */
const STACK_FRAME = /^at .*[)\d]$|^Node\.js v\d/
/** Characters of standard output that an error quotes. */
export const QUOTED_CHARS = 200

export interface ExecOptions {
  /** What the program can do: a name, or name, version and schemas. */
  capability: CapabilitySpec
  /** As one would type it in a shell; run by `/bin/sh -c` in the node's working directory. */
  command: string
  /** The agent's name; the capability's where missing. */
  name?: string
  /** How many runs of the program at once; default 1. */
  concurrency?: number
  clock: Clock
}

/**
 * Any program as an agent: the task's input is JSON on its standard input, its result JSON on its standard output, and
 * lines on standard error are progress (`50%` and `0.5` as a fraction, others as a message). An exit code other than 0
 * fails the attempt with the last lines. `COVEY_TASK_ID`, `COVEY_CAPABILITY` and `COVEY_ATTEMPT` are in its environment.
 * It runs in a process group of its own; the whole group is ended with it, at its own end and when the task is taken back.
 */
export function execAgent({ capability, command, name, concurrency, clock }: ExecOptions): Agent {
  return defineAgent({
    name: name ?? (typeof capability === 'string' ? capability : capability.name),
    capabilities: [capability],
    ...(concurrency !== undefined && { concurrency }),
    handle: (input, context) => new Run(command, input, context, clock).result(),
  })
}

export interface CommandOptions {
  /** Beside the environment of this process. */
  env: Record<string, string>
  /** Where its standard output goes. */
  stdout: 'stdout' | 'stderr'
  clock: Clock
}

/** A program at the user's terminal. */
export interface RunningCommand {
  /** Resolves with its exit code as a shell tells it: 128 and the number of the signal that ended it. Rejects where it could not be started. */
  readonly ended: Promise<number>
  /** Passes a signal on. */
  kill(signal: NodeJS.Signals): void
  /** SIGTERM, and SIGKILL `KILL_GRACE_MS` later. Idempotent. */
  end(): void
}

/**
 * Runs a program with our standard input, output and error. On a terminal it stays in our process group, so that it may read and Ctrl-C
 * reaches it; elsewhere it has one of its own, and is ended with all that it started.
 */
export function runCommand(
  [file = '', ...args]: readonly string[],
  { env, stdout, clock }: CommandOptions,
): RunningCommand {
  const detached = !process.stdin.isTTY
  const child = spawn(file, args, {
    detached,
    stdio: ['inherit', stdout === 'stdout' ? 'inherit' : 2, 'inherit'],
    env: { ...process.env, ...env },
  })
  const group = detached ? child.pid : undefined
  if (group !== undefined) hold(group)
  const kill = (signal: NodeJS.Signals): void => {
    if (group === undefined) child.kill(signal)
    else signalGroup(group, signal)
  }
  let grace: Timer | undefined
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', (error) => reject(notStarted(file, error)))
    child.on('exit', (code, killedBy) => resolve(code ?? 128 + constants.signals[killedBy ?? 'SIGKILL']))
  }).finally(() => {
    grace?.cancel()
    if (group === undefined) return
    signalGroup(group, 'SIGKILL')
    groups.delete(group)
  })
  return {
    ended,
    kill,
    end: () => {
      if (grace) return
      kill('SIGTERM')
      grace = clock.after(KILL_GRACE_MS, () => kill('SIGKILL'))
    },
  }
}

/** Groups that run now: none outlives this process, however that ends (save by SIGKILL). */
const groups = new Set<number>()
let isWatching = false

function endAllGroups(): void {
  for (const group of groups) signalGroup(group, 'SIGKILL')
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // ESRCH: nobody of the group is left, which is what was wanted. EPERM: it runs as another user and is not ours to end.
  }
}

/** One run of the program. */
class Run {
  readonly #command: string
  readonly #input: Json
  readonly #context: TaskContext
  readonly #clock: Clock
  readonly #output: Buffer[] = []
  #outputBytes = 0
  readonly #tail: string[] = []
  /** Why we ended it; its exit says nothing then. */
  #ended: Error | undefined
  #timer: Timer | undefined

  constructor(command: string, input: Json, context: TaskContext, clock: Clock) {
    this.#command = command
    this.#input = input
    this.#context = context
    this.#clock = clock
  }

  async result(): Promise<Json> {
    const { signal } = this.#context
    signal.throwIfAborted()
    const child = this.#start()
    const onAbort = (): void => this.#end(child, asError(signal.reason))
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const [code, killedBy] = await this.#exit(child)
      if (this.#ended !== undefined) throw this.#ended
      if (code !== 0) throw this.#failure(code, killedBy)
      return this.#parse()
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  #start(): ChildProcessWithoutNullStreams {
    let child: ChildProcessWithoutNullStreams
    try {
      child = spawn('/bin/sh', ['-c', this.#command], {
        // A group of its own, so that signals reach what the shell starts.
        detached: true,
        stdio: 'pipe',
        env: {
          ...process.env,
          COVEY_TASK_ID: this.#context.id,
          COVEY_CAPABILITY: this.#context.capability,
          COVEY_ATTEMPT: String(this.#context.attempt),
        },
      })
    } catch (error) {
      throw notStarted(this.#command, error)
    }
    this.#readOutput(child)
    readLines(child, (line) => this.#line(line))
    // A program may end without reading its input; that is its right, and its exit code says whether it went well.
    child.stdin.on('error', () => {})
    child.stdin.end(JSON.stringify(this.#input))
    return child
  }

  /** Resolves with exit code and signal once the program, its group and its output are done with. */
  async #exit(child: ChildProcessWithoutNullStreams): Promise<[number | null, NodeJS.Signals | null]> {
    const group = child.pid
    if (group !== undefined) hold(group)
    try {
      return await new Promise((resolve, reject) => {
        child.on('error', (error) => reject(notStarted(this.#command, error)))
        child.on('close', (code, killedBy) => resolve([code, killedBy]))
        child.on('exit', () => {
          // Told to end, a shell goes at once and what it started may still tidy up.
          if (this.#ended === undefined) this.#finish(child)
        })
      })
    } finally {
      this.#timer?.cancel()
      if (group !== undefined) {
        // Whoever closed our pipes and stayed.
        signalGroup(group, 'SIGKILL')
        groups.delete(group)
      }
    }
  }

  /** Kills what is left of the group, which would hold our pipes open and outlive its task. */
  #finish(child: ChildProcessWithoutNullStreams): void {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
    this.#wait(DRAIN_MS, () => {
      // Somebody left the group and kept the pipes.
      for (const stream of child.stdio) stream?.destroy()
    })
  }

  /** Asks the group to end, then makes it. Idempotent. */
  #end(child: ChildProcessWithoutNullStreams, reason: Error): void {
    if (this.#ended !== undefined) return
    this.#ended = reason
    const group = child.pid
    if (group === undefined || child.exitCode !== null || child.signalCode !== null) return
    signalGroup(group, 'SIGTERM')
    this.#wait(KILL_GRACE_MS, () => this.#finish(child))
  }

  #wait(ms: number, fn: () => void): void {
    this.#timer?.cancel()
    this.#timer = this.#clock.after(ms, fn)
  }

  #readOutput(child: ChildProcessWithoutNullStreams): void {
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.#outputBytes > MAX_OUTPUT_BYTES) return
      this.#outputBytes += chunk.length
      if (this.#outputBytes <= MAX_OUTPUT_BYTES) {
        this.#output.push(chunk)
        return
      }
      this.#output.length = 0
      // Until it heeds the signal it would fill our memory with what nobody reads.
      child.stdout.destroy()
      const message = `${quote(this.#command)} printed more than ${MAX_OUTPUT_BYTES} bytes`
      this.#end(
        child,
        new CoveyError('OUTPUT_TOO_LARGE', message, 'Print less, or store it elsewhere and print where.'),
      )
    })
  }

  #line(line: string): void {
    if (!STACK_FRAME.test(line)) this.#tail.push(line)
    if (this.#tail.length > QUOTED_LINES) this.#tail.shift()
    const { fraction, message } = parseProgress(line)
    this.#context.progress(fraction, message)
  }

  #failure(code: number | null, killedBy: NodeJS.Signals | null): CoveyError {
    const how = killedBy === null ? `ended with exit code ${code}` : `was ended by ${killedBy}`
    const said = this.#tail.length === 0 ? '' : `: ${this.#tail.join(' | ')}`
    const hint =
      code === 127
        ? 'Exit code 127 means that the shell did not find it: give its full path, or check PATH of the node.'
        : code === 126
          ? 'Exit code 126 means that the file cannot be executed: chmod +x, and check its first line.'
          : 'Run it by hand with the same input to see what is wrong.'
    return new CoveyError('PROGRAM_FAILED', `${quote(this.#command)} ${how}${said}`, hint)
  }

  #parse(): Json {
    const text = Buffer.concat(this.#output).toString('utf8')
    try {
      return JSON.parse(text) as Json
    } catch (error) {
      const printed = text.trim() === '' ? 'nothing' : `no JSON: ${quote(text.trim())}`
      throw new CoveyError(
        'PROGRAM_PRINTED_NO_JSON',
        `${quote(this.#command)} printed ${printed}`,
        'Print exactly one JSON value on standard output, and everything else on standard error.',
        { cause: error },
      )
    }
  }
}

function hold(group: number): void {
  if (!isWatching) process.on('exit', endAllGroups)
  isWatching = true
  groups.add(group)
}

/** Calls back with every line that is not blank, without control characters, cut at `MAX_LINE_CHARS`. */
function readLines(child: ChildProcessWithoutNullStreams, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const emit = (raw: string): void => {
    const line = stripVTControlCharacters(raw).trim()
    if (line !== '') onLine(line.slice(0, MAX_LINE_CHARS))
  }
  child.stderr.on('data', (chunk: Buffer) => {
    // A carriage return redraws a progress bar: each state is a line.
    const lines = decoder.write(chunk).split(/[\r\n]+/)
    lines[0] = rest + (lines[0] ?? '')
    rest = (lines.pop() ?? '').slice(0, 2 * MAX_LINE_CHARS)
    for (const line of lines) emit(line)
  })
  child.stderr.on('end', () => emit(rest + decoder.end()))
}

function notStarted(command: string, error: unknown): CoveyError {
  return new CoveyError(
    'PROGRAM_NOT_STARTED',
    `${quote(command)} could not be started: ${messageOf(error)}`,
    'Check its name and PATH, and that the machine has processes and files to spare.',
    { cause: error },
  )
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

function quote(text: string): string {
  const line = stripVTControlCharacters(text)
  return `"${line.length > QUOTED_CHARS ? `${line.slice(0, QUOTED_CHARS)}…` : line}"`
}
