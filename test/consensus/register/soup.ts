import {
  type AcceptorRecord,
  type AcceptorRequest,
  accepting,
  contentsFor,
} from '../../../src/consensus/register/acceptor.ts'
import { type Answer, Attempt, type Effect, type Known, type Outcome } from '../../../src/consensus/register/attempt.ts'
import { type Ballot, Ballots } from '../../../src/consensus/register/ballot.ts'
import { decide, type Wanted } from '../../../src/consensus/register/change.ts'
import { NO_FLOOR } from '../../../src/consensus/register/codec.ts'
import { DECLINED } from '../../../src/consensus/register/register.ts'
import type { Configuration } from '../../../src/consensus/voters/configuration.ts'
import { Contents, type Floor } from '../../../src/wire/register.ts'

/** Acceptors and proposers without clocks, disks or networks: messages lie in a heap, and whoever drives it picks the next. */

export const voters = (count: number): Configuration => ({
  genesis: 'g'.repeat(20),
  epoch: 1,
  voters: Array.from({ length: count }, (_, i) => ({ peer: `p${i}`, acceptor: `a${i}` })),
  next: [],
})

interface Message {
  readonly proposer: number
  readonly attempt: Attempt
  readonly round: number
  readonly acceptor: string
  readonly body: AcceptorRequest | Answer
}

/** What one call of a proposer is after, and how it ended. */
export interface Job {
  readonly wanted: Wanted | undefined
  /** Changes that were answered before this one began: it must show them. */
  readonly after: readonly string[]
  /** What the call was told: the value, a list of nonces in the order in which they were applied. */
  told?: readonly string[]
  /** Whether the change was made, as the call was told. */
  applied?: boolean
  /** Whether something of it may have been accepted before. */
  sent: boolean
}

/** A proposer, one attempt at a time. */
interface Seat {
  ballots: Ballots
  known: Known | undefined
  above: number
  attempt: Attempt | undefined
  round: number
  job: Job | undefined
  jobs: number
  lives: number
}

export class Soup {
  readonly configuration: Configuration
  readonly records = new Map<string, AcceptorRecord | undefined>()
  readonly floors = new Map<string, Floor>()
  readonly messages: Message[] = []
  readonly ended: Job[] = []
  /** All that any acceptor accepted, by ballot: contents in hexadecimal, and who. */
  readonly accepted = new Map<string, { counter: string; values: Set<string>; by: Set<string>; contents: Contents }>()
  /** Ballots that a proposer said were decided before a quorum had accepted them. */
  readonly falselyDecided: string[] = []
  readonly seats: Seat[]
  readonly #done: string[] = []

