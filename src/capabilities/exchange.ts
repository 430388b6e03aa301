import type { Clock, Timer } from '../lib/clock.ts'
import { InvalidInputError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Network, PeerId } from '../network/network.ts'
import { Newcomers } from '../network/newcomers.ts'
import type { Rpc } from '../network/rpc.ts'
import { CompareReply, DirectoryRequest, type Held, PullReply, PushReply } from '../wire/directory.ts'
import type { Catalogue } from './catalogue.ts'
import {
  EXCHANGE_EVERY_MS,
  EXCHANGE_TIMEOUT_MS,
  GAP_EXCHANGE_MS,
  MAX_EXCHANGES,
  MAX_PAGES,
  MAX_PEERS,
  MEET_PAUSE_MS,
} from './limits.ts'
import { answerPull, knownHashes, pushPages } from './reconcile.ts'

export const DIRECTORY_PROTOCOL = '/covey/directory/1.0.0'

export interface ExchangeInit {
  network: Network
  rpc: Rpc
  clock: Clock
  random: Random
  log: Log
  catalogue: Catalogue
  /** What a peer sent; returns how many of them were news. */
  take(announcements: readonly Held[], from: PeerId): number
  /** Whether a living member's announcement is missing. */
  hasGap(): boolean
}

/** Announcements that a message may carry: what a full directory holds. */
const LIMITS = { announcements: MAX_PEERS }
const REQUEST_LIMITS = { push: LIMITS }

/**
 * Makes two directories equal: compare by hash, pull what is missing here, push what is missing there. On connect, and
 * periodically with a random peer, sooner while there is a gap.
 */
export class Exchange {
  readonly #init: ExchangeInit
  /** Peers to exchange with next, in order. */
  readonly #queue = new Set<PeerId>()
  readonly #active = new Map<PeerId, Promise<void>>()
  readonly #newcomers: Newcomers
  #running = false
  #timer: Timer | undefined
  #dueAt = 0
  #gapWait = GAP_EXCHANGE_MS
  #agreed = 0

  constructor(init: ExchangeInit) {
    this.#init = init
    this.#newcomers = new Newcomers(init.clock, MEET_PAUSE_MS, (peer) => this.soon(peer))
  }

  /** Compares in a row, own ones and those of peers, that found the same. */
  get agreed(): number {
    return this.#agreed
  }

  /** What was compared before says nothing any more. */
  forgetAgreement(): void {
    this.#agreed = 0
  }

  start(): void {
    this.#running = true
    this.#arm()
  }

  stop(): void {
    this.#running = false
    this.#timer?.cancel()
    this.#queue.clear()
    this.#newcomers.stop()
  }

  /** Of two nodes that meet, the one with the higher id asks: once is enough, since both learn. */
  connected(peer: PeerId): void {
    if (this.#running && this.#init.network.self > peer) this.#newcomers.add(peer)
  }

  /** An exchange with a connected peer when its turn comes. */
  soon(peer: PeerId): void {
    if (!this.#running) return
    this.#queue.add(peer)
    this.#next()
  }

  disconnected(peer: PeerId): void {
    this.#queue.delete(peer)
    this.#newcomers.delete(peer)
  }

  /** A gap showed: look for it soon. */
  gap(): void {
    if (!this.#running) return
    this.#gapWait = GAP_EXCHANGE_MS
    // One that comes soon anyway is left alone: a row of gaps must not push it ever further away.
    if (this.#dueAt > this.#init.clock.monotonic() + 2 * GAP_EXCHANGE_MS) this.#arm()
  }

  /** One exchange with a connected peer, beside those of its own accord. Resolves in any case; joins one that runs. */
  with(peer: PeerId): Promise<void> {
    const active = this.#active.get(peer)
    if (active) return active
    const run = this.#run(peer)
      // A peer that went away or answers nonsense; the next exchange is with another.
      .catch((error) => this.#init.log.debug('a directory exchange failed', { peer, error: messageOf(error) }))
      .finally(() => {
        this.#active.delete(peer)
        this.#next()
      })
    this.#active.set(peer, run)
    return run
  }

  /** Answers compare, pull and push; undefined for what is none of them. Throws `InvalidInputError`. */
  answer(request: DirectoryRequest, from: PeerId): Uint8Array | undefined {
    const { catalogue, clock, take } = this.#init
    if (request.compare) {
      const same = request.compare.root === catalogue.root
      this.#note(same)
      return CompareReply.encode({ same })
    }
    if (request.pull) return PullReply.encode(answerPull(catalogue, request.pull.hashes, clock.monotonic()))
    if (request.push) {
      take(request.push.announcements, from)
      return PushReply.encode({})
    }
    return undefined
  }

  #note(same: boolean): void {
    this.#agreed = same ? this.#agreed + 1 : 0
  }

  #next(): void {
    for (const peer of this.#queue) {
      if (!this.#running || this.#active.size >= MAX_EXCHANGES) return
      this.#queue.delete(peer)
      void this.with(peer)
    }
  }

  #arm(): void {
    const { clock, random, hasGap } = this.#init
    this.#timer?.cancel()
    const gap = hasGap()
    const wait = (gap ? this.#gapWait : EXCHANGE_EVERY_MS) * (0.75 + 0.5 * random.float())
    // Not every missing announcement comes: some members never make one.
    this.#gapWait = gap ? Math.min(EXCHANGE_EVERY_MS, this.#gapWait * 2) : GAP_EXCHANGE_MS
    this.#dueAt = clock.monotonic() + wait
    this.#timer = clock.after(wait, () => {
      this.#withRandomPeer()
      this.#arm()
    })
  }

  #withRandomPeer(): void {
    const { network, random } = this.#init
    const peers = network.peers()
    const peer = peers[random.below(peers.length)]
    if (peer !== undefined) this.soon(peer)
  }

  async #run(peer: PeerId): Promise<void> {
    const { catalogue, clock, take } = this.#init
    const compared = await this.#ask(peer, { compare: { root: catalogue.root } })
    const { same } = CompareReply.decode(compared)
    this.#note(same)
    if (same) return
    for (let page = 0; page < MAX_PAGES; page++) {
      const body = await this.#ask(peer, { pull: { hashes: knownHashes(catalogue) } })
      const reply = PullReply.decode(body, { limits: LIMITS })
      const news = take(reply.announcements, peer)
      if (reply.more && news > 0) continue
      for (const announcements of pushPages(catalogue, reply.wanted, clock.monotonic())) {
        await this.#ask(peer, { push: { announcements } })
      }
      return
    }
  }

  #ask(peer: PeerId, request: DirectoryRequest): Promise<Uint8Array> {
    const body = DirectoryRequest.encode(request)
    return this.#init.rpc.request(peer, DIRECTORY_PROTOCOL, body, { timeoutMs: EXCHANGE_TIMEOUT_MS })
  }
}

/** A request of the directory protocol. Throws `InvalidInputError` on bytes that are none. */
export function decodeRequest(body: Uint8Array): DirectoryRequest {
  try {
    return DirectoryRequest.decode(body, { limits: REQUEST_LIMITS })
  } catch (error) {
    throw new InvalidInputError(
      `not a directory request: ${messageOf(error)}`,
      'The peer that sent it runs another version, or is broken.',
      { cause: error },
    )
  }
}
