import { type Random, sample } from '../../../src/lib/random.ts'
import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import type { World } from '../../../src/network/simulated/world.ts'
import { MemoryDisk } from '../../../src/storage/memory-disk.ts'
import type { ConsensusNode } from './node.ts'
import { one } from './stage.ts'

const HOUR_MS = 3_600_000
/** In one step of how many something happens, about. */
const STEPS_A_FAULT = 5
/** How long links stay broken or a process is paused at most, in steps. */
const MAX_STEPS = 50
const STEPS_OF_A_LEASE = 10
/** So many are down at once, mostly: of five another majority is up, of three voters perhaps. */
const MAX_DOWN = 1
/** At which storage step from now on a process dies, at most: a change takes two of a voter. */
const MAX_STORAGE_STEPS = 6
/** At which message that it sends, at most: a change takes two to each voter. */
const MAX_MESSAGES = 12
/** Disks of all tempers, in milliseconds a transaction. */
const LATENCIES = [
  [0, 0],
  [0, 10],
  [5, 30],
  [30, 100],
] as const
/** Clocks that run too fast or too slow, by so much at most: ten times what bad crystals do. */
const MAX_DRIFT = 0.005

export interface FaultListener {
  /** The process of this node is gone. */
  onDeath(node: ConsensusNode): void
  /** It has a new one. */
  onBirth(node: ConsensusNode): void
  /** Who holds something now: pauses hurt there most. */
  holders(): readonly ConsensusNode[]
}

/** What happens to processes, disks, clocks and links. */
export class Faults {
  readonly #world: World
  readonly #nodes: readonly ConsensusNode[]
  readonly #random: Random
  readonly #listener: FaultListener
  /** Steps until links are whole again. */
  #broken = 0
  /** The last one of each. */
  readonly #backups = new Map<ConsensusNode, MemoryDisk>()
  /** A disk was lost. */
  #replaced = false
  /** Who is started at the next step. */
  readonly #restarting = new Set<ConsensusNode>()
  readonly #paused = new Map<ConsensusNode, number>()
  readonly counts: Record<string, number> = {}

  constructor(world: World, nodes: readonly ConsensusNode[], random: Random, listener: FaultListener) {
    this.#world = world
    this.#nodes = nodes
    this.#random = random
    this.#listener = listener
    for (const { host } of nodes) {
      host.diskLatencyMs = one(random, LATENCIES)
      host.machine.drift = (random.float() * 2 - 1) * MAX_DRIFT
      this.#setClock(host.machine)
    }
  }

  step(): void {
    if (this.#broken > 0 && --this.#broken === 0) this.#world.heal()
    for (const [node, steps] of this.#paused) {
      if (steps > 1) this.#paused.set(node, steps - 1)
      else this.#resume(node)
    }
    for (const node of this.#restarting) this.#start(node)
    this.#restarting.clear()
    if (this.#random.below(STEPS_A_FAULT) === 0) this.#something()
  }

  /** The world is whole again, and everybody runs. */
  end(): void {
    this.#world.heal()
    for (const node of [...this.#paused.keys()]) this.#resume(node)
    for (const node of this.#nodes) {
      node.host.onStorageStep = () => undefined
      node.life.rpc.onRequest = () => undefined
      node.host.diskLatencyMs = [0, 10]
      if (!node.host.alive) this.#start(node)
    }
  }

  #something(): void {
    const dice = this.#random.below(24)
    if (dice < 4) this.#breakLinks()
    else if (dice < 5) this.#die()
    else if (dice < 7) this.#dieAtStorage()
    else if (dice < 8) this.#dieBetweenMessages()
    else if (dice < 13) this.#revive()
    else if (dice < 16) this.#pause()
    else if (dice < 19) this.#jumpClock()
    else if (dice < 20) this.#setDisk()
    else if (dice < 23) this.#backUp()
    else this.#replaceDisk()
  }

  #breakLinks(): void {
    if (this.#broken > 0) return
    this.#broken = 1 + this.#random.below(MAX_STEPS)
    const holders = this.#listener.holders()
    if (holders.length > 0 && this.#random.below(2) === 0) return this.#isolate(one(this.#random, holders))
    const nodes = sample(this.#nodes, this.#nodes.length, this.#random)
    const cut = 1 + this.#random.below(nodes.length - 1)
    const [left, right] = [nodes.slice(0, cut), nodes.slice(cut)]
    const kind = this.#random.below(4)
    if (kind === 0) this.#count('partition', () => this.#partition(left, right))
    else if (kind === 1) this.#count('one-way', () => this.#block(left, right))
    else if (kind === 2) this.#count('pair', () => this.#block(nodes.slice(0, 1), nodes.slice(1, 2)))
    else {
      // The first of the right reaches both sides.
      this.#count('bridge', () => this.#block(left, right.slice(1)))
      this.#block(right.slice(1), left)
    }
  }

  /** Whoever holds something cannot renew it any more, and its clock may be set back just now. */
  #isolate(holder: ConsensusNode): void {
    this.#broken += STEPS_OF_A_LEASE
    this.#count('isolated holder', () =>
      this.#partition(
        [holder],
        this.#nodes.filter((node) => node !== holder),
      ),
    )
    if (this.#random.below(2) === 0) this.#count('clock', () => this.#setBack(holder.host.machine))
  }

  #partition(...sides: ConsensusNode[][]): void {
    this.#world.partition(sides.map((side) => side.map(({ host }) => host)))
  }

  #block(from: readonly ConsensusNode[], to: readonly ConsensusNode[]): void {
    for (const a of from) for (const b of to) this.#world.block(a.host, b.host)
  }

  #die(): void {
    const node = this.#victim()
    if (!node) return
    if (this.#random.below(2) === 0) this.#count('kill', () => node.host.kill())
    else this.#count('crash', () => node.host.crash())
    this.#listener.onDeath(node)
  }

  /** The power goes when a transaction is asked for, or when it is on the disk and nobody knows yet. */
  #dieAtStorage(): void {
    const node = this.#victim()
    if (!node) return
    let steps = 1 + this.#random.below(MAX_STORAGE_STEPS)
    node.host.onStorageStep = () => {
      if (--steps > 0) return
      node.host.onStorageStep = () => undefined
      this.#count('crash at storage', () => this.#dieShortly(node))
    }
  }

  /** The power goes when some of the messages of a round have left. */
  #dieBetweenMessages(): void {
    const node = this.#victim()
    if (!node) return
    const { rpc } = node.life
    let messages = 1 + this.#random.below(MAX_MESSAGES)
    rpc.onRequest = () => {
      if (--messages > 0) return
      rpc.onRequest = () => undefined
      this.#count('crash at a message', () => this.#dieShortly(node))
    }
  }

