import { EventEmitter } from 'node:events'
import type { Clock } from '../../lib/clock.ts'
import { InvalidInputError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Signer } from '../../lib/signer.ts'
import type { PeerId } from '../../network/network.ts'
import type { CellChange } from '../cells.ts'
import type { CellWrite, StateCore } from '../core.ts'
import { BYTES_TAG, type Encoded } from '../encoded.ts'
import type { Sibling } from '../entry.ts'
import type { StateStore } from '../store.ts'
import { encodeValue } from '../value.ts'
import { MEMBERS } from './names.ts'
import { MAX_MEMBERS, MAX_PEER_CHARS, MAX_REASON_CHARS } from './protocol.ts'
import { compareMemberships, encodeMembership, type Membership, readMembership, Step } from './record.ts'

export interface RosterComponents {
  /** The mesh's name. */
  mesh: string
  store: StateStore
  signer: Signer
  clock: Clock
  log: Log
}

export interface RosterEvents {
  /** Somebody joined, left or was evicted. */
  change: []
}

/**
 * Who is a member: a decision, not an observation. Who has joined is a member until it leaves or is evicted. The records are
 * cells of the replicated state, each signed; one with a bad signature counts for nothing. Two nodes that hold the same
 * state have the same roster.
 */
export class Roster extends EventEmitter<RosterEvents> {
  readonly #components: RosterComponents
  readonly #log: Log
  readonly #latest = new Map<PeerId, Membership>()
  /** Undefined until somebody asks. */
  #members: readonly PeerId[] | undefined
  #first: PeerId | undefined
  #size = 0
  /** The join is just being written: it may itself be the first write, before which a node is to join. */
  #isJoining = false
  #rejected = 0

  constructor(components: RosterComponents) {
    super()
    this.#components = components
    this.#log = components.log.scoped('roster')
  }

