import type { Clock } from '../lib/clock.ts'
import { CoveyError, messageOf, UnreachableError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Network, PeerAddress, PeerId } from '../network/network.ts'
import type { Detector } from './detector.ts'
import { type DialReason, Dials, REDIAL_MS } from './dials.ts'
import { MAX_ADDRESS_LENGTH, MAX_ADDRESSES, MAX_ID_LENGTH } from './limits.ts'
import { isPresent } from './row.ts'

/** How long one dial may take, in milliseconds: TCP's first retransmission of a SYN is after one second. */
const DIAL_LIMIT_MS = 2000
/**
 * How long the peer with the higher id waits for the lower one to dial, in milliseconds: both dialling at once would make
 * two connections. It does dial then, because the lower one may be unable to (an address translation between them).
 */
const DEFERENCE_MS = 400
/** With fewer connections than this, those under way included, a node dials whomever it hears of: it may know nobody else. */
const ENOUGH_TO_LEARN = 5
/** With more, it first learns how many there are, in milliseconds: a crowd that starts together needs no full mesh. */
const MEMBER_PATIENCE_MS = 150
/** And it leaves others the time to tell it of a stranger, in milliseconds; then it may be of an island of its own. */
const STRANGER_PATIENCE_MS = 3000
/** From one such dial of a node that knows enough to the next, in milliseconds: one of an island tells of all the others. */
const ISLAND_PACE_MS = 1000
/** How long a connection that is to no neighbour may be unused before who dialled it closes it, in milliseconds. */
export const IDLE_MS = 60_000

export interface DiallerInit {
  network: Network
  clock: Clock
  log: Log
  core: Detector
  maxConnections: number
}

interface Hint {
  readonly addresses: readonly string[]
  /** When it was heard of first, in milliseconds of the monotonic clock. */
  readonly since: number
}

/** Keeps the connections that the topology wants, and gives up those that nobody needs. */
export class Dialler {
  readonly #init: DiallerInit
  readonly #dials = new Dials()
  /** Where strangers can be dialled, and members too that were heard of anew. */
  readonly #hints = new Map<PeerId, Hint>()
  /** When the next stranger may be dialled by a node that knows enough. */
  #islandAt = Number.NEGATIVE_INFINITY
  /** Connections that this node asked for, and when any was last used. */
  readonly #dialled = new Set<PeerId>()
  readonly #used = new Map<PeerId, number>()
  #stopped = false

  constructor(init: DiallerInit) {
    this.#init = init
  }

  get due(): number {
    return this.#stopped ? Number.POSITIVE_INFINITY : this.#dials.due
  }

  /** No more dials of its own; `ensure` still works, for what is to be ended in order. */
  stop(): void {
    this.#stopped = true
  }

