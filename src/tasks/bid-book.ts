import type { CapabilityQuery, Provider } from '../capabilities/provider.ts'
import type { PeerId } from '../network/network.ts'
import type { Answers } from './auction.ts'
import type { Bid } from './bid.ts'
import type { History } from './history.ts'
import type { Refusal } from './lifecycle.ts'
import type { Candidate } from './policies.ts'

/**
 * For how long the bids of a round serve further tasks of the same query, in milliseconds: what changes at a worker in
 * that time the requester mostly causes, and counts, itself. At thousands of tasks a second it makes calls cost nothing.
 */
export const BID_FRESH_MS = 100
/** Queries whose last round is remembered, least recently used forgotten first. */
export const MAX_ROUNDS = 256

/** A bid and what the requester knew when it asked for it. */
export interface Offer {
  bid: Bid
  roundTripMs: number
  /** Own awards out at that agent when the bid arrived: those it has counted. */
  outstanding: number
}

/** The answers to one call for bids, kept for the tasks of one query. */
export interface Round extends Answers {
  readonly key: string
  /** When it ended, on the monotonic clock. */
  readonly endedAt: number
  readonly providers: readonly Provider[]
  /** Tasks given away by this query's rounds so far. */
  turn: number
}

/** Bids that are still fresh, and the own awards since: what the requester knows of every worker right now. */
export class BidBook {
  readonly #rounds = new Map<string, Round>()
  readonly #outstanding = new Map<string, number>()

  /** Everything that decides who is asked. */
  static key({ name, version, tags }: CapabilityQuery, exclude: readonly PeerId[]): string {
    return JSON.stringify([name, version, tags, exclude])
  }

  fresh(key: string, now: number): Round | undefined {
    const round = this.#rounds.get(key)
    return round && now - round.endedAt < BID_FRESH_MS ? round : undefined
  }

  keep(key: string, answers: Answers, providers: readonly Provider[], now: number): Round {
    const round = { key, endedAt: now, providers, turn: this.#rounds.get(key)?.turn ?? 0, ...answers }
    this.#rounds.delete(key)
    this.#rounds.set(key, round)
    if (this.#rounds.size > MAX_ROUNDS) {
      const oldest = this.#rounds.keys().next()
      if (!oldest.done) this.#rounds.delete(oldest.value)
    }
    return round
  }

  /** Whatever was learned of who offers what is out of date. */
  forget(): void {
    // The turns stay: round-robin goes on where it was.
    for (const [key, round] of this.#rounds) this.#rounds.set(key, { ...round, endedAt: Number.NEGATIVE_INFINITY })
  }

  outstanding(peer: PeerId, agent: string): number {
    return this.#outstanding.get(agentKey(peer, agent)) ?? 0
  }

  /** An award went out. */
  awarded(peer: PeerId, agent: string): void {
    this.#outstanding.set(agentKey(peer, agent), this.outstanding(peer, agent) + 1)
  }

  /** It is over, however it ended. */
  released(peer: PeerId, agent: string): void {
    const rest = this.outstanding(peer, agent) - 1
    if (rest > 0) this.#outstanding.set(agentKey(peer, agent), rest)
    else this.#outstanding.delete(agentKey(peer, agent))
  }

  /** A worker refused an award in spite of its bid: until the next round it is not asked again. */
  refused(round: Round, peer: PeerId, refusal: Refusal): void {
    round.offers.delete(peer)
    round.refusals.set(peer, refusal)
  }

  /** Who has room for a task now: as bid, less the own awards since, and with what own tasks that ended have left. */
  candidates(round: Round, capability: string, history: History, now: number): Candidate[] {
    const candidates: Candidate[] = []
    for (const [peer, { bid, roundTripMs, outstanding }] of round.offers) {
      const added = this.outstanding(peer, bid.agent) - outstanding
      if (added >= bid.room) continue
      const meanMs = bid.meanMs ?? 0
      candidates.push({
        peer,
        fit: bid.fit,
        backlog: Math.max(0, bid.running + bid.queued + added) / bid.slots,
        cpu: bid.cpu,
        expectedMs: Math.max(0, roundTripMs + bid.startMs + (added * meanMs) / bid.slots) + meanMs,
        success: history.success(peer, capability, now),
      })
    }
    return candidates
  }

  /** Refusals of the round, and those who bid but have no room left. */
  refusals(round: Round): Map<PeerId, Refusal> {
    const refusals = new Map(round.refusals)
    for (const [peer, { bid, outstanding }] of round.offers) {
      const added = this.outstanding(peer, bid.agent) - outstanding
      if (added < bid.room) continue
      refusals.set(peer, { code: 'OVERLOADED', reason: `${Math.max(0, bid.queued + added)} tasks wait already` })
    }
    return refusals
  }
}

const agentKey = (peer: PeerId, agent: string): string => `${peer} ${agent}`
