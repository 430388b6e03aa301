import { EventEmitter } from 'node:events'
import { type Clock, sleep } from '../../lib/clock.ts'
import { CoveyError, InvalidInputError, messageOf, StoppedError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Random } from '../../lib/random.ts'
import type { Member } from '../../membership/member.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { RequestContext, Rpc } from '../../network/rpc.ts'
import { StateFormatError } from '../codec.ts'
import type { Dot } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import { isFirstJoin } from '../roster/first-join.ts'
import type { StateStore } from '../store.ts'
import { PeerBook, type PeerSync } from './book.ts'
import { Complaints } from './complaints.ts'
import { type Digest, Digests } from './digest.ts'
import { Exchanges, type PeerReport } from './exchanges.ts'
import { Gaps } from './gaps.ts'
import { Gossip } from './gossip.ts'
import { BUSY_RETRY_MS, GAP_GRACE_MS, GOSSIP_GRACE_MS, SYNC_NOW_PEERS, SYNC_NOW_TRIES } from './limits.ts'
import { readRequest, SYNC_PROTOCOL } from './messages.ts'
import type { Moved } from './outgoing.ts'
import { Push } from './push.ts'
import { Repair } from './repair.ts'
import { Spread } from './spread.ts'

export type { PeerSync } from './book.ts'
export type { Digest } from './digest.ts'
export type { PeerReport } from './exchanges.ts'

export interface SyncComponents {
  network: Network
  rpc: Rpc
  clock: Clock
  random: Random
  log: Log
  store: StateStore
  /** The mesh's name. */
  mesh: string
  /** Who is there, so that a push is handed on where its writer does not reach all. */
  membership: { members(): Iterable<Member> }
  /** Whether a connected peer held nothing when it was met: who holds nothing either need not ask it. Default: nobody did. */
  wasEmpty?(peer: PeerId): boolean
}

export interface SyncEvents {
  /** Two values of one dot met: two copies of one replica have written. The greater hash has won. */
  conflict: [dot: Dot]
}

export interface SyncCounters {
  /** Messages of peers that made no sense. */
  readonly dropped: number
  /** Events that were joined although their dots were held. */
  readonly repaired: number
  /** Dots that had two values. */
  readonly conflicts: number
}

/** Keeps the replicated state of this node equal to that of the others (protocols/sync). */
export interface Sync extends EventEmitter<SyncEvents> {
  /** After the store has begun to write and the network is up. Idempotent. */
  start(): void
  /** Idempotent. */
  stop(): void
  /** Exchanges with every connected peer, `SYNC_NOW_PEERS` at a time, and says what moved. Never rejects. */
  syncNow(): Promise<PeerReport[]>
  /** Compares with every connected peer and says how each stands, for `COMPARE_TIMEOUT_MS` at most. Never rejects. */
  status(): Promise<PeerSync[]>
  /** Of what shows here: equal where two nodes show the same. */
  digest(): Digest
  readonly counters: SyncCounters
}

/** Make it before the network starts, so that its protocol is known. */
export function createSync(components: SyncComponents): Sync {
  return new StateSync(components)
}

class StateSync extends EventEmitter<SyncEvents> implements Sync {
  readonly #parts: SyncComponents
  readonly #digests: Digests
  readonly #complaints: Complaints
  readonly #repair: Repair
  readonly #exchanges: Exchanges
  readonly #book: PeerBook
  readonly #push: Push
  readonly #gossip: Gossip
  readonly #gaps: Gaps
  #conflicts = 0
  /** What `start` subscribed and `stop` ends. */
  #undo: (() => void)[] = []

