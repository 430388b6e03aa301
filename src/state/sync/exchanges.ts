import type { Clock, Timer } from '../../lib/clock.ts'
import { BusyError, CoveyError, messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Random } from '../../lib/random.ts'
import type { Network, PeerId } from '../../network/network.ts'
import { Newcomers } from '../../network/newcomers.ts'
import type { Channel, Rpc } from '../../network/rpc.ts'
import { type SyncCompare, SyncCompareReply, SyncHello, SyncRequest } from '../../wire/sync.ts'
import { StateFormatError } from '../codec.ts'
import type { StateStore } from '../store.ts'
import type { PeerBook, PeerSync } from './book.ts'
import type { Complaints } from './complaints.ts'
import { type Digests, hashTextOf } from './digest.ts'
import { holdingsOf } from './holdings.ts'
import {
  BUSY_RETRY_MS,
  COMPARE_TIMEOUT_MS,
  EXCHANGE_EVERY_MS,
  EXCITED_MS,
  MAX_ACCEPTED,
  MAX_EXCHANGES,
  MEET_PAUSE_MS,
  RECEIVING_MS,
} from './limits.ts'
import { readHello, SYNC_PROTOCOL } from './messages.ts'
import type { Moved } from './outgoing.ts'
import type { Repair } from './repair.ts'
import { openingOf, Session, type SessionInit, type SessionReport } from './session.ts'
import type { Mark, Spread } from './spread.ts'
import { openingVector, readAnswer, readOpening } from './vector.ts'

export interface ExchangesInit {
  network: Network
  rpc: Rpc
  clock: Clock
  random: Random
  log: Log
  store: StateStore
  digests: Digests
  repair: Repair
  book: PeerBook
  complaints: Complaints
  spread: Spread
  /** Whether a connected peer held nothing when it was met. */
  wasEmpty?(peer: PeerId): boolean
}

/** What an exchange with one peer came to. */
export interface PeerReport {
  readonly peer: PeerId
  readonly sent: Moved
  readonly received: Moved
  /** Writes whose content differed and was made equal. */
  readonly repaired: number
  /** Both ends have what the other had when it began: neither was held back because it was receiving from somebody else. */
  readonly complete: boolean
  /** Why it failed; what had moved by then is kept, and the next exchange goes on from there. */
  readonly error: CoveyError | undefined
}

const NOTHING: Moved = { events: 0, bytes: 0 }
const NO_REPORT = { sent: NOTHING, received: NOTHING, repaired: 0, complete: true, error: undefined }

/** Who exchanges with whom, and when: on connect, with a random peer now and then, and when somebody asks. */
export class Exchanges {
  readonly #init: ExchangesInit
  /** Peers to exchange with next, in order; true where a difference is known, so that no compare is needed. */
  readonly #queue = new Map<PeerId, boolean>()
  readonly #active = new Map<PeerId, Promise<PeerReport>>()
  /** Peers with whom this node has opened a session, and those who have with this node. */
  readonly #opened = new Set<PeerId>()
  readonly #accepted = new Set<PeerId>()
  /** The session that is receiving, and until when it keeps others from being sent the same. */
  #receiver: SessionInit | undefined
  #receivingUntil = 0
  readonly #newcomers: Newcomers
  /** Peers that were met while neither held anything: there was nothing to compare. */
  readonly #unasked = new Set<PeerId>()
  #running = false
  #timer: Timer | undefined
  #dueAt = 0
  #wait = EXCHANGE_EVERY_MS

  constructor(init: ExchangesInit) {
    this.#init = init
    this.#newcomers = new Newcomers(init.clock, MEET_PAUSE_MS, (peer) => this.soon(peer, false))
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
    this.#unasked.clear()
  }

