import type { SyncBatch, SyncFinal } from '../../wire/sync.ts'
import { StateFormatError } from '../codec.ts'
import { Context } from '../context.ts'
import type { StateStore } from '../store.ts'
import { readBatch } from './batch-reader.ts'
import { takeEvents } from './intake.ts'
import { MAX_CLAIM, MAX_UNDURABLE } from './limits.ts'
import { NameReader } from './names.ts'
import type { Moved } from './outgoing.ts'
import type { PeerHoldings } from './peer-holdings.ts'

export interface IncomingListener {
  /** That many batches are durable, and the final too. */
  acknowledge(batches: number, final: boolean): void
  /** Something came that was not here. */
  onNews(): void
  /** The storage failed. */
  fail(error: Error): void
}

/** The receiving half of a session. */
export class Incoming {
  readonly moved: Moved = { events: 0, bytes: 0 }
  readonly #store: StateStore
  readonly #names: NameReader
  readonly #peer: PeerHoldings
  readonly #listener: IncomingListener
  /** Batches that are not durable yet. */
  readonly #undurable = new Set<Promise<void>>()
  #durable = 0
  #isClosed = false

  constructor(store: StateStore, peer: PeerHoldings, listener: IncomingListener) {
    this.#store = store
    this.#names = new NameReader(peer)
    this.#peer = peer
    this.#listener = listener
  }

  /** Takes a batch; resolves when another may come. Throws `StateFormatError` on a bad one, rejects with the storage's error. */
  async batch(batch: SyncBatch, bytes: number): Promise<void> {
    if (this.#isClosed) throw new StateFormatError('a batch behind the final')
    const events = readBatch(batch, this.#names)
    this.moved.events += batch.events
    this.moved.bytes += bytes
    const taken = takeEvents(this.#store, events)
    if (taken.isNews) this.#listener.onNews()
    const durable = taken.durable.then(() => {
      this.#durable++
      this.#undurable.delete(durable)
      // Most sessions are a batch and a final: the acknowledgement of the final says it all.
      if (!this.#isClosed && this.#durable % MAX_UNDURABLE === 0) this.#listener.acknowledge(this.#durable, false)
    })
    this.#undurable.add(durable)
    durable.catch(this.#listener.fail)
    // Waiting for the oldest leaves the others' commits under way; the channel's window then slows the sender.
    if (this.#undurable.size >= MAX_UNDURABLE) for (const oldest of this.#undurable) return oldest
  }

  /** The peer has sent all that it had: what of it is not here is dead. Resolves when that is durable. */
  async final(final: SyncFinal): Promise<void> {
    if (this.#isClosed) throw new StateFormatError('a second final')
    this.#isClosed = true
    this.#names.learn(final.names)
    const claims = new Context()
    // Where no more showed there than here when the session began all is here already.
    for (const [index, run] of this.#peer.ahead()) this.#claim(claims, index, run)
    for (const { index, run } of final.claims) {
      if (run > MAX_CLAIM) throw new StateFormatError(`a claim of ${run} writes`)
      this.#claim(claims, index, run)
    }
    await Promise.all([...this.#undurable, this.#store.close(claims)])
    this.#listener.acknowledge(this.#durable, true)
  }

  /** Mostly it has come since: only what has not makes a difference. */
  #claim(claims: Context, index: number, run: number): void {
    if (run === 0) return
    const replica = this.#names.get(index)
    if (run > this.#store.core.stored.contiguous(replica)) claims.add(replica, 1, run)
  }
}
