import type { Clock, Timer } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import { Meeting, RosterRequest } from '../../wire/roster.ts'
import { Context } from '../context.ts'
import { peerOf } from '../dot.ts'
import type { Garbage } from '../garbage/garbage.ts'
import { MAX_REPLICAS } from '../limits.ts'
import { ROSTER_PROTOCOL } from '../roster/protocol.ts'
import type { Roster } from '../roster/roster.ts'
import type { StateStore } from '../store.ts'
import { MEETING_RETRY_MS, MEETING_TIMEOUT_MS } from './limits.ts'
import type { Rebaser } from './rebaser.ts'
import { asksNothing, encodeMeeting, type Hello, readMeeting, type Side, verdict } from './verdict.ts'

export interface MeetingComponents {
  store: StateStore
  roster: Roster
  garbage: Garbage
  rebaser: Rebaser
  network: Network
  rpc: Rpc
  clock: Clock
  log: Log
  /** State may be exchanged with this peer from now on. */
  onAdmitted(peer: PeerId): void
  /** Not any more. */
  onDismissed(peer: PeerId): void
}

const RUNS = { held: MAX_REPLICAS, hello$: { collected: MAX_REPLICAS, acknowledged: MAX_REPLICAS } }
/** How much a request may hold. */
export const MEETING_LIMITS = { meeting$: RUNS }

/**
 * With whom state may be exchanged. Two nodes that connect first compare what they hold with what the other may have
 * forgotten; who is behind rebases, and they meet again. A member stays admitted for as long as it is connected: what it has
 * not acknowledged nobody forgets. A stranger has no such voice, and is looked at again whenever more was forgotten.
 */
export class Meetings {
  readonly #components: MeetingComponents
  readonly #log: Log
  readonly #admitted = new Set<PeerId>()
  /** Of those the ones that held nothing when they met this node last. */
  readonly #empty = new Set<PeerId>()
  readonly #meeting = new Set<PeerId>()
  readonly #timers = new Map<PeerId, Timer>()
  #collected: unknown

  constructor(components: MeetingComponents) {
    this.#components = components
    this.#log = components.log.scoped('meetings')
  }

