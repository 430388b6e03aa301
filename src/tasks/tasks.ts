import { EventEmitter } from 'node:events'
import type { Agent } from '../capabilities/agent.ts'
import type { AgentDescription } from '../capabilities/provider.ts'
import { StoppedError } from '../lib/errors.ts'
import { BidBook } from './bid-book.ts'
import { Bidder, type BidderComponents } from './bidder.ts'
import { HandOn } from './hand-on.ts'
import { History } from './history.ts'
import { DEFAULT_POLICY, type Policies, type Policy, policiesWith, policyNamed } from './policies.ts'
import { checkRequest } from './request.ts'
import { Requester } from './requester.ts'
import { Server } from './server.ts'
import type { TaskEvents, TaskHandle, TaskRecord, TaskRequest } from './task.ts'
import { Worker, type WorkerComponents, type WorkerLoad } from './worker.ts'

export interface TasksComponents extends Omit<BidderComponents, 'worker' | 'book'>, WorkerComponents {
  network: BidderComponents['network']
  /** Ways to choose a worker, besides and in front of `auction`, `least-loaded` and `round-robin`. */
  policies?: Readonly<Record<string, Policy>>
}

/**
 * Work given away and taken on: `submit` calls for bids, awards, watches and tries again elsewhere; hosted agents run
 * what this node is awarded. At least once: where an attempt's outcome is unknown the task runs elsewhere and may have
 * run twice; the task's id is the same in every attempt. In memory: open tasks end with the process.
 * Specs: protocols/bid, protocols/task.
 */
export interface Tasks extends EventEmitter<TaskEvents> {
  /** Idempotent. */
  start(): void
  /** Cancels own tasks, aborts running ones and tells their requesters. Idempotent. */
  stop(): Promise<void>
  /** Hosts an agent from now on. Throws `InvalidInputError`. Telling others is the directory's work. */
  host(agent: Agent): void
  /** What is hosted, as others are to be told. */
  descriptions(): AgentDescription[]
  /**
   * Throws `InvalidInputError` on a bad request, `BusyError` when too many are open, `StoppedError` when not started.
   * Everything later is the record's: this never throws for what happens to the task.
   */
  submit(request: TaskRequest): TaskHandle
  /** A task submitted here, also for a while after its end. */
  task(id: string): TaskHandle | undefined
  tasks(): TaskRecord[]
  /** Returns whether there was such a task to cancel. */
  cancel(id: string, reason?: string): boolean
  load(): WorkerLoad
}

/** Make it before the network starts, so that its protocols are known. */
export function createTasks(components: TasksComponents): Tasks {
  return new MeshTasks(components)
}

class MeshTasks extends EventEmitter<TaskEvents> implements Tasks {
  readonly #parts: TasksComponents
  readonly #policies: Policies
  readonly #worker: Worker
  readonly #bidder: Bidder
  readonly #handOn: HandOn
  readonly #server: Server
  readonly #requester: Requester
  #started = false

  constructor(components: TasksComponents) {
    super()
    const parts = { ...components, log: components.log.scoped('tasks') }
    const book = new BidBook()
    const history = new History()
    const worker = new Worker(parts)
    const bidder = new Bidder({ ...parts, worker, book })
    this.#parts = parts
    this.#policies = policiesWith(parts.policies)
    this.#worker = worker
    this.#bidder = bidder
    const policy = policyNamed(this.#policies, DEFAULT_POLICY)
    this.#handOn = new HandOn({ ...parts, book, bidder, history, policy })
    this.#server = new Server(parts.rpc, worker, this.#handOn, parts.clock, parts.log)
    this.#requester = new Requester({
      ...parts,
      worker,
      bidder,
      book,
      history,
      onChange: (task) => {
        if (this.listenerCount('change') > 0) this.emit('change', task.record())
      },
    })
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.#worker.start()
    this.#bidder.start()
    this.#requester.start()
  }

  async stop(): Promise<void> {
    if (!this.#started) return
    this.#started = false
    this.#requester.stop()
    this.#bidder.stop()
    this.#handOn.stop()
    this.#worker.stop()
    await this.#server.drained()
  }

  host(agent: Agent): void {
    this.#worker.host(agent)
  }

  descriptions(): AgentDescription[] {
    return this.#worker.descriptions()
  }

  submit(request: TaskRequest): TaskHandle {
    if (!this.#started) throw new StoppedError('this node')
    return this.#requester.submit(checkRequest(request, this.#policies, this.#parts.random)).handle
  }

  task(id: string): TaskHandle | undefined {
    return this.#requester.get(id)?.handle
  }

  tasks(): TaskRecord[] {
    return this.#requester.all().map((task) => task.record())
  }

  cancel(id: string, reason?: string): boolean {
    const task = this.#requester.get(id)
    if (!task || task.isOver) return false
    task.handle.cancel(reason)
    return true
  }

  load(): WorkerLoad {
    return this.#worker.load()
  }
}
