import type { Clock } from '../../lib/clock.ts'
import type { PeerId } from '../../network/network.ts'
import { Verdict, type VotingRequest } from '../../wire/register.ts'
import { type Configuration, voterOf } from '../voters/configuration.ts'
import type { Confirmation } from '../voters/confirmation.ts'
import type { Knowledge } from '../voters/knowledge.ts'
import { type AcceptorRecord, type AcceptorRequest, accepting, contentsFor, type Step } from './acceptor.ts'
import type { AcceptorDisk } from './acceptor-disk.ts'
import { type AcceptorReply, requestOf } from './codec.ts'
import { MAX_CACHED_RECORDS } from './limits.ts'

export interface AcceptorServiceComponents {
  disk: AcceptorDisk
  knowledge: Knowledge
  confirmation: Confirmation
  clock: Clock
  /** A register has changed here, as `by` has proposed. */
  onAccepted(name: string, by: PeerId): void
}

/**
 * The acceptor of this node: answers rounds once what it says is durable. Messages about one register are taken one after the
 * other, those about different ones together, and their commits join in the storage.
 */
export class AcceptorService {
  readonly #components: AcceptorServiceComponents
  /** The last message of each register under way. */
  readonly #tails = new Map<string, Promise<AcceptorReply>>()
  /** As on the disk; the one used last is the last. */
  readonly #cache = new Map<string, AcceptorRecord | undefined>()
  #cachedOf = ''
  /** Registers without value, and since when on the monotonic clock. */
  readonly cleared = new Map<string, number>()

  constructor(components: AcceptorServiceComponents) {
    this.#components = components
  }

  /** Answers one message. Rejects as the storage does: then nothing was promised. */
  handle(request: VotingRequest): Promise<AcceptorReply> {
    const { name } = request
    const work = requestOf(request)
    if (!work) return this.#list(request)
    const before = this.#tails.get(name)
    const run = before
      ? before.then(
          () => this.#apply(request, work),
          // Whoever sent the one before has its error.
          () => this.#apply(request, work),
        )
      : this.#apply(request, work)
    this.#tails.set(name, run)
    const over = (): void => {
      if (this.#tails.get(name) === run) this.#tails.delete(name)
    }
    run.then(over, over)
    return run
  }

  async #list(request: VotingRequest): Promise<AcceptorReply> {
    const refusal = this.#refusal(request)
    if (refusal) return refusal
    // What was accepted under an earlier configuration may not be on the disk yet, where the names are read.
    await Promise.allSettled(this.#tails.values())
    const { names, more } = await this.#components.disk.names(request.list?.after ?? '')
    // Again: by now it may be another acceptor, whose names these are not, or know that the change is over.
    const late = this.#refusal(request)
    if (late) return late
    return { ...this.#reply(Verdict.GRANTED, undefined), names, more }
  }

  async #apply(request: VotingRequest, work: AcceptorRequest): Promise<AcceptorReply> {
    // Looked at first, so that strangers cause no reads of the disk.
    const early = this.#refusal(request)
    if (early) return early
    const { name } = request
    const { disk } = this.#components
    const record = this.#isCached(name) ? this.#cache.get(name) : await disk.record(name)
    // Again: nothing may come between this look and the commit, or what was accepted under an old configuration would be missed.
    const refusal = this.#refusal(request)
    if (refusal) return refusal
    const step = accepting(record, disk.floor, work)
    if (step.changed !== 'nothing') await this.#makeDurable(name, step)
    // It has become another acceptor meanwhile, which has promised nothing.
    if (request.acceptor !== disk.acceptor) return this.#reply(Verdict.NO_VOTER, undefined)
    this.#keep(name, step.record)
    if (!step.granted) return this.#reply(Verdict.OUTRANKED, step.record)
    if (work.kind === 'accept') this.#components.onAccepted(name, work.ballot.peer)
    const contents = contentsFor(work, step.record)
    return { ...this.#reply(Verdict.GRANTED, step.record), ...(contents && { contents }) }
  }

  #makeDurable(name: string, { record, floor, changed }: Step): Promise<void> {
    const { disk } = this.#components
    if (!record || changed === 'record') return disk.writeRecord(name, record, floor)
    return changed === 'promise' ? disk.writePromise(name, record.promised) : disk.raiseFloor(floor)
  }

  /** Why this message is not for this acceptor, now. */
  #refusal({ genesis, epoch, acceptor, name }: VotingRequest): AcceptorReply | undefined {
    const { knowledge, disk, confirmation } = this.#components
    const voters = knowledge.current
    const refuse = (verdict: Verdict, tell?: Configuration): AcceptorReply => ({
      ...this.#reply(verdict, undefined),
      ...(tell && { voters: tell }),
    })
    if (!voters || (voters.genesis === genesis && voters.epoch < epoch)) return refuse(Verdict.BEHIND)
    if (voters.genesis !== genesis || voters.epoch > epoch) return refuse(Verdict.STALE, voters)
    if (acceptor !== disk.acceptor || !voterOf(voters, acceptor)) return refuse(Verdict.NO_VOTER)
    if (!confirmation.confirmed) return refuse(Verdict.UNCONFIRMED)
    if (this.#cachedOf !== acceptor) {
      this.#cachedOf = acceptor
      this.#cache.clear()
      this.cleared.clear()
    }
    return name.length === 0 ? refuse(Verdict.REFUSED) : undefined
  }

  #reply(verdict: Verdict, record: AcceptorRecord | undefined): AcceptorReply {
    const { disk } = this.#components
    return {
      verdict,
      counter: disk.counter,
      ...(record && { promised: record.promised }),
      ...(record?.accepted && { accepted: record.accepted }),
      ...(record?.decided && { decided: record.decided }),
      floor: disk.durableFloor,
      names: [],
      more: false,
    }
  }

  #isCached(name: string): boolean {
    return this.#cache.has(name)
  }

  #keep(name: string, record: AcceptorRecord | undefined): void {
    this.#cache.delete(name)
    this.#cache.set(name, record)
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= MAX_CACHED_RECORDS) break
      this.#cache.delete(oldest)
    }
    // Anew, so that the one touched last is the last.
    this.cleared.delete(name)
    if (record?.cleared) this.cleared.set(name, this.#components.clock.monotonic())
  }
}
