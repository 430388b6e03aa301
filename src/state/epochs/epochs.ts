import type { Clock, Timer } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Random } from '../../lib/random.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { Rpc } from '../../network/rpc.ts'
import type { Storage } from '../../storage/storage.ts'
import { ConfirmAnswer, type ConfirmRequest, RosterRequest } from '../../wire/roster.ts'
import { peerOf, type ReplicaId, replicaId } from '../dot.ts'
import { MAX_REPLICA_CHARS } from '../limits.ts'
import { MAX_MEMBERS, MAX_PEER_CHARS, ROSTER_PROTOCOL } from '../roster/protocol.ts'
import type { StateStore } from '../store.ts'
import { Confirmation } from './confirmation.ts'
import { EpochStore } from './epoch-store.ts'
import { CONFIRM_RETRY_MS, CONFIRM_TIMEOUT_MS, CONFIRM_WAIT_MS, EPOCH_BYTES } from './limits.ts'
import { type Reissue, reissued } from './reissue.ts'

/** What to do instead. */
const EMPTY_HINT = 'do not put old copies back: with an empty directory a node gets all that the others have'

export interface EpochComponents {
  store: StateStore
  storage?: Storage
  network: Network
  rpc: Rpc
  clock: Clock
  random: Random
  log: Log
  /** Who is a member, this node or not. */
  members(): readonly PeerId[]
  /** Whether it is known here that a replica is over. */
  isOver(replica: ReplicaId): boolean
  /** A replica of this node is over; `final` is the highest sequence of it that is known. */
  retire(replica: ReplicaId, final: number): void
  /** The node cannot go on: its storage failed. */
  onFatal(error: unknown): void
}

/**
 * As which replica this node writes. After every start over a disk with own writes it first asks the members how much they hold of
 * its epoch; until it knows, writes wait. See `Confirmation` for the rule, and protocols/roster/README.md.
 */
export class Epochs {
  readonly #components: EpochComponents
  readonly #log: Log
  readonly #stored: EpochStore
  #confirmation: Confirmation | undefined
  /** As which the disk says that this node wrote, or does write now. */
  #replica: ReplicaId | undefined
  /** What the writing epoch held when this life began to write. */
  #since = 0
  #timers = new Set<Timer>()
  #asking = new Set<PeerId>()
  #patienceOver = false
  #wanted = false
  #running = false

  constructor(components: EpochComponents) {
    this.#components = components
    this.#log = components.log.scoped('epochs')
    this.#stored = new EpochStore(components.storage)
  }

