import { extname } from 'node:path'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import type { CoveyError } from '../lib/errors.ts'
import { explainFailure, failureOf, plainFailure } from './failure.ts'
import { Line } from './line.ts'
import { Pace } from './pace.ts'
import { packWrites } from './packing.ts'
import type { Answer, CommitOrder, Opened, Order, ReadOrder, Value } from './sqlite-messages.ts'
import { MAX_COMMIT_BYTES, type StorageWrite } from './storage.ts'

/** Bytes of writes handed to the thread and not durable yet: the largest commit. Further commits wait. */
const MAX_PENDING_BYTES = MAX_COMMIT_BYTES
/** Commits handed over and not durable yet; further ones wait. A transaction of so many rows takes about 100 ms. */
const MAX_PENDING_COMMITS = 4096
/** Reads under way, each of which may bring a page of 1 MiB; further ones wait. */
const MAX_PENDING_READS = 32

interface Pending {
  readonly bytes: number
  resolve(value: Value): void
  reject(error: Error): void
}

interface PendingCommit extends Pending {
  readonly writes: readonly StorageWrite[]
}

interface PendingRead extends Pending {
  readonly order: ReadOrder
}

/**
 * The thread that holds one open file, and what is asked of it. A commit goes to it once the present turn's promise jobs are
 * done, together with all that they have added, or before (see `Pace`); what comes while the disk works joins the next
 * transaction there.
 */
export class SqliteThread {
  readonly #worker: Worker
  readonly #onFatal: (error: CoveyError) => void
  readonly #commits = new Line<PendingCommit>(MAX_PENDING_COMMITS, MAX_PENDING_BYTES)
  readonly #reads = new Line<PendingRead>(MAX_PENDING_READS, 0)
  readonly #pace = new Pace()
  readonly #asked = new Map<number, (answer: Answer) => void>()
  readonly #opened = Promise.withResolvers<Opened>()
  readonly #exited = Promise.withResolvers<void>()
  #ids = 0
  #scheduled = false
  #failed: CoveyError | undefined
  #isNew = false
  #isOpen = false
  #closing = false
  #onIdle: (() => void) | undefined

  /** Starts the thread and opens the file. Rejects with a `CoveyError`, with nothing left open. */
  static async open(directory: string, onFatal: (error: CoveyError) => void): Promise<SqliteThread> {
    const thread = new SqliteThread(directory, onFatal)
    const { failure } = await thread.#opened.promise
    if (!failure) return thread
    await thread.#exited.promise
    throw failureOf(failure)
  }

