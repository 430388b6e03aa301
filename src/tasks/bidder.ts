import type { EventEmitter } from 'node:events'
import type { CapabilityQuery, DirectoryEvents, Provider } from '../capabilities/provider.ts'
import type { Clock } from '../lib/clock.ts'
import { CoveyError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { type Random, sample } from '../lib/random.ts'
import type { Member, MembershipEvents } from '../membership/member.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Rpc } from '../network/rpc.ts'
import { Auction } from './auction.ts'
import { BID_PROTOCOL, decodeAnswer, encodeCall } from './bid.ts'
import { BidBook, type Round } from './bid-book.ts'
import type { Worker } from './worker.ts'

/** Peers asked a round: two random choices balance well (Mitzenmacher 2001), sixteen leave room for refusals. */
export const BID_FANOUT = 16
/** How long a round waits for bids, in milliseconds: a round trip between continents, a pause nobody notices. */
export const BID_WINDOW_MS = 250
/** How long a search beyond the known nodes may take, in milliseconds: a DHT lookup of a few hops. */
export const SEARCH_TIMEOUT_MS = 3000

/** Silent peers remembered, the first forgotten first: four times the largest mesh that is simulated. */
const MAX_SILENT = 4096

/** What tasks need to know of who can do what; a `Directory` is one. */
export interface Providers extends Pick<EventEmitter<DirectoryEvents>, 'on' | 'off'> {
  find(query: CapabilityQuery): Provider[]
  findAnywhere(query: CapabilityQuery, timeoutMs: number): Promise<Provider[]>
}

/** What tasks need to know of who is there; a `Membership` is one. */
export interface Members extends Pick<EventEmitter<MembershipEvents>, 'on' | 'off'> {
  get(peer: PeerId): Member | undefined
  /** Resolves once a connection stands, and keeps it for a minute; rejects when none could be made in time. */
  ensureConnected(peer: PeerId, timeoutMs: number): Promise<void>
}

export interface BidderComponents {
  rpc: Rpc
  network: Network
  clock: Clock
  random: Random
  log: Log
  directory: Providers
  membership: Members
  worker: Worker
  book: BidBook
}

/** Calls for bids, one round at a time for each query; tasks that come meanwhile share it. Spec: protocols/bid. */
export class Bidder {
  readonly #parts: BidderComponents
  /** Who waits for a round that is open, by its key. */
  readonly #open = new Map<string, ((round: Round) => void)[]>()
  /** Peers that let the last round that asked them end without an answer. */
  readonly #silent = new Set<PeerId>()
  #controller = new AbortController()

  constructor(parts: BidderComponents) {
    this.#parts = parts
  }

  start(): void {
    this.#controller = new AbortController()
  }

  /** Ends open rounds; whoever waits for one hears nothing. */
  stop(): void {
    this.#open.clear()
    this.#controller.abort()
  }

  /** Calls `then` with the answers to a query: at once where fresh ones are known, else when the round has ended. */
  offers(query: CapabilityQuery, exclude: readonly PeerId[], then: (round: Round) => void): void {
    const { book, clock, log } = this.#parts
    const key = BidBook.key(query, exclude)
    const fresh = book.fresh(key, clock.monotonic())
    if (fresh) return then(fresh)
    const waiting = this.#open.get(key)
    if (waiting) {
      waiting.push(then)
      return
    }
    const waiters = [then]
    this.#open.set(key, waiters)
    this.#round(key, query, exclude).then(
      (round) => {
        // Another one under the same key may have begun after a stop.
        if (this.#open.get(key) !== waiters) return
        this.#open.delete(key)
        for (const waiter of waiters) waiter(round)
      },
      (error) => log.error('a round of bids failed', { capability: query.name, error: messageOf(error) }),
    )
  }

  async #round(key: string, query: CapabilityQuery, exclude: readonly PeerId[]): Promise<Round> {
    const { clock, book } = this.#parts
    const providers = (await this.#providers(query)).filter(({ peer }) => !exclude.includes(peer))
    const asked = this.#choose([...new Set(providers.map(({ peer }) => peer))])
    const auction = new Auction(asked, this.#notAwaited(asked))
    await this.#collect(auction, asked, query)
    const answers = auction.close(BID_WINDOW_MS)
    for (const [peer, { code }] of answers.refusals) if (code === 'NO_ANSWER') this.#wasSilent(peer)
    return book.keep(key, answers, providers, clock.monotonic())
  }

  async #providers(query: CapabilityQuery): Promise<Provider[]> {
    const { directory, log } = this.#parts
    const known = directory.find(query)
    if (known.length > 0) return known
    try {
      return await directory.findAnywhere(query, SEARCH_TIMEOUT_MS)
    } catch (error) {
      // The round ends without providers and the task tries again, which is right for a search that failed.
      log.warn('searching for providers failed', { capability: query.name, error: messageOf(error) })
      return []
    }
  }

  /** This node if it is one, and a random sample of the others. */
  #choose(peers: readonly PeerId[]): PeerId[] {
    const { network, random } = this.#parts
    if (peers.length <= BID_FANOUT) return [...peers]
    const others = sample(
      peers.filter((peer) => peer !== network.self),
      BID_FANOUT,
      random,
    )
    return peers.includes(network.self) ? [network.self, ...others.slice(1)] : others
  }

  /** Those who were silent last time, or are suspected: they are asked, but cost no round its window. */
  #notAwaited(asked: readonly PeerId[]): ReadonlySet<PeerId> {
    const { membership } = this.#parts
    return new Set(asked.filter((peer) => this.#silent.has(peer) || membership.get(peer)?.state === 'suspect'))
  }

  #wasSilent(peer: PeerId): void {
    this.#silent.add(peer)
    if (this.#silent.size <= MAX_SILENT) return
    const oldest = this.#silent.values().next()
    if (!oldest.done) this.#silent.delete(oldest.value)
  }

  #collect(auction: Auction, asked: readonly PeerId[], query: CapabilityQuery): Promise<void> {
    const { clock } = this.#parts
    return new Promise((resolve) => {
      const timer = clock.after(BID_WINDOW_MS, resolve)
      const answered = (): void => {
        if (!auction.complete) return
        timer.cancel()
        resolve()
      }
      const call = encodeCall(query)
      for (const peer of asked) this.#ask(auction, peer, query, call).then(answered)
      answered()
    })
  }

  async #ask(auction: Auction, peer: PeerId, query: CapabilityQuery, call: Uint8Array): Promise<void> {
    const { network, rpc, clock, membership, worker, book } = this.#parts
    try {
      if (peer !== network.self) await membership.ensureConnected(peer, BID_WINDOW_MS)
      const askedAt = clock.monotonic()
      // Waits longer than the round, so that a late answer clears its name for the next one.
      const options = { timeoutMs: 2 * BID_WINDOW_MS, signal: this.#controller.signal }
      const answer =
        peer === network.self ? worker.bid(query) : decodeAnswer(await rpc.request(peer, BID_PROTOCOL, call, options))
      this.#silent.delete(peer)
      if ('refusal' in answer) return void auction.answer(peer, answer)
      const { bid } = answer
      const offer = { bid, roundTripMs: clock.monotonic() - askedAt, outstanding: book.outstanding(peer, bid.agent) }
      auction.answer(peer, { offer })
    } catch (error) {
      const code = error instanceof CoveyError ? error.code : 'UNREACHABLE'
      auction.answer(peer, { refusal: { code, reason: messageOf(error) } })
    }
  }
}