  constructor(parts: SyncComponents) {
    super()
    const { rpc, clock, store } = parts
    const log = parts.log.scoped('sync')
    this.#parts = parts
    this.#digests = new Digests(store)
    this.#complaints = new Complaints(log)
    this.#book = new PeerBook(clock)
    this.#repair = new Repair({ rpc, clock, log, store, onConflict: (dot) => this.#conflict(dot) })
    const shared = {
      ...parts,
      log,
      digests: this.#digests,
      book: this.#book,
      complaints: this.#complaints,
      spread: new Spread(store),
    }
    this.#exchanges = new Exchanges({ ...shared, repair: this.#repair })
    this.#gaps = new Gaps(clock, store.core, (peer) => this.#look(peer))
    this.#push = new Push({
      ...shared,
      reachesAll: () => this.#reachesAll(),
      onGap: (peer, dot) => this.#gaps.add(peer, dot, GAP_GRACE_MS),
    })
    this.#gossip = new Gossip({
      ...shared,
      countMembers: () => [...parts.membership.members()].length,
      onGap: (peer, dot) => this.#gaps.add(peer, dot, GOSSIP_GRACE_MS),
    })
    rpc.handle(SYNC_PROTOCOL, (body, context) => this.#answer(body, context))
    rpc.onNotify(SYNC_PROTOCOL, (body, peer) => this.#push.take(body, peer))
    rpc.onChannel(SYNC_PROTOCOL, (channel, body) => this.#exchanges.accept(channel, body))
  }

  get counters(): SyncCounters {
    return { dropped: this.#complaints.dropped, repaired: this.#repair.repaired, conflicts: this.#conflicts }
  }

  start(): void {
    if (this.#undo.length > 0) return
    const { network, store } = this.#parts
    const onConnect = (peer: PeerId): void => this.#exchanges.connected(peer)
    const onDisconnect = (peer: PeerId): void => this.#exchanges.disconnected(peer)
    const onSettled = (): void => this.#exchanges.settled()
    const onWritten = (event: WriteEvent): void => {
      // Nobody waits for a first join: it is not announced, and where pushes are handed on, so that several would tell each to all, it is
      // left to the exchanges.
      if (!isFirstJoin(event)) {
        this.#push.written(event)
        this.#gossip.written()
      } else if (this.#reachesAll()) {
        this.#push.written(event)
      } else {
        this.#push.keep(event)
      }
    }
    network.on('connect', onConnect).on('disconnect', onDisconnect)
    store.on('written', onWritten).on('settled', onSettled)
    this.#undo = [
      () => network.off('connect', onConnect).off('disconnect', onDisconnect),
      () => store.off('written', onWritten).off('settled', onSettled),
    ]
    this.#push.start()
    this.#gossip.start()
    this.#exchanges.start()
    for (const peer of network.peers()) this.#exchanges.connected(peer)
  }

  stop(): void {
    for (const undo of this.#undo) undo()
    this.#undo = []
    this.#push.stop()
    this.#gossip.stop()
    this.#gaps.stop()
    this.#exchanges.stop()
  }

  async syncNow(): Promise<PeerReport[]> {
    const peers = this.#parts.network.peers().sort()
    const reports: PeerReport[] = []
    let next = 0
    const lane = async (): Promise<void> => {
      while (next < peers.length) {
        const at = next++
        reports[at] = await this.#exchangeNow(peers[at] as PeerId)
      }
    }
    await Promise.all(Array.from({ length: SYNC_NOW_PEERS }, lane))
    return reports
  }

  async #exchangeNow(peer: PeerId): Promise<PeerReport> {
    const { clock, random } = this.#parts
    let report = await this.#exchanges.anew(peer)
    for (let tries = 1; tries < SYNC_NOW_TRIES && isToBeRepeated(report); tries++) {
      await sleep(clock, BUSY_RETRY_MS * (1 + random.float()))
      report = followed(report, await this.#exchanges.anew(peer))
    }
    return report
  }

  async status(): Promise<PeerSync[]> {
    const peers = this.#parts.network.peers().sort()
    return Promise.all(peers.map((peer) => this.#exchanges.stand(peer)))
  }

  digest(): Digest {
    return this.#digests.get()
  }

  #answer(body: Uint8Array, { peer, deadline }: RequestContext): Uint8Array | Promise<Uint8Array> {
    if (this.#undo.length === 0) throw new StoppedError('the state of this node')
    try {
      const request = readRequest(body)
      if (request.compare) return this.#exchanges.answerCompare(request.compare, peer)
      const answer = this.#repair.answer(request, deadline)
      if (!answer) throw new StateFormatError('a request for nothing known')
      return answer.catch((error) => this.#refuse(peer, error))
    } catch (error) {
      return this.#refuse(peer, error)
    }
  }

  /** Bytes that make no sense are the peer's fault; what has a code of its own is passed on. */
  #refuse(peer: PeerId, error: unknown): never {
    if (error instanceof CoveyError) throw error
    this.#complaints.add(peer, 'request', error)
    throw new InvalidInputError(
      `not a sync request: ${messageOf(error)}`,
      'Its sender speaks another version, or is broken.',
    )
  }

  #reachesAll(): boolean {
    const { membership, network } = this.#parts
    for (const { id, state } of membership.members()) {
      if ((state === 'alive' || state === 'suspect') && id !== network.self && !network.isConnected(id)) return false
    }
    return true
  }

  #look(peer: PeerId): void {
    if (this.#parts.network.isConnected(peer)) this.#exchanges.soon(peer, true)
    else this.#exchanges.soonWithAny()
  }

  #conflict({ replica, sequence }: Dot): void {
    this.#conflicts++
    this.#parts.log.scoped('sync').error('one write has two values: two copies of a data directory have run', {
      replica,
      sequence,
    })
    this.emit('conflict', { replica, sequence })
  }
}

/** Its own session with this node was under way, it has many, or one of the two was receiving from somebody else: all pass. */
const isToBeRepeated = ({ error, complete }: PeerReport): boolean => (error ? error.code === 'BUSY' : !complete)

/** Two exchanges with one peer as one. */
function followed(first: PeerReport, second: PeerReport): PeerReport {
  return {
    ...second,
    sent: sum(first.sent, second.sent),
    received: sum(first.received, second.received),
    repaired: first.repaired + second.repaired,
  }
}

const sum = (a: Moved, b: Moved): Moved => ({ events: a.events + b.events, bytes: a.bytes + b.bytes })
