import type { AgentDescription } from '../capabilities/provider.ts'
import type { Clock } from '../lib/clock.ts'
import { InvalidInputError, messageOf } from '../lib/errors.ts'
import { decodeJson, type Json } from '../lib/json.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import { Deadlines } from '../network/deadlines.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Rpc } from '../network/rpc.ts'
import type { BidBook, Round } from './bid-book.ts'
import type { Bidder, Members, Providers } from './bidder.ts'
import type { History } from './history.ts'
import type { Watcher } from './job.ts'
import { type Effect, type LifecycleEvent, step } from './lifecycle.ts'
import { LocalLine, RemoteLine } from './line.ts'
import { type OpenAward, OwnTask } from './own-task.ts'
import { OwnTasks } from './own-tasks.ts'
import type { Candidate } from './policies.ts'
import type { Report } from './report.ts'
import type { CheckedRequest } from './request.ts'
import { fitness, outputBreach } from './schemas.ts'
import { SilenceWatch } from './silence.ts'
import { WaitingRoom } from './waiting-room.ts'
import type { Worker } from './worker.ts'

/** How long the worker of a broken channel is dialled, in milliseconds. Not reached then, its attempt is over. */
export const REDIAL_MS = 2000

export interface RequesterComponents {
  rpc: Rpc
  network: Network
  clock: Clock
  random: Random
  log: Log
  directory: Providers
  membership: Members
  worker: Worker
  bidder: Bidder
  book: BidBook
  history: History
  onChange(task: OwnTask): void
}

/** Brings own tasks to their ends: does what their life cycles say, and tells these what happens. */
export class Requester {
  readonly #parts: RequesterComponents
  readonly #tasks = new OwnTasks()
  readonly #deadlines: Deadlines<OwnTask>
  readonly #silence: SilenceWatch
  readonly #waiting = new WaitingRoom()
  /** Events to be told to life cycles, in order: an effect may cause events while it is done. */
  readonly #events: [OwnTask, LifecycleEvent][] = []
  #telling = false
  #undo: (() => void)[] = []

