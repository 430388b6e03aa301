import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Random, sample } from '../../../src/lib/random.ts'
import { NodeProcess, thisMachine, until } from '../../nodes.ts'
import { checkFile, FencedFile } from './resource.ts'

const NAMES = ['anna', 'berta', 'carl', 'dora', 'emil']
const VOTERS = NAMES.slice(0, 3)
const PROGRAM = join(import.meta.dirname, '../../../dist/cli/main.js')
const WRITER = join(import.meta.dirname, 'writer.mjs')
/** The lease of the lock, in milliseconds: short, so that many are lost. */
const TTL_MS = 2_000
/** How long somebody is stopped, in milliseconds: longer than the lease, so that another one takes over. */
const STOP_MS = 3_000
/** The longest quiet between two faults, in milliseconds. */
const QUIET_MS = 1_500
/** How long anything may take that needs nothing but healthy nodes, in milliseconds. */
const LIMIT_MS = 60_000

export interface OrdealResult {
  /** Commands that ran under the lock, lines that were taken and refused. */
  readonly runs: number
  readonly accepted: number
  readonly refused: number
  readonly faults: Readonly<Record<string, number>>
  /** What must never happen. */
  readonly breaches: readonly string[]
}

/** Five nodes, three of which vote; all append to one fenced file under one lock while holders are killed and stopped. */
export class Ordeal {
  readonly #folder: string
  readonly #random: Random
  readonly #file: string
  readonly #resource: FencedFile
  readonly #nodes = new Map<string, NodeProcess>()
  /** The `covey lock` that runs for each node. */
  readonly #commands = new Map<string, ChildProcess>()
  readonly #faults: Record<string, number> = {}
  #over = false

  constructor(folder: string, random: Random) {
    this.#folder = folder
    this.#random = random
    this.#file = join(folder, 'shared.txt')
    this.#resource = new FencedFile(join(folder, 'resource.sock'), this.#file)
  }

  async run(durationMs: number): Promise<OrdealResult> {
    await this.#resource.start()
    try {
      await Promise.all(NAMES.map((name) => this.#start(name)))
      await this.#meet()
      const writers = NAMES.map((name) => this.#keepWriting(name))
      const endsAt = performance.now() + durationMs
      while (performance.now() < endsAt && this.#resource.breaches.length === 0) await this.#fault()
      // When the faults stop everything makes progress: all nodes get the lock again.
      const before = this.#resource.runs
      await until('they write again', LIMIT_MS, async () => this.#resource.runs >= before + NAMES.length)
      this.#over = true
      await Promise.all(writers)
    } finally {
      this.#over = true
      for (const command of this.#commands.values()) command.kill('SIGKILL')
      await Promise.all([...this.#nodes.values()].map((node) => node.stop()))
      await this.#resource.stop()
    }
    const { runs, accepted, refused, breaches } = this.#resource
    const inFile = checkFile(readFileSync(this.#file, 'utf8'))
    return { runs, accepted, refused, faults: this.#faults, breaches: [...breaches, ...inFile] }
  }

  async #start(name: string): Promise<void> {
    const others = [...this.#nodes.values()].filter((node) => node.name !== name)
    const join = others.flatMap(({ status }) => status.addresses.slice(0, 1)).flatMap((address) => ['--join', address])
    const args = ['--no-mdns', '--listen', '127.0.0.1:0', '--voters', VOTERS.join(','), ...join]
    this.#nodes.set(name, await NodeProcess.start(thisMachine, { name, mesh: 'lock-kill', folder: this.#folder, args }))
  }

  /** The first start knows no addresses: all meet at the first node. */
  async #meet(): Promise<void> {
    const [first, ...others] = [...this.#nodes.values()]
    const address = first?.status.addresses[0] as string
    for (const { client } of others) await client.call('join', { address })
    await until('all know the voters', LIMIT_MS, async () => {
      const known = await Promise.all([...this.#nodes.values()].map(({ client }) => client.call('voters', {})))
      return known.every(({ available }) => available)
    })
  }

  async #keepWriting(name: string): Promise<void> {
    while (!this.#over) {
      const data = join(this.#folder, name)
      const words = ['lock', 'shared', '--data', data, '--ttl', `${TTL_MS}ms`, '--wait', '20s', '--']
      const command = spawn(
        process.execPath,
        [PROGRAM, ...words, process.execPath, WRITER, this.#resource.path, name],
        {
          stdio: 'ignore',
        },
      )
      this.#commands.set(name, command)
      const [code] = (await once(command, 'exit')) as [number | null]
      // Its node is away, or it was refused: not at once again.
      if (code !== 0) await delay(this.#random.below(300))
    }
  }

  /** Something bad happens to whoever wrote last, or now and then to anybody. */
  async #fault(): Promise<void> {
    await delay(this.#random.below(QUIET_MS))
    const { last } = this.#resource
    const name = last && this.#random.below(4) > 0 ? last.node : (sample(NAMES, 1, this.#random)[0] as string)
    const node = this.#nodes.get(name)?.process as ChildProcess
    const command = this.#commands.get(name)
    const faults: Record<string, () => Promise<void>> = {
      'node killed': async () => {
        const ended = once(node, 'exit')
        node.kill('SIGKILL')
        await ended
        await this.#start(name)
      },
      'node stopped': () => stopFor(node.pid, STOP_MS),
      'command killed': async () => void command?.kill('SIGKILL'),
      'command stopped': () => stopFor(command?.pid, STOP_MS),
      'writer stopped': () => stopFor(last?.pid, STOP_MS),
    }
    const [what = ''] = sample(Object.keys(faults), 1, this.#random)
    this.#faults[what] = (this.#faults[what] ?? 0) + 1
    await faults[what]?.()
  }
}

async function stopFor(pid: number | undefined, ms: number): Promise<void> {
  if (!signal(pid, 'SIGSTOP')) return
  await delay(ms)
  signal(pid, 'SIGCONT')
}

/** Whether there was such a process. */
function signal(pid: number | undefined, name: NodeJS.Signals): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
