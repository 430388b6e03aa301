import { type Clock, every, type Timer } from '../../lib/clock.ts'
import { messageOf, StoppedError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Random } from '../../lib/random.ts'
import type { Network, PeerId } from '../../network/network.ts'
import type { CellWrite } from '../core.ts'
import { staleDeclarations } from '../declarations.ts'
import { type Dot, peerOf, type ReplicaId } from '../dot.ts'
import { hlcMs } from '../hlc.ts'
import { isSame } from '../origin.ts'
import { RangeSet, subtract } from '../ranges.ts'
import { ACKNOWLEDGED, MEMBERS, RETIRED } from '../roster/names.ts'
import { Step } from '../roster/record.ts'
import type { Roster } from '../roster/roster.ts'
import type { StateStore } from '../store.ts'
import { Absence } from './absence.ts'
import { encodeAcknowledged } from './acknowledgement.ts'
import { carriedOver } from './carry-over.ts'
import type { Garbage } from './garbage.ts'
import { Holes } from './holes.ts'
import {
  HEARTBEATS_PER_RETENTION,
  HOLE_GRACE_MS,
  MAX_DROPPED_KEPT,
  MAX_EVICTED_KEPT,
  MAX_PASS_WRITES,
  PASS_MS,
} from './limits.ts'
import { needsAcknowledging } from './need.ts'
import { encodeRetired, NOT_RETIRED, writesOf } from './retired.ts'
import { joinRuns, type Runs, runsOf } from './runs.ts'
import { Turns } from './turns.ts'

export interface UpkeepComponents {
  store: StateStore
  roster: Roster
  garbage: Garbage
  network: Network
  clock: Clock
  random: Random
  log: Log
  /** A member that is away for longer is evicted, in milliseconds. */
  retentionMs: number
  /** The last dot of a replica that a connected peer holds. Rejects as requests do. */
  heldBy(peer: PeerId, replica: ReplicaId): Promise<number>
  /** The storage failed: the node must stop. */
  onFatal(error: unknown): void
}

/**
 * Every now and then says what this node has, retires what is over and evicts who is away: the writes from which everybody
 * concludes what may be forgotten. One node is enough for what concerns others, see `Turns`.
 */
export class Upkeep {
  readonly #components: UpkeepComponents
  readonly #log: Log
  readonly #absence: Absence
  readonly #turns = new Turns()
  readonly #mendTurns = new Turns()
  readonly #holes: Holes
  #timer: Timer | undefined
  #look: Timer | undefined
  #mending: Promise<void> | undefined
  #passing = false

  constructor(components: UpkeepComponents) {
    this.#components = components
    this.#log = components.log.scoped('upkeep')
    this.#absence = new Absence()
    this.#holes = new Holes(components)
  }

