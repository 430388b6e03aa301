import type { VoterSet } from '../../../src/consensus/voters/voters.ts'
import type { CoveyError } from '../../../src/lib/errors.ts'
import { sample } from '../../../src/lib/random.ts'
import type { Life } from './life.ts'
import type { ConsensusNode } from './node.ts'
import { pause, type Stage } from './stage.ts'

/** From one change of the voters to the next, of one operator, in milliseconds. */
const RESTS_MS = [2000, 12_000] as const
const RETRIES_MS = [200, 600] as const
/** Of two a lost disk would be the end: nobody could decide anything any more. */
const MIN_VOTERS = 3
/** The founding may take so long, in milliseconds: the network is whole, some disks are slow, some messages are lost. */
const FOUNDING_MS = 20_000
/** What an operator is told when somebody else was first, a voter is not there, or nobody knows. */
const EXPECTED = new Set([
  'VOTERS_CONFLICT',
  'VOTERS_UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'UNREACHABLE',
  'NO_VOTERS',
  'BUSY',
  'INVALID_INPUT',
])

/** Operators on every node, who add and remove voters without asking one another. */
export class Operators {
  readonly #stage: Stage
  readonly #wanted: number
  changes = 0

  /** @param wanted how many voters there shall be about */
  constructor(stage: Stage, wanted: number) {
    this.#stage = stage
    this.#wanted = wanted
  }

  /** The first voters, before there is any trouble. */
  async found(): Promise<void> {
    const { nodes, world } = this.#stage
    const [{ life }] = nodes as readonly [ConsensusNode]
    const { voters } = life.registers
    const wanted = this.#someVoters()
    const insist = async (): Promise<void> => {
      // Of a few thousand networks that lose messages one loses all of those to a node for longer than it is waited for.
      while (!(await this.#try(life, () => voters.set(wanted))) && !voters.get())
        await pause(this.#stage, life, RETRIES_MS)
    }
    await world.settle(insist(), FOUNDING_MS, 'the founding')
    this.changes = 0
  }

  /** An operator of a life, for as long as there is trouble. */
  async run(life: Life): Promise<void> {
    while (true) {
      await pause(this.#stage, life, RESTS_MS)
      if (this.#stage.over) return
      await this.#change(life)
    }
  }

  /** In a world that is whole every change ends: one of them makes the voters those that it wants. */
  async finish(life: Life): Promise<void> {
    const [first] = this.#stage.nodes
    if (life.node !== first) return
    const wanted = this.#someVoters()
    while (!(await this.#try(life, () => life.registers.voters.set(wanted)))) await pause(this.#stage, life, RETRIES_MS)
  }

  async #change(life: Life): Promise<void> {
    const { random, nodes } = this.#stage
    const { voters } = life.registers
    // Its disk was lost: whoever founds voters again, where nobody can say that there are some, has two meshes.
    if (!voters.get()) return
    if (random.below(2) === 0) {
      await this.#try(life, () => voters.set(this.#someVoters()))
      return
    }
    const now = voters.get()?.voters ?? []
    const more = now.length <= MIN_VOTERS || (now.length < nodes.length && random.below(2) === 0)
    const candidates = nodes.map(({ id }) => id).filter((id) => now.includes(id) !== more)
    const [chosen] = sample(candidates, 1, random)
    // Who stays is named: whoever removes one from what he takes for four may remove it from three.
    const others = now.filter((id) => id !== chosen)
    if (chosen) await this.#try(life, () => (more ? voters.add(chosen) : voters.set(others)))
  }

  #someVoters(): string[] {
    return sample(this.#stage.nodes, this.#wanted, this.#stage.random).map(({ id }) => id)
  }

  async #try(life: Life, change: () => Promise<VoterSet>): Promise<boolean> {
    try {
      await change()
      this.changes++
      return true
    } catch (error) {
      const { code } = error as CoveyError
      if (!EXPECTED.has(code)) this.#stage.fail(`${life.node.id}: a change of voters failed: ${(error as Error).stack}`)
      return false
    }
  }
}