  /** Some are started again at once, while what was sent to them before is still on its way. */
  #dieShortly(node: ConsensusNode): void {
    if (!node.host.alive) return
    node.host.crash()
    this.#listener.onDeath(node)
    if (this.#random.below(2) === 0) this.#restarting.add(node)
  }

  #backUp(): void {
    const node = one(this.#random, this.#nodes)
    this.#count('backup', () => this.#backups.set(node, node.host.snapshotDisk()))
  }

  /** A machine gets an old disk back, or an empty one. Once: more than a minority of disks is nobody's promise. */
  #replaceDisk(): void {
    const node = this.#victim()
    // An old disk is found out by who was there meanwhile: where somebody was not, nothing is promised of it.
    if (!node || this.#replaced || this.#broken > 0 || !this.#nodes.every(({ running }) => running)) return
    this.#replaced = true
    node.host.crash()
    this.#listener.onDeath(node)
    const backup = this.#backups.get(node)
    this.#count(backup ? 'old disk' : 'new disk', () => node.host.restoreDisk(backup ?? new MemoryDisk()))
    if (this.#random.below(2) === 0) this.#restarting.add(node)
  }

  #revive(): void {
    for (const node of this.#nodes) {
      if (!node.host.alive && this.#random.below(2) === 0) this.#count('restart', () => this.#start(node))
    }
  }

  #start(node: ConsensusNode): void {
    this.#restarting.delete(node)
    node.restart()
    this.#listener.onBirth(node)
  }

  #pause(): void {
    const victim = this.#victim()
    if (!victim) return
    const holders = this.#listener.holders().filter((node) => node.running)
    const node = holders.length > 0 ? one(this.#random, holders) : victim
    this.#count('pause', () => node.host.pause())
    // A machine that was asleep is told what time it is.
    if (this.#random.below(2) === 0) this.#count('clock', () => this.#setBack(node.host.machine))
    // Whoever holds something sleeps for longer than that lasts.
    const least = holders.length > 0 ? STEPS_OF_A_LEASE : 0
    this.#paused.set(node, least + 1 + this.#random.below(MAX_STEPS))
  }

  #resume(node: ConsensusNode): void {
    this.#paused.delete(node)
    if (node.host.alive && node.host.paused) node.resume()
  }

  #jumpClock(): void {
    this.#count('clock', () => this.#setClock(one(this.#random, this.#nodes).host.machine))
  }

  #setClock(machine: SimulatedHost['machine']): void {
    machine.skewMs = (this.#random.below(3) - 1) * HOUR_MS
  }

  #setBack(machine: SimulatedHost['machine']): void {
    machine.skewMs -= HOUR_MS
  }

  #setDisk(): void {
    const { host } = one(this.#random, this.#nodes)
    this.#count('disk speed', () => {
      host.diskLatencyMs = one(this.#random, LATENCIES)
    })
  }

  /**
   * Any that runs; a paused one is left to sleep. Mostly none where so many are down already that no majority may be left: a mesh that
   * stands still breaks no promise.
   */
  #victim(): ConsensusNode | undefined {
    const running = this.#nodes.filter((node) => node.running)
    const down = this.#nodes.length - running.length
    if (running.length === 0 || (down >= MAX_DOWN && this.#random.below(8) > 0)) return undefined
    return one(this.#random, running)
  }

  #count(name: string, happen: () => void): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1
    happen()
  }
}
