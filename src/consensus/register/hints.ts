import { type Clock, every, type Timer } from '../../lib/clock.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import { RegisterNotice } from '../../wire/register.ts'
import { acceptorsOf } from '../voters/configuration.ts'
import type { Knowledge } from '../voters/knowledge.ts'
import { REGISTER_PROTOCOL } from './codec.ts'

/** How often a voter is told that a register is still of interest, in milliseconds. */
const WATCH_EVERY_MS = 5000
/** How long a voter tells of changes after it was told so, in milliseconds: one notice may be lost. */
const WATCH_MS = 12_000
/** Interests that a voter keeps, of all peers: beyond, the oldest goes, and its waiter looks without a hint. */
const MAX_WATCHES = 4096

export interface HintsComponents {
  network: Network
  rpc: Rpc
  clock: Clock
  knowledge: Knowledge
}

/**
 * Tells who waits for a register that it has changed: voters tell those that lately said that they wait. A hint, never a fact: it
 * may be lost, come twice, and tell of a change that is not decided yet.
 */
export class Hints {
  readonly #components: HintsComponents
  readonly #listeners = new Map<string, Set<() => void>>()
  /** As a voter: until when on the monotonic clock, by NAME and peer. */
  readonly #watches = new Map<string, Map<PeerId, number>>()
  #timer: Timer | undefined

  constructor(components: HintsComponents) {
    this.#components = components
  }

  start(): void {
    this.#components.network.on('connect', this.#tell)
    this.#timer = every(
      this.#components.clock,
      () => WATCH_EVERY_MS,
      () => {
        this.#tell()
        this.#expire()
      },
    )
  }

  stop(): void {
    this.#timer?.cancel()
    this.#components.network.off('connect', this.#tell)
    this.#watches.clear()
  }

  /** Returns the function that ends it. */
  on(name: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    listeners.add(listener)
    if (listeners.size === 1) this.#tellOf(name)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name)
    }
  }

  /** From a peer that waits. */
  watch(name: string, peer: PeerId): void {
    const { clock } = this.#components
    const watches = this.#watches.get(name) ?? new Map<PeerId, number>()
    this.#watches.delete(name)
    this.#watches.set(name, watches)
    watches.set(peer, clock.monotonic() + WATCH_MS)
    for (const oldest of this.#watches.keys()) {
      if (this.#watches.size <= MAX_WATCHES) break
      this.#watches.delete(oldest)
    }
  }

  /** The acceptor of this node has accepted something that `by` has proposed, who need not be told. */
  changed(name: string, by: PeerId): void {
    if (by !== this.#components.network.self) this.heard(name)
    const watches = this.#watches.get(name)
    if (!watches) return
    const { rpc, clock } = this.#components
    const body = RegisterNotice.encode({ changed: name })
    for (const [peer, until] of watches) {
      if (peer !== by && until > clock.monotonic()) rpc.notify(peer, REGISTER_PROTOCOL, body)
    }
  }

  /** A voter said so, or a change of this node was decided. */
  heard(name: string): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener()
  }

  readonly #tell = (): void => {
    for (const name of this.#listeners.keys()) this.#tellOf(name)
  }

  #tellOf(name: string): void {
    const { network, rpc, knowledge } = this.#components
    if (!knowledge.current) return
    const body = RegisterNotice.encode({ watch: name })
    for (const { peer } of acceptorsOf(knowledge.current)) {
      if (peer !== network.self) rpc.notify(peer, REGISTER_PROTOCOL, body)
    }
  }

  #expire(): void {
    const now = this.#components.clock.monotonic()
    for (const [name, watches] of this.#watches) {
      for (const [peer, until] of watches) if (until <= now) watches.delete(peer)
      if (watches.size === 0) this.#watches.delete(name)
    }
  }
}
