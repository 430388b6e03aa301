import { type Random, seededRandom } from '../../../src/lib/random.ts'
import { World } from '../../../src/network/simulated/world.ts'
import { Connections } from '../connections.ts'
import { Faults } from './faults.ts'
import { Holders } from './holders.ts'
import type { Life } from './life.ts'
import { ConsensusNode } from './node.ts'
import { Operators } from './operators.ts'
import { Parties } from './parties.ts'
import { RegisterClients } from './register-clients.ts'
import { one, type Stage } from './stage.ts'
import { WireWatch } from './wire-watch.ts'

const NODES = 5
/** From networks that behave to such that nobody has. */
const RESTLESSNESS = [
  { duplicates: 100, late: 100 },
  { duplicates: 25, late: 15 },
  { duplicates: 25, late: 15 },
  { duplicates: 10, late: 4 },
] as const
/** Virtual milliseconds of trouble. */
const TROUBLE_MS = 20_000
/** From one step of the faults to the next, in virtual milliseconds. */
const STEP_MS = 100
/** Steps that a peer is out of reach until its connection is given up. */
const STEPS_TO_GIVE_UP = 10
/** The first starts may take so long, in virtual milliseconds: some disks are slow. */
const START_MS = 10_000
/** How long everybody may take, once the trouble is over, to get what it wants, in virtual milliseconds. */
export const QUIET_MS = 60_000
/** Failures of one seed that are told: the others follow from them. */
const MAX_TOLD = 5

export interface CampaignResult {
  readonly seed: number
  readonly voters: number
  /** Register calls that were answered. */
  readonly answered: number
  /** Leases that were granted, and those of them that were lost; barriers that were released. */
  readonly granted: number
  readonly lost: number
  readonly released: number
  /** Changes of the voters that were made. */
  readonly changes: number
  /** From the end of the faults until everybody got what it wanted, in virtual milliseconds. */
  readonly settledMs: number
  readonly faults: Readonly<Record<string, number>>
  /** What was broken; empty if nothing. */
  readonly failures: readonly string[]
  /** Of the whole run: equal for equal seeds. */
  readonly digest: string
}

/** Programs on one stage: what they do in a life, and what they all must get in the end. */
interface Troupe {
  run(life: Life): Promise<void>
  ended?(life: Life): void
  finish(life: Life): Promise<void>
  check?(): void
}

/**
 * Registers, leases, barriers and voters on five nodes, while everything happens that happens to networks, disks, clocks and
 * processes; then quiet.
 */
export async function runCampaign(seed: number): Promise<CampaignResult> {
  return new Campaign(seed).run()
}

class Campaign implements Stage {
  readonly world: World
  readonly random: Random
  readonly nodes: readonly ConsensusNode[]
  over = false
  readonly #seed: number
  readonly #voters: number
  readonly #clients: RegisterClients
  readonly #locks: Holders
  readonly #permits: Holders
  readonly #parties: Parties
  readonly #operators: Operators
  readonly #connections: Connections
  readonly #faults: Faults
  readonly #failures: string[] = []

  constructor(seed: number) {
    this.#seed = seed
    this.random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ 0xca5)
    this.world = new World({ seed, link: linkOf(this.random), multicast: false })
    const watch = new WireWatch((what) => this.fail(what))
    const wires = { restlessness: one(this.random, RESTLESSNESS), watch }
    const node = (i: number) => new ConsensusNode(this.world, `n${i}`, this.random, wires)
    this.nodes = Array.from({ length: NODES }, (_, i) => node(i))
    this.#voters = this.random.below(3) === 0 ? 5 : 3
    this.#clients = new RegisterClients(this)
    const proposedOf = (register: string) => watch.proposedOf(register)
    this.#locks = new Holders(this, { name: 'lock', permits: 1 }, proposedOf)
    this.#permits = new Holders(this, { name: 'permits', permits: 2 }, proposedOf)
    this.#parties = new Parties(this)
    this.#operators = new Operators(this, this.#voters)
    this.#connections = new Connections(this.world, this.nodes, () => STEPS_TO_GIVE_UP)
    this.#faults = new Faults(this.world, this.nodes, this.random, {
      holders: () => [...this.#locks.holders(), ...this.#permits.holders()],
      onDeath: ({ life }) => this.#ended(life),
      onBirth: ({ life }) =>
        this.#watch(
          life,
          life.start().then(() => this.#begin(life)),
        ),
    })
  }

  fail(what: string): void {
    if (this.#failures.length < MAX_TOLD) this.#failures.push(`${what} (at ${this.world.now.toFixed(0)} ms)`)
  }

  async run(): Promise<CampaignResult> {
    for (const { life } of this.nodes) await this.world.settle(life.start(), START_MS, 'a start')
    this.#connections.step()
    await this.#operators.found()
    for (const { life } of this.nodes) this.#begin(life)
    while (this.world.now < TROUBLE_MS && this.#failures.length === 0) {
      this.#faults.step()
      this.#connections.step()
      await this.world.run(STEP_MS)
    }
    this.over = true
    this.#faults.end()
    const quiet = this.world.now
    await this.#finish()
    for (const troupe of this.#troupes()) troupe.check?.()
    return this.#result(this.world.now - quiet)
  }

  /** One of leases, permits and barriers a seed: all at once would hide in one another's traffic. */
  #troupes(): Troupe[] {
    const others = [this.#locks, this.#permits, this.#parties]
    return [this.#clients, others[this.#seed % others.length] as Troupe, this.#operators]
  }

  #begin(life: Life): void {
    for (const troupe of this.#troupes()) this.#watch(life, troupe.run(life))
  }

  #ended(life: Life): void {
    for (const troupe of this.#troupes()) troupe.ended?.(life)
  }

  async #finish(): Promise<void> {
    if (this.#failures.length > 0) return
    const open = new Set<string>()
    for (const { life } of this.nodes) {
      for (const troupe of this.#troupes()) {
        const name = `${troupe.constructor.name} on ${life.node.id}`
        open.add(name)
        const finish = life.start().then(() => troupe.finish(life))
        this.#watch(
          life,
          finish.then(() => void open.delete(name)),
        )
      }
    }
    const deadline = this.world.now + QUIET_MS
    while (open.size > 0 && this.#failures.length === 0) {
      if (this.world.now >= deadline) {
        return this.fail(`after ${QUIET_MS} ms of quiet these wait: ${[...open].join(', ')}`)
      }
      this.#connections.step()
      await this.world.run(STEP_MS)
    }
  }

  #watch(life: Life, program: Promise<void>): void {
    program.catch((error: Error) => this.fail(`a program on ${life.node.id} failed: ${error.stack}`))
  }

  #result(settledMs: number): CampaignResult {
    const leases = [this.#locks, this.#permits]
    return {
      seed: this.#seed,
      voters: this.#voters,
      answered: this.#clients.answered,
      granted: leases.reduce((all, { granted }) => all + granted, 0),
      lost: leases.reduce((all, { lost }) => all + lost, 0),
      released: this.#parties.released,
      changes: this.#operators.changes,
      settledMs,
      faults: this.#faults.counts,
      failures: this.#failures,
      digest: this.world.trace.digest(),
    }
  }
}

function linkOf(random: Random) {
  const loss = random.below(3) === 0 ? 0.05 : 0
  return { latencyMs: [1, 2 + random.below(20)] as const, loss }
}
