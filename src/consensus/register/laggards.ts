import type { Clock, Timer } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { acceptorsOf, type Configuration, type Voter } from '../voters/configuration.ts'
import type { Question } from './codec.ts'
import { MAX_LAGGING, ROUND_TIMEOUT_MS, TELL_EVERY_MS, TELLS_AT_ONCE } from './limits.ts'
import type { Thrift } from './thrift.ts'
import type { Transport } from './transport.ts'

export interface LaggardsComponents {
  transport: Transport
  thrift: Thrift
  clock: Clock
  log: Log
}

/** What was decided of one register, as it was sent to a quorum. */
interface News {
  readonly configuration: Configuration
  readonly question: Question
}

/** One acceptor, and what it is still to be told, by register. */
interface Laggard {
  readonly voter: Voter
  /** Undefined: it was told a moment ago, and nothing was decided since. */
  readonly news: Map<string, News | undefined>
  /** Messages that it has not answered. */
  telling: number
  /** There were more than may be under way: the rest goes as answers come. */
  isCut: boolean
}

/**
 * Tells what was decided to those that were not asked, so that voters agree with one another and a value is on all disks: at once where a
 * register is quiet, otherwise only the newest now and then. Nothing hangs on it: what does not arrive is found by whoever needs it.
 */
export class Laggards {
  readonly #components: LaggardsComponents
  /** By acceptor. */
  readonly #laggards = new Map<string, Laggard>()
  #timer: Timer | undefined
  #stopped = false

  constructor(components: LaggardsComponents) {
    this.#components = components
  }

  /** This was decided, and these have heard of it: whatever anybody was to be told of the register before is old. */
  decided(configuration: Configuration, question: Question, asked: ReadonlySet<string>): void {
    if (this.#stopped) return
    for (const voter of acceptorsOf(configuration)) {
      const news = this.#laggards.get(voter.acceptor)?.news
      if (!asked.has(voter.acceptor)) this.#note(voter, { configuration, question })
      else if (news?.has(question.name)) news.set(question.name, undefined)
    }
  }

  /** Idempotent. What nobody was told yet stays untold. */
  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#laggards.clear()
  }

  #note(voter: Voter, it: News): void {
    const laggard = this.#laggards.get(voter.acceptor) ?? { voter, news: new Map(), telling: 0, isCut: false }
    this.#laggards.set(voter.acceptor, laggard)
    const { name } = it.question
    const isQuiet = !laggard.news.has(name) && laggard.telling < TELLS_AT_ONCE
    laggard.news.set(name, isQuiet ? undefined : it)
    for (const oldest of laggard.news.keys()) {
      if (laggard.news.size <= MAX_LAGGING) break
      laggard.news.delete(oldest)
    }
    if (isQuiet) void this.#tellOne(laggard, it)
    this.#timer ??= this.#components.clock.after(TELL_EVERY_MS, this.#pass)
  }

  readonly #pass = (): void => {
    for (const [acceptor, laggard] of this.#laggards) {
      this.#tell(laggard)
      if (laggard.news.size === 0 && laggard.telling === 0) this.#laggards.delete(acceptor)
    }
    this.#timer = this.#laggards.size > 0 ? this.#components.clock.after(TELL_EVERY_MS, this.#pass) : undefined
  }

  /** All at once, so that they make one commit there. */
  #tell(laggard: Laggard): void {
    const { news } = laggard
    laggard.isCut = false
    for (const [name, it] of news) {
      if (!it) {
        news.delete(name)
        continue
      }
      laggard.isCut = laggard.telling >= TELLS_AT_ONCE
      if (laggard.isCut) return
      news.set(name, undefined)
      void this.#tellOne(laggard, it)
    }
  }

  async #tellOne(laggard: Laggard, { configuration, question }: News): Promise<void> {
    const { transport, thrift, clock, log } = this.#components
    const { voter } = laggard
    const askedAt = clock.monotonic()
    laggard.telling++
    try {
      await transport.ask(voter, configuration, question, ROUND_TIMEOUT_MS)
      thrift.took(voter.acceptor, clock.monotonic() - askedAt)
    } catch (error) {
      // It is away, or the voters are others by now: whoever asks it next brings it what it needs.
      log.debug('a voter was not told', { peer: voter.peer, register: question.name, error: messageOf(error) })
    }
    laggard.telling--
    if (laggard.isCut && !this.#stopped) this.#tell(laggard)
  }
}
