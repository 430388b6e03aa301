import { Contents, type Floor } from '../../wire/register.ts'
import { type Configuration, isQuorum } from '../voters/configuration.ts'
import { type AcceptorRecord, type AcceptorRequest, raise } from './acceptor.ts'
import { type Ballot, type Ballots, compareBallots, equalBallots } from './ballot.ts'
import type { Decision } from './change.ts'
import { freshContents } from './contents.ts'
import type { RegisterChange } from './register.ts'

/** What a proposer knows from its last decided change: contents that stood then, and a ballot that a quorum has promised since. */
export interface Lead {
  readonly ballot: Ballot
  readonly contents: Contents
}

/** What an acceptor said. Contents come with the answers to prepare and read. */
export interface Answer {
  readonly granted: boolean
  readonly promised: Ballot | undefined
  readonly accepted: Ballot | undefined
  readonly contents: Uint8Array | undefined
  readonly floor: Floor
}

export type Outcome =
  | {
      readonly kind: 'decided'
      readonly answer: RegisterChange
      readonly ballot: Ballot | undefined
      readonly lead: Lead | undefined
    }
  | { readonly kind: 'evicted' }
  /** Somebody has a higher ballot: try again, above. */
  | { readonly kind: 'outranked'; readonly above: number }
  /** A read found a change under way, or acceptors that lag. */
  | { readonly kind: 'unsettled' }
  /** No quorum answered. */
  | { readonly kind: 'silent'; readonly answered: number }

export type Effect = { readonly send: AcceptorRequest } | { readonly done: Outcome }

export interface AttemptInit {
  readonly configuration: Configuration
  readonly ballots: Ballots
  /** Counters above which the ballot must be. */
  readonly above: number
  /** The highest floor that was seen anywhere. */
  readonly floor: Floor
  /** `read` raises no ballot. */
  readonly mode: 'read' | 'change'
  readonly lead: Lead | undefined
  /** Whether all acceptors must take part, as for collecting; otherwise a quorum. */
  readonly all: boolean
  decide(contents: Contents): Decision
}

/** What was sent to be accepted, and what the call comes to if it is. */
interface Proposed {
  readonly contents: Contents
  readonly next: Ballot
  readonly outcome: (lead: Lead | undefined) => Outcome
}

/**
 * One try of a proposer to get one change decided, or one reading agreed: events in, effects out. At most a read, a prepare and
 * an accept follow one another; each goes to all acceptors of one configuration, and is over when a quorum of it has granted
 * it or cannot any more.
 */
export class Attempt {
  readonly #init: AttemptInit
  #phase: 'read' | 'prepare' | 'accept' | 'over' = 'over'
  readonly #answers = new Map<string, Answer>()
  readonly #failed = new Set<string>()
  #ballot: Ballot | undefined
  #proposed: Proposed | undefined
  /** Whether a change was sent that may yet be decided. */
  risky = false

  constructor(init: AttemptInit) {
    this.#init = init
  }

  begin(): Effect {
    const { mode, lead } = this.#init
    if (mode === 'read') return this.#read()
    if (!lead) return this.#prepare()
    const decision = this.#init.decide(lead.contents)
    // What was once decided stays so; anything else that an old reading says must be looked at anew.
    if (decision.kind === 'made')
      return this.#done({ kind: 'decided', answer: decision.answer, ballot: undefined, lead })
    if (decision.kind !== 'change') return this.#read()
    this.#ballot = lead.ballot
    return this.#accept(decision.contents, decision)
  }