  start(): void {
    const { network, store, garbage } = this.#components
    this.#collected = garbage.collected
    network.on('connect', this.#onConnect).on('disconnect', this.#onDisconnect)
    store.on('settled', this.#onSettled)
    for (const peer of network.peers()) this.#onConnect(peer)
  }

  stop(): void {
    const { network, store } = this.#components
    network.off('connect', this.#onConnect).off('disconnect', this.#onDisconnect)
    store.off('settled', this.#onSettled)
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
    this.dismissAll()
  }

  admits(peer: PeerId): boolean {
    return this.#admitted.has(peer) && !this.#components.rebaser.running
  }

  /** Whether a peer that is let in held nothing when it met this node last. */
  wasEmpty(peer: PeerId): boolean {
    return this.#empty.has(peer)
  }

  /** A peer tells what it holds, if anybody asks, and hears the same of this node. Throws on what makes no sense. */
  answer(peer: PeerId, meeting: Meeting): Uint8Array {
    const theirs = readMeeting(peer, meeting)
    const own = this.#side(peer, !asksNothing(theirs.hello))
    // It asks nothing and could not know that this node does: it hears it now, and meets again.
    if (theirs.partial && !asksNothing(own.hello)) this.#dismiss(peer)
    else this.#decide(own, theirs)
    return Meeting.encode(encodeMeeting(own))
  }

  /**
   * The one with the lower id begins, so that two do not ask at once; the other does if it has not. Also where it asks for nothing:
   * a peer whose connection to its former life still stands, as after a loss of power, sees no new one, and lets it in as who it was.
   */
  readonly #onConnect = (peer: PeerId): void => {
    if (this.#components.network.self < peer) void this.#meet(peer)
    else this.#again(peer)
  }

  /** Nobody is admitted until they have met anew. */
  dismissAll(): void {
    for (const peer of [...this.#admitted]) this.#dismiss(peer)
  }

  #dismiss(peer: PeerId): void {
    this.#empty.delete(peer)
    if (this.#admitted.delete(peer)) this.#components.onDismissed(peer)
  }

  readonly #onDisconnect = (peer: PeerId): void => {
    this.#dismiss(peer)
    this.#timers.get(peer)?.cancel()
    this.#timers.delete(peer)
  }

  /** More has been forgotten: who has no voice in that may lack something of it now. */
  readonly #onSettled = (): void => {
    const { garbage, roster } = this.#components
    if (garbage.collected === this.#collected) return
    this.#collected = garbage.collected
    for (const peer of [...this.#admitted]) {
      if (roster.has(peer)) continue
      this.#dismiss(peer)
      void this.#meet(peer)
    }
  }

  async #meet(peer: PeerId): Promise<void> {
    const { network, rebaser } = this.#components
    if (this.#meeting.has(peer) || rebaser.running || !network.isConnected(peer)) return
    this.#meeting.add(peer)
    try {
      // In a mesh that has forgotten nothing yet nobody is behind: then a meeting is as small as its peers are many.
      const quiet = asksNothing(this.#hello(peer))
      let own = this.#side(peer, !quiet)
      let theirs = await this.#ask(own, peer)
      if (quiet && !asksNothing(theirs.hello)) {
        own = this.#side(peer, true)
        theirs = await this.#ask(own, peer)
      }
      // More was forgotten since it was asked: the peer may lack just that.
      if (own.hello.collected === this.#components.garbage.collected) this.#decide(own, theirs)
      else this.#again(peer, 0)
    } catch (error) {
      this.#log.debug('a meeting failed', { peer, error: messageOf(error) })
      this.#again(peer)
    } finally {
      this.#meeting.delete(peer)
    }
  }

  async #ask(own: Side, peer: PeerId): Promise<Side> {
    const body = RosterRequest.encode({ meeting: encodeMeeting(own) })
    const { rpc } = this.#components
    const answer = await rpc.request(peer, ROSTER_PROTOCOL, body, { timeoutMs: MEETING_TIMEOUT_MS })
    return readMeeting(peer, Meeting.decode(answer, { limits: RUNS }))
  }

  #decide(own: Side, theirs: Side): void {
    const { store } = this.#components
    const { peer } = theirs
    const decision = verdict(own, theirs)
    if (decision !== 'go on') this.#dismiss(peer)
    // First: what was written under dots that others hold would count as known to them, and go with the state that goes.
    store.checkClaim(theirs.held)
    if (decision === 'rebase first') return void this.#rebase(peer)
    // Who has to wait is asked again by the one that rebases; should that fail, this one asks.
    if (decision === 'wait') return this.#again(peer)
    if (this.#admitted.has(peer)) return
    // What it writes from now on rests on what it has collected, and comes here.
    this.#components.garbage.require(theirs.hello.collected)
    this.#admitted.add(peer)
    if (theirs.empty) this.#empty.add(peer)
    this.#components.onAdmitted(peer)
  }

  async #rebase(peer: PeerId): Promise<void> {
    const { rebaser, network } = this.#components
    if (rebaser.running) return
    try {
      await rebaser.rebase(peer)
      // Everybody has met another state.
      for (const other of network.peers()) void this.#meet(other)
    } catch (error) {
      this.#log.warn('a rebase failed', { peer, error: messageOf(error) })
      this.#again(peer)
    }
  }

  #again(peer: PeerId, afterMs = MEETING_RETRY_MS): void {
    const { network, clock } = this.#components
    if (!network.isConnected(peer) || this.#timers.has(peer)) return
    const timer = clock.after(afterMs, () => {
      this.#timers.delete(peer)
      if (!this.#admitted.has(peer)) void this.#meet(peer)
    })
    this.#timers.set(peer, timer)
  }

  /** @param whole whether the peer needs to know all that is held here, or only what concerns itself */
  #side(peer: PeerId, whole: boolean): Side {
    const held = whole ? this.#held() : this.#heldOf(peer)
    const { network, store } = this.#components
    const { isEmpty } = store.core.stored
    return { peer: network.self, hello: this.#hello(peer), held, partial: !whole, empty: isEmpty }
  }

  #hello(peer: PeerId): Hello {
    const { network, roster, garbage } = this.#components
    return {
      collected: garbage.collected,
      acknowledged: garbage.acknowledged(network.self)?.shown ?? new Map(),
      members: roster.size,
      first: roster.first,
      known: roster.has(peer),
      time: garbage.cut?.time ?? 0,
    }
  }

  /** What is held of a peer's own replicas: it must hear in time that its disk is an old one. */
  #heldOf(peer: PeerId): Context {
    const { stored } = this.#components.store.core
    const held = new Context()
    for (const replica of stored.replicas()) {
      if (replica.startsWith(peer) && peerOf(replica) === peer) held.add(replica, 1, stored.contiguous(replica))
    }
    return held
  }

  #held(): Context {
    const { garbage, store } = this.#components
    const held = store.core.stored.clone()
    for (const [replica, { final, dropped }] of garbage.retired) if (dropped && final > 0) held.add(replica, 1, final)
    return held
  }
}
