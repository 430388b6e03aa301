import { CancelledError } from '../../lib/errors.ts'
import type { Channel } from '../../network/rpc.ts'
import { type SyncClaim, SyncMessage } from '../../wire/sync.ts'
import type { StateStore } from '../store.ts'
import type { Holdings } from './holdings.ts'
import { NameWriter } from './names.ts'
import type { PeerHoldings } from './peer-holdings.ts'
import { Plan } from './plan.ts'

/** What went one way. */
export interface Moved {
  events: number
  bytes: number
}

/** The sending half of a session. */
export class Outgoing {
  readonly moved: Moved = { events: 0, bytes: 0 }
  readonly #store: StateStore
  readonly #channel: Channel
  readonly #names: NameWriter
  readonly #plan: Plan

  /** @param said what this end's hello said; the plan is made now, and may claim more */
  constructor(store: StateStore, channel: Channel, peer: PeerHoldings, said: Holdings) {
    this.#store = store
    this.#channel = channel
    this.#names = new NameWriter(peer)
    for (const [index, replica] of peer.foreign()) this.#names.introduce(index, replica)
    this.#plan = new Plan(store, peer, said)
  }

  /**
   * Sends all batches, at the pace of the reader, then the final. Rejects when the channel breaks. What can be sent at once is, before
   * this returns: the listening end's hello, its batch and its final leave together.
   */
  async run(onMove: () => void): Promise<void> {
    /** Resolves when there is room for another. */
    let room: Promise<void> | undefined
    while (!this.#plan.isDone) {
      if (room) await room
      const durable = this.#durable(this.#plan.needs)
      if (durable) await durable
      const batch = this.#plan.batch(this.#names)
      if (batch.events === 0) continue
      room = this.#send({ batch: batch.take() })
      this.moved.events += batch.events
      onMove()
    }
    const durable = this.#durable(this.#plan.lastOwn)
    if (durable) await Promise.all([room, durable])
    const claims = this.#claims()
    // The final is small: it waits for room behind the last batch, and not apart.
    await Promise.all([room, this.#send({ final: { names: this.#names.take(), claims } })])
    onMove()
  }

  /** What showed when the plan was made, and not yet when the hello was. */
  #claims(): SyncClaim[] {
    return this.#plan.unsaid.map(([replica, run]) => ({ index: this.#names.index(replica), run }))
  }

  #send(message: SyncMessage): Promise<void> {
    const bytes = SyncMessage.encode(message)
    this.moved.bytes += bytes.length
    return this.#channel.send(bytes)
  }

  /** Until own writes are durable up to that one: before, they must not leave this node. */
  #durable(sequence: number): Promise<void> | undefined {
    if (this.#plan.isDurable(sequence)) return undefined
    const { signal } = this.#channel
    return new Promise((resolve, reject) => {
      const over = (error?: Error): void => {
        this.#store.off('written', check)
        signal.removeEventListener('abort', onAbort)
        if (error) reject(error)
        else resolve()
      }
      const check = (): void => {
        const durable = this.#plan.isDurable(sequence)
        if (durable) over()
        if (durable === undefined) over(new CancelledError('this node writes under a new epoch'))
      }
      const onAbort = (): void => over(new CancelledError('the session is over'))
      this.#store.on('written', check)
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
      else check()
    })
  }
}
