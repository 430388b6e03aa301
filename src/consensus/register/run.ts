import type { Clock, Timer } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { PeerId } from '../../network/network.ts'
import { type Floor, Verdict } from '../../wire/register.ts'
import { acceptorsOf, type Configuration, type Voter } from '../voters/configuration.ts'
import type { AcceptorRequest } from './acceptor.ts'
import type { Attempt, Effect, Outcome } from './attempt.ts'
import { type Question, questionOf } from './codec.ts'
import type { Laggards } from './laggards.ts'
import { ROUND_TIMEOUT_MS } from './limits.ts'
import type { Stop } from './stop.ts'
import type { Choice, Thrift } from './thrift.ts'
import type { Transport } from './transport.ts'

export interface RunComponents {
  self: PeerId
  transport: Transport
  thrift: Thrift
  laggards: Laggards
  clock: Clock
  log: Log
}

/** The part of a call that its messages need. */
interface RunCall {
  readonly name: string
  readonly signal?: AbortSignal
}

interface RunInit {
  /** How long the call may still take, in milliseconds. */
  left: number
  /** Whether a quorum is asked first, and not all at once. */
  thrifty: boolean
  stop: Stop
  onFloor(floor: Floor): void
  /** A request went out. */
  onSent(): void
}

/** A request of the attempt, and who was asked. */
interface Round {
  readonly question: Question
  readonly kind: AcceptorRequest['kind']
  readonly asked: Set<string>
  /** Those of them that have not answered. */
  readonly silent: Set<string>
  /** Those that had not when the others were asked. */
  readonly late: Set<string>
  /** Those that are asked when the first ones do not do. */
  rest: readonly Voter[]
  hedge: Timer | undefined
}

/**
 * One attempt with its messages: asks acceptors of a configuration and hands their answers to the attempt. A reading asks all, since it
 * needs a quorum that agrees and writes nothing; anything else a quorum first.
 */
export class Run {
  readonly #components: RunComponents
  readonly #attempt: Attempt
  readonly #configuration: Configuration
  readonly #call: RunCall
  readonly #init: RunInit
  /** The one that answers count for. */
  #round: Round | undefined
  #end: (end: { outcome: Outcome } | { error: unknown }) => void = () => undefined

  constructor(components: RunComponents, attempt: Attempt, configuration: Configuration, call: RunCall, init: RunInit) {
    this.#components = components
    this.#attempt = attempt
    this.#configuration = configuration
    this.#call = call
    this.#init = init
  }

  outcome(): Promise<Outcome> {
    const { clock } = this.#components
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        const outcome = this.#attempt.giveUp()
        if (outcome) this.#end({ outcome })
      }
      const { stop, left } = this.#init
      // A read, a prepare and an accept each have their time; the call's end ends them all.
      const timer = clock.after(Math.min(left, 3 * ROUND_TIMEOUT_MS), giveUp)
      const stopListening = stop.listen(this.#call.signal, giveUp)
      this.#end = (end) => {
        timer.cancel()
        stopListening()
        this.#leave()
        if ('error' in end) reject(end.error)
        else resolve(end.outcome)
      }
      this.#act(() => this.#attempt.begin())
    })
  }

  /** What the caller's change throws ends the call. */
  #act(step: () => Effect | undefined): void {
    let effect: Effect | undefined
    try {
      effect = step()
    } catch (error) {
      this.#attempt.giveUp()
      return this.#end({ error })
    }
    if (!effect) return
    if ('done' in effect) {
      const { laggards } = this.#components
      const round = this.#round
      // Of an accept: a quorum has granted it.
      const isDecided = effect.done.kind === 'decided' || effect.done.kind === 'evicted'
      if (round?.kind === 'accept' && isDecided) laggards.decided(this.#configuration, round.question, round.asked)
      return this.#end({ outcome: effect.done })
    }
    this.#init.onSent()
    this.#send(effect.send)
  }

  #send(request: AcceptorRequest): void {
    this.#leave()
    const { first, rest, hedgeMs } = this.#choice(request)
    const { kind } = request
    const question = questionOf(this.#call.name, request)
    const round: Round = {
      question,
      kind,
      asked: new Set(),
      silent: new Set(),
      late: new Set(),
      rest,
      hedge: undefined,
    }
    this.#round = round
    if (rest.length > 0) round.hedge = this.#components.clock.after(hedgeMs, () => this.#hedge(round))
    this.#ask(round, first)
  }

  #choice({ kind }: AcceptorRequest): Choice {
    const { thrift, transport, self, clock } = this.#components
    if (kind === 'read' || !this.#init.thrifty) return { first: acceptorsOf(this.#configuration), rest: [], hedgeMs: 0 }
    const isConnected = (peer: PeerId): boolean => transport.isConnected(peer)
    return thrift.choose(this.#configuration, { self, isConnected, now: clock.monotonic() })
  }

  #ask(round: Round, voters: readonly Voter[]): void {
    const { transport, thrift, clock, log } = this.#components
    const timeoutMs = Math.min(this.#init.left, ROUND_TIMEOUT_MS)
    const askedAt = clock.monotonic()
    for (const voter of voters) {
      const { acceptor, peer } = voter
      round.asked.add(acceptor)
      round.silent.add(acceptor)
      transport.ask(voter, this.#configuration, round.question, timeoutMs).then(
        (reply) => {
          this.#init.onFloor(reply.floor)
          // What takes no commit says nothing of what does.
          if (round.kind !== 'read') thrift.took(acceptor, clock.monotonic() - askedAt)
          const { promised, accepted, contents, floor, decided } = reply
          const granted = reply.verdict === Verdict.GRANTED
          this.#take(round, acceptor, granted, () =>
            this.#attempt.answer(acceptor, { granted, promised, accepted, contents, floor, decided }),
          )
        },
        (error) => {
          log.debug('a voter did not take part', { peer, register: this.#call.name, error: messageOf(error) })
          thrift.missed(acceptor, clock.monotonic())
          this.#take(round, acceptor, false, () => this.#attempt.failed(acceptor))
        },
      )
    }
  }

  #take(round: Round, acceptor: string, granted: boolean, step: () => Effect | undefined): void {
    if (round !== this.#round) return
    round.silent.delete(acceptor)
    if (round.late.has(acceptor)) round.late.delete(acceptor)
    else this.#overtaken(round)
    this.#act(step)
    if (!granted) this.#askRest(round)
  }

  /** Whoever is slower than one that was asked after it: not so where a disk or a machine that they share makes all of them wait. */
  #overtaken({ late }: Round): void {
    const { thrift, clock } = this.#components
    for (const acceptor of late) thrift.missed(acceptor, clock.monotonic())
    late.clear()
  }

  /** The first ones have had their time. */
  #hedge(round: Round): void {
    for (const acceptor of round.silent) round.late.add(acceptor)
    this.#askRest(round)
  }

  #askRest(round: Round): void {
    if (round !== this.#round) return
    const { rest } = round
    round.rest = []
    round.hedge?.cancel()
    this.#ask(round, rest)
  }

  /** Nobody who was not asked need be, and answers do not count any more. */
  #leave(): void {
    this.#round?.hedge?.cancel()
    this.#round = undefined
  }
}