  /** After the store is loaded. Resolves when it is known what to ask; `store.whenBegun` tells when it is settled. */
  async start(): Promise<void> {
    const { store, network } = this.#components
    this.#running = true
    store.on('wanted', this.#onWanted).on('reused', this.#onReused)
    this.#replica = await this.#stored.read()
    if (this.#replica === undefined || peerOf(this.#replica) !== network.self) return this.#takeFresh()
    const held = store.core.stored.rangesOf(this.#replica)
    // Own dots above a gap came back from others: the disk has lost some.
    if (held.length > 1 || (held[0]?.[0] ?? 1) > 1) return this.#takeFresh()
    this.#since = held[0]?.[1] ?? 0
    // Of an epoch with no writes nobody need be asked: another costs nothing, and this one may have had some that the disk has lost.
    if (this.#since === 0 || this.#components.isOver(this.#replica)) return this.#takeFresh()
    this.#confirmation = new Confirmation(network.self, this.#since, this.#known())
    network.on('connect', this.#onConnect)
    this.#ask()
    // Programs may write before this node has started.
    if (store.isWanted) this.#onWanted()
    this.#judge()
  }

  stop(): void {
    this.#running = false
    const { store, network } = this.#components
    store.off('wanted', this.#onWanted).off('reused', this.#onReused)
    network.off('connect', this.#onConnect)
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    this.#asking.clear()
  }

  /** Answers what a peer asks before its first write. Throws `RangeError` on what is no replica. */
  answer({ replica }: ConfirmRequest): Uint8Array {
    if (replica.length > MAX_REPLICA_CHARS) throw new RangeError('a replica id that is none')
    const highest = highestOf(this.#components.store, replica)
    const peers = this.#known().slice(0, MAX_MEMBERS)
    return ConfirmAnswer.encode({ highest, peers, over: this.#components.isOver(replica) })
  }

  /** What a connected peer answers to who asks how far it holds a replica. Rejects as requests do. */
  async confirm(peer: PeerId, replica: ReplicaId): Promise<ConfirmAnswer> {
    const body = RosterRequest.encode({ confirm: { replica } })
    const bytes = await this.#components.rpc.request(peer, ROSTER_PROTOCOL, body, { timeoutMs: CONFIRM_TIMEOUT_MS })
    return ConfirmAnswer.decode(bytes, { limits: { peers: MAX_MEMBERS } })
  }

  /** The name of another epoch, for a state that takes the place of this one; whatever was under way about epochs is void. */
  newReplica(): ReplicaId {
    this.#confirmation = undefined
    return replicaId(this.#components.network.self, this.#components.random.bytes(EPOCH_BYTES))
  }

  /** Writes go on as that one, whose row is durable and of which nobody else knows anything. */
  begin(replica: ReplicaId, sequence: number): void {
    this.#replica = replica
    this.#since = 0
    this.#components.store.begin(replica, sequence)
  }

  /** The writing epoch is over for the others: takes a fresh one. */
  renew(): void {
    const { store } = this.#components
    if (store.replica === undefined || !store.begun) return
    store.hold()
    void this.#takeFresh(store.sequence)
  }

  /** Who may hold something of an epoch, as far as it is known here. */
  #known(): PeerId[] {
    const { members, network } = this.#components
    return [...new Set([...members(), ...network.peers()])]
  }

  readonly #onConnect = (peer: PeerId): void => {
    this.#confirmation?.add([peer])
    this.#ask()
  }

  readonly #onWanted = (): void => {
    if (this.#wanted) return
    // Nobody pays for a fresh epoch who does not write.
    this.#wanted = true
    this.#after(CONFIRM_WAIT_MS, () => {
      this.#patienceOver = true
      this.#judge()
    })
    this.#judge()
  }

  /** Found late: what this life wrote is written again as another replica, since others hold other writes under its dots. */
  readonly #onReused = (sequence: number): void => {
    const { store } = this.#components
    this.#log.error(
      'the data directory is an old copy, and nobody who knew that was reached in time: later writes of this node may be lost for ' +
        'the others, too; those since its start are written again',
      { replica: store.replica, since: this.#since, others: sequence, hint: EMPTY_HINT },
    )
    store.hold()
    // Now, before what others hold takes its place.
    const again = reissued(store.core, this.#replica as ReplicaId, this.#since, store.sequence)
    void this.#takeFresh(Math.max(sequence, store.sequence), again)
  }

  #ask(): void {
    const { network } = this.#components
    for (const peer of this.#confirmation?.unanswered ?? []) {
      if (network.isConnected(peer) && !this.#asking.has(peer)) void this.#askPeer(peer)
    }
  }

  async #askPeer(peer: PeerId): Promise<void> {
    const confirmation = this.#confirmation
    if (!confirmation || this.#replica === undefined) return
    this.#asking.add(peer)
    try {
      const { highest, peers, over } = await this.confirm(peer, this.#replica)
      if (over) confirmation.over()
      confirmation.answer(
        peer,
        highest,
        peers.filter(({ length }) => length > 0 && length <= MAX_PEER_CHARS),
      )
      this.#asking.delete(peer)
    } catch (error) {
      this.#log.debug('a member did not confirm', { peer, error: messageOf(error) })
      // Not before: over a connection that is closing every request fails at once, and to ask again at once would let nothing else happen.
      this.#after(CONFIRM_RETRY_MS, () => {
        this.#asking.delete(peer)
        this.#ask()
      })
    }
    this.#ask()
    this.#judge()
  }

  #judge(): void {
    const confirmation = this.#confirmation
    if (!confirmation || !this.#running) return
    const { store } = this.#components
    // Also somebody who was not asked, since this disk does not know of him, may have brought back what it had lost.
    const held = highestOf(store, this.#replica as ReplicaId)
    const isOver = held > this.#since || this.#components.isOver(this.#replica as ReplicaId)
    const verdict = isOver ? 'fresh' : confirmation.verdict
    if (verdict === 'open' && !this.#patienceOver) return
    // Whoever comes before the first write can be asked.
    if (verdict === 'alone' && !this.#wanted) return
    this.#confirmation = undefined
    if (verdict === 'go on' || verdict === 'alone') {
      store.begin(this.#replica as ReplicaId, this.#since)
    } else {
      const { highest, unanswered } = confirmation
      const final = Math.max(highest, held)
      if (final > this.#since)
        this.#log.warn(
          'the data directory is an old copy: later writes of this node come back as far as others have them',
          {
            replica: this.#replica,
            since: this.#since,
            others: final,
            hint: EMPTY_HINT,
          },
        )
      else this.#log.info('a fresh epoch', { held, silent: unanswered.length })
      void this.#takeFresh(final)
    }
  }

  /**
   * At once, so that nothing shows or is stored before what is written again: what takes its place would hide it, and a crash
   * in between would lose it. Commits end in the order in which they began, so the epoch is on the disk before its first write.
   * @param final the highest sequence of the former epoch that is known
   * @param again what is written once more
   */
  async #takeFresh(final = this.#since, again: readonly Reissue[] = []): Promise<void> {
    const { store, network, onFatal } = this.#components
    const former = this.#replica
    const replica = this.newReplica()
    try {
      const stored = this.#stored.write(replica)
      this.begin(replica, 0)
      const written = again.map((write) => store.reenter(write.entries, write))
      if (former !== undefined && peerOf(former) === network.self) this.#components.retire(former, final)
      await Promise.all([stored, ...written])
    } catch (error) {
      onFatal(error)
    }
  }

  #after(ms: number, fn: () => void): void {
    const timer = this.#components.clock.after(ms, () => {
      this.#timers.delete(timer)
      fn()
    })
    this.#timers.add(timer)
  }
}

/** The last dot of a replica that is held, above a gap or not; 0 where there is none. */
const highestOf = ({ core }: StateStore, replica: ReplicaId): number => core.stored.rangesOf(replica).at(-1)?.[1] ?? 0
