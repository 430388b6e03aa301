import type { Clock } from '../../lib/clock.ts'
import { BusyError, CancelledError, StoppedError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { type Random, randomId } from '../../lib/random.ts'
import type { PeerId } from '../../network/network.ts'
import type { Floor } from '../../wire/register.ts'
import { type Configuration, quorumSize } from '../voters/configuration.ts'
import type { Knowledge } from '../voters/knowledge.ts'
import { raise } from './acceptor.ts'
import { Attempt, type Known, type Outcome } from './attempt.ts'
import { type Ballot, Ballots, compareBallots } from './ballot.ts'
import { decide, type Wanted } from './change.ts'
import { NO_FLOOR } from './codec.ts'
import { NoVotersError, unknownChange, VotersUnavailableError } from './errors.ts'
import { Laggards } from './laggards.ts'
import {
  BACKOFF_MS,
  DEFAULT_TIMEOUT_MS,
  MAX_BACKOFF_MS,
  MAX_BACKOFF_ROUNDS,
  MAX_CALLS,
  MAX_KNOWN,
  NEWCOMER_MS,
  PROMISE_USED_MS,
  QUIET_READS,
} from './limits.ts'
import type { RegisterChange } from './register.ts'
import { Run, type RunComponents } from './run.ts'
import { Stop } from './stop.ts'
import { Thrift } from './thrift.ts'
import type { Transport } from './transport.ts'

export interface ProposerComponents {
  self: PeerId
  knowledge: Knowledge
  transport: Transport
  clock: Clock
  random: Random
  log: Log
  /** A change of this node was decided. */
  onDecided(name: string): void
}

/** One call to a register. */
export interface Call {
  readonly name: string
  /** Undefined: a reading. */
  readonly wanted?: Wanted
  /** All acceptors must take part, as for collecting. */
  readonly all?: boolean
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** What was decided or agreed, and at which ballot; undefined where the register is not held anywhere. */
export interface Settled {
  readonly answer: RegisterChange
  readonly ballot: Ballot | undefined
}

/** What a call learns from one try to the next. */
interface Course {
  readonly call: Call
  readonly deadline: number
  above: number
  tries: number
  unsettled: number
  answered: number
  /** Whether the change was sent to be accepted: from then on nobody knows what becomes of it until somebody says. */
  sent: boolean
  /** How often somebody has outranked it. */
  outranked: number
}

/** What is known of a register, and since when on the monotonic clock. */
interface Held {
  readonly known: Known
  readonly since: number
}

/**
 * The proposer of this node. Changes of one register are made one after the other here, so that a node never duels with itself;
 * readings and other registers go beside them.
 */
export class Proposer {
  readonly #components: ProposerComponents
  readonly #ballots: Ballots
  /** Under the configuration `#knownUnder`, the one used last at the end. */
  readonly #known = new Map<string, Held>()
  #knownUnder: Configuration | undefined
  readonly #tails = new Map<string, Promise<unknown>>()
  #floor: Floor = NO_FLOOR
  #calls = 0
  #running = false
  readonly #stop = new Stop()
  readonly #laggards: Laggards
  readonly #parts: RunComponents
  #acquainted: Promise<void> = Promise.resolve()

  constructor(components: ProposerComponents) {
    this.#components = components
    // 80 random bits: no two starts of one node have the same.
    this.#ballots = new Ballots(components.self, randomId(components.random, 16))
    const thrift = new Thrift()
    this.#laggards = new Laggards({ ...components, thrift })
    this.#parts = { ...components, thrift, laggards: this.#laggards }
  }

  /** Rejects with `NoVotersError`, `VotersUnavailableError`, `OutcomeUnknownError`, `BusyError`, `StoppedError`, or what the change throws. */
  async perform(call: Call): Promise<Settled> {
    if (!this.#running) throw new StoppedError('this node')
    if (this.#calls >= MAX_CALLS) throw new BusyError(`${MAX_CALLS} calls to registers are under way`)
    const deadline = this.#components.clock.monotonic() + (call.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    const course: Course = {
      call,
      deadline,
      above: 0,
      tries: 0,
      unsettled: 0,
      answered: 0,
      sent: false,
      outranked: 0,
    }
    this.#calls++
    try {
      if (!this.#components.knowledge.current) await this.#findVoters(course)
      return await (call.wanted || call.all ? this.#inTurn(course) : this.#pursue(course))
    } finally {
      this.#calls--
    }
  }

  start(): void {
    this.#running = true
    const { knowledge, clock } = this.#components
    if (knowledge.current) return
    this.#acquainted = new Promise((resolve) => {
      const end = (): void => {
        timer.cancel()
        stopListening()
        knowledge.off('change', end)
        resolve()
      }
      const timer = clock.after(NEWCOMER_MS, end)
      const stopListening = this.#stop.listen(undefined, end)
      knowledge.on('change', end)
    })
  }

  stop(): void {
    this.#running = false
    this.#stop.all()
    this.#laggards.stop()
  }

  /** Resolves when this node knows voters, has been here for long enough to have met who does, or stops. */
  get acquainted(): Promise<void> {
    return this.#acquainted
  }

  /** Resolves when voters are known. Who has just started may have met nobody yet who knows them. */
  async #findVoters({ call, deadline }: Course): Promise<void> {
    if (!this.#isCancelled(call)) {
      const ms = deadline - this.#components.clock.monotonic()
      await this.#wait(ms, call, this.#acquainted)
    }
    if (this.#components.knowledge.current) return
    throw this.#isCancelled(call) ? this.#cancelled() : new NoVotersError()
  }

  #inTurn(course: Course): Promise<Settled> {
    const { name } = course.call
    const run = (this.#tails.get(name) ?? Promise.resolve()).then(() => this.#pursue(course))
    // Whoever made the call has its error; the next one goes on all the same.
    const tail = run.then(
      () => undefined,
      () => undefined,
    )
    this.#tails.set(name, tail)
    void tail.then(() => {
      if (this.#tails.get(name) === tail) this.#tails.delete(name)
    })
    return run
  }

  async #pursue(course: Course): Promise<Settled> {
    const { call, deadline } = course
    const { knowledge, clock } = this.#components
    for (;;) {
      const configuration = knowledge.current as Configuration
      const left = deadline - clock.monotonic()
      if (left <= 0 || this.#isCancelled(call)) throw this.#unfinished(course, configuration)
      const outcome = await this.#try(course, configuration, left)
      const tookMs = clock.monotonic() - (deadline - left)
      switch (outcome.kind) {
        case 'decided':
          if (call.wanted) this.#components.onDecided(call.name)
          return { answer: outcome.answer, ballot: outcome.ballot }
        case 'evicted':
          throw unknownChange(
            `the change ${call.wanted?.nonce} of ${call.name} was sent so long ago that the register has forgotten what became of it`,
          )
        case 'outranked':
          course.above = Math.max(course.above, outcome.above)
          course.outranked++
          break
        case 'unsettled':
          course.unsettled++
          break
        case 'silent':
          // The last try may end as it begins.
          course.answered = Math.max(course.answered, outcome.answered)
      }
      // A new configuration is a reason to go on at once.
      if (knowledge.current === configuration)
        await this.#backOff(course, outcome.kind === 'silent' ? undefined : tookMs)
    }
  }

  /** @param roundMs how long a try takes in which others were in the way, in milliseconds; undefined where nobody was */
  async #backOff({ call, deadline, tries }: Course, roundMs: number | undefined): Promise<void> {
    const { clock, random } = this.#components
    const ms = Math.min(longestPause(tries, roundMs) * random.float(), Math.max(0, deadline - clock.monotonic()))
    // The loop sees that it was cancelled, and knows how to say so.
    if (this.#isCancelled(call)) return
    await this.#wait(ms, call)
  }

  /** Resolves after some milliseconds, when `sooner` does, and when the call is cancelled, which it is not yet. */
  #wait(ms: number, { signal }: Call, sooner?: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel()
        stopListening()
        resolve()
      }
      const timer = this.#components.clock.after(ms, wake)
      const stopListening = this.#stop.listen(signal, wake)
      void sooner?.then(wake)
    })
  }

  #isCancelled({ signal }: Call): boolean {
    return signal?.aborted === true || this.#stop.isOver
  }

  #cancelled(): Error {
    return this.#stop.isOver ? new StoppedError('this node') : new CancelledError()
  }

  #unfinished({ call, sent, answered }: Course, configuration: Configuration): Error {
    const what = `${call.wanted ? 'a change' : 'a reading'} of ${call.name}`
    if (sent)
      return unknownChange(
        `${what} (nonce ${call.wanted?.nonce}) was sent to the voters and is not known to be decided`,
      )
    if (this.#isCancelled(call)) return this.#cancelled()
    return new VotersUnavailableError(what, answered, quorumSize(configuration))
  }

  async #try(course: Course, configuration: Configuration, left: number): Promise<Outcome> {
    const { call } = course
    const { name, wanted, all = false } = call
    course.tries++
    const quiet = !wanted && !all && course.unsettled < QUIET_READS
    const known = wanted ? this.#take(name, configuration) : without(this.#look(name, configuration)?.known)
    // Nothing of it was sent: whatever was forgotten until now is no trace of it.
    if (wanted && !course.sent) delete wanted.since
    const attempt = new Attempt({
      configuration,
      ballots: this.#ballots,
      above: Math.max(course.above, this.#floor.counter),
      floor: this.#floor,
      // As long as another goes on without a pause, what it was outranked by is long outranked itself.
      mode: quiet ? 'read' : wanted && course.outranked > 1 ? 'look' : 'change',
      known,
      all,
      mayStand: course.sent || wanted?.mayRepeat === true,
      decide: (contents) => decide(contents, wanted),
    })
    const outcome = await new Run(this.#parts, attempt, configuration, call, {
      left,
      // Whoever was outranked once has others to be faster than, and needs whoever grants it first.
      thrifty: !all && course.tries === 1,
      stop: this.#stop,
      onFloor: (floor) => {
        this.#floor = raise(this.#floor, floor)
      },
      onSent: () => {
        course.sent ||= attempt.risky
      },
    }).outcome()
    if (attempt.known) this.#keep(name, configuration, attempt.known)
    return outcome
  }

  /** What is known of a register under this configuration: a quorum of another one has promised nothing here. */
  #look(name: string, configuration: Configuration): Held | undefined {
    if (this.#knownUnder !== configuration) this.#known.clear()
    this.#knownUnder = configuration
    return this.#known.get(name)
  }

  /**
   * As `#look`, and nobody else gets its promised ballot: it stands for one value. After a while the register may have been collected, and a
   * change that is sent at a ballot from before could not be told from one that was made and forgotten with it.
   */
  #take(name: string, configuration: Configuration): Known | undefined {
    const held = this.#look(name, configuration)
    if (!held?.known.next) return held?.known
    const rest = without(held.known)
    this.#known.set(name, { known: rest, since: held.since })
    return this.#components.clock.monotonic() - held.since < PROMISE_USED_MS ? held.known : rest
  }

  #keep(name: string, configuration: Configuration, news: Known): void {
    const before = this.#look(name, configuration)
    const order = before ? compareBallots(news.accepted, before.known.accepted) : 1
    const since = order === 0 && before ? before.since : this.#components.clock.monotonic()
    // Of two calls at a time the one that saw less may end last.
    const held = before && (order < 0 || (order === 0 && !news.next)) ? before : { known: news, since }
    this.#known.delete(name)
    this.#known.set(name, held)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break
      this.#known.delete(oldest)
    }
  }
}

/**
 * Where disks or links are slow, whoever comes back before others are through only gets in their way again; but whoever stays away for
 * many of their rounds finds each time that somebody else was first.
 */
function longestPause(tries: number, roundMs: number | undefined): number {
  if (roundMs === undefined) return Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** (tries - 1))
  return Math.min(MAX_BACKOFF_MS, (BACKOFF_MS + roundMs) * Math.min(MAX_BACKOFF_ROUNDS, 2 ** (tries - 1)))
}

function without(known: Known): Known
function without(known: Known | undefined): Known | undefined
function without(known: Known | undefined): Known | undefined {
  return known?.next ? { accepted: known.accepted, contents: known.contents, next: undefined } : known
}
