import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built command: what a user runs. `npm test` builds it first. */
const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: npm run build`)

export interface Result {
  code: number | null
  stdout: string
  stderr: string
}

export interface UpNode {
  id: string
  name: string
  mesh: string
  addresses: string[]
  data: string
  pid: number
}

export interface StartedNode extends UpNode {
  child: ChildProcess
}

interface RunOptions {
  input?: string
  cwd?: string
  env?: Record<string, string>
  /** No file that it writes may grow larger, in blocks of 512 bytes: what a disk does that is full. */
  fileBlocks?: number
}

/** A home of its own for real covey processes, so that they meet nothing of the machine they run on. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'covey-home-'))
  readonly #running = new Set<ChildProcess>()
  readonly #pids = new Set<number>()

  path(...parts: string[]): string {
    return join(this.folder, ...parts)
  }

  /** Starts a command and leaves it running. */
  start(args: readonly string[], { cwd = this.folder, env = {}, fileBlocks }: RunOptions = {}): ChildProcess {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(COVEY_|NODE_OPTIONS|VITEST|FORCE_COLOR)/.test(name),
    )
    const command = [process.execPath, PROGRAM, ...args]
    const limited = ['sh', '-c', `ulimit -f ${fileBlocks}; exec "$0" "$@"`, ...command]
    const [program, ...rest] = (fileBlocks === undefined ? command : limited) as [string, ...string[]]
    const child = spawn(program, rest, {
      cwd,
      env: { ...Object.fromEntries(inherited), HOME: this.folder, TMPDIR: this.folder, ...env },
    })
    this.#running.add(child)
    child.once('exit', () => this.#running.delete(child))
    return child
  }

  /** Runs a command to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    const child = this.start(args, options)
    child.stdin?.end(options.input ?? '')
    return ended(child)
  }

  /** Runs a command with `--json` and returns what it printed; rejects unless it printed one JSON document. */
  async json<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
    const { stdout, stderr } = await this.run([...args, '--json'], options)
    try {
      return JSON.parse(stdout) as T
    } catch {
      throw new Error(`covey ${args.join(' ')} printed no JSON: ${stdout} ${stderr}`)
    }
  }

  /** Starts a node in the foreground and resolves when it says that it is up. */
  async up(args: readonly string[], options: RunOptions = {}): Promise<StartedNode> {
    const child = this.start(['up', '--json', ...args], options)
    let stdout = ''
    let stderr = ''
    child.stderr?.on('data', (chunk) => {
      stderr += chunk
    })
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout?.on('data', (chunk) => {
        stdout += chunk
        if (stdout.includes('\n')) resolve(stdout)
      })
      child.once('exit', (code) =>
        reject(new Error(`covey up ${args.join(' ')} ended with ${code}: ${stdout} ${stderr}`)),
      )
    })
    return { ...(JSON.parse(line) as UpNode), child }
  }

  /** Remembers a process that is not our child, so that it does not outlive the test. */
  adopt(pid: number): void {
    this.#pids.add(pid)
  }

  /** Ends what still runs and removes everything. */
  async remove(): Promise<void> {
    const running = [...this.#running]
    await Promise.all(
      running.map((child) => {
        const end = ended(child)
        child.kill('SIGKILL')
        return end
      }),
    )
    for (const pid of this.#pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Resolves with the exit code and all output when a process has ended. */
export function ended(child: ChildProcess): Promise<Result> {
  const result = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      result[name] += text
    })
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...result })))
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    // ESRCH: there is none. Everything here is our own user's.
    return false
  }
}
