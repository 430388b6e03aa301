import type { Random } from '../lib/random.ts'
import type { PeerId } from '../network/network.ts'
import { Awareness } from './awareness.ts'
import { Connections } from './connections.ts'
import { type MembershipCounters, newCounters } from './counters.ts'
import { ProbeOrder } from './order.ts'
import type { Preset } from './presets.ts'
import { isPresent } from './row.ts'
import { type RumourEffects, Rumours } from './rumours.ts'
import { type MemberRecord, MemberTable } from './table.ts'
import { Topology } from './topology.ts'

/** Helpers asked to probe a silent member (SWIM's k): three find the accused with 1 - loss^3. */
const HELPERS = 3
/** Probes under way at once: one a period, and one for each of a full mesh's connections that close together. */
const MAX_PROBES = 128
/** Direct probes in a row without an answer before a connection is held for broken, though its peer lives. */
const BROKEN_PATH_FAILURES = 3
/** Later than this part of a period beyond the time it asked for, a tick shows that the event loop stood still. */
const STALL_PERIODS = 0.5

export interface DetectorEffects extends Omit<RumourEffects, 'presence' | 'calledDead'> {
  /** Sends a probe to `target`, dialling it first if need be; then calls `acknowledged`, or `unreachable`. */
  ping(target: PeerId, probe: number, timeoutMs: number): void
  /** Asks `helper` to probe `target`; then calls `acknowledged` or `denied`. */
  pingVia(helper: PeerId, target: PeerId, probe: number, timeoutMs: number): void
  /** Aborts the connections to a present member and dials it anew: they are broken. */
  reconnect(peer: PeerId): void
  /** A member's presence or the neighbours changed: whom to dial may have changed. */
  wanted(peer: PeerId): void
}

export interface DetectorInit {
  self: PeerId
  addresses: readonly string[]
  /** First of a block of incarnations that is durable. */
  incarnation: number
  preset: Preset
  random: Random
  maxConnections: number
  effects: DetectorEffects
}

interface Probe {
  readonly target: MemberRecord
  readonly startedAt: number
  /** Until when the direct answer is awaited alone; infinite once helpers were asked. */
  directUntil: number
  readonly verdictAt: number
  asked: number
  denials: number
}

/**
 * The failure detector: SWIM (Das, Gupta, Motivala 2002) with Lifeguard (Dadgar, Phillips, Currey 2018). Pure: time comes
 * in as `now`, what is to be done goes out as effects. Whoever drives it calls `tick` when `due` has come.
 */
export class Detector {
  readonly table = new MemberTable()
  readonly counters: MembershipCounters = newCounters()
  readonly awareness = new Awareness()
  readonly connections: Connections
  readonly topology: Topology
  readonly rumours: Rumours
  readonly #init: DetectorInit
  readonly #order: ProbeOrder
  readonly #probes = new Map<number, Probe>()
  #nextProbeId = 1
  #nextProbeAt: number
  /** When something is to be done about a probe under way; undefined until it is asked for after one has changed. */
  #probesDue: number | undefined = Number.POSITIVE_INFINITY

  constructor(init: DetectorInit, now: number) {
    this.#init = init
    this.connections = new Connections(init.random)
    this.topology = new Topology(init.self, init.maxConnections)
    this.#order = new ProbeOrder(init.random)
    const { self, addresses, incarnation, preset, effects } = init
    const { table, awareness, connections, counters } = this
    const rumourEffects: RumourEffects = {
      tell: (peers, rows) => effects.tell(peers, rows),
      reserve: (bound) => effects.reserve(bound),
      compare: () => effects.compare(),
      event: (name, record) => effects.event(name, record),
      presence: (record) => this.#presence(record),
      calledDead: (peer, at) => this.#calledDead(peer, at),
    }
    this.rumours = new Rumours(
      { self, addresses, incarnation, preset, table, awareness, connections, counters, effects: rumourEffects },
      now,
    )
    // Nodes that start together must not probe in step.
    this.#nextProbeAt = now + init.random.float() * preset.probePeriodMs
  }