  start(): void {
    const { clock, random } = this.#components
    this.#timer = every(
      clock,
      () => PASS_MS * (0.75 + random.float() / 2),
      () => void this.pass(),
    )
    this.#components.store.on('settled', this.#onSettled)
  }

  stop(): void {
    this.#components.store.off('settled', this.#onSettled)
    this.#timer?.cancel()
    this.#timer = undefined
    this.#look?.cancel()
  }

  /** What is missing hides what came after it: that is not left to the next pass. */
  readonly #onSettled = (): void => {
    if (this.#look || !this.#holes.suspected) return
    this.#look = this.#components.clock.after(HOLE_GRACE_MS, () => {
      this.#look = undefined
      this.#mending = this.#run(() => this.#mend()).then(() => {
        this.#mending = undefined
        if (this.#timer) this.#onSettled()
      })
    })
  }

  /** One pass; resolves when what it wrote is durable. Never rejects. */
  async pass(): Promise<void> {
    await this.#mending
    await this.#run(async () => {
      await this.#evict()
      await this.#mend()
      const writes = [...this.#retire(), ...this.#drop(), ...this.#prune()]
      this.#turns.end()
      await this.#write(writes)
      await this.#carryOver()
      await this.#acknowledge()
    })
  }

  async #run(work: () => Promise<void>): Promise<void> {
    const { roster, network, store } = this.#components
    // Who is no member speaks for nobody; who does not know as which replica it writes waits for the next pass.
    if (this.#passing || !roster.has(network.self) || store.replica === undefined) return
    this.#passing = true
    try {
      await work()
    } catch (error) {
      if (error instanceof StoppedError) return
      this.#log.error('a pass failed', { error: messageOf(error) })
      this.#components.onFatal(error)
    } finally {
      this.#passing = false
    }
  }

  async #write(writes: readonly CellWrite[]): Promise<void> {
    if (writes.length > 0) await this.#components.store.write(writes.slice(0, MAX_PASS_WRITES))
  }

  /** Finds out which writes of replicas that are over nobody has, so that the others' order does not wait for them. */
  async #mend(): Promise<void> {
    if (this.#holes.mustSpeak(this.#components.network.self)) await this.#acknowledge(true)
    const { garbage, network } = this.#components
    const writes: CellWrite[] = []
    for (const { replica, voids, final } of this.#holes.void()) {
      if (peerOf(replica) !== network.self && !this.#mendTurns.isDue(replica, this.#rank([]))) continue
      const known = garbage.retired.get(replica) ?? NOT_RETIRED
      const all = RangeSet.of([...known.voids, ...voids]).ranges
      const value = encodeRetired({ ...known, final: Math.max(final, known.final), voids: all })
      writes.push({ namespace: RETIRED, key: replica, path: '', value })
    }
    for (const [replica, last] of this.#holes.unexplained()) {
      if (!this.#mendTurns.isDue(replica, this.#rank([])) || !(await this.#isDisowned(replica, last))) continue
      const final = this.#components.store.core.stored.contiguous(replica)
      writes.push({ namespace: RETIRED, key: replica, path: '', value: encodeRetired({ ...NOT_RETIRED, final }) })
    }
    this.#mendTurns.end()
    await this.#write(writes)
  }

  /** Whether the peer of a replica itself holds less of it than this node: then it does not write as that one. */
  async #isDisowned(replica: ReplicaId, last: number): Promise<boolean> {
    const { network, heldBy } = this.#components
    const peer = peerOf(replica) as PeerId
    if (!network.isConnected(peer)) return false
    // It starts, or the connection is closing: it is asked again a look later.
    const held = await heldBy(peer, replica).catch(() => last)
    return held < last
  }

  /** Says what this node holds, if somebody can forget something for it, or just to show that it lives. */
  async #acknowledge(awaited = false): Promise<void> {
    const { store, garbage, network, clock, retentionMs } = this.#components
    const own = garbage.acknowledged(network.self)
    const idle = new Map<ReplicaId, Runs>()
    for (const [replica, { allDropped, records }] of garbage.retired) {
      if (allDropped || replica === store.replica || store.core.lives(replica)) continue
      idle.set(replica, joinRuns(...records.map(({ past }) => past)))
    }
    const isUntold = ({ replica, sequence }: Dot): boolean =>
      peerOf(replica) === network.self &&
      (own?.shown.get(replica) ?? 0) < sequence &&
      store.core.visible(replica) >= sequence
    const hasRetired = [...garbage.retired.values()].some((said) => writesOf(said).some(isUntold))
    const late =
      !own || own.replica !== store.replica || clock.now() - hlcMs(own.time) >= retentionMs / HEARTBEATS_PER_RETENTION
    const must = awaited || late || hasRetired
    if (!must && idle.size === 0 && garbage.size === 0) return
    const shown = runsOf(store.offered())
    const { cut } = garbage
    const graves = [...garbage.graves].flatMap((cell) =>
      store.core.siblings(cell).filter(({ entry }) => entry.value === undefined),
    )
    if (!must && !needsAcknowledging(graves, { own, shown, idle, cut, now: clock.now() })) return
    const settled = joinRuns(own?.settled ?? new Map(), cut?.shown ?? new Map())
    for (const replica of settled.keys()) if (!shown.has(replica)) settled.delete(replica)
    const value = encodeAcknowledged({ shown, settled, idle: new Set(idle.keys()), above: this.#holes.above() })
    await store.write([{ namespace: ACKNOWLEDGED, key: network.self, path: '', value }])
  }

  /** Writes again what keeps former epochs in everybody's vectors, and batches that keep others for what is dead in them. */
  async #carryOver(): Promise<void> {
    const { store, garbage, network, roster } = this.#components
    const known = (replica: ReplicaId): boolean =>
      garbage.cut?.shown.get(replica) === store.core.stored.contiguous(replica)
    const carried = carriedOver(store.core, network.self, store.replica as ReplicaId, known)
    for (const { event, ...worn } of garbage.worn()) {
      const peer = peerOf(event.replica) as PeerId
      const due = peer === network.self || (!roster.has(peer) && this.#isDue(`worn ${event.replica} ${event.sequence}`))
      if (due && !carried.some(({ origin }) => origin && isSame(origin, worn.origin))) carried.push(worn)
    }
    await Promise.all(carried.slice(0, MAX_PASS_WRITES).map((write) => store.reenter(write.entries, write)))
  }

  async #evict(): Promise<void> {
    const { roster, network, store, clock, retentionMs } = this.#components
    const heard = new Map<PeerId, number>()
    for (const replica of store.core.stored.replicas()) {
      const peer = peerOf(replica)
      if (peer !== undefined) heard.set(peer, (heard.get(peer) ?? 0) + store.core.stored.contiguous(replica))
    }
    const others = roster.members.filter((member) => member !== network.self)
    this.#absence.observe(others, clock.monotonic(), (peer) => network.isConnected(peer), heard)
    const away = others.filter((member) => this.#absence.of(member) >= retentionMs)
    const rank = this.#rank(away)
    for (const member of away) {
      if (this.#absence.of(member) < retentionMs + rank * PASS_MS) continue
      await roster.evict(member, `away for ${Math.floor(this.#absence.of(member) / 3_600_000)} hours`)
    }
  }

  /** Replicas that nobody writes as any more. */
  #retire(): CellWrite[] {
    const { store, roster, network, garbage } = this.#components
    const writes: CellWrite[] = []
    for (const replica of store.core.stored.replicas()) {
      const peer = peerOf(replica) as PeerId
      const own = peer === network.self
      if (own ? replica === store.replica : roster.has(peer) && !this.#holes.isAbandoned(replica)) continue
      if (garbage.retired.has(replica) || !(own || this.#isDue(`retire ${replica}`))) continue
      const final = store.core.stored.contiguous(replica)
      writes.push({ namespace: RETIRED, key: replica, path: '', value: encodeRetired({ ...NOT_RETIRED, final }) })
    }
    return writes
  }

  /**
   * Retired replicas of which all members hold everything and nothing lives; and whatever is said of them as known shows
   * with all, since who said so had brought it in before.
   */
  #drop(): CellWrite[] {
    const { store, garbage } = this.#components
    const { cut } = garbage
    const writes: CellWrite[] = []
    for (const [replica, record] of garbage.retired) {
      if (record.allDropped || !cut?.idle.has(replica) || !garbage.isComplete(record, cut)) continue
      const final = store.core.stored.contiguous(replica)
      const [only, more] = store.core.stored.rangesOf(replica)
      if (more !== undefined || (only?.[1] ?? 0) !== final || (cut.shown.get(replica) ?? 0) !== final) continue
      if (!this.#isDue(`drop ${replica}`)) continue
      // What is void nobody had.
      const had = subtract(store.core.stored.rangesOf(replica), record.voids)
      const known = RangeSet.of([...record.known, ...had]).ranges
      writes.push({
        namespace: RETIRED,
        key: replica,
        path: '',
        value: encodeRetired({ ...record, dropped: true, known }),
      })
    }
    return writes
  }

  /** Records that are of no use to anybody who may still come. */
  #prune(): CellWrite[] {
    const { roster, garbage } = this.#components
    const all = roster.all()
    const evicted = all.filter(({ step }) => step === Step.EVICT).sort((a, b) => b.time - a.time)
    const ended = [
      ...all.filter(({ step, peer }) => step === Step.LEAVE && !this.#isNamed(peer)),
      ...evicted.slice(MAX_EVICTED_KEPT),
    ]
    const writes = ended.map(({ peer }): CellWrite => this.#grave(MEMBERS, peer))
    for (const peer of garbage.acknowledgers()) if (!roster.has(peer)) writes.push(this.#grave(ACKNOWLEDGED, peer))
    const dropped = [...garbage.retired].filter(([replica, { dropped }]) => dropped && this.#isSettled(replica))
    // All alike, also those that one write has dropped: of two halves each would forget others, and fewer than are counted on would be left.
    dropped.sort(([one, a], [other, b]) => b.time - a.time || (one < other ? -1 : 1))
    for (const [replica] of dropped.slice(MAX_DROPPED_KEPT)) writes.push(this.#grave(RETIRED, replica))
    writes.push(...staleDeclarations(this.#components.store.core.cells, (peer) => roster.has(peer)))
    return writes.filter(({ namespace, key, path }) => this.#isDue(`prune ${namespace} ${key} ${path}`))
  }

  #grave(namespace: string, key: string): CellWrite {
    return { namespace, key, path: '', value: undefined }
  }

  /** Whether a replica of a peer is still in the vectors. */
  #isNamed(peer: PeerId): boolean {
    return this.#components.store.core.stored.replicas().some((replica) => peerOf(replica) === peer)
  }

  /** Whether all members have seen that a replica was dropped, and it is not being forgotten already. */
  #isSettled(replica: ReplicaId): boolean {
    const { store, garbage } = this.#components
    const siblings = store.core.siblings({ namespace: RETIRED, key: replica, path: '' })
    if (!siblings.some(({ entry }) => entry.value)) return false
    return siblings.every(({ event }) => (garbage.cut?.settled.get(event.replica) ?? 0) >= event.sequence)
  }

  #isDue(name: string): boolean {
    return this.#turns.isDue(name, this.#rank([]))
  }

  #rank(without: readonly PeerId[]): number {
    const { roster, network } = this.#components
    return roster.members.filter((member) => !without.includes(member)).indexOf(network.self)
  }
}