  constructor(parts: RequesterComponents) {
    this.#parts = parts
    this.#deadlines = new Deadlines(parts.clock, (task) => this.#tell(task, { type: 'deadline' }))
    this.#silence = new SilenceWatch(parts.clock, (task, { serial, peer }, ms) => {
      this.#tell(task, { type: 'lost', serial, message: `${peer} said nothing for ${ms} ms` })
    })
  }

  start(): void {
    const { directory, membership } = this.#parts
    const onJoin = (_: PeerId, { capabilities }: AgentDescription): void =>
      this.#offered(capabilities.map(({ name }) => name))
    const onLeave = (): void => this.#parts.book.forget()
    const onGone = ({ id, state }: { id: PeerId; state: string }): void => this.#gone(id, state)
    directory.on('agent:join', onJoin).on('agent:leave', onLeave)
    membership.on('dead', onGone).on('left', onGone)
    this.#undo = [
      () => directory.off('agent:join', onJoin).off('agent:leave', onLeave),
      () => membership.off('dead', onGone).off('left', onGone),
    ]
  }

  /** Cancels what is open. */
  stop(): void {
    for (const undo of this.#undo) undo()
    this.#undo = []
    for (const task of [...this.#tasks.open()])
      this.#tell(task, { type: 'cancel', reason: 'the node it was submitted to stopped' })
    this.#deadlines.stop()
  }

  /** The task of that id, known or new. Throws `InvalidInputError` where the id is another task's, `BusyError` when full. */
  submit(request: CheckedRequest): OwnTask {
    const { clock } = this.#parts
    const task = new OwnTask(request, clock.monotonic(), clock.now(), (own, reason) =>
      this.#tell(own, { type: 'cancel', reason }),
    )
    const known = this.#tasks.get(task.id)
    if (known) {
      if (known.fingerprint === task.fingerprint) return known
      throw new InvalidInputError(
        `the id ${task.id} belongs to a task with another capability or input`,
        'Use a new id for a new task.',
      )
    }
    this.#tasks.add(task)
    this.#deadlines.add(task, task.life.deadline)
    this.#tell(task, { type: 'wake' })
    return task
  }

  get(id: string): OwnTask | undefined {
    return this.#tasks.get(id)
  }

  all(): OwnTask[] {
    return this.#tasks.all()
  }

  #tell(task: OwnTask, event: LifecycleEvent): void {
    this.#events.push([task, event])
    if (this.#telling) return
    this.#telling = true
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) this.#step(...next)
    } finally {
      this.#telling = false
    }
  }

  #step(task: OwnTask, event: LifecycleEvent): void {
    if (task.isOver) return
    const { phase } = task.life
    const effects = step(task.life, event, this.#parts.clock.monotonic())
    this.#closeAward(task, effects)
    for (const effect of effects) this.#do(task, effect)
    if (phase === task.life.phase && event.type !== 'progress' && event.type !== 'accepted') return
    task.handle.changed()
    this.#parts.onChange(task)
  }

  #do(task: OwnTask, effect: Effect): void {
    const { bidder, history, clock, random } = this.#parts
    switch (effect.type) {
      case 'call':
        task.timer?.cancel()
        this.#waiting.leave(task)
        return bidder.offers(task.query, task.exclude, (round) => this.#offers(task, round))
      case 'award':
        return this.#award(task, effect.serial, effect.worker, effect.attempt)
      case 'rejoin':
        return void this.#rejoin(task, effect.serial, effect.worker, effect.attempt)
      case 'release':
        // Done already, before anything else is awarded.
        return
      case 'wait':
        this.#waiting.enter(task)
        // A quarter more or less, so that tasks that were refused together do not come back together.
        task.timer = clock.after(effect.ms * (0.75 + random.float() / 2), () => this.#tell(task, { type: 'wake' }))
        return
      case 'learn':
        return history.note(effect.worker, task.query.name, effect.ok, clock.monotonic())
      case 'ended':
        this.#tasks.end(task, task.resultBytes)
        this.#deadlines.delete(task)
        this.#waiting.leave(task)
        return task.close()
    }
  }

  /** A round ended: ranks who would take the task. */
  #offers(task: OwnTask, round: Round): void {
    if (task.life.phase !== 'bidding') return
    const { book, history, clock } = this.#parts
    const { peers, breach } = fitness(task, round.providers)
    if (breach !== undefined) {
      const message = `the input breaks the schema of ${task.query.name}: ${breach}`
      return this.#tell(task, { type: 'invalid', message })
    }
    const candidates = book
      .candidates(round, task.query.name, history, clock.monotonic())
      .filter(({ peer }) => peers.has(peer))
    const ranked = this.#rank(task, candidates, round.turn)
    if (ranked.length > 0) round.turn++
    task.round = round
    this.#tell(task, { type: 'offers', ranked, refusals: book.refusals(round) })
  }

  /** What the policy says; a program's own one is not trusted to keep to the candidates. */
  #rank(task: OwnTask, candidates: readonly Candidate[], turn: number): PeerId[] {
    const peers = new Set(candidates.map(({ peer }) => peer))
    try {
      return [...new Set(task.policy(candidates, task.id, turn))].filter((peer) => peers.has(peer))
    } catch (error) {
      this.#parts.log.error('a policy threw; any candidate will do', { task: task.id, error: messageOf(error) })
      return [...peers]
    }
  }

  #award(task: OwnTask, serial: number, peer: PeerId, attempt: number): void {
    const { clock, book } = this.#parts
    const agent = task.round?.offers.get(peer)?.bid.agent ?? ''
    const award: OpenAward = { serial, peer, agent, answered: false, heardAt: clock.monotonic() }
    task.award = award
    book.awarded(peer, agent)
    this.#silence.add(task, award)
    this.#open(task, award, peer, attempt)
  }

  /** Opens the line to `worker`: the one awarded, or where it was handed on to. */
  #open(task: OwnTask, award: OpenAward, worker: PeerId, attempt: number): void {
    const { clock, network, rpc } = this.#parts
    award.answered = false
    award.heardAt = clock.monotonic()
    const { id, query, input, exclude, life } = task
    const remainingMs = life.deadline - award.heardAt
    const avoid = [...exclude, ...life.failedOn.filter((peer) => peer !== worker)]
    const message = { task: id, query, attempt, remainingMs, input, hops: 0, avoid }
    const watcher = this.#watcher(task, award)
    award.line =
      worker === network.self
        ? new LocalLine(this.#parts.worker, message, watcher)
        : new RemoteLine(rpc, worker, message, watcher)
  }

  async #rejoin(task: OwnTask, serial: number, worker: PeerId, attempt: number): Promise<void> {
    const { membership } = this.#parts
    const { award } = task
    if (!award) return
    try {
      await membership.ensureConnected(worker, REDIAL_MS)
    } catch (error) {
      return this.#tell(task, { type: 'lost', serial, message: `${worker} is gone: ${messageOf(error)}` })
    }
    if (task.award === award) this.#open(task, award, worker, attempt)
  }

  /** Hears a line until its last report, `break`, or until it is cancelled or hung up: never of an award that is closed. */
  #watcher(task: OwnTask, award: OpenAward): Watcher {
    const { serial } = award
    return {
      report: (report) => {
        award.answered = true
        this.#silence.heard(award)
        const event = this.#eventOf(task, award, report)
        if (event) this.#tell(task, event)
      },
      break: (reason) => this.#tell(task, { type: 'broken', serial, message: reason.message }),
    }
  }

  #eventOf(task: OwnTask, award: OpenAward, report: Report): LifecycleEvent | undefined {
    const { serial, peer } = award
    switch (report.type) {
      case 'accepted':
        award.runner = report
        return { type: 'accepted', serial, worker: report.worker }
      case 'refused':
        if (task.round && report.code !== 'INVALID_INPUT') this.#parts.book.refused(task.round, peer, report)
        return { ...report, serial }
      case 'progress':
      case 'failure':
        return { ...report, serial }
      case 'result':
        return this.#resultOf(task, award, report.output)
      case 'alive':
        if (peer === this.#parts.network.self) return undefined
        // A connection to no neighbour is closed when it seems unused.
        this.#parts.membership.ensureConnected(peer, REDIAL_MS).catch(() => {
          // The channel breaks then, which is heard of by itself.
        })
        return undefined
    }
  }

  /** A result counts if it is JSON and satisfies the schema that was announced. */
  #resultOf(task: OwnTask, { serial, runner }: OpenAward, output: Uint8Array): LifecycleEvent {
    let result: Json
    try {
      result = decodeJson(output)
    } catch (error) {
      return { type: 'failure', serial, code: 'INVALID_OUTPUT', message: `the result is no JSON: ${messageOf(error)}` }
    }
    const breach = runner && task.round && outputBreach(task.round.providers, runner, result)
    if (breach === undefined) {
      task.resultBytes = output.length
      return { type: 'result', serial, result }
    }
    const message = `the result breaks the schema of ${task.query.name}: ${breach}`
    return { type: 'failure', serial, code: 'INVALID_OUTPUT', message }
  }

  /** Lets go of an award that its life cycle is done with, and offers what it leaves free to whoever waits. */
  #closeAward(task: OwnTask, effects: readonly Effect[]): void {
    const { award } = task
    if (!award || task.life.current?.serial === award.serial) return
    task.award = undefined
    this.#silence.delete(task)
    this.#parts.book.released(award.peer, award.agent)
    for (const effect of effects) if (effect.type === 'release') award.line?.cancel(effect.reason)
    const next = this.#waiting.next(task.query.name)
    if (next) this.#tell(next, { type: 'wake' })
  }

  /** Somebody joined who offers these capabilities: what waits for them need not wait longer. */
  #offered(capabilities: readonly string[]): void {
    this.#parts.book.forget()
    for (const name of capabilities) for (const task of this.#waiting.of(name)) this.#tell(task, { type: 'wake' })
  }

  /** A member is dead or left: what it ran is lost, what it handed on may still be asked for. */
  #gone(peer: PeerId, state: string): void {
    this.#parts.book.forget()
    for (const task of [...this.#tasks.open()]) {
      const { award, life } = task
      if (!award) continue
      const { serial } = award
      if (life.current?.worker === peer) this.#tell(task, { type: 'lost', serial, message: `${peer} is ${state}` })
      else if (award.peer === peer) award.line?.hangUp()
    }
  }
}
