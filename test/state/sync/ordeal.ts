import { expect } from 'vitest'
import { type Random, sample, seededRandom } from '../../../src/lib/random.ts'
import { peerOf } from '../../../src/state/dot.ts'
import type { WriteEvent } from '../../../src/state/entry.ts'
import { cell, Swarm, type SwarmOptions, type SyncNode } from './swarm.ts'

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
/** From one thing that happens to the next, in virtual milliseconds. */
const STEP_MS = 150
/** How long nobody reaches somebody at most, in steps. */
const FAULT_STEPS = 20

/** Acknowledged writes that are looked at after each step; at the end it is all of them. */
const RECENT = 40

export interface OrdealOptions extends Pick<SwarmOptions, 'tamper'> {
  seed: number
  nodes?: number
  /** Virtual milliseconds of trouble. */
  ms?: number
}

/** Nodes that write while everything happens that happens to networks, disks and processes; then quiet. */
export class Ordeal {
  readonly swarm: Swarm
  readonly #random: Random
  readonly #options: OrdealOptions
  readonly #acknowledged: WriteEvent[] = []
  /** Steps until links are whole again. */
  #faulty = 0

  constructor(options: OrdealOptions) {
    const { seed, tamper } = options
    this.#options = options
    this.#random = seededRandom(seed)
    const loss = seed % 3 === 0 ? 0.05 : 0
    const link = { latencyMs: [1, 10] as const, loss, duplicate: 0.05, reorder: 0.1 }
    this.swarm = new Swarm({ seed, link, durable: true, ...(tamper && { tamper }) })
  }

  async run(): Promise<void> {
    const { nodes = 5, ms = 20_000 } = this.#options
    for (const node of await this.swarm.addMany(nodes)) node.host.diskLatencyMs = [0, 10]
    await this.swarm.connectAll()
    for (let at = 0; at < ms; at += STEP_MS) {
      await this.#step()
      await this.swarm.world.run(STEP_MS)
      this.#checkClaims()
    }
    this.swarm.world.heal()
    for (const node of this.swarm.nodes) if (!node.host.alive) await this.swarm.restart(node)
  }

  /** After quiet: all equal, nothing that was acknowledged is lost, and nothing had to be repaired to get there. */
  async verify(maxMs = 10_000): Promise<void> {
    const reconnect = setConnecting(this.swarm)
    try {
      await this.swarm.settled(maxMs)
    } finally {
      reconnect.end()
    }
    for (const node of this.swarm.nodes) {
      for (const event of this.#acknowledged) checkKept(node, event)
      expect(node.sync.counters).toEqual({ dropped: 0, repaired: 0, conflicts: 0 })
    }
  }

  async #step(): Promise<void> {
    const { world } = this.swarm
    const living = this.swarm.nodes.filter(({ host }) => host.alive)
    for (const node of sample(living, 2, this.#random)) this.#write(node)
    if (--this.#faulty === 0) world.heal()
    const dice = this.#random.below(20)
    if (dice === 0 && this.#faulty <= 0) this.#partition()
    else if (dice === 1 && this.#faulty <= 0) this.#block()
    else if (dice === 2) this.#disconnect(living)
    else if (dice === 3) this.#kill(living)
    else if (dice === 4) for (const node of this.swarm.nodes) if (!node.host.alive) await this.swarm.restart(node)
    redial(this.swarm)
  }

  /** At every moment, what shows is complete: of each dot below the end of a run the event or a successor is there. */
  #checkClaims(): void {
    const recent = this.#acknowledged.slice(-RECENT)
    for (const node of this.swarm.nodes) {
      if (!node.host.alive) continue
      for (const event of recent) {
        if (event.sequence <= node.store.core.visible(event.replica)) checkKept(node, event)
      }
    }
  }

  #write(node: SyncNode): void {
    const keys = sample(KEYS, 1 + this.#random.below(3), this.#random)
    const value =
      this.#random.below(4) === 0 ? undefined : new TextEncoder().encode(`${node.id} ${this.swarm.world.now}`)
    const written = node.store.write(keys.map((key) => ({ ...cell(key), value })))
    // A node that dies before it acknowledges has promised nothing.
    written.then(
      (event) => this.#acknowledged.push(event),
      () => undefined,
    )
  }

  #partition(): void {
    const shuffled = sample(this.swarm.nodes, this.swarm.nodes.length, this.#random)
    const cut = 1 + this.#random.below(shuffled.length - 1)
    this.swarm.world.partition(
      [shuffled.slice(0, cut), shuffled.slice(cut)].map((side) => side.map(({ host }) => host)),
    )
    this.#faulty = 1 + this.#random.below(FAULT_STEPS)
  }

  #block(): void {
    const [a, b] = sample(this.swarm.nodes, 2, this.#random) as [SyncNode, SyncNode]
    this.swarm.world.block(a.host, b.host)
    this.#faulty = 1 + this.#random.below(FAULT_STEPS)
  }

  #disconnect(living: readonly SyncNode[]): void {
    const [a, b] = sample(living, 2, this.#random)
    if (a && b) this.swarm.disconnect(a, b)
  }

  #kill(living: readonly SyncNode[]): void {
    if (living.length < 3) return
    const [node] = sample(living, 1, this.#random)
    if (this.#random.below(2) === 0) node?.host.kill()
    else node?.host.crash()
  }
}

/** What membership does in a whole node: peers that are not connected are dialled again. */
function redial({ nodes }: Swarm): void {
  const living = nodes.filter(({ host }) => host.alive)
  for (const a of living) {
    for (const b of living) {
      if (a.id >= b.id || a.host.network.isConnected(b.id)) continue
      // It may be cut off, or die meanwhile; the next round dials again.
      a.host.network.connect(b.id, b.host.network.addresses(), 1000).catch(() => undefined)
    }
  }
}

function setConnecting(swarm: Swarm): { end(): void } {
  let over = false
  const again = (): void => {
    if (over) return
    redial(swarm)
    swarm.world.scheduler.schedule(swarm.world.now + 500, undefined, again)
  }
  again()
  return {
    end() {
      over = true
    },
  }
}

/** Each entry of the event stands in its cell, or something there has superseded it. */
function checkKept({ id, store }: SyncNode, event: WriteEvent): void {
  const { replica, sequence } = event
  const name = `${peerOf(replica)}:${sequence}`
  if (!store.core.stored.has(replica, sequence)) throw new Error(`${id} does not hold ${name}`)
  for (const entry of event.entries) {
    const kept = store.core
      .siblings(entry)
      .some(
        (sibling) =>
          (sibling.event.replica === replica && sibling.event.sequence === sequence) ||
          (sibling.entry.past.get(replica) ?? 0) >= sequence,
      )
    if (!kept) throw new Error(`${id} has neither ${entry.key} of ${name} nor what superseded it`)
  }
}