  private constructor(directory: string, onFatal: (error: CoveyError) => void) {
    this.#onFatal = onFatal
    // As this module was loaded, so its neighbour: compiled, or as it was written.
    const url = new URL(`./sqlite-worker${extname(import.meta.url)}`, import.meta.url)
    // Without `execArgv` it would load again whatever the process was told to load first.
    this.#worker = new Worker(url, { workerData: directory, env: SHARE_ENV, execArgv: [], name: 'covey-storage' })
    this.#worker.once('message', (opened: Opened) => {
      this.#worker.on('message', (answers: Answer[]) => this.#hear(answers))
      this.#isOpen = opened.failure === undefined
      this.#isNew = opened.isNew
      this.#closing = !this.#isOpen
      this.#opened.resolve(opened)
    })
    this.#worker.on('error', (error) => this.#fail(explainFailure(error, directory)))
    this.#worker.on('exit', (code) => {
      if (!this.#closing) this.#died(explainFailure(new Error(`its thread ended with code ${code}`), directory))
      this.#opened.resolve({ failure: this.#failed && plainFailure(this.#failed), isNew: false })
      this.#exited.resolve()
    })
  }

  /** The file was made by opening it. */
  get isNew(): boolean {
    return this.#isNew
  }

  /** `bytes` is the size of all writes. Resolves when they are durable. */
  commit(writes: readonly StorageWrite[], bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failed) return reject(this.#failed)
      this.#commits.add({ writes, bytes, resolve: () => resolve(), reject })
      if (this.#pace.gather(writes.length, performance.now())) this.#sendCommits(false)
      else this.#soon()
    })
  }

  read(order: ReadOrder): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#failed) return reject(this.#failed)
      this.#reads.add({ order, bytes: 0, resolve, reject })
      this.#sendReads()
    })
  }

  /** Waits for what is under way, closes the file and ends the thread. */
  async close(): Promise<void> {
    const idle = Promise.withResolvers<void>()
    this.#onIdle = idle.resolve
    this.#settle()
    await idle.promise
    this.#closing = true
    let answer: Answer | undefined
    this.#ask({ kind: 'close' }, (heard) => {
      answer = heard
    })
    await this.#exited.promise
    // A storage that failed has said so already.
    if (answer && 'failure' in answer && !this.#failed) throw failureOf(answer.failure)
  }

  /**
   * After this turn's promise jobs: whoever waited for the last transaction adds the next write in one of them. A promise
   * job starts `nextTick` functions only when no promise job is left.
   */
  #soon(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() =>
      process.nextTick(() => {
        this.#scheduled = false
        this.#sendCommits(true)
      }),
    )
  }

  /** `turnEnds` unless they go ahead of what else this turn brings. */
  #sendCommits(turnEnds: boolean): void {
    const items = this.#commits.take()
    if (items.length === 0) return
    const rows = items.reduce((sum, { writes }) => sum + writes.length, 0)
    this.#pace.send(rows, turnEnds)
    let order: CommitOrder
    try {
      const size = items.reduce((sum, { bytes }) => sum + bytes, 0)
      const commits = items.map(({ writes }) => writes)
      order = { kind: 'commit', writes: packWrites(commits, size) }
    } catch (error) {
      // No memory for it, or the caller changed its writes meanwhile: nothing was sent.
      this.#commits.done(items)
      this.#pace.done(rows)
      for (const { reject } of items) reject(error as Error)
      return this.#settle()
    }
    this.#ask(
      order,
      (answer) => {
        this.#commits.done(items)
        this.#pace.done(rows, 'ms' in answer ? answer.ms : undefined)
        for (const item of items) finish(item, answer)
      },
      [order.writes.bytes.buffer],
    )
  }

  #sendReads(): void {
    for (const item of this.#reads.take()) {
      this.#ask(item.order, (answer) => {
        this.#reads.done([item])
        finish(item, answer)
      })
    }
  }

  #ask(order: ReadOrder | CommitOrder | { kind: 'close' }, onAnswer: (answer: Answer) => void, moved?: ArrayBuffer[]) {
    const id = this.#ids++
    this.#asked.set(id, onAnswer)
    this.#worker.postMessage({ ...order, id } satisfies Order, moved)
  }

  #hear(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const onAnswer = this.#asked.get(answer.id)
      this.#asked.delete(answer.id)
      onAnswer?.(answer)
      if ('failure' in answer && answer.fatal) this.#fail(failureOf(answer.failure))
    }
    this.#settle()
  }

  /** Sends what may go now, and tells who waits for the end. */
  #settle(): void {
    this.#sendReads()
    this.#soon()
    if (this.#commits.idle && this.#reads.idle) this.#onIdle?.()
  }

  /** Nothing that was asked will be answered. */
  #died(error: CoveyError): void {
    this.#fail(error)
    const failure = plainFailure(error)
    this.#hear([...this.#asked.keys()].map((id) => ({ id, failure, fatal: true })))
  }

  #fail(error: CoveyError): void {
    if (this.#failed) return
    this.#failed = error
    // One that never opened says so to whoever opens it.
    if (!this.#isOpen) return
    for (const { reject } of [...this.#commits.clear(), ...this.#reads.clear()]) reject(error)
    this.#onFatal(error)
  }
}

function finish({ resolve, reject }: Pending, answer: Answer): void {
  if ('failure' in answer) reject(failureOf(answer.failure))
  else resolve(answer.value)
}