  /** Starts what is due. */
  run(now: number): void {
    if (this.#stopped) return
    for (let peer = this.#dials.take(now); peer !== undefined; peer = this.#dials.take(now)) this.#dial(peer)
  }

  /** Something about a member changed: it is dialled from now on, or no longer. */
  consider(peer: PeerId, now: number): void {
    const { core, network } = this.#init
    const record = core.table.get(peer)
    if (!record || peer === network.self) return
    // The dead all stay in the queue: which of them this node would be a neighbour of is asked when their turn comes.
    const dead = record.state === 'dead'
    if (network.isConnected(peer) || record.state === 'left' || !(dead || core.topology.wants(peer)))
      return this.#drop(peer)
    const patience = this.#knowsFew ? 0 : MEMBER_PATIENCE_MS
    this.#want(peer, dead ? 'dead' : 'member', now + (dead ? REDIAL_MS : patience))
  }

  /** A multicast, a bootstrap or a DHT said that `peer` exists. */
  discovered({ id, addresses }: PeerAddress, now: number): void {
    const { core, network } = this.#init
    if (id === network.self || id.length > MAX_ID_LENGTH || network.isConnected(id)) return
    const usable = addresses.filter((address) => address.length <= MAX_ADDRESS_LENGTH).slice(0, MAX_ADDRESSES)
    const state = core.table.get(id)?.state
    const present = state !== undefined && isPresent(state)
    if (present && !core.topology.wants(id)) return
    const patience = state || this.#knowsFew ? 0 : STRANGER_PATIENCE_MS
    // Who left may have come back, and may only be remembered by a cache: a few tries, as for a stranger.
    this.#want(id, present ? 'member' : state === 'dead' ? 'dead' : 'stranger', now + patience)
    if (this.#dials.has(id)) this.#hints.set(id, { addresses: usable, since: this.#hints.get(id)?.since ?? now })
  }

  connected(peer: PeerId, now: number): void {
    this.#drop(peer)
    this.#used.set(peer, now)
    this.#trimToLimit(peer)
  }

  disconnected(peer: PeerId, now: number): void {
    this.#used.delete(peer)
    this.#dialled.delete(peer)
    this.consider(peer, now)
  }

  /** Makes sure of a connection, and that it is not closed as idle for a while. Rejects with `UnreachableError`. */
  async ensure(peer: PeerId, timeoutMs: number): Promise<void> {
    const { network, clock, core } = this.#init
    if (!network.isConnected(peer)) {
      const addresses = this.#addressesOf(peer)
      if (addresses.length === 0) throw new UnreachableError(`no address of ${peer} is known`)
      await network.connect(peer, addresses, timeoutMs)
      if (!core.topology.neighbours.has(peer)) this.#dialled.add(peer)
    }
    this.#used.set(peer, clock.monotonic())
  }

  /** Closes the connections that nobody needs: those to no neighbour, dialled by this node, unused for a while. */
  trim(now: number): void {
    const { core, network } = this.#init
    if (core.topology.full) return
    for (const peer of network.peers()) {
      if (!this.#dialled.has(peer) || core.topology.neighbours.has(peer)) continue
      if (now - (this.#used.get(peer) ?? 0) >= IDLE_MS) network.disconnect(peer)
    }
    this.#trimToLimit(undefined)
  }

  /** Above the limit the longest unused go, whoever dialled them, but neither neighbours nor the latest. */
  #trimToLimit(latest: PeerId | undefined): void {
    const { core, network, maxConnections } = this.#init
    const excess = core.connections.size - maxConnections
    if (core.topology.full || excess <= 0) return
    const dispensable = network.peers().filter((peer) => peer !== latest && !core.topology.neighbours.has(peer))
    dispensable.sort((a, b) => (this.#used.get(a) ?? 0) - (this.#used.get(b) ?? 0))
    for (const peer of dispensable.slice(0, excess)) network.disconnect(peer)
  }

  get #knowsFew(): boolean {
    return this.#init.core.connections.size + this.#dials.underWay < ENOUGH_TO_LEARN
  }

  #want(peer: PeerId, reason: DialReason, at: number): void {
    this.#dials.want(peer, reason, at + (this.#init.network.self < peer ? 0 : DEFERENCE_MS))
  }

  #drop(peer: PeerId): void {
    this.#dials.drop(peer)
    this.#hints.delete(peer)
  }

  #addressesOf(peer: PeerId): readonly string[] {
    const known = this.#init.core.table.get(peer)?.addresses ?? []
    const hints = this.#hints.get(peer)?.addresses ?? []
    return hints.length === 0 ? known : [...new Set([...hints, ...known])].slice(0, 2 * MAX_ADDRESSES)
  }

  #dial(peer: PeerId): void {
    const { network } = this.#init
    const addresses = this.#addressesOf(peer)
    const verdict = addresses.length === 0 ? 'drop' : this.#judge(peer)
    if (verdict === 'drop') return this.#drop(peer)
    if (verdict === 'later') return this.#again(peer)
    network.connect(peer, addresses, DIAL_LIMIT_MS).then(
      () => {
        this.#dialled.add(peer)
        if (network.isConnected(peer)) this.#drop(peer)
        else this.#failed(peer, undefined)
      },
      (error: unknown) => this.#failed(peer, error),
    )
  }

  /** Much may have changed since a dial was queued. */
  #judge(peer: PeerId): 'dial' | 'later' | 'drop' {
    const { core, network } = this.#init
    if (this.#stopped || network.isConnected(peer)) return 'drop'
    const stranger = this.#dials.reasonOf(peer) === 'stranger'
    // Of a crowd that is heard of at once a few are enough; whoever is no neighbour then is told of by them.
    if (stranger && !this.#knowsFew && !this.#seeksIsland(peer)) return 'later'
    const state = core.table.get(peer)?.state
    // A record that was forgotten since, or somebody who left.
    if (state === undefined || state === 'left') return stranger ? 'dial' : 'drop'
    if (core.topology.wants(peer)) return 'dial'
    return state === 'dead' ? 'later' : 'drop'
  }

  /** Whether it is time to see for itself who a stranger is of whom nobody has told. */
  #seeksIsland(peer: PeerId): boolean {
    const now = this.#init.clock.monotonic()
    const since = this.#hints.get(peer)?.since ?? now
    if (now - since < STRANGER_PATIENCE_MS || now < this.#islandAt) return false
    this.#islandAt = now + ISLAND_PACE_MS
    return true
  }

  /** In its time, or no more: then nothing of it is kept. */
  #again(peer: PeerId): void {
    this.#dials.failed(peer, this.#init.clock.monotonic())
    if (!this.#dials.has(peer)) this.#hints.delete(peer)
  }

  #failed(peer: PeerId, error: unknown): void {
    if (this.#stopped) return
    const { log } = this.#init
    this.#again(peer)
    if (error === undefined) return
    const fields = { peer, error: messageOf(error) }
    if (error instanceof CoveyError) log.debug('a dial failed', fields)
    else log.warn('a dial failed for a reason that no network gives', fields)
  }
}
