import type { EventEmitter } from 'node:events'
import type { Member, MembershipEvents } from '../membership/member.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Catalogue, CatalogueEffect } from './catalogue.ts'

/** What the directory needs of membership: whom it knows, and when that changes. */
export interface Liveness extends EventEmitter<MembershipEvents> {
  get(peer: PeerId): Member | undefined
  members(): Iterable<Member>
}

export interface PresenceListener {
  onEffects(effects: readonly CatalogueEffect[]): void
  /** A living member without an announcement showed up. */
  onGap(): void
}

/**
 * Keeps the catalogue told who is there: whom membership calls alive or suspect, and whom it does not know yet but who
 * is connected. Also which of them said nothing of themselves so far.
 */
export class Presence {
  readonly #network: Network
  readonly #membership: Liveness
  readonly #catalogue: Catalogue
  readonly #listener: PresenceListener
  readonly #silent = new Set<PeerId>()
  #undo: (() => void) | undefined

  constructor(network: Network, membership: Liveness, catalogue: Catalogue, listener: PresenceListener) {
    this.#network = network
    this.#membership = membership
    this.#catalogue = catalogue
    this.#listener = listener
  }

  start(): void {
    const onMember = ({ id }: { id: PeerId }): void => this.#update(id)
    const onPeer = (peer: PeerId): void => this.#update(peer)
    const memberEvents = ['join', 'suspect', 'refute', 'dead', 'left'] as const
    const peerEvents = ['connect', 'disconnect'] as const
    for (const event of memberEvents) this.#membership.on(event, onMember)
    for (const event of peerEvents) this.#network.on(event, onPeer)
    this.#undo = () => {
      for (const event of memberEvents) this.#membership.off(event, onMember)
      for (const event of peerEvents) this.#network.off(event, onPeer)
    }
    this.#update(this.#network.self)
    for (const { id } of this.#membership.members()) this.#update(id)
    for (const peer of this.#network.peers()) this.#update(peer)
  }

  stop(): void {
    this.#undo?.()
    this.#undo = undefined
  }

  hasGap(): boolean {
    return this.#silent.size > 0
  }

  /** The catalogue holds an announcement of `peer` now. */
  announced(peer: PeerId): void {
    this.#silent.delete(peer)
  }

  #update(peer: PeerId): void {
    const present = this.#isPresent(peer)
    if (present === this.#catalogue.isPresent(peer)) return
    const effects = this.#catalogue.setPresent(peer, present)
    if (!present) this.#silent.delete(peer)
    else if (!this.#catalogue.get(peer) && peer !== this.#network.self) {
      this.#silent.add(peer)
      this.#listener.onGap()
    }
    this.#listener.onEffects(effects)
  }

  #isPresent(peer: PeerId): boolean {
    if (peer === this.#network.self) return true
    const state = this.#membership.get(peer)?.state
    if (state === undefined) return this.#network.isConnected(peer)
    return state === 'alive' || state === 'suspect'
  }
}
