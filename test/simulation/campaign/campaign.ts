import { type Random, seededRandom } from '../../../src/lib/random.ts'
import type { World } from '../../../src/network/simulated/world.ts'
import type { ReplicaId } from '../../../src/state/dot.ts'
import { excuseLost } from './durable.ts'
import { Faults } from './faults.ts'
import { type Crew, Fleet } from './fleet.ts'
import { holdersBeyond } from './knowledge.ts'
import { cellName, isKept, Ledger, type Mark } from './ledger.ts'
import type { CampaignNode } from './node.ts'
import { isForgotten, Witness } from './witness.ts'
import { shownBy, Workload } from './workload.ts'

const NODES = 5
/** Virtual milliseconds of trouble. */
const TROUBLE_MS = 20_000
/** From one step of the workload and the faults to the next, in virtual milliseconds. */
const STEP_MS = 100
/** For how many steps at most nobody writes, and then one node alone, where a campaign begins so. */
const MAX_SILENT_STEPS = 60
const MAX_ALONE_STEPS = 100
/** A node writes in a step with this probability. */
const WRITES = 0.25
/** How long the quiet may take until all are equal, in virtual milliseconds. */
export const QUIET_MS = 20_000
/** How often it is asked whether they are, in virtual milliseconds. */
const ASK_MS = 50
/** How often it is asked from one pass of the upkeep to the next: in truth there are ten minutes between two. */
const ASKS_A_PASS = 40
/** After the first quiet: what was deleted is forgotten, every node writes, and all are equal again. */
const PASSES = 3
/** Failures of one seed that are told: the others follow from them. */
const MAX_TOLD = 5

export interface CampaignResult {
  readonly seed: number
  readonly writes: number
  readonly acknowledged: number
  /** Only one disk had them, and it was lost. */
  readonly excused: number
  /** From the end of the faults until all nodes were equal, in virtual milliseconds. */
  readonly settledMs: number
  readonly faults: Readonly<Record<string, number>>
  /** What was broken; empty if nothing. */
  readonly failures: readonly string[]
  /** Of the whole run: equal for equal seeds. */
  readonly digest: string
}

export interface CampaignOptions {
  /** Of what nodes are made; default `state`. */
  readonly crew?: Crew
  /** Also what otherwise happens every ten minutes and in a month: forgetting, evicting and beginning anew. Default: not. */
  readonly garbage?: boolean
  /**
   * Trouble comes before anybody has written anything, and for a while one node alone writes: who joins with what it hears of,
   * restarts before it has written, and gets a disk of before the first write back, or an empty one. Default: all write from the beginning.
   */
  readonly dawn?: boolean
}

/** Nodes that write while everything happens that happens to networks, disks, clocks and processes; then quiet. */
export async function runCampaign(
  seed: number,
  { crew = 'state', garbage = false, dawn = false }: CampaignOptions = {},
): Promise<CampaignResult> {
  const random = seededRandom(Math.imul(seed, 0x85ebca6b) ^ 0x5eed)
  const fleet = new Fleet(crew, random, { seed, link: linkOf(random) })
  await fleet.start(NODES)
  return new Campaign(seed, fleet, random, { garbage, dawn }).run()
}

function linkOf(random: Random) {
  const loss = random.below(3) === 0 ? 0.05 : 0
  return { latencyMs: [1, 5 + random.below(40)] as const, loss, duplicate: 0.02, reorder: 0.05 }
}

class Campaign {
  readonly #seed: number
  readonly #fleet: Fleet
  readonly #world: World
  readonly #random: Random
  readonly #ledger = new Ledger()
  readonly #witnesses = new Map<CampaignNode, Witness>()
  readonly #workload: Workload
  readonly #faults: Faults
  readonly #failures: string[] = []
  /** A node uses dots twice, and nobody could tell it: nothing is promised from then on (protocols/roster, "Old disks"). */
  #isForked = false
  /** Steps until anybody writes, and from then until more than one does. */
  #silent = 0
  #alone = 0
  #isFirstAwaited = false