  /** Of two nodes that meet, the one with the higher id asks: once is enough, since both learn. Where neither holds anything nobody does. */
  connected(peer: PeerId): void {
    const { network, store, wasEmpty } = this.#init
    if (!this.#running) return
    if (store.core.stored.isEmpty && wasEmpty?.(peer)) this.#unasked.add(peer)
    else if (network.self > peer) this.#newcomers.add(peer)
  }

  /** What is held may have changed. With whom there was nothing to compare there is now: whichever of the two this is, it asks. */
  settled(): void {
    if (this.#unasked.size === 0 || this.#init.store.core.stored.isEmpty) return
    for (const peer of this.#unasked) this.#newcomers.add(peer)
    this.#unasked.clear()
  }

  disconnected(peer: PeerId): void {
    this.#queue.delete(peer)
    this.#unqueue(peer)
    this.#init.book.forget(peer)
  }

  /** An exchange with a connected peer when its turn comes. */
  soon(peer: PeerId, differs: boolean): void {
    if (!this.#running || !this.#init.network.isConnected(peer)) return
    this.#queue.set(peer, differs || this.#queue.get(peer) === true)
    this.#next()
  }

  /** An exchange with somebody. */
  soonWithAny(): void {
    const peer = this.#any()
    if (peer !== undefined) this.soon(peer, false)
  }

  /** One exchange with a connected peer, beside those of its own accord. Resolves in any case; joins one that runs. */
  with(peer: PeerId, differs: boolean): Promise<PeerReport> {
    const active = this.#active.get(peer)
    if (active) return active
    const run = this.#run(peer, differs)
      .catch((error) => this.#failed(peer, error))
      .finally(() => {
        this.#active.delete(peer)
        this.#next()
      })
    this.#active.set(peer, run)
    return run
  }

  /** As `with`, but one that begins now: what runs already may have looked before the latest write. */
  async anew(peer: PeerId): Promise<PeerReport> {
    await this.#active.get(peer)
    return this.with(peer, true)
  }

  /** A peer opens a session. */
  accept(channel: Channel, body: Uint8Array): void {
    const { network, complaints } = this.#init
    const { peer } = channel
    let hello: SyncHello
    try {
      hello = readHello(body)
    } catch (error) {
      complaints.add(peer, 'hello', error)
      return channel.abort(new CoveyError('INVALID_INPUT', 'not a hello', 'Speak a version that this node speaks.'))
    }
    // Of two sessions that cross, the one of the lower id goes on.
    const crossing = this.#opened.has(peer) && network.self < peer
    if (!this.#running || crossing || this.#accepted.has(peer) || this.#accepted.size >= MAX_ACCEPTED) {
      return channel.abort(new BusyError('this node has other sessions'))
    }
    this.#accepted.add(peer)
    const init = this.#session()
    const { mark } = this.#init.spread
    void new Session(init, channel)
      .accept(hello)
      .then(
        (report) => this.#settled(peer, report, mark),
        (error) => this.#broke(peer, error),
      )
      .finally(() => {
        this.#accepted.delete(peer)
        this.#over(init)
      })
  }

  async #run(peer: PeerId, differs: boolean): Promise<PeerReport> {
    if (differs) return this.#open(peer)
    switch (await this.#compare(peer)) {
      case 'same':
        return { ...NO_REPORT, peer }
      case 'content':
        return { ...NO_REPORT, peer, repaired: await this.#init.repair.with(peer) }
      default:
        return this.#open(peer)
    }
  }

  async #open(peer: PeerId): Promise<PeerReport> {
    const { rpc } = this.#init
    const init = this.#session()
    const { mark } = this.#init.spread
    this.#opened.add(peer)
    try {
      const opening = openingOf(init)
      const hello = SyncHello.encode(opening.hello)
      const channel = await rpc.channel(peer, SYNC_PROTOCOL, hello, { timeoutMs: COMPARE_TIMEOUT_MS })
      const report = await new Session(init, channel).initiate(opening)
      this.#settled(peer, report, mark)
      // The vectors are equal: then it is worth to look at the content.
      if (report.same) return await this.#run(peer, false)
      return { ...NO_REPORT, peer, sent: report.sent, received: report.received, complete: report.complete }
    } finally {
      this.#opened.delete(peer)
      this.#over(init)
    }
  }

  /** How a connected peer stands, asked now. Never rejects. */
  async stand(peer: PeerId): Promise<PeerSync> {
    const { rpc, digests, store, book, log } = this.#init
    const holdings = holdingsOf(store.core.stored)
    const ask = { vectorHash: digests.vector().bytes, vector: openingVector(holdings) }
    try {
      const body = SyncRequest.encode({ compare: ask })
      const reply = await rpc.request(peer, SYNC_PROTOCOL, body, { timeoutMs: COMPARE_TIMEOUT_MS })
      const { contentHash, vector } = SyncCompareReply.decode(reply)
      book.note(peer, contentHash !== undefined)
      return book.status(peer, vector && readAnswer(vector, holdings).count())
    } catch (error) {
      log.debug('a peer does not say how it stands', { peer, error: messageOf(error) })
      return book.status(peer)
    }
  }

  /** Throws `StateFormatError`. */
  answerCompare({ vectorHash, vector }: SyncCompare, peer: PeerId): Uint8Array {
    const { digests, book, store, spread } = this.#init
    const theirs = hashTextOf(vectorHash)
    if (theirs === undefined) throw new StateFormatError('a compare without the hash of a vector')
    const same = theirs === digests.vector().text
    // Who only wants to know how it stands opens no session, and where both hold nothing neither would ask when one of them does.
    if (!vector && !(same && store.core.stored.isEmpty)) this.#unqueue(peer)
    book.note(peer, same)
    if (same) {
      spread.reached(peer, spread.mark)
      return SyncCompareReply.encode({ contentHash: digests.content().bytes })
    }
    if (!vector) return SyncCompareReply.encode({})
    return SyncCompareReply.encode({ vector: readOpening(vector, holdingsOf(store.core.stored)).answer })
  }

  /** Which of the two differs. Rejects as requests do. */
  async #compare(peer: PeerId): Promise<'same' | 'vector' | 'content'> {
    const { rpc, digests, book, spread } = this.#init
    const asked = digests.vector()
    const { mark } = spread
    const body = SyncRequest.encode({ compare: { vectorHash: asked.bytes } })
    const reply = await rpc.request(peer, SYNC_PROTOCOL, body, { timeoutMs: COMPARE_TIMEOUT_MS })
    const { contentHash } = SyncCompareReply.decode(reply)
    book.note(peer, contentHash !== undefined)
    if (!contentHash) return 'vector'
    spread.reached(peer, mark)
    // Of another moment the own content says nothing; then the next compare does.
    if (digests.vector().text !== asked.text || hashTextOf(contentHash) === digests.content().text) return 'same'
    book.note(peer, false)
    return 'content'
  }

  /** Nothing is to be asked of it for having been met any more: it asks itself, or is gone. */
  #unqueue(peer: PeerId): void {
    this.#newcomers.delete(peer)
    this.#unasked.delete(peer)
  }

  #session(): SessionInit {
    const { store, clock, digests } = this.#init
    const init: SessionInit = {
      store,
      clock,
      digests,
      hold: this.#receiver !== undefined && clock.monotonic() < this.#receivingUntil,
      onNews: () => {
        this.#receiver = init
        this.#receivingUntil = clock.monotonic() + RECEIVING_MS
        this.#excite()
      },
    }
    return init
  }

  #over(init: SessionInit): void {
    if (this.#receiver === init) this.#receiver = undefined
  }

  /** @param mark what of this node's writes it had to hand over */
  #settled(peer: PeerId, { complete }: SessionReport, mark: Mark): void {
    this.#init.book.note(peer, complete)
    // What did not go over in this session may still be missing.
    if (complete) this.#init.spread.reached(peer, mark)
    else this.#retry(peer)
  }

