import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NodeProcess, thisMachine } from '../nodes.ts'

/** Exit code of a program that Ctrl-C ended, as shells have it: 128 and the signal's number. */
const INTERRUPTED = 130

/** Those whose processes and folder are still there. */
const flocks = new Set<Flock>()

/** Node processes of a mesh of their own, started together, with a temporary folder that goes when they go. */
export class Flock {
  /** In the order of the names; each resolves when its node is up. */
  readonly starting: readonly Promise<NodeProcess>[]
  /** When the last process had been started, by `performance.now()`. */
  readonly startedAt: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'covey-bench-'))
  #stopping: Promise<void> | undefined

  /** @param args more arguments of `covey up` */
  constructor(count: number, args: readonly string[] = []) {
    flocks.add(this)
    // The folder's name is random, and so is the mesh's: nodes of another run on this network must not join.
    const mesh = this.#folder.slice(tmpdir().length + 1)
    const names = Array.from({ length: count }, (_, i) => `node-${i + 1}`)
    const options = { mesh, folder: this.#folder, args }
    this.starting = names.map((name) => NodeProcess.start(thisMachine, { ...options, name }))
    this.startedAt = performance.now()
    // Whoever awaits a node hears of its failure; one that fails while another is awaited must not end the process.
    for (const start of this.starting) start.catch(() => undefined)
  }

  /** Ends the processes, also those that are still starting, and removes the folder. Idempotent. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    const started = await Promise.allSettled(this.starting)
    await Promise.all(started.map(async (node) => (node.status === 'fulfilled' ? node.value.stop() : undefined)))
    rmSync(this.#folder, { recursive: true, force: true })
    flocks.delete(this)
  }
}

/** Lets Ctrl-C and SIGTERM end the benchmark without leaving nodes or folders behind. */
export function stopFlocksWhenAsked(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      void Promise.allSettled([...flocks].map((flock) => flock.stop())).then(() => process.exit(INTERRUPTED))
    })
  }
}