  /** Takes an answer to the last request; undefined while there is nothing to do. */
  answer(acceptor: string, answer: Answer): Effect | undefined {
    if (this.#phase === 'over') return undefined
    this.#answers.set(acceptor, answer)
    return this.#judge()
  }

  /** No answer will come from this one. */
  failed(acceptor: string): Effect | undefined {
    if (this.#phase === 'over') return undefined
    this.#failed.add(acceptor)
    return this.#judge()
  }

  /** Time is over: whoever has not answered will not. */
  giveUp(): Outcome | undefined {
    if (this.#phase === 'over') return undefined
    this.#phase = 'over'
    return this.#outranked() ?? { kind: 'silent', answered: this.#answers.size }
  }

  #judge(): Effect | undefined {
    if (this.#phase === 'read') return this.#judgeReading()
    if (this.#enough((acceptor) => this.#answers.get(acceptor)?.granted === true)) {
      return this.#phase === 'prepare' ? this.#prepared() : this.#done(this.#decided())
    }
    const possible = (acceptor: string): boolean =>
      !this.#failed.has(acceptor) && this.#answers.get(acceptor)?.granted !== false
    if (this.#enough(possible)) return undefined
    return this.#done(this.#outranked() ?? { kind: 'silent', answered: this.#answers.size })
  }

  #enough(has: (acceptor: string) => boolean): boolean {
    const { configuration, all } = this.#init
    if (!all) return isQuorum(configuration, has)
    return [...configuration.voters, ...configuration.next].every(({ acceptor }) => has(acceptor))
  }

  #outranked(): Outcome | undefined {
    const refusals = [...this.#answers.values()].filter(({ granted }) => !granted)
    if (refusals.length === 0) return undefined
    return {
      kind: 'outranked',
      above: Math.max(...refusals.map((it) => Math.max(it.promised?.counter ?? 0, it.floor.counter))),
    }
  }

  #judgeReading(): Effect | undefined {
    const agreed = [...this.#answers.values()].find((it) => this.#enough((other) => this.#agree(it, other)))
    if (agreed) {
      const contents = contentsOf(agreed, agreed.floor)
      const decision = this.#init.decide(contents)
      if (decision.kind === 'change') return this.#prepare()
      if (decision.kind === 'evicted') return this.#done(decision)
      const { lead } = this.#init
      // Nobody has changed it since: the promise of the lead still stands, or whoever took it will say so.
      const kept = lead?.contents.revision === contents.revision ? lead : undefined
      return this.#done({ kind: 'decided', answer: decision.answer, ballot: agreed.accepted, lead: kept })
    }
    const reachable = this.#enough((acceptor) => !this.#failed.has(acceptor))
    if (!reachable) return this.#done({ kind: 'silent', answered: this.#answers.size })
    // All that may answer have, and no quorum of them agrees.
    const open = [...this.#init.configuration.voters, ...this.#init.configuration.next].some(
      ({ acceptor }) => !this.#failed.has(acceptor) && !this.#answers.has(acceptor),
    )
    return open && this.#mayAgree() ? undefined : this.#done({ kind: 'unsettled' })
  }

  /** Whether those that have not answered could make any answer that of a quorum. */
  #mayAgree(): boolean {
    const open = (acceptor: string): boolean => !this.#answers.has(acceptor) && !this.#failed.has(acceptor)
    return (
      this.#enough(open) ||
      [...this.#answers.values()].some((it) => this.#enough((other) => open(other) || this.#agree(it, other)))
    )
  }

  #agree(it: Answer, other: string): boolean {
    const answer = this.#answers.get(other)
    if (!answer || !equalBallots(it.accepted, answer.accepted)) return false
    return it.accepted !== undefined || it.floor.revision === answer.floor.revision
  }

  #read(): Effect {
    return this.#send('read', { kind: 'read', floor: this.#init.floor })
  }

  #prepare(): Effect {
    const { ballots, above } = this.#init
    const seen = [...this.#answers.values()].map(({ promised }) => promised?.counter ?? 0)
    this.#ballot = ballots.next(Math.max(above, ...seen))
    return this.#send('prepare', { kind: 'prepare', ballot: this.#ballot })
  }

  /** A quorum has promised: what it accepted last is all that may have been decided. */
  #prepared(): Effect {
    const answers = [...this.#answers.values()].filter(({ granted }) => granted)
    const base = highest(answers)
    const contents = contentsOf(base, maxFloor(answers))
    const settled = this.#enough((acceptor) => {
      const answer = this.#answers.get(acceptor)
      return answer?.granted === true && this.#agree(base, acceptor)
    })
    const decision = this.#init.decide(contents)
    if (decision.kind === 'change') return this.#accept(decision.contents, decision)
    // Nothing to change; but what stands is the answer only once it is decided.
    if (settled && !this.#init.all) {
      if (decision.kind === 'evicted') return this.#done(decision)
      return this.#done({ kind: 'decided', answer: decision.answer, ballot: base.accepted, lead: undefined })
    }
    return this.#accept(contents, decision)
  }

  #accept(contents: Contents, decision: Decision): Effect {
    const ballot = this.#ballot as Ballot
    this.risky = decision.kind === 'change'
    const next = this.#init.ballots.next(ballot.counter)
    const outcome = (lead: Lead | undefined): Outcome =>
      decision.kind === 'evicted' ? decision : { kind: 'decided', answer: decision.answer, ballot, lead }
    this.#proposed = { contents, next, outcome }
    const cleared = contents.value === undefined
    // Who collects must leave no promise behind.
    const promise = this.#init.all ? undefined : next
    return this.#send('accept', { kind: 'accept', ballot, next: promise, contents: Contents.encode(contents), cleared })
  }

  #decided(): Outcome {
    const { contents, next, outcome } = this.#proposed as Proposed
    return outcome(this.#init.all ? undefined : { ballot: next, contents })
  }

  #send(phase: 'read' | 'prepare' | 'accept', request: AcceptorRequest): Effect {
    this.#phase = phase
    this.#answers.clear()
    this.#failed.clear()
    return { send: request }
  }

  #done(outcome: Outcome): Effect {
    this.#phase = 'over'
    return { done: outcome }
  }
}

export function answerOf(granted: boolean, record: AcceptorRecord | undefined, floor: Floor): Answer {
  return { granted, promised: record?.promised, accepted: record?.accepted, contents: record?.contents, floor }
}

function highest(answers: readonly Answer[]): Answer {
  return answers.reduce((best, it) => {
    if (!it.accepted) return best
    return !best.accepted || compareBallots(it.accepted, best.accepted) > 0 ? it : best
  })
}

function maxFloor(answers: readonly Answer[]): Floor {
  return answers.map(({ floor }) => floor).reduce(raise)
}

function contentsOf(answer: Answer, floor: Floor): Contents {
  return answer.contents ? Contents.decode(answer.contents) : freshContents(floor)
}
