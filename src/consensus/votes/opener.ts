import { type Clock, sleep, type Timer } from '../../lib/clock.ts'
import { BusyError, CancelledError, CoveyError, messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Signer } from '../../lib/signer.ts'
import type { PeerId } from '../../network/network.ts'
import type { SignedBallot } from './ballot.ts'
import type { Courier, Patience } from './courier.ts'
import { MAX_CLOSED_VOTES, MAX_OPEN_VOTES, RECALL_MS } from './limits.ts'
import { type Call, callEncoder, decodeTaken } from './messages.ts'
import { BALLOT_REFUSALS, type BallotRefusal, type Ending, Poll } from './poll.ts'
import { makeReceipt, type Receipt } from './receipt.ts'
import type { OpenedVote } from './vote.ts'

export interface OpenerParts {
  self: PeerId
  clock: Clock
  signer: Signer
  log: Log
  courier: Courier
  /** Calls this node's own voter, as the others are called. */
  callSelf(call: Call): Promise<SignedBallot | undefined>
}

interface Open {
  readonly poll: Poll
  readonly openedAt: number
  readonly refused: Partial<Record<BallotRefusal, number>>
  /** Aborts when it is over: nobody is called any more. */
  readonly controller: AbortController
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: Error) => void
  timer: Timer | undefined
}

/** Holds own votes: calls the voters until each has answered, takes ballots, ends. */
export class Opener {
  readonly #parts: OpenerParts
  readonly #open = new Map<string, Open>()
  /** Hashes of votes that are over, the oldest first. */
  readonly #closed = new Set<string>()
  /** Ballots that were refused, by reason. */
  readonly refused: Record<BallotRefusal, number> = Object.fromEntries(
    BALLOT_REFUSALS.map((reason) => [reason, 0]),
  ) as Record<BallotRefusal, number>

  constructor(parts: OpenerParts) {
    this.#parts = parts
  }

  /** Rejects what is open. */
  stop(reason: Error): void {
    for (const open of [...this.#open.values()]) this.#fail(open, reason)
  }

  /** Throws `BusyError`. Rejects with `CancelledError` when the signal aborts. */
  async open(vote: OpenedVote, signal?: AbortSignal): Promise<Receipt> {
    if (signal?.aborted) throw new CancelledError()
    if (this.#open.size >= MAX_OPEN_VOTES) throw new BusyError(`${MAX_OPEN_VOTES} votes of this node are open`)
    const { clock } = this.#parts
    const { promise, resolve, reject } = Promise.withResolvers<Receipt>()
    const controller = new AbortController()
    const poll = new Poll(vote)
    const open: Open = {
      poll,
      openedAt: clock.monotonic(),
      refused: {},
      controller,
      resolve,
      reject,
      timer: undefined,
    }
    this.#open.set(poll.hash, open)
    open.timer = clock.after(vote.deadlineMs, () => this.#end(open, 'deadline'))
    const cancel = (): void => this.#fail(open, new CancelledError())
    signal?.addEventListener('abort', cancel, { once: true })
    this.#callAll(open)
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** A ballot that somebody brought. Throws a `CoveyError` with the reason where it is not held. */
  take(ballot: SignedBallot): void {
    const open = this.#open.get(ballot.vote)
    if (!open || this.#endIfDue(open)) {
      throw this.refuse(this.#closed.has(ballot.vote) ? 'CLOSED' : 'UNKNOWN_VOTE', 'this node has no such vote open')
    }
    const reason = open.poll.take(ballot, this.#parts.signer.verify)
    if (reason !== undefined) throw this.#refuseFor(open, reason, `the ballot of ${ballot.body.voter} is refused`)
    this.#look(open)
  }

  /** Counts a refusal, and says it as an error. */
  refuse(reason: BallotRefusal, message: string): CoveyError {
    this.refused[reason]++
    this.#parts.log.debug('a ballot is refused', { reason, message })
    return new CoveyError(reason, message, 'Nothing to do: it does not count.')
  }

  #refuseFor({ refused }: Open, reason: BallotRefusal, message: string): CoveyError {
    refused[reason] = (refused[reason] ?? 0) + 1
    return this.refuse(reason, message)
  }

  #callAll(open: Open): void {
    const { self, courier, callSelf } = this.#parts
    const { poll, controller } = open
    const { vote } = poll
    const encode = callEncoder(vote)
    for (const { id } of vote.electorate) {
      const patience: Patience = {
        signal: controller.signal,
        onFailure: ({ code, message }) => poll.note(id, code, message),
      }
      void this.#call(open, id, async () => {
        if (id === self) {
          return await courier.insist(() => callSelf({ vote, remainingMs: this.#remaining(open) }), patience)
        }
        const answer = await courier.send({ peer: id, body: () => encode(this.#remaining(open)), ...patience })
        return this.#read(open, answer)
      })
    }
  }

  #read(open: Open, answer: Uint8Array): SignedBallot | undefined {
    try {
      return decodeTaken(answer)
    } catch (error) {
      throw this.#refuseFor(open, 'MALFORMED', messageOf(error))
    }
  }

  /** Calls until the voter's ballot is there: where it does not come with the answer, from time to time. */
  async #call(open: Open, voter: PeerId, call: () => Promise<SignedBallot | undefined>): Promise<void> {
    const { poll, controller } = open
    const { signal } = controller
    try {
      while (poll.awaits(voter)) {
        const ballot = await call()
        if (signal.aborted) return
        if (ballot) this.take(ballot)
        else poll.note(voter, 'NO_BALLOT', 'it heard the call and has sent no ballot')
        await sleep(this.#parts.clock, RECALL_MS, signal)
      }
    } catch (error) {
      if (!signal.aborted) this.#declined(open, voter, error)
    }
  }

  #declined(open: Open, voter: PeerId, error: unknown): void {
    if (this.#endIfDue(open)) return
    open.poll.decline(voter, error instanceof CoveyError ? error.code : 'INTERNAL', messageOf(error))
    this.#look(open)
  }

  /** Milliseconds that are left of a vote, as a call says it: a part of one is one. */
  #remaining(open: Open): number {
    return Math.max(1, this.#leftOf(open))
  }

  #leftOf({ openedAt, poll }: Open): number {
    return openedAt + poll.vote.deadlineMs - this.#parts.clock.monotonic()
  }

  /** Whether its time is over: after a pause of this process answers may come before the timer does. */
  #endIfDue(open: Open): boolean {
    if (this.#leftOf(open) > 0) return false
    this.#end(open, 'deadline')
    return true
  }

  #look(open: Open): void {
    const ending = open.poll.ending()
    if (ending) this.#end(open, ending)
  }

  #end(open: Open, ended: Ending): void {
    if (!this.#close(open)) return
    const { clock, signer } = this.#parts
    const afterMs = Math.round(clock.monotonic() - open.openedAt)
    // A copy: what is refused from now on is none of what was signed.
    open.resolve(makeReceipt(open.poll, { ended, afterMs, refused: { ...open.refused } }, signer.sign))
  }

  #fail(open: Open, reason: Error): void {
    if (this.#close(open)) open.reject(reason)
  }

  /** Whether it was open. */
  #close({ poll, timer, controller }: Open): boolean {
    if (!this.#open.delete(poll.hash)) return false
    this.#closed.add(poll.hash)
    if (this.#closed.size > MAX_CLOSED_VOTES) this.#closed.delete(this.#closed.values().next().value as string)
    timer?.cancel()
    controller.abort(new CancelledError('the vote is over'))
    return true
  }
}