  constructor(acceptors: number, proposers: number) {
    this.configuration = voters(acceptors)
    this.seats = Array.from({ length: proposers }, (_, i) => this.#seat(i, 0))
  }

  /** Begins a call, or another try of the one that had none; of one that waits for answers only where it is impatient. */
  begin(proposer: number, kind: 'change' | 'picky' | 'read', impatient: boolean): void {
    const seat = this.seats[proposer]!
    if (seat.attempt && !impatient) return
    if (!seat.job) {
      const nonce = `${proposer}.${seat.lives}.${seat.jobs++}`
      const change: Wanted['change'] = ({ value }) => {
        const before = (value ?? []) as string[]
        return kind === 'picky' && before.length % 2 === 0 ? DECLINED : [...before, nonce]
      }
      const wanted = kind === 'read' ? undefined : { nonce, change, mayRepeat: false }
      seat.job = { wanted, after: [...this.#done], sent: false }
    }
    if (seat.attempt) {
      seat.attempt.giveUp()
      this.#leave(seat, seat.attempt)
    }
    const { wanted, sent } = seat.job
    seat.attempt = new Attempt({
      configuration: this.configuration,
      ballots: seat.ballots,
      above: seat.above,
      floor: NO_FLOOR,
      mode: wanted ? (seat.above > 0 ? 'look' : 'change') : kind === 'read' ? 'read' : 'change',
      known: seat.known,
      all: false,
      mayStand: sent,
      decide: (contents) => decide(contents, wanted),
    })
    this.#act(proposer, seat.attempt.begin())
  }

  /** The process dies and starts again: it has forgotten all but who it is. Its change may have been made or not. */
  restart(proposer: number, forgets: boolean): void {
    const { jobs, lives, job } = this.seats[proposer]!
    this.seats[proposer] = { ...this.#seat(proposer, lives + 1), jobs }
    // Somebody who was told so by an error asks again with the same nonce, or does not.
    if (!job?.wanted || forgets) return
    const { nonce, change } = job.wanted
    this.seats[proposer]!.job = { ...job, wanted: { nonce, change, mayRepeat: true }, sent: true }
  }

  deliver(index: number, keep: boolean): void {
    const [message] = keep ? [this.messages[index]!] : this.messages.splice(index, 1)
    const { proposer, attempt, round, acceptor, body } = message!
    if ('kind' in body) {
      const step = accepting(this.records.get(acceptor), this.floors.get(acceptor) ?? NO_FLOOR, body)
      this.records.set(acceptor, step.record)
      this.floors.set(acceptor, step.floor)
      if (body.kind === 'accept' && step.granted) this.#note(body, acceptor)
      const { granted, record, floor } = step
      const contents = granted ? contentsFor(body, record) : undefined
      const { promised, accepted, decided } = record ?? {}
      const answer: Answer = { granted, promised, accepted, contents, floor, decided }
      this.messages.push({ proposer, attempt, round, acceptor, body: answer })
      return
    }
    const seat = this.seats[proposer]!
    if (seat.attempt !== attempt || seat.round !== round) return
    const effect = attempt.answer(acceptor, body)
    if (effect) this.#act(proposer, effect)
  }

  lose(index: number): void {
    this.messages.splice(index, 1)
  }

  /** What a quorum has accepted, in the order of ballots: the values that were ever decided. */
  chosen(): string[][] {
    return [...this.accepted.values()]
      .filter(({ by }) => by.size * 2 > this.configuration.voters.length)
      .sort((a, b) => (a.counter < b.counter ? -1 : 1))
      .map(({ contents }) => listOf(contents))
  }

  #seat(i: number, lives: number): Seat {
    const ballots = new Ballots(`p${i}`, `life${lives}`)
    return { ballots, known: undefined, above: 0, attempt: undefined, round: 0, job: undefined, jobs: 0, lives }
  }

  #act(proposer: number, effect: Effect): void {
    const seat = this.seats[proposer]!
    if ('done' in effect) return this.#end(seat, effect.done)
    seat.round++
    for (const { acceptor } of this.configuration.voters) {
      this.messages.push({ proposer, attempt: seat.attempt!, round: seat.round, acceptor, body: effect.send })
    }
  }

  #end(seat: Seat, outcome: Outcome): void {
    this.#leave(seat, seat.attempt!)
    if (outcome.kind === 'outranked') seat.above = Math.max(seat.above, outcome.above)
    if (outcome.kind !== 'decided') return
    const { reading, applied } = outcome.answer
    const job = { ...seat.job!, told: (reading.value ?? []) as string[], applied }
    seat.job = undefined
    this.ended.push(job)
    if (job.wanted && applied) this.#done.push(job.wanted.nonce)
  }

  #leave(seat: Seat, attempt: Attempt): void {
    seat.known = attempt.known
    seat.attempt = undefined
    if (attempt.risky) seat.job!.sent = true
  }

  #note({ ballot, contents, decided }: Extract<AcceptorRequest, { kind: 'accept' }>, acceptor: string): void {
    const counter = keyOf(ballot)
    const holders = decided && (this.accepted.get(keyOf(decided))?.by.size ?? 0)
    if (holders !== undefined && holders * 2 <= this.configuration.voters.length) this.falselyDecided.push(counter)
    const entry = this.accepted.get(counter) ?? {
      counter,
      values: new Set(),
      by: new Set(),
      contents: Contents.decode(contents),
    }
    this.accepted.set(counter, entry)
    entry.values.add(Buffer.from(contents).toString('hex'))
    entry.by.add(acceptor)
  }
}

/** In the order of ballots. */
const keyOf = ({ counter, peer, process }: Ballot): string => `${String(counter).padStart(9, '0')} ${peer} ${process}`

const listOf = ({ value }: Contents): string[] => (value ? JSON.parse(Buffer.from(value).toString()) : [])
