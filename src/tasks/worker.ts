import type { Agent } from '../capabilities/agent.ts'
import type { NodeLoad } from '../capabilities/load.ts'
import type { AgentDescription, CapabilityQuery } from '../capabilities/provider.ts'
import { type Clock, every, type Timer } from '../lib/clock.ts'
import { CancelledError, InvalidInputError, messageOf, StoppedError } from '../lib/errors.ts'
import { decodeJson, type Json } from '../lib/json.ts'
import type { Log } from '../lib/log.ts'
import { Deadlines } from '../network/deadlines.ts'
import type { Network } from '../network/network.ts'
import type { Award } from './award.ts'
import type { BidAnswer } from './bid.ts'
import { breachOf, fitFor, HostedAgent, type HostedCapability, noteRun } from './hosted.ts'
import { Job, type Watcher } from './job.ts'
import { KeptOutcomes, type Outcome } from './kept-outcomes.ts'
import { CANCELLED, DEADLINE, type Refusal, STOPPED } from './lifecycle.ts'
import { failureOf, outcomeOf } from './outcome.ts'
import { fingerprint } from './request.ts'
import { WorkerQueue } from './worker-queue.ts'

/** How often a worker says that a task's node lives, in milliseconds. */
export const ALIVE_MS = 2000
/** For how long a task runs on whose requester cannot be reached, in milliseconds: longer than dialling again takes. */
export const ORPHAN_MS = 10_000
/** For how long an aborted handler keeps its slot, in milliseconds; one that never returns must not block its agent for good. */
export const ABORT_GRACE_MS = 5000
/** Requesters that wait for one task. */
export const MAX_WATCHERS = 8
/** For how long handlers are started in a row, in milliseconds, before I/O has its turn: they may compute, and probes wait. */
export const START_SLICE_MS = 5

export interface WorkerComponents {
  network: Pick<Network, 'self'>
  clock: Clock
  log: Log
  /** What this process uses: cores of CPU. */
  usage(): Pick<NodeLoad, 'cpu'>
}

/** What a node's tasks say of how busy it is. */
export type WorkerLoad = Omit<NodeLoad, 'cpu' | 'memoryBytes'>

/** Runs the tasks that this node is awarded. Spec: protocols/task, life cycle at the worker. */
export class Worker {
  readonly #network: Pick<Network, 'self'>
  readonly #clock: Clock
  readonly #log: Log
  readonly #usage: WorkerComponents['usage']
  readonly #agents = new Map<string, HostedAgent>()
  readonly #queue = new WorkerQueue<Job>()
  readonly #jobs = new Map<string, Job>()
  /** Aborted, but the handler has not returned: the same task must not run beside it. As many as there are such handlers. */
  readonly #returning = new Map<string, Job>()
  readonly #kept = new KeptOutcomes()
  readonly #deadlines: Deadlines<Job>
  #startable: Job[] = []
  #startScheduled = false
  #ticker: Timer | undefined
  /** Peers may ask before this node has started: what a handler reads of it is not there yet. */
  #stopped = true
  #done = 0
  #failed = 0
  #totalMs = 0

