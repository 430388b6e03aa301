import { EventEmitter } from 'node:events'
import type { Clock } from '../lib/clock.ts'
import { BusyError, InvalidInputError, messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Signer } from '../lib/signer.ts'
import type { Network, PeerId } from '../network/network.ts'
import type { Rpc } from '../network/rpc.ts'
import type { Storage } from '../storage/storage.ts'
import { RosterRequest } from '../wire/roster.ts'
import { Epochs } from './epochs/epochs.ts'
import { Garbage } from './garbage/garbage.ts'
import { PASS_MS, RETENTION_MS } from './garbage/limits.ts'
import { encodeRetired, NOT_RETIRED } from './garbage/retired.ts'
import { Upkeep } from './garbage/upkeep.ts'
import { CopySender } from './rebase/copy.ts'
import { MEETING_LIMITS, Meetings } from './rebase/meetings.ts'
import { Rebaser } from './rebase/rebaser.ts'
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

export interface CustodyEvents {
  /** State may be exchanged with this peer from now on. */
  admitted: [peer: PeerId]
  /** Not any more: what is under way with it must end. */
  dismissed: [peer: PeerId]
}

/**
 * The care of the replicated state over time: as which replica this node writes, who is a member, what everybody has and
 * may forget, and who must begin anew. Make it before the network starts, so that its protocol is known.
 */
export class Custody extends EventEmitter<CustodyEvents> {
  readonly roster: Roster
  readonly garbage: Garbage
  readonly upkeep: Upkeep
  readonly #components: CustodyComponents
  readonly #log: Log
  readonly #epochs: Epochs
  readonly #rebaser: Rebaser
  #running = false
  /** Peers may ask: before, this node does not know what it holds, nor as whom it writes. */
  #ready = false
  readonly #meetings: Meetings

  constructor(components: CustodyComponents) {
    super()
    const { retentionMs = RETENTION_MS, rpc, network, store } = components
    this.#components = components
    this.#log = components.log.scoped('custody')
    this.roster = new Roster(components)
    this.garbage = new Garbage({ ...components, roster: this.roster })
    this.#epochs = new Epochs({
      ...components,
      members: () => this.roster.members,
      isOver: (replica) => this.garbage.retired.has(replica),
      retire: (replica, final) => {
        const known = this.garbage.retired.get(replica) ?? NOT_RETIRED
        const value = encodeRetired({ ...known, final: Math.max(final, known.final) })
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
      heldBy: async (peer, replica) => (await this.#epochs.confirm(peer, replica)).highest,
    })
    this.#rebaser = new Rebaser({
      ...components,
      self: network.self,
      roster: this.roster,
      garbage: this.garbage,
      epochs: this.#epochs,
      onAdopt: () => this.#meetings.dismissAll(),
    })
    const sender = new CopySender(store, components.clock, () => this.garbage.collected)
    this.#meetings = new Meetings({
      ...components,
      roster: this.roster,
      garbage: this.garbage,
      rebaser: this.#rebaser,
      onAdmitted: (peer) => this.emit('admitted', peer),
      onDismissed: (peer) => this.emit('dismissed', peer),
    })
    rpc.handle(ROSTER_PROTOCOL, (body, { peer }) => this.#answer(body, peer))
    rpc.onChannel(ROSTER_PROTOCOL, (channel) => void sender.send(channel))
  }

  /** After the store is loaded and the network is started. Rejects as the storage does. */
  async start(): Promise<void> {
    if (this.#running) return
    this.#running = true
    const { store } = this.#components
    this.roster.start()
    // Programs may write before this node has started.
    store.on('first', this.#onFirst)
    await this.garbage.start()
    await this.#epochs.start()
    this.upkeep.start()
    this.#meetings.start()
    this.#ready = true
    this.roster.on('change', this.#joinIfDue)
    store.on('settled', this.#onSettled)
    this.#joinIfDue()
  }

  stop(): void {
    this.#running = false
    this.#ready = false
    this.#meetings.stop()
    this.roster.off('change', this.#joinIfDue)
    this.#components.store.off('settled', this.#onSettled).off('first', this.#onFirst)
    this.upkeep.stop()
    this.#epochs.stop()
    this.garbage.stop()
    this.roster.stop()
  }

  /** Whether state may be exchanged with a connected peer: what another sends must not be taken, pushed or not. */
  admits(peer: PeerId): boolean {
    return this.#meetings.admits(peer)
  }

  /** Whether a peer with whom state may be exchanged held nothing when it was met. */
  wasEmpty(peer: PeerId): boolean {
    return this.#meetings.wasEmpty(peer)
  }

  /** Whether another state is about to take the place of this one. */
  get rebasing(): boolean {
    return this.#rebaser.running
  }

  #answer(body: Uint8Array, peer: PeerId): Uint8Array {
    const { confirm, meeting } = RosterRequest.decode(body, { limits: MEETING_LIMITS })
    if (!this.#ready) throw new BusyError('this node is starting')
    if (confirm) return this.#epochs.answer(confirm)
    if (meeting) return this.#meetings.answer(peer, meeting)
    throw new InvalidInputError('a request of the roster that is none', 'Speak a version that this node speaks.')
  }

  /**
   * Whoever runs and holds anything of the state is a member; who was evicted has the others' word for it now, and comes back. Who
   * holds nothing has nothing that others would wait for: in a mesh that replicates nothing nobody need hear of anybody.
   */
  readonly #joinIfDue = (): void => {
    if (this.#isJoinQueued || !this.#isJoinDue) return
    this.#isJoinQueued = true
    // Not at once: who tells of a change is still about to write it down.
    const begun = this.#components.store.whenBegun().finally(() => {
      this.#isJoinQueued = false
    })
    this.#attempt(
      'join',
      begun.then(() => (this.#isJoinDue ? this.roster.join() : undefined)),
    )
  }

  get #isJoinDue(): boolean {
    const { network, store } = this.#components
    return this.#running && !this.#leaving && !this.roster.has(network.self) && !store.core.stored.isEmpty
  }

  /** Nobody is to see a write of who is no member: its replica would pass for one that is over. */
  readonly #onFirst = (): void => {
    if (!this.#leaving) this.#attempt('join', this.roster.join())
  }

  /** Others have retired the epoch that this node writes as: what it writes from now on must be of another. */
  readonly #onSettled = (): void => {
    this.#joinIfDue()
    const { store } = this.#components
    const { replica } = store
    const said = replica === undefined ? undefined : this.garbage.retired.get(replica)
    if (replica === undefined || !said) return
    // They may have had what an old disk has lost: then what was written since is not what they know.
    store.checkGiven(replica, Math.max(said.final, said.known.at(-1)?.[1] ?? 0))
    if (store.replica === replica) this.#epochs.renew()
  }

  #leaving = false
  #isJoinQueued = false

  /** Leaves the roster for good; resolves when that is durable. Rejects as the storage does. */
  async leave(): Promise<void> {
    this.#leaving = true
    await this.roster.leave()
  }

  #attempt(what: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#log.warn('could not be done', { what, error: messageOf(error) }))
  }
}
