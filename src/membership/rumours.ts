import type { PeerId } from '../network/network.ts'
import type { Awareness } from './awareness.ts'
import { Broadcasts, retransmitLimit } from './broadcasts.ts'
import { decodeRow } from './codec.ts'
import type { Connections } from './connections.ts'
import type { MembershipCounters } from './counters.ts'
import { INCARNATION_BLOCK, OwnIncarnation } from './incarnation.ts'
import { MAX_INCARNATION_LEAP, MAX_MEMBERS } from './limits.ts'
import type { MembershipEvents } from './member.ts'
import type { Preset } from './presets.ts'
import { isPresent, overrides, type Row } from './row.ts'
import { Suspicion } from './suspicion.ts'
import type { MemberRecord, MemberTable } from './table.ts'

/** Peers that a refutation is sent to at once, without waiting for gossip: all that a full mesh has. */
const EAGER_FANOUT = 64
/** Bytes of news in one round of gossip: streams carry it as one frame, and a crowd that joins is told in a few. */
const GOSSIP_BYTES = 16 * 1024
/** Bytes of news that a probe or its answer carries besides: below one TCP segment, so that it costs no packet. */
const PIGGYBACK_BYTES = 1200
/** How long news wait for company before the first round of gossip, in milliseconds. */
const GOSSIP_DELAY_MS = 10
/** How long a member that left is remembered, in milliseconds: until no rumour of its life is under way any more. */
export const LEFT_RETENTION_MS = 10 * 60_000
/** How long a dead member is remembered and redialled, in milliseconds: a day, so that a mesh cut by night heals. */
export const DEAD_RETENTION_MS = 24 * 60 * 60_000

export interface RumourEffects {
  /** Sends rows to peers, one way. */
  tell(peers: readonly PeerId[], rows: readonly Uint8Array[]): void
  /** Makes it durable that all incarnations below `bound` may have been used; then calls `reserved`. */
  reserve(bound: number): void
  /** A member's state changed as the event says. */
  event(name: keyof MembershipEvents, record: MemberRecord): void
  /** A member became present (alive or suspect), or is no longer. */
  presence(record: MemberRecord): void
  /** Compares tables with a random peer. */
  compare(): void
  /** `peer` said that this node is dead or has left. */
  calledDead(peer: PeerId, now: number): void
}

export interface RumourInit {
  self: PeerId
  addresses: readonly string[]
  /** First incarnation of a block that is durable, see `OwnIncarnation`. */
  incarnation: number
  preset: Preset
  table: MemberTable
  awareness: Awareness
  connections: Connections
  counters: MembershipCounters
  effects: RumourEffects
}

/** What is believed of the members, and what is told of them: rows in, suspicions, refutations, rows out. Pure. */
export class Rumours {
  readonly #init: RumourInit
  readonly #own: OwnIncarnation
  readonly #broadcasts = new Broadcasts()
  readonly #suspects = new Map<PeerId, MemberRecord>()
  #nextDeadline = Number.POSITIVE_INFINITY
  #gossipAt = Number.POSITIVE_INFINITY
  #lastGossip = Number.NEGATIVE_INFINITY
  #leaving = false
  /** The peer whose message is being taken told an old tale of this node: its answer carries the new one. */
  #correct = false

  constructor(init: RumourInit, now: number) {
    this.#init = init
    this.#own = new OwnIncarnation(init.incarnation, init.incarnation + INCARNATION_BLOCK)
    this.#setSelf('alive', init.addresses, now)
  }

  get self(): MemberRecord {
    return this.#init.table.get(this.#init.self) as MemberRecord
  }

  /** Whether this node said that it leaves. */
  get leaving(): boolean {
    return this.#leaving
  }

