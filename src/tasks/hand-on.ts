import type { Clock } from '../lib/clock.ts'
import { StoppedError } from '../lib/errors.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Rpc } from '../network/rpc.ts'
import { type Award, MAX_HOPS } from './award.ts'
import type { BidBook, Round } from './bid-book.ts'
import type { Bidder } from './bidder.ts'
import type { History } from './history.ts'
import type { Watcher } from './job.ts'
import type { Refusal } from './lifecycle.ts'
import { type Line, RemoteLine } from './line.ts'
import type { Policy } from './policies.ts'
import { isLast, type Report, refused } from './report.ts'

/** Awards that a node hands on at once: it is overloaded, after all. */
export const MAX_RELAYS = 64
/** Peers that are offered an award, one after another, before it is refused: with hops, no more than 2^3 in all. */
export const HAND_ON_TRIES = 2

export interface HandOnComponents {
  rpc: Rpc
  network: Network
  clock: Clock
  book: BidBook
  bidder: Bidder
  history: History
  policy: Policy
}

/** Gives awards that this node has no room for to capable peers, and relays what they report. */
export class HandOn {
  readonly #parts: HandOnComponents
  readonly #relays = new Set<Relay>()

  constructor(parts: HandOnComponents) {
    this.#parts = parts
  }

  /** Takes an award of `from` that was refused here; undefined if it may not be handed on. */
  take(award: Award, from: PeerId, refusal: Refusal, upstream: Watcher): Line | undefined {
    if (award.hops >= MAX_HOPS || this.#relays.size >= MAX_RELAYS) return undefined
    const relay = new Relay(this.#parts, award, from, refusal, upstream, () => this.#relays.delete(relay))
    this.#relays.add(relay)
    relay.start()
    return relay
  }

  /** Leaves relayed tasks where they are; their requesters ask there. */
  stop(): void {
    for (const relay of [...this.#relays]) relay.stop()
  }
}

/** One award on its way through this node. */
class Relay implements Line, Watcher {
  readonly #parts: HandOnComponents
  readonly #award: Award
  readonly #avoid: readonly PeerId[]
  readonly #refusal: Refusal
  readonly #upstream: Watcher
  readonly #onOver: () => void
  readonly #startedAt: number
  #next: PeerId[] = []
  #line: Line | undefined
  #over = false

  constructor(
    parts: HandOnComponents,
    award: Award,
    from: PeerId,
    refusal: Refusal,
    upstream: Watcher,
    onOver: () => void,
  ) {
    this.#parts = parts
    this.#award = award
    this.#avoid = [...award.avoid, from, parts.network.self]
    this.#refusal = refusal
    this.#upstream = upstream
    this.#onOver = onOver
    this.#startedAt = parts.clock.monotonic()
  }

  start(): void {
    this.#parts.bidder.offers(this.#award.query, [], (round) => this.#ranked(round))
  }

  stop(): void {
    if (this.#over) return
    this.hangUp()
    this.#upstream.break(new StoppedError('the node that handed it on'))
  }

  // Line, for the requester's side
  cancel(reason: string): void {
    this.#line?.cancel(reason)
    this.#end()
  }

  hangUp(): void {
    this.#line?.hangUp()
    this.#end()
  }

  // Watcher, for the worker's side
  report(report: Report): void {
    if (this.#over) return
    if (report.type === 'refused') return this.#tryNext(report)
    if (isLast(report)) this.#end()
    this.#upstream.report(report)
  }

  break(reason: Error): void {
    if (this.#over) return
    this.#end()
    this.#upstream.break(reason)
  }

  #ranked(round: Round): void {
    if (this.#over) return
    const { book, history, clock, policy } = this.#parts
    const { name } = this.#award.query
    const willing = book
      .candidates(round, name, history, clock.monotonic())
      .filter(({ peer }) => !this.#avoid.includes(peer))
    this.#next = policy(willing, this.#award.task, round.turn).slice(0, HAND_ON_TRIES)
    this.#tryNext({
      code: this.#refusal.code,
      reason: `${this.#refusal.reason}, and so it is wherever else it could go`,
    })
  }

  #tryNext({ code, reason }: Refusal): void {
    const { clock, rpc } = this.#parts
    const peer = this.#next.shift()
    const remainingMs = this.#award.remainingMs - (clock.monotonic() - this.#startedAt)
    if (peer === undefined || remainingMs <= 0) {
      this.#end()
      return this.#upstream.report(refused(code, reason))
    }
    const { hops } = this.#award
    this.#line = new RemoteLine(rpc, peer, { ...this.#award, remainingMs, hops: hops + 1, avoid: this.#avoid }, this)
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#onOver()
  }
}