  /** When `tick` is to be called. */
  get due(): number {
    this.#probesDue ??= this.#reckon()
    return Math.min(this.#nextProbeAt, this.rumours.due, this.#probesDue)
  }

  /** Does what is due. */
  tick(now: number): void {
    this.observe(now)
    for (const [id, probe] of this.#probes) {
      if (now >= probe.verdictAt) this.#fail(id, probe, now)
      else if (now >= probe.directUntil) this.#goIndirect(id, probe, now)
    }
    if (now >= this.#nextProbeAt) {
      this.#nextProbeAt = now + this.awareness.scale(this.#init.preset.probePeriodMs)
      const target = this.#order.next()
      if (target !== undefined) this.#probe(target, now)
    }
    this.rumours.tick(now)
  }

  /**
   * To be called before anything else at every event. Returns whether this node itself stood still: then what it waited for
   * may be lying in its own inbox, so that nobody is accused for that time.
   */
  observe(now: number): boolean {
    const late = now - this.due
    if (late <= this.#init.preset.probePeriodMs * STALL_PERIODS) return false
    this.counters.stalls++
    this.awareness.add(1)
    this.#probes.clear()
    this.#probesDue = undefined
    this.#nextProbeAt = Math.max(now, this.#nextProbeAt)
    this.rumours.extend(late)
    return true
  }

  /** Something came from `peer`. */
  heard(peer: PeerId, now: number): void {
    const record = this.table.get(peer)
    if (record) record.heardAt = now
  }

  /** The target of a probe answered, itself or to a helper. */
  acknowledged(id: number, helper: PeerId | undefined, now: number): void {
    const probe = this.#probes.get(id)
    if (!probe) return
    this.#probes.delete(id)
    this.#probesDue = undefined
    this.awareness.add(-1)
    const { target } = probe
    if (helper !== undefined) {
      target.via = helper
      return
    }
    target.heardAt = now
    target.failures = 0
    target.latency.add(now - probe.startedAt)
  }

  /** The probe could not even be sent: no use in waiting for the answer. */
  unreachable(id: number, now: number): void {
    const probe = this.#probes.get(id)
    if (probe && probe.directUntil !== Number.POSITIVE_INFINITY) this.#goIndirect(id, probe, now)
  }

  /** A helper got no answer from the target either, and says so: at least the helper is heard. */
  denied(id: number): void {
    const probe = this.#probes.get(id)
    if (probe) probe.denials++
  }

  connected(peer: PeerId, now: number): void {
    this.connections.add(peer, now)
    this.rumours.connected(now)
  }

  /** The last connection to `peer` is gone. That alone kills nobody, but it is a reason to look at once. */
  disconnected(peer: PeerId, now: number): void {
    this.connections.remove(peer)
    if (this.#order.has(peer)) this.#probe(peer, now)
  }

  /** Says that this node leaves and stops probing; it still answers. Returns the row that says it. */
  leave(now: number): Uint8Array {
    this.#probes.clear()
    this.#probesDue = undefined
    this.#nextProbeAt = Number.POSITIVE_INFINITY
    return this.rumours.leave(now)
  }

  /** Whether nothing was heard over the connection with `peer` for longer than any stall that is tolerated. */
  isSilent(peer: PeerId, now: number): boolean {
    const floor = this.#init.preset.suspicionFloorMs
    const since = this.connections.since(peer)
    return since !== undefined && now - since > floor && now - (this.table.get(peer)?.heardAt ?? since) > floor
  }

  #probe(peer: PeerId, now: number): void {
    const target = this.table.get(peer)
    if (!target || this.#probes.size >= MAX_PROBES || this.rumours.leaving) return
    const { preset, effects } = this.#init
    const id = this.#nextProbeId++
    const period = this.awareness.scale(preset.probePeriodMs)
    const directUntil = now + this.awareness.scale(preset.directTimeoutMs)
    this.#probes.set(id, { target, startedAt: now, directUntil, verdictAt: now + period, asked: 0, denials: 0 })
    this.#probesDue = undefined
    this.counters.probes++
    effects.ping(peer, id, period)
  }

  #goIndirect(id: number, probe: Probe, now: number): void {
    const { target } = probe
    probe.directUntil = Number.POSITIVE_INFINITY
    this.#probesDue = undefined
    if (target.failures++ === 0) target.failingSince = probe.startedAt
    this.#checkPath(target, probe, now)
    const helpers = this.#helpersFor(target)
    probe.asked = helpers.length
    this.counters.indirect += helpers.length
    for (const helper of helpers) this.#init.effects.pingVia(helper, target.id, id, probe.verdictAt - now)
  }

  /** Random ones; and who reached it last, since where two networks have but a few nodes in common hardly anybody else does. */
  #helpersFor({ id, via }: MemberRecord): PeerId[] {
    const fits = (peer: PeerId): boolean => peer !== id && this.table.get(peer)?.state === 'alive'
    const helpers = this.connections.choose(HELPERS, fits)
    if (via === undefined || helpers.includes(via) || !this.connections.has(via) || !fits(via)) return helpers
    return [...helpers.slice(0, HELPERS - 1), via]
  }

  /** The member is heard and does not hear: its connection is half dead, and TCP would need minutes to notice. */
  #checkPath(target: MemberRecord, probe: Probe, now: number): void {
    const { preset, effects } = this.#init
    if (target.failures < BROKEN_PATH_FAILURES || now - target.failingSince < preset.suspicionFloorMs) return
    if (target.heardAt < probe.startedAt || !this.connections.has(target.id)) return
    target.failures = 0
    effects.reconnect(target.id)
  }

  #fail(id: number, probe: Probe, now: number): void {
    this.#probes.delete(id)
    this.#probesDue = undefined
    this.counters.failures++
    // Lifeguard: helpers that do not even say no show that it is this node which is cut off.
    this.awareness.add(probe.asked > 0 ? probe.asked - probe.denials : 1)
    if (isPresent(probe.target.state)) this.rumours.accuse(probe.target, now)
  }

  #reckon(): number {
    let due = Number.POSITIVE_INFINITY
    for (const { directUntil, verdictAt } of this.#probes.values()) due = Math.min(due, directUntil, verdictAt)
    return due
  }

  #presence(record: MemberRecord): void {
    const { effects } = this.#init
    const present = isPresent(record.state)
    const { added, removed } = present ? this.topology.add(record.id) : this.topology.remove(record.id)
    for (const id of removed) this.#order.remove(id)
    for (const id of added) this.#order.add(id)
    for (const id of added) if (id !== record.id) effects.wanted(id)
    effects.wanted(record.id)
  }

  /**
   * Whoever believes that this node is dead has aborted its connections with it, and perhaps that never came through: a
   * connection that has stood for long and on which nothing was heard, or over which the teller itself was reached before, is dead.
   */
  #calledDead(teller: PeerId, now: number): void {
    for (const peer of [...this.connections.all]) {
      const since = this.connections.since(peer) ?? now
      const old = now - since > this.#init.preset.suspicionFloorMs
      if (old && (peer === teller || this.isSilent(peer, now))) this.#init.effects.reconnect(peer)
    }
  }
}
