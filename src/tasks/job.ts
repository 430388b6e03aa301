import type { TaskContext } from '../capabilities/agent.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Json } from '../lib/json.ts'
import { Timed } from '../network/deadlines.ts'
import type { Award } from './award.ts'
import type { HostedAgent, HostedCapability } from './hosted.ts'
import { ProgressThinner } from './progress.ts'
import type { Report } from './report.ts'
import type { Queued } from './worker-queue.ts'

/** Who is told of a task that this node was awarded. */
export interface Watcher {
  /** Never blocks; what a slow reader misses of progress is dropped. */
  report(report: Report): void
  /** There will be no outcome from here, and the task may go on elsewhere. */
  break(reason: Error): void
}

/** A task that this node runs or will run. */
export class Job extends Timed implements Queued {
  readonly award: Award
  readonly fingerprint: string
  readonly agent: HostedAgent
  readonly hosted: HostedCapability
  readonly input: Json
  readonly awardedAt: number
  readonly deadline: number
  readonly watchers = new Set<Watcher>()
  readonly context: JobContext
  startedAt: number | undefined
  /** Its outcome was told; the handler may still have to return. */
  concluded = false
  /** Runs while nobody waits for it, or while an aborted handler does not return. */
  timer: Timer | undefined

  constructor(init: Pick<Job, 'award' | 'fingerprint' | 'agent' | 'hosted' | 'input'>, clock: Clock) {
    super()
    this.award = init.award
    this.fingerprint = init.fingerprint
    this.agent = init.agent
    this.hosted = init.hosted
    this.input = init.input
    this.awardedAt = clock.monotonic()
    this.deadline = this.awardedAt + init.award.remainingMs
    this.context = new JobContext(init.award, clock, (report) => this.tell(report))
  }

  get id(): string {
    return this.award.task
  }

  get bytes(): number {
    return this.award.input.length
  }

  tell(report: Report): void {
    for (const watcher of this.watchers) watcher.report(report)
  }
}

/** What the handler sees. The signal is made only for handlers that look at it. */
class JobContext implements TaskContext {
  readonly id: string
  readonly capability: string
  readonly attempt: number
  readonly #thinner: ProgressThinner
  #controller: AbortController | undefined

  constructor({ task, query, attempt }: Award, clock: Clock, tell: (report: Report) => void) {
    this.id = task
    this.capability = query.name
    this.attempt = attempt
    this.#thinner = new ProgressThinner(clock, (progress) => tell({ type: 'progress', ...progress }))
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  /** An arrow, because handlers take it out of the context. */
  readonly progress = (fraction: number | undefined, message?: string): void => {
    this.#thinner.push({
      ...(typeof fraction === 'number' && { fraction: Math.min(Math.max(fraction, 0), 1) || 0 }),
      ...(message !== undefined && { message: String(message) }),
    })
  }

  /** Reports the last progress and no more. */
  close(): void {
    this.#thinner.stop()
  }

  abort(reason: Error): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }
}
