import { Contents, type Floor } from '../../wire/register.ts'
import { type Configuration, isJoint, isQuorum } from '../voters/configuration.ts'
import { type AcceptorRequest, raise } from './acceptor.ts'
import { type Ballot, type Ballots, compareBallots, equalBallots, higher } from './ballot.ts'
import type { Decision } from './change.ts'
import { freshContents } from './contents.ts'
import type { RegisterChange } from './register.ts'

/**
 * By how much more than it need be the ballot of a change is that was outranked twice: whoever has a promise for its next change has used
 * it by now, and some more.
 */
const LEAP = 8

/** What a proposer knows of a register from before. */
export interface Known {
  /** The last contents that it has seen accepted, and at which ballot: there are no others of that ballot. Not, for that alone, decided. */
  readonly accepted: Ballot
  readonly contents: Contents
  /** Where that was decided as its own proposal: a ballot that a quorum has promised with it. It MUST NOT be used twice. */
  readonly next: Ballot | undefined
}

/** What an acceptor said. Contents come with what is granted to prepare and read, but for those of a ballot that was named as known. */
export interface Answer {
  readonly granted: boolean
  readonly promised: Ballot | undefined
  readonly accepted: Ballot | undefined
  readonly contents: Uint8Array | undefined
  readonly floor: Floor
  /** What it was told is decided. */
  readonly decided: Ballot | undefined
}

export type Outcome =
  | {
      readonly kind: 'decided'
      readonly answer: RegisterChange
      readonly ballot: Ballot | undefined
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
  /** `read` raises no ballot; a `change` that was outranked twice begins with a `look`, which tells of the ballots that are in its way. */
  readonly mode: 'read' | 'look' | 'change'
  readonly known: Known | undefined
  /** Whether all acceptors must take part, as for collecting; otherwise a quorum. */
  readonly all: boolean
  /**
   * Whether an earlier try of the same change may have been accepted somewhere. It would be decided after a later call has found it; so it
   * is declined only once what stands is decided at a higher ballot, which none finds it beside.
   */
  readonly mayStand: boolean
  decide(contents: Contents): Decision
}

/** What was sent to be accepted, and what the call comes to if it is. */
interface Proposed {
  readonly contents: Contents
  readonly next: Ballot
  readonly outcome: Outcome
}

