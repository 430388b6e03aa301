import type { PeerId } from '../../network/network.ts'
import { acceptorsOf, type Configuration, isQuorum, type Voter } from '../voters/configuration.ts'
import { HEDGE_ROUNDS, LATE_MS, MAX_HEDGE_MS, MAX_TIMED_ACCEPTORS, MIN_HEDGE_MS } from './limits.ts'

/** The share that the newest answer has in how long an acceptor takes: some ten answers are remembered. */
const NEWEST_SHARE = 0.1

/** Below that acceptors are equally fast, in milliseconds. */
const MIN_TOOK_MS = 0.1

/** Whom to ask first, in this order, and when to ask the others too. */
export interface Choice {
  /** A quorum, or all where none is known to be fit. */
  readonly first: readonly Voter[]
  readonly rest: readonly Voter[]
  /** How long the first ones have, in milliseconds. */
  readonly hedgeMs: number
}

/** What a choice needs to know beside how they have answered. */
export interface Surroundings {
  readonly self: PeerId
  isConnected(peer: PeerId): boolean
  /** On the monotonic clock. */
  readonly now: number
}

/**
 * How acceptors have answered this node lately, and so which quorum of them it asks first (thrifty, as EPaxos has it): each that is
 * asked costs a message and a commit, and nobody waits for more than a quorum.
 */
export class Thrift {
  /** How long each takes, in milliseconds, smoothed; who was noted last is the last. */
  readonly #tookMs = new Map<string, number>()
  /** Who was late or failed, and until when that counts. */
  readonly #lateUntil = new Map<string, number>()

  /** It has done what it was asked, in this time. */
  took(acceptor: string, ms: number): void {
    const before = this.#tookMs.get(acceptor) ?? ms
    // Where time is virtual a disk may take none.
    set(this.#tookMs, acceptor, Math.max(MIN_TOOK_MS, before + (ms - before) * NEWEST_SHARE))
  }

  /** It has not answered in time, or not at all. */
  missed(acceptor: string, now: number): void {
    set(this.#lateUntil, acceptor, now + LATE_MS)
  }

  choose(configuration: Configuration, { self, isConnected, now }: Surroundings): Choice {
    const all = acceptorsOf(configuration)
    const isFit = ({ peer, acceptor }: Voter): boolean =>
      (this.#lateUntil.get(acceptor) ?? now) <= now && isConnected(peer)
    // The own one needs no message; who was never asked is tried; and less than twice as fast is chance, for which none is left cold.
    const rankOf = ({ peer, acceptor }: Voter): number =>
      peer === self ? Number.NEGATIVE_INFINITY : Math.ceil(Math.log2(this.#tookMs.get(acceptor) ?? MIN_TOOK_MS))
    const fit = all.filter(isFit).sort((a, b) => rankOf(a) - rankOf(b))
    const first = fewest(configuration, fit)
    if (!first) return { first: all, rest: [], hedgeMs: 0 }
    const slowest = Math.max(...first.map(({ acceptor }) => this.#tookMs.get(acceptor) ?? 0))
    return {
      // The own one last: it has no way to go.
      first: [...first].reverse(),
      rest: all.filter((voter) => !first.includes(voter)),
      hedgeMs: Math.min(MAX_HEDGE_MS, Math.max(MIN_HEDGE_MS, HEDGE_ROUNDS * slowest)),
    }
  }
}

/** A quorum out of these, the first ones before the others, without anybody that it could do without; undefined where they are none. */
export function fewest(configuration: Configuration, ranked: readonly Voter[]): readonly Voter[] | undefined {
  const chosen = new Set<string>()
  const isEnough = (): boolean => isQuorum(configuration, (acceptor) => chosen.has(acceptor))
  for (const { acceptor } of ranked) {
    chosen.add(acceptor)
    if (isEnough()) break
  }
  if (!isEnough()) return undefined
  // Of two sets one may have had enough before the other.
  for (const { acceptor } of [...ranked].reverse()) {
    if (chosen.delete(acceptor) && !isEnough()) chosen.add(acceptor)
  }
  return ranked.filter(({ acceptor }) => chosen.has(acceptor))
}

function set(map: Map<string, number>, acceptor: string, value: number): void {
  map.delete(acceptor)
  map.set(acceptor, value)
  for (const oldest of map.keys()) {
    if (map.size <= MAX_TIMED_ACCEPTORS) break
    map.delete(oldest)
  }
}
