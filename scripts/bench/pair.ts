import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Load, Result } from './measure.ts'
import type { RequesterOrder } from './requester.ts'
import type { Answer, Order } from './worker.ts'

type Answered = string | Result | undefined

const WORKER = join(import.meta.dirname, 'worker.ts')

/** A contender in two processes of its own, one that answers and one that asks. */
export class Pair {
  readonly contender: string
  /** Whether each is held on a core of its own. */
  readonly apart: boolean
  readonly #server = fork(WORKER)
  readonly #client = fork(WORKER)

  private constructor(contender: string) {
    this.contender = contender
    this.apart = availableParallelism() >= 2 && [this.#server, this.#client].every(holdOnCore)
  }

  static async start(contender: string): Promise<Pair> {
    const pair = new Pair(contender)
    const where = await ask<string>(pair.#server, { kind: 'serve', contender })
    await ask(pair.#client, { kind: 'connect', contender, where })
    return pair
  }

  async measure(load: Load): Promise<Result> {
    return await ask<Result>(this.#client, { kind: 'measure', load })
  }

  stop(): void {
    this.#server.disconnect()
    this.#client.disconnect()
  }
}

/**
 * Holds all threads of a process on one core, and says whether that is done: only Linux can. Else the kernel now and then runs both
 * ends of a light contender on the same one, where they need not wake each other: it answers in a fifth of the time, by chance. Two
 * machines have no such luck.
 */
function holdOnCore({ pid }: ChildProcess, core: number): boolean {
  return spawnSync('taskset', ['-acp', String(core), String(pid)]).status === 0
}

/** Sends an order to a worker process and resolves with its answer. One at a time. */
export function ask<T extends Answered>(worker: ChildProcess, order: Order | RequesterOrder): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a worker ended with exit code ${code}`))
    worker.once('exit', onExit)
    worker.once('message', (answer: Answer) => {
      worker.off('exit', onExit)
      // Which order is answered with what is theirs to keep.
      if (answer.ok) resolve(answer.value as T)
      else reject(new Error(answer.error))
    })
    worker.send(order)
  })
}
