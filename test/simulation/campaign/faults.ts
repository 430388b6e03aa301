import { StoppedError } from '../../../src/lib/errors.ts'
import { type Random, sample } from '../../../src/lib/random.ts'
import type { ReplicaId } from '../../../src/state/dot.ts'
import { MemoryDisk } from '../../../src/storage/memory-disk.ts'
import type { Fleet } from './fleet.ts'
import { knownOf } from './knowledge.ts'
import type { Mark } from './ledger.ts'
import type { Backup, CampaignNode } from './node.ts'

const HOUR_MS = 3_600_000
/** In one step of how many something happens, about. */
const STEPS_A_FAULT = 5
/** In one step of how many somebody looks what may be forgotten, about. */
const STEPS_A_PASS = 4
/** How long links stay broken or somebody is paused at most, in steps. */
const MAX_STEPS = 50
/** Of so many nodes at least this many keep running: with fewer nothing would be exchanged. */
const MIN_RUNNING = 2
/** At which storage step from now on a process dies, at most. */
const MAX_STORAGE_STEPS = 8
/** How many nodes may come new, and how many may go for good. */
const MAX_NEW = 2
const MAX_GONE = 1
/** Disks of all tempers, in milliseconds a transaction. */
const LATENCIES = [
  [0, 0],
  [0, 10],
  [5, 30],
  [50, 300],
] as const

export interface FaultListener {
  /** Whether nodes forget and are evicted meanwhile. */
  readonly garbage: boolean
  /** Whether disks of before anything was written, and empty ones, come back as well. */
  readonly dawn: boolean
  /** A process begins: before it has done anything. Whom it could ask knows its replicas that far. */
  onLife(node: CampaignNode, known: ReadonlyMap<ReplicaId, number>): void
  /** A disk is gone, or another one than it was: these are all there are now. */
  onDisks(disks: readonly (readonly [CampaignNode, MemoryDisk])[]): Promise<void>
  fail(what: string): void
}

/** What happens to nodes, disks, clocks and links. */
export class Faults {
  readonly #fleet: Fleet
  readonly #random: Random
  readonly #listener: FaultListener
  readonly #gone = new Set<CampaignNode>()
  readonly #stopping = new Set<CampaignNode>()
  /** Backups of disks, some older than others. */
  readonly #backups = new Map<CampaignNode, Backup[]>()
  /** Steps until links are whole again. */
  #broken = 0
  readonly #paused = new Map<CampaignNode, number>()
  /** Who is on its way out, and for how many steps more. */
  #leaving: { node: CampaignNode; steps: number } | undefined
  #added = 0
  /** The trouble is over. */
  #over = false
  readonly counts: Record<string, number> = {}

  constructor(fleet: Fleet, random: Random, listener: FaultListener) {
    this.#fleet = fleet
    this.#random = random
    this.#listener = listener
    for (const { host } of fleet.nodes) {
      host.diskLatencyMs = this.#one(LATENCIES)
      if (random.below(4) === 0) host.machine.skewMs = (random.below(2) * 2 - 1) * HOUR_MS
    }
    if (!listener.dawn) return
    for (const node of fleet.nodes) {
      const empty = { disk: new MemoryDisk(), promised: new Map<string, Mark>() }
      this.#backups.set(node, random.below(2) === 0 ? [node.backup()] : [node.backup(), empty])
    }
  }