  constructor({ network, clock, log, usage }: WorkerComponents) {
    this.#network = network
    this.#clock = clock
    this.#log = log.scoped('worker')
    this.#usage = usage
    this.#deadlines = new Deadlines(clock, (job) =>
      this.#abort(job, DEADLINE, new CancelledError('the deadline is over')),
    )
  }

  /** Hosts an agent from now on. Throws `InvalidInputError` on what is no agent, or has the name of another. */
  host(agent: Agent): void {
    const hosted = new HostedAgent(agent)
    if (this.#agents.has(hosted.name)) {
      throw new InvalidInputError(`an agent "${hosted.name}" is hosted already`, 'Give each agent a name of its own.')
    }
    this.#agents.set(hosted.name, hosted)
    this.#queue.open(hosted.name, hosted.slots)
  }

  /** What it hosts, as it is told to others. */
  descriptions(): AgentDescription[] {
    return [...this.#agents.values()].map(({ description }) => description)
  }

  start(): void {
    this.#stopped = false
  }

  /** Ends every task and tells whoever waits for it. */
  stop(): void {
    this.#stopped = true
    for (const job of [...this.#jobs.values()]) this.#abort(job, STOPPED, new StoppedError('the worker'))
    this.#startable = []
    this.#deadlines.stop()
    this.#tick()
  }

  /** What the least busy matching agent offers. */
  bid(query: CapabilityQuery): BidAnswer {
    if (this.#stopped) return { refusal: { code: STOPPED, reason: 'the node is starting or leaving' } }
    const [best] = this.#matching(query)
    if (!best) return { refusal: { code: 'NOT_OFFERED', reason: `no agent here offers ${query.name}` } }
    const { agent, hosted } = best
    const counts = this.#queue.counts(agent.name)
    const { meanMs } = hosted
    const ahead = counts.running < counts.slots ? 0 : counts.queued + 1
    return {
      bid: {
        agent: agent.name,
        version: hosted.capability.version,
        fit: fitFor(query, hosted.capability),
        ...counts,
        startMs: (ahead * (meanMs ?? 0)) / counts.slots,
        ...(meanMs !== undefined && { meanMs }),
        cpu: this.#usage().cpu,
      },
    }
  }

  /**
   * Takes an award: the watcher hears `accepted` or the kept outcome, perhaps before this returns. Returns why not
   * where it is not taken; then nothing ran and the watcher heard nothing.
   */
  award(award: Award, watcher: Watcher): Refusal | undefined {
    if (this.#stopped) return { code: STOPPED, reason: 'the node is starting or leaving' }
    if (award.avoid.includes(this.#network.self))
      return { code: 'CYCLE', reason: 'it has been here, or must not come here' }
    const print = fingerprint(award.query, award.input)
    const running = this.#jobs.get(award.task)
    if (running) return this.#join(running, print, watcher)
    const kept = this.#kept.get(award.task, this.#clock.monotonic())
    if (kept && kept.fingerprint !== print) return conflict(award.task)
    if (kept && (kept.report.type === 'result' || kept.attempt >= award.attempt)) {
      watcher.report(kept.report)
      return undefined
    }
    if (this.#returning.has(award.task)) {
      return { code: 'OVERLOADED', reason: 'the handler of its last attempt has been aborted and not returned yet' }
    }
    return this.#take(award, print, watcher)
  }

  /** A watcher does not want the result any more; the task is aborted unless somebody else does. */
  cancel(task: string, watcher: Watcher, reason: string): void {
    const job = this.#jobs.get(task)
    if (!job?.watchers.delete(watcher) || job.watchers.size > 0) return
    this.#abort(job, CANCELLED, new CancelledError(reason))
  }

  /** A watcher cannot be told any more; the task is aborted unless somebody asks for it soon. */
  leave(task: string, watcher: Watcher): void {
    const job = this.#jobs.get(task)
    if (!job?.watchers.delete(watcher) || job.watchers.size > 0) return
    job.timer?.cancel()
    job.timer = this.#clock.after(ORPHAN_MS, () => {
      this.#abort(job, CANCELLED, new CancelledError('its requester is gone'))
    })
  }

  load(): WorkerLoad {
    let capacity = 0
    let running = 0
    let queued = 0
    for (const { name } of this.#agents.values()) {
      const counts = this.#queue.counts(name)
      capacity += counts.slots
      running += counts.running
      queued += counts.queued
    }
    return {
      running,
      queued,
      capacity,
      tasksDone: this.#done,
      tasksFailed: this.#failed,
      meanResponseMs: this.#done > 0 ? this.#totalMs / this.#done : undefined,
    }
  }

  /** Agents that a query looks for, the least busy first and those without room last. */
  #matching(query: CapabilityQuery): { agent: HostedAgent; hosted: HostedCapability; backlog: number }[] {
    const found = []
    for (const agent of this.#agents.values()) {
      const hosted = agent.find(query)
      if (!hosted) continue
      const { running, queued, slots, room } = this.#queue.counts(agent.name)
      found.push({ agent, hosted, backlog: room > 0 ? (running + queued) / slots : Number.POSITIVE_INFINITY })
    }
    return found.sort((a, b) => (a.backlog < b.backlog ? -1 : Number(a.backlog > b.backlog)))
  }

  #join(job: Job, print: string, watcher: Watcher): Refusal | undefined {
    if (job.fingerprint !== print) return conflict(job.id)
    if (job.watchers.size >= MAX_WATCHERS) {
      return { code: 'OVERLOADED', reason: `${MAX_WATCHERS} others wait for this task already` }
    }
    job.timer?.cancel()
    this.#accept(job, watcher)
    return undefined
  }

  #take(award: Award, print: string, watcher: Watcher): Refusal | undefined {
    const choice = this.#choose(award)
    if ('code' in choice) return choice
    const job = new Job({ award, fingerprint: print, ...choice }, this.#clock)
    const place = this.#queue.add(job.agent.name, job)
    if (typeof place === 'object') return place
    this.#jobs.set(job.id, job)
    this.#deadlines.add(job, job.deadline)
    this.#tick()
    this.#accept(job, watcher)
    if (place === 'running') this.#startSoon(job)
    return undefined
  }

  #accept(job: Job, watcher: Watcher): void {
    job.watchers.add(watcher)
    const { version } = job.hosted.capability
    watcher.report({ type: 'accepted', worker: this.#network.self, agent: job.agent.name, version })
  }

  /** The least busy agent whose schema the input satisfies. */
  #choose({ query, input }: Award): Pick<Job, 'agent' | 'hosted' | 'input'> | Refusal {
    let value: Json
    try {
      value = decodeJson(input)
    } catch (error) {
      return { code: 'INVALID_INPUT', reason: `the input is no JSON: ${messageOf(error)}` }
    }
    let refusal: Refusal = { code: 'NOT_OFFERED', reason: `no agent here offers ${query.name}` }
    for (const { agent, hosted } of this.#matching(query)) {
      try {
        const breach = breachOf(hosted.capability.input, value)
        if (breach === undefined) return { agent, hosted, input: value }
        refusal = { code: 'INVALID_INPUT', reason: `the input breaks the schema of ${query.name}: ${breach}` }
      } catch (error) {
        refusal = { code: 'BAD_SCHEMA', reason: `the schema of ${query.name} is none: ${messageOf(error)}` }
      }
    }
    return refusal
  }

  /** The first handler of a turn starts at once; those that follow get slices of time between which I/O has its turn. */
  #startSoon(job: Job): void {
    this.#startable.push(job)
    if (this.#startScheduled) return
    this.#startScheduled = true
    this.#clock.soon(() => this.#startSome())
    this.#startNext()
  }

  #startSome(): void {
    const until = this.#clock.monotonic() + START_SLICE_MS
    while (this.#startable.length > 0 && this.#clock.monotonic() <= until) this.#startNext()
    this.#startScheduled = this.#startable.length > 0
    if (this.#startScheduled) this.#clock.soon(() => this.#startSome())
  }

  #startNext(): void {
    const job = this.#startable.shift()
    if (!job || job.concluded) return
    job.startedAt = this.#clock.monotonic()
    let output: Json | Promise<Json>
    try {
      output = job.agent.handle(job.input, job.context)
    } catch (error) {
      return this.#threw(job, error)
    }
    if (!isPromise(output)) return this.#returned(job, output)
    output.then(
      (value) => this.#returned(job, value),
      (error) => this.#threw(job, error),
    )
  }

  #returned(job: Job, value: Json): void {
    if (!job.concluded) this.#conclude(job, outcomeOf(job.hosted, value))
    this.#vacate(job)
  }

  #threw(job: Job, error: unknown): void {
    if (!job.concluded) this.#conclude(job, failureOf(error))
    this.#vacate(job)
  }

  /** Ends a task from outside. A handler that runs is asked to return, and keeps its slot for a while until it does. */
  #abort(job: Job, code: string, reason: Error): void {
    if (job.concluded) return
    this.#conclude(job, { type: 'failure', code, message: reason.message })
    if (job.startedAt === undefined) return this.#vacate(job)
    this.#returning.set(job.id, job)
    job.timer = this.#clock.after(ABORT_GRACE_MS, () => {
      this.#log.warn('an aborted handler does not return; its slot is given away', {
        task: job.id,
        agent: job.agent.name,
      })
      this.#freeSlot(job)
    })
    job.context.abort(reason)
  }

  #conclude(job: Job, report: Outcome['report']): void {
    job.concluded = true
    job.timer?.cancel()
    job.context.close()
    this.#jobs.delete(job.id)
    this.#deadlines.delete(job)
    this.#tick()
    this.#count(job, report)
    const { fingerprint, award } = job
    this.#kept.keep(job.id, { fingerprint, attempt: award.attempt, report }, this.#clock.monotonic())
    job.tell(report)
    job.watchers.clear()
  }

  #count(job: Job, report: Outcome['report']): void {
    const now = this.#clock.monotonic()
    if (report.type === 'result') {
      this.#done++
      this.#totalMs += now - job.awardedAt
      noteRun(job.hosted, now - (job.startedAt ?? now))
    } else if (report.code !== CANCELLED && report.code !== STOPPED) this.#failed++
  }

  #vacate(job: Job): void {
    if (this.#returning.get(job.id) === job) this.#returning.delete(job.id)
    job.timer?.cancel()
    this.#freeSlot(job)
  }

  #freeSlot(job: Job): void {
    const next = this.#queue.remove(job.agent.name, job)
    if (next) this.#startSoon(next)
  }

  /** Keeps the ticker running exactly while there are tasks. */
  #tick(): void {
    if (this.#jobs.size === 0) {
      this.#ticker?.cancel()
      this.#ticker = undefined
      return
    }
    this.#ticker ??= every(
      this.#clock,
      () => ALIVE_MS,
      () => {
        for (const job of this.#jobs.values()) job.tell({ type: 'alive' })
      },
    )
  }
}

const conflict = (task: string): Refusal => ({
  code: 'ID_CONFLICT',
  reason: `the id ${task} belongs to a task with another capability or input`,
})

const isPromise = (value: Json | Promise<Json>): value is Promise<Json> =>
  typeof value === 'object' && value !== null && typeof (value as Promise<Json>).then === 'function'