  #failed(peer: PeerId, error: Error): PeerReport {
    this.#broke(peer, error)
    if (error instanceof CoveyError && error.code === 'BUSY') this.#retry(peer)
    const known =
      error instanceof CoveyError ? error : new CoveyError('SYNC_FAILED', messageOf(error), 'The next one may succeed.')
    return { ...NO_REPORT, peer, complete: false, error: known }
  }

  #broke(peer: PeerId, error: unknown): void {
    const { complaints, log } = this.#init
    // What is no error of the network is one of the peer's: bytes that cannot be read.
    if (error instanceof CoveyError) log.debug('an exchange failed', { peer, error: error.message })
    else complaints.add(peer, 'session', error)
  }

  #retry(peer: PeerId): void {
    const { clock, random } = this.#init
    clock.after(BUSY_RETRY_MS * (1 + random.float()), () => this.soon(peer, false))
  }

  #next(): void {
    for (const [peer, differs] of this.#queue) {
      if (!this.#running || this.#active.size >= MAX_EXCHANGES) return
      this.#queue.delete(peer)
      void this.with(peer, differs)
    }
  }

  #any(): PeerId | undefined {
    const { network, random } = this.#init
    const peers = network.peers()
    return peers[random.below(peers.length)]
  }

  /** News came: others may want them, and there may be more. */
  #excite(): void {
    this.#wait = EXCITED_MS
    if (this.#running && this.#dueAt > this.#init.clock.monotonic() + 2 * EXCITED_MS) this.#arm()
  }

  #arm(): void {
    const { clock, random } = this.#init
    this.#timer?.cancel()
    const wait = this.#wait * (0.75 + 0.5 * random.float())
    this.#wait = Math.min(EXCHANGE_EVERY_MS, this.#wait * 2)
    this.#dueAt = clock.monotonic() + wait
    this.#timer = clock.after(wait, () => {
      const peer = this.#any()
      if (peer !== undefined && !this.#unasked.has(peer)) this.soon(peer, false)
      this.#arm()
    })
  }
}
