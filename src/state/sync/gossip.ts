import type { Clock, Timer } from '../../lib/clock.ts'
import type { Random } from '../../lib/random.ts'
import type { Network, PeerId } from '../../network/network.ts'
import { SyncNews } from '../../wire/sync.ts'
import { type Dot, peerOf } from '../dot.ts'
import type { StateStore } from '../store.ts'
import type { PeerBook } from './book.ts'
import type { Complaints } from './complaints.ts'
import { type Digests, digestOf } from './digest.ts'
import { GOSSIP_COALESCE_MS, GOSSIP_EVERY_MS, GOSSIP_EVERY_MS_A_MEMBER, MAX_NEWS_BYTES } from './limits.ts'
import { readNews, topicOf } from './messages.ts'
import type { Spread } from './spread.ts'

export interface GossipInit {
  network: Network
  clock: Clock
  random: Random
  store: StateStore
  digests: Digests
  book: PeerBook
  complaints: Complaints
  spread: Spread
  mesh: string
  /** How many members are known. */
  countMembers(): number
  /** A node has written what does not show here. */
  onGap(peer: PeerId, dot: Dot): void
}

/**
 * Announces on gossip where this node stands: soon after own writes, and slowly otherwise. Only the writer does: if all
 * whose digest changes did, one write would cost a message from everybody to everybody.
 */
export class Gossip {
  readonly #init: GossipInit
  #timer: Timer | undefined
  #dueAt = 0
  #unsubscribe: (() => void) | undefined

  constructor(init: GossipInit) {
    this.#init = init
  }

  start(): void {
    const { network, mesh } = this.#init
    this.#unsubscribe = network.subscribe(topicOf(mesh), (data, from) => this.#heard(data, from))
    this.#armSlowly()
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#timer?.cancel()
  }

  /** An own write is durable. */
  written(): void {
    if (this.#dueAt <= this.#init.clock.monotonic() + GOSSIP_COALESCE_MS) return
    this.#arm(GOSSIP_COALESCE_MS, () => this.#init.spread.isEnough)
  }

  #arm(ms: number, isNeedless: () => boolean): void {
    const { clock, random } = this.#init
    this.#timer?.cancel()
    // Never later than that: `written` counts on it.
    const wait = ms * (0.5 + 0.5 * random.float())
    this.#dueAt = clock.monotonic() + wait
    this.#timer = clock.after(wait, () => {
      if (!isNeedless()) this.#announce()
      this.#armSlowly()
    })
  }

  #armSlowly(): void {
    const ms = Math.max(GOSSIP_EVERY_MS, this.#init.countMembers() * GOSSIP_EVERY_MS_A_MEMBER)
    this.#arm(ms, () => false)
  }

  #announce(): void {
    const { network, store, digests, mesh } = this.#init
    const { replica, core } = store
    // Who holds nothing has nothing to tell; an idle mesh without state stays silent.
    if (replica === undefined || core.stored.isEmpty) return
    const { bytes } = digests.get()
    network.publish(topicOf(mesh), SyncNews.encode({ digest: bytes, replica, sequence: store.durable, forward: false }))
  }

  #heard(data: Uint8Array, from: PeerId): void {
    const { store, digests, book, complaints, network, onGap } = this.#init
    try {
      if (data.length > MAX_NEWS_BYTES) throw new RangeError(`news of ${data.length} bytes`)
      const news = readNews(data)
      // Of most that is heard the writer is no neighbour: then what it holds is of no use here.
      if (news.digest && network.isConnected(from) && peerOf(news.replica) === from) {
        const digest = digestOf(news.digest)
        const same = digest?.vector === digests.vector().text && digest.content === digests.content().text
        if (same) book.note(from, true)
      }
      if (news.sequence > store.core.visible(news.replica)) onGap(from, news)
    } catch (error) {
      complaints.add(from, 'gossip', error)
    }
  }
}