  /** Nodes whose program can do something. */
  get running(): CampaignNode[] {
    return this.living.filter((node) => node.running && !this.#stopping.has(node))
  }

  /** All that have not gone for good. */
  get living(): CampaignNode[] {
    return this.#fleet.nodes.filter((node) => !this.#gone.has(node))
  }

  async step(): Promise<void> {
    if (this.#broken > 0 && --this.#broken === 0) this.#fleet.world.heal()
    for (const [node, steps] of this.#paused) {
      if (steps > 1) this.#paused.set(node, steps - 1)
      else this.#resume(node)
    }
    if (this.#leaving && --this.#leaving.steps === 0) await this.#go(this.#leaving.node)
    if (this.#random.below(STEPS_A_FAULT) === 0) await this.#something()
    // In truth every ten minutes: here all that follows from it must happen within seconds.
    if (this.#listener.garbage && this.#random.below(STEPS_A_PASS) === 0)
      this.tend(sample(this.running, 1 + this.#random.below(this.living.length), this.#random))
  }

  /** The world is whole again, everybody runs, and who is gone for good is no member any more. */
  async end(): Promise<void> {
    if (this.#leaving) await this.#go(this.#leaving.node)
    this.#fleet.world.heal()
    for (const node of [...this.#paused.keys()]) this.#resume(node)
    for (const node of this.living) {
      node.host.onStorageStep = () => undefined
      node.host.diskLatencyMs = [0, 10]
      if (this.#isDown(node)) this.#start(node)
    }
    this.#over = true
    for (const node of this.living) this.#evictGone(node)
  }

  /** Somebody is taken for gone, and may be or not. */
  #evict(): void {
    const { running } = this
    const node = running.length > 0 ? this.#one(running) : undefined
    const { name } = this.#one(this.living)
    if (!node || node.name === name || !node.life.store.begun) return
    this.#count('evict', () => this.#evictAs(node, name))
  }

  #evictAs(node: CampaignNode, name: string): void {
    node.life.custody.roster.evict(name, 'gone with its disk').catch((error: Error) => {
      if (!(error instanceof StoppedError) && node.alive)
        this.#listener.fail(`${node.name} cannot evict ${name}: ${error.message}`)
    })
  }

  /** Nobody can know whether who is gone held something that nobody else has, until somebody says that it does not return. */
  #evictGone(node: CampaignNode): void {
    for (const { name } of this.#gone) this.#evictAs(node, name)
  }

  async #something(): Promise<void> {
    const dice = this.#random.below(this.#listener.garbage ? 21 : 20)
    if (dice < 5) this.#breakLinks()
    else if (dice < 7) this.#die()
    else if (dice < 9) this.#dieAtStorage()
    else if (dice < 13) this.#revive()
    else if (dice < 14) this.#pause()
    else if (dice < 15) this.#stop()
    else if (dice < 16) this.#backup()
    else if (dice < 17) await this.#restore()
    else if (dice < 18) this.#setClock()
    else if (dice < 19) this.#setDisk()
    else if (dice < 20) await this.#churn()
    else this.#evict()
  }

  /** What happens every ten minutes: acknowledging, forgetting what all have acknowledged, retiring. */
  tend(nodes: readonly CampaignNode[]): void {
    for (const node of nodes) {
      // It may have joined again before it went, and only one of them knew.
      if (this.#over) this.#evictGone(node)
      node.life.custody.upkeep.pass().catch((error: Error) => {
        if (node.alive && !this.#stopping.has(node))
          this.#listener.fail(`${node.name}: upkeep failed: ${error.message}`)
      })
    }
  }

  #breakLinks(): void {
    if (this.#broken > 0) return
    const nodes = sample(this.living, this.living.length, this.#random)
    const cut = 1 + this.#random.below(nodes.length - 1)
    const [left, right] = [nodes.slice(0, cut), nodes.slice(cut)]
    const kind = this.#random.below(4)
    if (kind === 0) this.#count('partition', () => this.#fleet.partition(left, right))
    else if (kind === 1) this.#count('one-way', () => this.#block(left, right))
    else if (kind === 2) this.#count('pair', () => this.#block(nodes.slice(0, 1), nodes.slice(1, 2)))
    else {
      // The first of the right reaches both sides.
      this.#count('bridge', () => this.#block(left, right.slice(1)))
      this.#block(right.slice(1), left)
    }
    this.#broken = 1 + this.#random.below(MAX_STEPS)
  }

  #block(from: readonly CampaignNode[], to: readonly CampaignNode[]): void {
    for (const a of from) for (const b of to) this.#fleet.world.block(a.host, b.host)
  }

  #die(): void {
    const node = this.#victim()
    if (!node) return
    if (this.#random.below(2) === 0) this.#count('kill', () => node.host.kill())
    else this.#count('crash', () => node.host.crash())
  }

  #dieAtStorage(): void {
    const node = this.#victim()
    if (!node) return
    let steps = 1 + this.#random.below(MAX_STORAGE_STEPS)
    node.host.onStorageStep = () => {
      if (--steps > 0) return
      node.host.onStorageStep = () => undefined
      this.#count('crash at storage', () => node.host.crash())
    }
  }

  #revive(): void {
    const dead = this.living.filter((node) => this.#isDown(node))
    const node = dead.length > 0 ? this.#one(dead) : undefined
    if (node) this.#count('restart', () => this.#start(node))
  }

  #isDown(node: CampaignNode): boolean {
    return (!node.alive || this.#stopping.has(node)) && node !== this.#leaving?.node
  }

  #start(node: CampaignNode): void {
    this.#stopping.delete(node)
    const known = knownOf(node, this.living)
    // It may die before it has started.
    node.restart().catch((error: Error) => this.#startFailed(node, error))
    this.#listener.onLife(node, known)
  }

  #startFailed(node: CampaignNode, error: Error): void {
    if (node.alive) this.#listener.fail(`${node.name} does not start: ${error.message}`)
  }

  #pause(): void {
    const node = this.#victim()
    if (!node) return
    this.#count('pause', () => node.host.pause())
    this.#paused.set(node, 1 + this.#random.below(MAX_STEPS))
  }

  #resume(node: CampaignNode): void {
    this.#paused.delete(node)
    if (node.host.paused) node.host.resume()
  }

  #stop(): void {
    const node = this.#victim()
    if (!node) return
    this.#stopping.add(node)
    this.#count('stop', () => {
      node.life.stop().catch((error: Error) => this.#listener.fail(`${node.name} does not stop: ${error.message}`))
    })
  }

  #backup(): void {
    const node = this.#one(this.living)
    this.#count('backup', () => this.backUp(node))
  }

  /** Keeps its disk as it is now: it may come back. */
  backUp(node: CampaignNode): void {
    this.#backups.set(node, [...(this.#backups.get(node) ?? []), node.backup()])
  }

  /** A machine gets an old disk back, and starts over it or stays off for a while. */
  async #restore(): Promise<void> {
    const node = this.#victim()
    const backups = node && this.#backups.get(node)
    if (!node || !backups) return
    node.host.crash()
    await this.#count('old disk', () => node.restore(this.#one(backups)))
    await this.#listener.onDisks(this.#disks())
    if (this.#random.below(2) === 0) this.#start(node)
  }

  #setClock(): void {
    const { machine } = this.#one(this.living).host
    this.#count('clock', () => {
      machine.skewMs = (this.#random.below(3) - 1) * HOUR_MS
    })
  }

  #setDisk(): void {
    const { host } = this.#one(this.living)
    this.#count('disk speed', () => {
      host.diskLatencyMs = this.#one(LATENCIES)
    })
  }

  /** Somebody new, or somebody who never comes back. */
  async #churn(): Promise<void> {
    if (this.#random.below(2) === 0 && this.#added < MAX_NEW) {
      this.#added++
      const node = this.#fleet.add()
      this.#listener.onLife(node, new Map())
      this.#count('join', () => {
        node.life.start().catch((error: Error) => this.#startFailed(node, error))
      })
      return
    }
    const node = this.#victim()
    if (!node || this.#leaving || this.#gone.size >= MAX_GONE) return
    // Some leave in good order, some just go.
    if (this.#random.below(2) === 0) return this.#count('leave', () => this.#leave(node))
    await this.#go(node)
  }

  #leave(node: CampaignNode): void {
    this.#stopping.add(node)
    this.#leaving = { node, steps: 1 + this.#random.below(MAX_STEPS) }
    const { life } = node
    life.custody
      .leave()
      .then(() => life.stop())
      .catch((error: Error) => this.#listener.fail(`${node.name} does not leave: ${error.message}`))
  }

  /** For good, with its disk. */
  async #go(node: CampaignNode): Promise<void> {
    this.#leaving = undefined
    this.#count('gone', () => node.host.crash())
    this.#gone.add(node)
    await this.#listener.onDisks(this.#disks())
  }

  #disks(): (readonly [CampaignNode, MemoryDisk])[] {
    return this.living.map((node) => [node, node.host.snapshotDisk()] as const)
  }

  /** Somebody to whom something may happen; undefined where too few would be left. */
  #victim(): CampaignNode | undefined {
    const { running } = this
    return running.length > MIN_RUNNING ? this.#one(running) : undefined
  }

  #one<T>(items: readonly T[]): T {
    return items[this.#random.below(items.length)] as T
  }

  #count<T>(name: string, happen: () => T): T {
    this.counts[name] = (this.counts[name] ?? 0) + 1
    return happen()
  }
}