  /** After the store is loaded. */
  start(): void {
    const { store } = this.#components
    for (const key of store.core.cells.keys(MEMBERS)) this.#read(key)
    this.#forgetOrder()
    store.on('change', this.#onChange)
  }

  stop(): void {
    this.#components.store.off('change', this.#onChange)
  }

  /** All members, sorted by id. */
  get members(): readonly PeerId[] {
    this.#members ??= this.#sorted()
    return this.#members
  }

  /** How many members there are. */
  get size(): number {
    return Math.min(this.#size, MAX_MEMBERS)
  }

  /** The smallest id of a member; empty where there is none. While a crowd joins it is asked for far more often than all of them. */
  get first(): PeerId {
    this.#first ??= this.#smallest()
    return this.#first
  }

  has(peer: PeerId): boolean {
    return this.#latest.get(peer)?.step === Step.JOIN
  }

  /** What happened last to a peer; undefined where nothing is known. */
  get(peer: PeerId): Membership | undefined {
    return this.#latest.get(peer)
  }

  /** All that is known of peers, members or not, sorted by id. */
  all(): Membership[] {
    return [...this.#latest.values()].sort((a, b) => (a.peer < b.peer ? -1 : 1))
  }

  /** Records that were dropped because they were malformed or not signed by who must have. */
  get rejected(): number {
    return this.#rejected
  }

  /**
   * Makes this node a member; resolves when that is durable. Does nothing where it is one. Rejects as the store does. Where the store has
   * `begun` what is written after the call comes after it.
   */
  async join(): Promise<void> {
    const { id } = this.#components.signer
    if (this.#isJoining || this.has(id)) return
    this.#isJoining = true
    const written = this.#write(id, (this.get(id)?.term ?? 0) + 1, Step.JOIN, '')
    this.#isJoining = false
    await written
  }

  /** What makes this node a member in another state; undefined where it is one there. */
  joinMissingIn(core: StateCore): CellWrite | undefined {
    const { id } = this.#components.signer
    const standing = this.#standing(id, core)
    if (standing?.step === Step.JOIN) return undefined
    return this.#record(id, (standing?.term ?? 0) + 1, Step.JOIN, '')
  }

  /** Ends the own membership; the others forget this node's part in what is to be acknowledged. Rejects as the store does. */
  async leave(): Promise<void> {
    const { store, signer } = this.#components
    await store.whenBegun()
    const own = this.get(signer.id)
    if (own?.step === Step.JOIN) await this.#write(signer.id, own.term, Step.LEAVE, '')
  }

  /**
   * Ends the membership of a peer; does nothing where it has ended. Throws `InvalidInputError` on this node's own id or a
   * reason over `MAX_REASON_CHARS`; rejects as the store does.
   */
  async evict(peer: PeerId, reason: string): Promise<void> {
    const { store, signer } = this.#components
    if (peer === signer.id) throw new InvalidInputError('a node cannot evict itself', 'Let it leave.')
    if (reason.length > MAX_REASON_CHARS) {
      throw new InvalidInputError(`a reason of ${reason.length} characters`, `Use at most ${MAX_REASON_CHARS}.`)
    }
    await store.whenBegun()
    const standing = this.get(peer)
    if (standing?.step !== Step.JOIN) return
    this.#log.warn('evicted a member', { peer, reason })
    await this.#write(peer, standing.term, Step.EVICT, reason)
  }

  async #write(peer: PeerId, term: number, step: Step, reason: string): Promise<void> {
    await this.#components.store.write([this.#record(peer, term, step, reason)])
  }

  #record(peer: PeerId, term: number, step: Step, reason: string): CellWrite {
    const { mesh, signer, clock } = this.#components
    const record = encodeMembership(mesh, { peer, term, step, by: signer.id, time: clock.now(), reason }, signer)
    return { namespace: MEMBERS, key: peer, path: '', value: encodeValue(record) }
  }

  readonly #onChange = (changes: readonly CellChange[]): void => {
    let touched = false
    for (const { namespace, key, path } of changes) {
      if (namespace !== MEMBERS || path !== '') continue
      this.#read(key)
      touched = true
    }
    if (!touched) return
    this.#forgetOrder()
    this.emit('change')
  }

  #read(peer: PeerId): void {
    const best = this.#standing(peer, this.#components.store.core)
    this.#size += Number(best?.step === Step.JOIN) - Number(this.has(peer))
    if (best) this.#latest.set(peer, best)
    else this.#latest.delete(peer)
  }

  /** The best of what stands in the cell; what is no proper record of that peer counts for nothing. */
  #standing(peer: PeerId, core: StateCore): Membership | undefined {
    let best: Membership | undefined
    for (const sibling of core.siblings({ namespace: MEMBERS, key: peer, path: '' })) {
      const record = this.#verify(peer, sibling)
      if (record && (!best || compareMemberships(record, best) >= 0)) best = record
    }
    return best
  }

  #forgetOrder(): void {
    this.#members = undefined
    this.#first = undefined
  }

  #smallest(): PeerId {
    let first: PeerId | undefined
    for (const [peer, { step }] of this.#latest) {
      if (step === Step.JOIN && (first === undefined || peer < first)) first = peer
    }
    return first ?? ''
  }

  #verify(peer: PeerId, { event, entry }: Sibling): Membership | undefined {
    if (entry.value === undefined) return undefined
    const bytes = peer.length <= MAX_PEER_CHARS ? bytesOf(entry.value) : undefined
    const { mesh, signer } = this.#components
    const record = bytes && readMembership(mesh, peer, bytes, signer)
    if (record) return record
    this.#rejected++
    this.#log.warn('a bad record of the roster is ignored', { peer, replica: event.replica, sequence: event.sequence })
    return undefined
  }

  #sorted(): readonly PeerId[] {
    const members: PeerId[] = []
    for (const [peer, { step }] of this.#latest) if (step === Step.JOIN) members.push(peer)
    return members.sort().slice(0, MAX_MEMBERS)
  }
}

/** As they are kept, without a copy: a record is read and not changed. A value of another kind is no record. */
const bytesOf = (value: Encoded): Uint8Array | undefined =>
  typeof value !== 'string' && value[0] === BYTES_TAG ? value.subarray(1) : undefined