  /** When `tick` has something to do. */
  get due(): number {
    return Math.min(this.#nextDeadline, this.#gossipAt)
  }

  tick(now: number): void {
    if (now >= this.#nextDeadline) this.#expire(now)
    if (now >= this.#gossipAt) this.#gossip(now)
  }

  /** Takes the rows of one message of `from`. */
  receive(rows: readonly Uint8Array[], from: PeerId, now: number): void {
    for (const bytes of rows) {
      const row = decodeRow(bytes)
      if (row) this.merge(row, from, now)
      else this.#init.counters.malformed++
    }
  }

  merge(row: Row, from: PeerId, now: number): void {
    const { table, counters, self } = this.#init
    const known = table.get(row.id)
    if (row.incarnation > (known?.incarnation ?? 0) + MAX_INCARNATION_LEAP) {
      counters.leaps++
    } else if (row.id === self) {
      this.#aboutSelf(row, from, now)
    } else if (!known) {
      // What is over before it was known is no news, and remembering it for ever anew would be: nodes forget in turn.
      if (isPresent(row.state) && this.#room()) this.#set(row, from, now)
    } else if (overrides(row, known)) {
      this.#set(row, from, now)
    } else if (row.state === known.state && row.incarnation === known.incarnation) {
      this.#sameAgain(row, known, from, now)
    }
  }

  /** This node's own probe of the member failed. */
  accuse(record: MemberRecord, now: number): void {
    const { self, connections, table, effects } = this.#init
    const { id, incarnation, addresses } = record
    this.merge({ id, state: 'suspect', incarnation, addresses, accusers: [self] }, self, now)
    // Straight to the accused: it is the one who has to answer, and gossip goes to whom it likes.
    if (record.state === 'suspect' && connections.has(id)) effects.tell([id], [table.encoded(record)])
  }

  /** Rows to send along with a probe of `peer`, or an answer to it. */
  newsFor(peer: PeerId): readonly Uint8Array[] {
    const { table } = this.#init
    const correct = this.#correct
    this.#correct = false
    const record = table.get(peer)
    const buried = record !== undefined && record.state !== 'alive'
    if (!correct && !buried && this.#broadcasts.size === 0) return NO_ROWS
    const rows = this.#broadcasts.take(PIGGYBACK_BYTES, 1, this.#limit())
    if (buried) rows.push(table.encoded(record))
    if (correct) rows.push(table.encoded(this.self))
    return rows
  }

  /** There is somebody to gossip with. */
  connected(now: number): void {
    if (!this.#broadcasts.idle) this.#scheduleGossip(now)
  }

  /** This node itself stood still for `ms`: nobody had a chance to be heard by it meanwhile. */
  extend(ms: number): void {
    for (const record of this.#suspects.values()) record.suspicion?.extend(ms)
    this.#gossipAt += ms
    this.#reckon()
  }

  /** Incarnations up to `bound` are durable. */
  reserved(bound: number, now: number): void {
    if (this.#own.extend(bound) && !this.#leaving) this.#announce(now)
  }

  /** Where this node can be dialled has changed: a new incarnation says so. */
  setAddresses(addresses: readonly string[], now: number): void {
    this.self.addresses = addresses
    this.#raise(this.#own.current, now)
  }

  /** Says that this node leaves, from now on. Returns the row that says it. */
  leave(now: number): Uint8Array {
    this.#leaving = true
    const record = this.#setSelf('left', this.self.addresses, now)
    this.#broadcasts.add(record.id, this.#init.table.encoded(record))
    return this.#init.table.encoded(record)
  }

  /** Forgets who is dead or gone for long enough. Looks at all members: called once in a while. */
  forget(now: number): void {
    const { table } = this.#init
    for (const record of [...table.values()]) {
      if (isPresent(record.state) || record.id === this.#init.self) continue
      if (now - record.since >= (record.state === 'left' ? LEFT_RETENTION_MS : DEAD_RETENTION_MS))
        table.remove(record.id)
    }
  }

  #aboutSelf(row: Row, from: PeerId, now: number): void {
    if (this.#leaving) return
    const { awareness, effects, counters } = this.#init
    const { current } = this.#own
    if (row.state === 'alive' && row.incarnation <= current) return
    if (row.state === 'dead' || row.state === 'left') effects.calledDead(from, now)
    if (row.incarnation < current) {
      this.#correct = true
      return
    }
    if (row.state === 'suspect') awareness.add(1)
    counters.refutations++
    this.#raise(row.incarnation, now)
  }

  #raise(heard: number, now: number): void {
    if (this.#leaving) return
    const { ready, reserve } = this.#own.raise(heard)
    if (reserve !== undefined) this.#init.effects.reserve(reserve)
    if (ready) this.#announce(now)
  }

  #announce(now: number): void {
    const { table, connections, effects } = this.#init
    const record = this.#setSelf('alive', this.self.addresses, now)
    const bytes = table.encoded(record)
    this.#broadcasts.add(record.id, bytes)
    this.#scheduleGossip(now)
    const peers = connections.choose(EAGER_FANOUT, () => true)
    if (peers.length > 0) effects.tell(peers, [bytes])
  }

  #setSelf(state: 'alive' | 'left', addresses: readonly string[], now: number): MemberRecord {
    const { table, self } = this.#init
    return table.set({ id: self, state, incarnation: this.#own.current, addresses, accusers: [] }, now)
  }

  /** The row is what is known already: perhaps with another accuser. */
  #sameAgain(row: Row, record: MemberRecord, from: PeerId, now: number): void {
    if (row.state === 'suspect' && this.#accusedBy(record, row, from)) this.#spread(record, now)
  }

  /** Returns whether one of the row's accusers is new and counts. */
  #accusedBy(record: MemberRecord, row: Row, from: PeerId): boolean {
    let news = false
    const accusers = row.accusers.length > 0 ? row.accusers : [from]
    for (const accuser of accusers) if (record.suspicion?.accuse(accuser)) news = true
    if (!news) return false
    record.encoded = undefined
    this.#reckon()
    return true
  }

  #set(row: Row, from: PeerId, now: number): void {
    const { table, effects, preset, counters } = this.#init
    const before = table.get(row.id)?.state
    const record = table.set(row, now)
    this.#suspects.delete(row.id)
    record.suspicion = undefined
    if (row.state === 'suspect') {
      counters.suspicions++
      // Whoever could confirm: all but the accused and one accuser.
      record.suspicion = new Suspicion(row.incarnation, now, table.present - 2, preset)
      this.#suspects.set(row.id, record)
      this.#accusedBy(record, row, from)
    }
    this.#reckon()
    // That somebody joined is hearsay. Accusations and refutations race with deadlines: each node tells them in full.
    this.#spread(record, now, before === undefined && row.state === 'alive')
    const was = before !== undefined && isPresent(before)
    const is = isPresent(row.state)
    if (was !== is) effects.presence(record)
    if (!was && is) effects.event('join', record)
    if (row.state === 'suspect') effects.event('suspect', record)
    else if (row.state === 'alive' && before === 'suspect') effects.event('refute', record)
    else if (was && !is) effects.event(row.state === 'left' ? 'left' : 'dead', record)
  }

  #spread(record: MemberRecord, now: number, hearsay = false): void {
    const bytes = this.#init.table.encoded(record)
    if (hearsay) this.#broadcasts.addHearsay(record.id, bytes)
    else this.#broadcasts.add(record.id, bytes)
    this.#scheduleGossip(now)
  }

  #scheduleGossip(now: number): void {
    const next = Math.max(now + GOSSIP_DELAY_MS, this.#lastGossip + this.#init.preset.gossipIntervalMs)
    this.#gossipAt = Math.min(this.#gossipAt, next)
  }

  #gossip(now: number): void {
    const { connections, preset, effects } = this.#init
    this.#lastGossip = now
    this.#gossipAt = Number.POSITIVE_INFINITY
    const peers = connections.choose(preset.gossipFanout, () => true)
    // With nobody connected the news keep; the next connection schedules them.
    if (peers.length === 0) return
    if (this.#broadcasts.takeComparison()) effects.compare()
    const rows = this.#broadcasts.take(GOSSIP_BYTES, peers.length, this.#limit())
    if (rows.length > 0) effects.tell(peers, rows)
    if (!this.#broadcasts.idle) this.#scheduleGossip(now)
  }

  #expire(now: number): void {
    let unsure = false
    for (const record of [...this.#suspects.values()]) {
      const { suspicion, id, incarnation, addresses } = record
      if (!suspicion || now < suspicion.due) continue
      unsure ||= !suspicion.checked
      suspicion.checked = true
      if (now < suspicion.deadline) continue
      this.merge({ id, state: 'dead', incarnation, addresses, accusers: [] }, this.#init.self, now)
    }
    this.#reckon()
    if (unsure) this.#init.effects.compare()
  }

  #reckon(): void {
    this.#nextDeadline = Number.POSITIVE_INFINITY
    for (const { suspicion } of this.#suspects.values()) {
      if (suspicion && suspicion.due < this.#nextDeadline) this.#nextDeadline = suspicion.due
    }
  }

  /** Room for another member: if need be the one that is dead or gone for the longest makes it. */
  #room(): boolean {
    const { table, counters } = this.#init
    if (table.size < MAX_MEMBERS) return true
    let oldest: MemberRecord | undefined
    for (const record of table.values()) {
      if (!isPresent(record.state) && (!oldest || record.since < oldest.since)) oldest = record
    }
    if (oldest) table.remove(oldest.id)
    else counters.full++
    return oldest !== undefined
  }

  #limit(): number {
    return retransmitLimit(this.#init.table.present)
  }
}

const NO_ROWS: readonly Uint8Array[] = []
