import type { GossipSub, Message } from '@libp2p/gossipsub'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { PeerId } from '../network.ts'

type Listener = (data: Uint8Array, from: PeerId) => void

/** Topics and who listens to them, on this node; keeps what was subscribed while the node below is not there yet. */
export class Gossip {
  readonly #log: Log
  readonly #topics = new Map<string, Set<Listener>>()
  #pubsub: GossipSub | undefined
  /** Messages that could not be published. */
  failures = 0

  constructor(log: Log) {
    this.#log = log
  }

  attach(pubsub: GossipSub): void {
    this.#pubsub = pubsub
    pubsub.addEventListener('message', this.#onMessage)
    for (const topic of this.#topics.keys()) pubsub.subscribe(topic)
  }

  detach(): void {
    this.#pubsub?.removeEventListener('message', this.#onMessage)
    this.#pubsub = undefined
  }

  publish(topic: string, data: Uint8Array): void {
    this.#pubsub?.publish(topic, data).catch((error: unknown) => {
      // Gossip is a hint: whoever misses it learns the same by direct exchange.
      this.failures++
      this.#log.debug('a message was not published', { topic, error: messageOf(error) })
    })
  }

  subscribe(topic: string, listener: Listener): () => void {
    const listeners = this.#topics.get(topic) ?? new Set()
    listeners.add(listener)
    if (!this.#topics.has(topic)) {
      this.#topics.set(topic, listeners)
      this.#pubsub?.subscribe(topic)
    }
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return
      this.#topics.delete(topic)
      this.#pubsub?.unsubscribe(topic)
    }
  }

  readonly #onMessage = ({ detail }: CustomEvent<Message>): void => {
    // Only signed messages name their author, and only those are accepted.
    if (detail.type !== 'signed') return
    const from = detail.from.toString()
    for (const listener of this.#topics.get(detail.topic) ?? []) listener(detail.data, from)
  }
}
