import type { Clock, Timer } from '../lib/clock.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Signer } from '../lib/signer.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Rpc } from '../network/rpc.ts'
import type { Storage } from '../storage/storage.ts'
import type { Context } from './context.ts'
import { Epochs } from './epochs/epochs.ts'
import { Garbage } from './garbage/garbage.ts'
import { PASS_MS, RETENTION_MS } from './garbage/limits.ts'
import { encodeRetired } from './garbage/retired.ts'
import { Upkeep } from './garbage/upkeep.ts'
import { CopySender } from './rebase/copy.ts'
import { REBASE_RETRY_MS } from './rebase/limits.ts'
import { Rebaser } from './rebase/rebaser.ts'
import { decodeHello, encodeHello, type Hello, type Verdict, verdict } from './rebase/verdict.ts'
import { RETIRED } from './roster/names.ts'
import { ROSTER_PROTOCOL } from './roster/protocol.ts'
import { Roster } from './roster/roster.ts'
import type { StateStore } from './store.ts'

export interface CustodyComponents {
  /** The mesh's name. */
  mesh: string
  store: StateStore
  storage?: Storage
  network: Network
  rpc: Rpc
  signer: Signer
  clock: Clock
  random: Random
  log: Log
  /** A member that is away for longer is evicted, in milliseconds, at least a few passes. Default `RETENTION_MS`. */
  retentionMs?: number
  /** The storage failed: the node must stop. Called once or more. */
  onFatal(error: unknown): void
}

/**
 * The care of the replicated state over time: as which replica this node writes, who is a member, what everybody has and
 * may forget, and who must begin anew. Make it before the network starts, so that its protocol is known.
 */
export class Custody {
  readonly roster: Roster
  readonly garbage: Garbage
  readonly upkeep: Upkeep
  readonly #components: CustodyComponents
  readonly #log: Log
  readonly #epochs: Epochs
  readonly #rebaser: Rebaser
  #running = false
  #retry: Timer | undefined

  constructor(components: CustodyComponents) {
    const { retentionMs = RETENTION_MS, rpc, network, store } = components
    this.#components = components
    this.#log = components.log.scoped('custody')
    this.roster = new Roster(components)
    this.garbage = new Garbage({ ...components, roster: this.roster })
    this.#epochs = new Epochs({
      ...components,
      members: () => this.roster.members,
      retire: (replica, final) => {
        const value = encodeRetired({ final, dropped: false })
        // A pass does it again, should this fail.
        if (final > 0) this.#attempt('retire', store.write([{ namespace: RETIRED, key: replica, path: '', value }]))
      },
    })
    this.upkeep = new Upkeep({
      ...components,
      roster: this.roster,
      garbage: this.garbage,
      // Less than a few passes would evict who only restarts.
      retentionMs: Math.max(retentionMs, 4 * PASS_MS),
    })
    this.#rebaser = new Rebaser({
      ...components,
      self: network.self,
      roster: this.roster,
      garbage: this.garbage,
      epochs: this.#epochs,
    })
    const sender = new CopySender(store, () => this.garbage.collected)
    rpc.handle(ROSTER_PROTOCOL, this.#epochs.answer)
    rpc.onChannel(ROSTER_PROTOCOL, (channel) => void sender.send(channel))
  }

  /** After the store is loaded and the network is started. Rejects as the storage does. */
  async start(): Promise<void> {
    if (this.#running) return
    this.#running = true
    const { store } = this.#components
    this.roster.start()
    await this.garbage.start()
    await this.#epochs.start()
    this.upkeep.start()
    this.roster.on('change', this.#onRoster)
    store.on('settled', this.#onSettled)
    this.#onRoster()
  }

  stop(): void {
    this.#running = false
    this.#retry?.cancel()
    this.roster.off('change', this.#onRoster)
    this.#components.store.off('settled', this.#onSettled)
    this.upkeep.stop()
    this.#epochs.stop()
    this.garbage.stop()
    this.roster.stop()
  }

  /** What a peer has to be told before the two exchange; to be sent anew with every session. */
  hello(peer: PeerId): Uint8Array {
    return encodeHello(this.#hello(peer))
  }

  /**
   * Whether to exchange with a peer now. On 'rebase first' this node begins to; the session ends, and the next one goes on. Until
   * a peer's hello was answered with 'go on', nothing that it sends may be taken, pushed or not.
   * @param held what the peer holds
   */
  onHello(peer: PeerId, bytes: Uint8Array, held: Context): Verdict {
    const { network, store } = this.#components
    const own = { peer: network.self, hello: this.#hello(peer), held: store.core.stored }
    const decision = verdict(own, { peer, hello: decodeHello(bytes), held })
    if (decision === 'rebase first') this.#rebase(peer)
    else store.checkClaim(held)
    return decision
  }

  /** Whether another state is about to take the place of this one. */
  get rebasing(): boolean {
    return this.#rebaser.running
  }

  #hello(peer: PeerId): Hello {
    const { members } = this.roster
    const acknowledged = this.garbage.acknowledged(this.#components.network.self)?.shown ?? new Map()
    const { collected } = this.garbage
    return { collected, acknowledged, members: members.length, first: members[0] ?? '', known: this.roster.has(peer) }
  }

  #rebase(peer: PeerId): void {
    if (this.#rebaser.running || this.#retry) return
    this.#rebaser.rebase(peer).catch((error: unknown) => {
      this.#log.warn('a rebase failed', { peer, error: messageOf(error) })
      // The next session tries again, but not at once.
      this.#retry = this.#components.clock.after(REBASE_RETRY_MS, () => {
        this.#retry = undefined
      })
    })
  }

  readonly #onRoster = (): void => {
    const { network } = this.#components
    // Whoever runs is a member; who was evicted has the others' word for it now, and comes back.
    if (!this.roster.has(network.self) && !this.#leaving) this.#attempt('join', this.roster.join())
  }

  /** Others have retired the epoch that this node writes as: what it writes from now on must be of another. */
  readonly #onSettled = (): void => {
    const { replica } = this.#components.store
    if (replica !== undefined && this.garbage.retired.has(replica)) this.#epochs.renew()
  }

  #leaving = false

  /** Leaves the roster for good; resolves when that is durable. Rejects as the storage does. */
  async leave(): Promise<void> {
    this.#leaving = true
    await this.roster.leave()
  }

  #attempt(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#log.warn('could not be done', { what, error: messageOf(error) }))
  }
}