  constructor(
    seed: number,
    fleet: Fleet,
    random: Random,
    { garbage, dawn }: Required<Pick<CampaignOptions, 'garbage' | 'dawn'>>,
  ) {
    this.#seed = seed
    this.#fleet = fleet
    this.#world = fleet.world
    this.#random = random
    const fail = (what: string): void => this.#fail(what)
    this.#workload = new Workload(random, fail)
    if (dawn) {
      this.#isFirstAwaited = true
      this.#silent = random.below(MAX_SILENT_STEPS)
      this.#alone = random.below(MAX_ALONE_STEPS)
    }
    this.#faults = new Faults(fleet, random, {
      garbage,
      dawn,
      onLife: (node, known) => {
        this.#witnesses.set(node, new Witness(node, this.#ledger, fail))
        this.#watchBegin(node, known)
      },
      onDisks: (disks) => excuseLost(this.#ledger, disks),
      fail,
    })
    for (const node of fleet.nodes) this.#witnesses.set(node, new Witness(node, this.#ledger, fail))
  }

  async run(): Promise<CampaignResult> {
    const end = this.#world.now + TROUBLE_MS
    while (this.#world.now < end && !this.#isOver) {
      await this.#faults.step()
      for (const node of this.#writers()) {
        if (this.#random.float() < WRITES) this.#workload.write(this.#witnesses.get(node) as Witness)
      }
      await this.#fleet.run(STEP_MS)
      this.#backUpFirst()
    }
    await this.#faults.end()
    const quiet = this.#world.now
    await this.#settle()
    const settledMs = this.#world.now - quiet
    for (let pass = 0; pass < PASSES && !this.#isOver; pass++) {
      this.#faults.tend(this.#faults.living)
      for (const node of this.#faults.living) this.#workload.write(this.#witnesses.get(node) as Witness)
      await this.#settle()
    }
    if (!this.#isOver) this.#checkEnd()
    return this.#result(settledMs)
  }

  /** Of who writes first the disk is kept, too, as it was when others may have heard of nothing yet. */
  #backUpFirst(): void {
    if (!this.#isFirstAwaited) return
    const writer = this.#faults.running.find((node) => node.promised.size > 0)
    if (!writer) return
    this.#isFirstAwaited = false
    this.#faults.backUp(writer)
  }

  #writers(): readonly CampaignNode[] {
    const { running } = this.#faults
    if (this.#silent > 0) {
      this.#silent--
      return []
    }
    if (this.#alone === 0) return running
    this.#alone--
    return running.slice(0, 1)
  }

  get #isOver(): boolean {
    return this.#isForked || this.#failures.length > 0
  }

  /** Whoever goes on as a replica must not give out dots that others have: not if anybody whom it could ask can tell. */
  #watchBegin({ name, life: { store } }: CampaignNode, known: ReadonlyMap<ReplicaId, number>): void {
    const { begin } = store
    store.begin = (replica, sequence) => {
      const holders = holdersBeyond(this.#faults.living, replica, sequence).map((node) => node.name)
      if (holders.length > 0 && (known.get(replica) ?? 0) > sequence)
        this.#fail(
          `${name} goes on as ${replica} after ${sequence}, and ${holders.join()} have more that will be given out again`,
        )
      else if (holders.length > 0) this.#fork()
      begin.call(store, replica, sequence)
    }
  }

  #fork(): void {
    if (!this.#isOver) this.#faults.counts['old disk that nobody knew'] = 1
    this.#isForked = true
  }

  /** Until all hold and show the same without a gap, and every write has ended. */
  async #settle(): Promise<void> {
    if (this.#isOver) return
    // Something is under way that nobody can see yet.
    await this.#fleet.run(ASK_MS)
    const deadline = this.#world.now + QUIET_MS
    for (let asked = 1, why = this.#difference(); why !== undefined; asked++, why = this.#difference()) {
      if (asked % ASKS_A_PASS === 0) this.#faults.tend(this.#faults.living)
      if (this.#isOver) return
      if (this.#world.now >= deadline) return this.#fail(`after ${QUIET_MS} ms of quiet ${why}`)
      await this.#fleet.run(ASK_MS)
    }
    this.#checkMembers()
  }

  /** What is not as it must be at the end; undefined if nothing. */
  #difference(): string | undefined {
    const [first, ...others] = this.#faults.living
    if (!first) return 'nobody lives'
    const one = first.life.digest()
    for (const node of [first, ...others]) {
      const { store, custody } = node.life
      const open = this.#workload.open(this.#witnesses.get(node) as Witness)
      if (open > 0) return `${open} writes of ${node.name} have not ended`
      if (custody.rebasing) return `${node.name} begins anew`
      if (store.core.stored.hasGaps) return `${node.name} has a gap`
      const { vector, content } = node.life.digest()
      if (vector !== one.vector) return `the vectors of ${first.name} and ${node.name} differ`
      if (content !== one.content) return `the contents of ${first.name} and ${node.name} differ`
    }
    return undefined
  }

  /** Whoever runs and holds anything is a member: it has joined, or is about to. */
  #checkMembers(): void {
    for (const { name, life } of this.#faults.living) {
      const { store, custody } = life
      if (store.begun && !store.core.stored.isEmpty && !custody.roster.has(name))
        this.#fail(`${name} holds what all do and is no member`)
    }
  }

  #checkEnd(): void {
    const nodes = this.#faults.living
    const shown = shownBy(nodes[0] as CampaignNode)
    for (const node of nodes) {
      if (shownBy(node) !== shown) this.#fail(`${node.name} shows other values with an equal digest`)
      this.#workload.checkCounter(node)
    }
    const { store } = this.#witnesses.get(nodes[0] as CampaignNode) as Witness
    const standing = new Map<string, Mark[]>()
    for (const [cell, siblings] of store.core.cells.all()) {
      const marks = this.#ledger.marks(cell, siblings)
      standing.set(cellName(cell), marks)
      const back = this.#ledger.hasCollected ? marks.find((mark) => isForgotten(mark)) : undefined
      if (back) this.#fail(`${back.cell} shows ${back.name} again, which was deleted and forgotten`)
    }
    for (const mark of this.#ledger.all()) {
      if (!mark.acknowledged || mark.excused || isKept(mark, standing.get(mark.cell) ?? [])) continue
      this.#fail(`${mark.cell} has lost ${mark.name}, which was acknowledged`)
    }
  }

  #fail(what: string): void {
    if (!this.#isForked && this.#failures.length < MAX_TOLD)
      this.#failures.push(`${what} (at ${this.#world.now.toFixed(0)} ms)`)
  }

  #result(settledMs: number): CampaignResult {
    const marks = [...this.#ledger.all()]
    return {
      seed: this.#seed,
      writes: marks.length,
      acknowledged: marks.filter(({ acknowledged }) => acknowledged).length,
      excused: marks.filter(({ acknowledged, excused }) => acknowledged && excused).length,
      settledMs,
      faults: this.#faults.counts,
      failures: this.#failures,
      digest: this.#world.trace.digest(),
    }
  }
}
