import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { type Random, sample } from '../../lib/random.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import { SyncNews } from '../../wire/sync.ts'
import { type Dot, peerOf } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import type { StateStore } from '../store.ts'
import { readBatch } from './batch-reader.ts'
import { batchOf, weightOf } from './batch-writer.ts'
import type { Complaints } from './complaints.ts'
import { takeEvents } from './intake.ts'
import { FORWARD_PEERS, MAX_NEWS_BYTES, MAX_PUSH_BYTES, MAX_PUSH_EVENT_BYTES } from './limits.ts'
import { readNews, SYNC_PROTOCOL } from './messages.ts'
import { NameReader, NameWriter } from './names.ts'

export interface PushInit {
  network: Network
  rpc: Rpc
  clock: Clock
  random: Random
  log: Log
  store: StateStore
  complaints: Complaints
  /** Whether some living member has no connection to this node. */
  reachesAll(): boolean
  /** A peer has, or knows of, writes of that replica that do not show here. */
  onGap(peer: PeerId, dot: Dot): void
}

/**
 * Tells connected peers at once of small own writes, so that they show elsewhere in about a round trip. A hint: what does
 * not arrive, or is too large, is fetched by the exchange that follows.
 */
export class Push {
  readonly #init: PushInit
  #events: WriteEvent[] = []
  #bytes = 0
  /** The last own write since the last push, pushed itself or not. */
  #last: Dot | undefined
  /** A push at the end of this turn is under way. */
  #flushing = false
  #running = false

  constructor(init: PushInit) {
    this.#init = init
  }

  start(): void {
    this.#running = true
  }

  stop(): void {
    this.#running = false
    this.#clear()
  }

  /** An own write is durable. */
  written(event: WriteEvent): void {
    if (!this.#running) return
    // What is written in one turn, or becomes durable in one commit, goes as one message.
    if (!this.#flushing) this.#init.clock.soon(() => this.#flush())
    this.#flushing = true
    this.keep(event)
  }

  /** An own write is durable that nobody waits to hear of: it goes with the next, which would show nowhere without it. */
  keep(event: WriteEvent): void {
    if (!this.#running) return
    this.#last = { replica: event.replica, sequence: event.sequence }
    const bytes = weightOf(event)
    if (bytes > MAX_PUSH_EVENT_BYTES || this.#bytes + bytes > MAX_PUSH_BYTES) return
    this.#bytes += bytes
    this.#events.push(event)
  }

  /** A peer pushes. */
  take(body: Uint8Array, from: PeerId): void {
    const { store, complaints, log } = this.#init
    if (!this.#running) return
    try {
      if (body.length > MAX_NEWS_BYTES) throw new RangeError(`news of ${body.length} bytes`)
      const news = readNews(body)
      let isNews = false
      if (news.batch) {
        const taken = takeEvents(store, readBatch(news.batch, new NameReader()))
        isNews = taken.isNews
        taken.durable.catch((error: Error) => log.debug('what was pushed could not be kept', { error: error.message }))
      }
      if (isNews && news.forward) this.#forward(body, from, peerOf(news.replica))
      if (news.sequence > store.core.visible(news.replica)) this.#init.onGap(from, news)
    } catch (error) {
      complaints.add(from, 'news', error)
    }
  }

  #flush(): void {
    this.#flushing = false
    const { network, rpc, reachesAll } = this.#init
    const dot = this.#last
    if (dot === undefined) return
    const peers = network.peers()
    if (peers.length > 0) {
      const batch = this.#events.length > 0 ? batchOf(this.#events, new NameWriter()) : undefined
      const body = SyncNews.encode({ ...dot, forward: !reachesAll(), ...(batch && { batch }) })
      for (const peer of peers) rpc.notify(peer, SYNC_PROTOCOL, body)
    }
    this.#clear()
  }

  /** Hands on what was new here. Whoever has it already hands nothing on, so that it ends. */
  #forward(body: Uint8Array, from: PeerId, writer: PeerId | undefined): void {
    const { network, rpc, random } = this.#init
    const peers = network.peers().filter((peer) => peer !== from && peer !== writer)
    for (const peer of sample(peers, FORWARD_PEERS, random)) rpc.notify(peer, SYNC_PROTOCOL, body)
  }

  #clear(): void {
    this.#events = []
    this.#bytes = 0
    this.#last = undefined
  }
}
