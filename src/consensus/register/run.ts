import type { Clock } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { type Floor, Verdict } from '../../wire/register.ts'
import { acceptorsOf, type Configuration } from '../voters/configuration.ts'
import type { AcceptorRequest } from './acceptor.ts'
import type { Attempt, Effect, Outcome } from './attempt.ts'
import { questionOf } from './codec.ts'
import { ROUND_TIMEOUT_MS } from './limits.ts'
import type { Stop } from './stop.ts'
import type { Transport } from './transport.ts'

export interface RunComponents {
  transport: Transport
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
  stop: Stop
  onFloor(floor: Floor): void
  /** A request went out. */
  onSent(): void
}

/** One attempt with its messages: asks all acceptors of a configuration and hands their answers to the attempt. */
export class Run {
  readonly #components: RunComponents
  readonly #attempt: Attempt
  readonly #configuration: Configuration
  readonly #call: RunCall
  readonly #init: RunInit
  /** Which request of the attempt answers count for. */
  #round = 0
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
    if ('done' in effect) return this.#end({ outcome: effect.done })
    this.#init.onSent()
    this.#send(effect.send)
  }

  #send(request: AcceptorRequest): void {
    const round = ++this.#round
    const question = questionOf(this.#call.name, request)
    const timeoutMs = Math.min(this.#init.left, ROUND_TIMEOUT_MS)
    const { transport, log } = this.#components
    for (const voter of acceptorsOf(this.#configuration)) {
      transport.ask(voter, this.#configuration, question, timeoutMs).then(
        (reply) => {
          this.#init.onFloor(reply.floor)
          const { promised, accepted, contents, floor } = reply
          const granted = reply.verdict === Verdict.GRANTED
          if (round === this.#round)
            this.#act(() => this.#attempt.answer(voter.acceptor, { granted, promised, accepted, contents, floor }))
        },
        (error) => {
          log.debug('a voter did not take part', {
            peer: voter.peer,
            register: this.#call.name,
            error: messageOf(error),
          })
          if (round === this.#round) this.#act(() => this.#attempt.failed(voter.acceptor))
        },
      )
    }
  }
}