/**
 * One try of a proposer to get one change decided, or one reading agreed: events in, effects out. At most a read, a prepare and
 * an accept follow one another; each goes to acceptors of one configuration, to so many and in such order as whoever sends it likes, and is
 * over when a quorum of it has granted it or cannot any more.
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
  #known: Known | undefined

  constructor(init: AttemptInit) {
    this.#init = init
    this.#known = init.known
  }

  /** What is known of the register now. */
  get known(): Known | undefined {
    return this.#known
  }

  begin(): Effect {
    const known = this.#known
    if (this.#init.mode !== 'change') return this.#read()
    if (!known?.next) return this.#prepare()
    const decision = this.#init.decide(known.contents)
    // What was once decided stays so; anything else that an old reading says must be looked at anew.
    if (decision.kind === 'made') return this.#done({ kind: 'decided', answer: decision.answer, ballot: undefined })
    if (decision.kind !== 'change') return this.#init.mayStand ? this.#prepare() : this.#read()
    this.#ballot = known.next
    return this.#accept(decision.contents, decision)
  }

  /** Takes an answer to the last request; undefined while there is nothing to do. */
  answer(acceptor: string, answer: Answer): Effect | undefined {
    if (this.#phase === 'over') return undefined
    // Nobody knows what was accepted there: it is no answer.
    if (this.#phase !== 'accept' && answer.granted && !this.#hasContents(answer)) return this.failed(acceptor)
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
    const agreed = this.#agreed() ?? this.#lastDecided()
    if (agreed) {
      const decision = this.#init.decide(this.#learn(agreed, agreed.floor))
      if (decision.kind === 'change' || (decision.kind === 'stands' && this.#init.mayStand)) return this.#prepare()
      if (decision.kind === 'evicted') return this.#done(decision)
      return this.#done({ kind: 'decided', answer: decision.answer, ballot: agreed.accepted })
    }
    const { mode } = this.#init
    if (mode === 'look' && this.#enough((acceptor) => this.#answers.has(acceptor))) return this.#prepare()
    const reachable = this.#enough((acceptor) => !this.#failed.has(acceptor))
    if (!reachable) return this.#done({ kind: 'silent', answered: this.#answers.size })
    // All that may answer have, and no quorum of them agrees.
    const open = [...this.#init.configuration.voters, ...this.#init.configuration.next].some(
      ({ acceptor }) => !this.#failed.has(acceptor) && !this.#answers.has(acceptor),
    )
    return open && this.#mayAgree() ? undefined : this.#done({ kind: 'unsettled' })
  }

  #agreed(): Answer | undefined {
    return [...this.#answers.values()].find((it) => this.#enough((other) => this.#agree(it, other)))
  }

  /**
   * What was decided last before the reading, while a change after it is under way: it is known to be decided, and a quorum has accepted
   * nothing above, so that nothing above was decided when the reading began. Not while voters change: it may have been the old ones alone
   * that decided it, and what is read then is taken for what the new ones hold.
   */
  #lastDecided(): Answer | undefined {
    if (isJoint(this.#init.configuration)) return undefined
    const answers = [...this.#answers.values()]
    const decided = answers.map((it) => it.decided).reduce(higher, undefined)
    if (!decided) return undefined
    const isNotAbove = (acceptor: string): boolean => {
      const answer = this.#answers.get(acceptor)
      if (!answer) return false
      // What was collected there is below its floor.
      return answer.accepted ? compareBallots(answer.accepted, decided) <= 0 : answer.floor.counter < decided.counter
    }
    return this.#enough(isNotAbove) ? answers.find((it) => equalBallots(it.accepted, decided)) : undefined
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
    return this.#send('read', { kind: 'read', floor: this.#init.floor, known: this.#known?.accepted })
  }

  #prepare(): Effect {
    const { ballots, above } = this.#init
    const seen = [...this.#answers.values()].map(({ promised }) => promised?.counter ?? 0)
    this.#ballot = ballots.next(Math.max(above, ...seen) + (this.#init.mode === 'look' ? LEAP : 0))
    return this.#send('prepare', { kind: 'prepare', ballot: this.#ballot, known: this.#known?.accepted })
  }

  /** A quorum has promised: what it accepted last is all that may have been decided. */
  #prepared(): Effect {
    const answers = [...this.#answers.values()].filter(({ granted }) => granted)
    const base = highest(answers)
    const contents = this.#learn(base, maxFloor(answers))
    const decision = this.#init.decide(contents)
    if (decision.kind === 'change') return this.#accept(decision.contents, decision)
    // Nothing to change; but what stands is the answer only once it is decided.
    const { all, mayStand } = this.#init
    if (!all && !(mayStand && decision.kind === 'stands') && this.#isSettled(base)) {
      if (decision.kind === 'evicted') return this.#done(decision)
      return this.#done({ kind: 'decided', answer: decision.answer, ballot: base.accepted })
    }
    return this.#accept(contents, decision)
  }

  /** Whether a quorum of those that have promised holds the same. */
  #isSettled(base: Answer): boolean {
    return this.#enough((acceptor) => this.#answers.get(acceptor)?.granted === true && this.#agree(base, acceptor))
  }

  #accept(contents: Contents, decision: Decision): Effect {
    const ballot = this.#ballot as Ballot
    this.risky = decision.kind === 'change'
    const decided = this.#known?.next && this.#known.accepted
    // From now on it stands for these contents.
    if (this.#known?.next) this.#known = { ...this.#known, next: undefined }
    const next = this.#init.ballots.next(ballot.counter)
    const outcome: Outcome =
      decision.kind === 'evicted' ? decision : { kind: 'decided', answer: decision.answer, ballot }
    this.#proposed = { contents, next, outcome }
    const cleared = contents.value === undefined
    // Who collects must leave no promise behind.
    const promise = this.#init.all ? undefined : next
    const encoded = Contents.encode(contents)
    return this.#send('accept', { kind: 'accept', ballot, next: promise, contents: encoded, cleared, decided })
  }

  #decided(): Outcome {
    const { contents, next, outcome } = this.#proposed as Proposed
    this.#known = { accepted: this.#ballot as Ballot, contents, next: this.#init.all ? undefined : next }
    return outcome
  }

  /** Takes what an acceptor holds for what is known; where it holds nothing, a register that is new above `floor`. */
  #learn(answer: Answer, floor: Floor): Contents {
    const { accepted, contents } = answer
    if (!accepted) this.#known = undefined
    else if (!this.#known || !equalBallots(accepted, this.#known.accepted))
      this.#known = { accepted, contents: Contents.decode(contents as Uint8Array), next: undefined }
    return this.#known?.contents ?? freshContents(floor)
  }

  #hasContents({ accepted, contents }: Answer): boolean {
    return !accepted || contents !== undefined || equalBallots(accepted, this.#known?.accepted)
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

function highest(answers: readonly Answer[]): Answer {
  return answers.reduce((best, it) => {
    if (!it.accepted) return best
    return !best.accepted || compareBallots(it.accepted, best.accepted) > 0 ? it : best
  })
}

function maxFloor(answers: readonly Answer[]): Floor {
  return answers.map(({ floor }) => floor).reduce(raise)
}
