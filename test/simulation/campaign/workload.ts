import { type CoveyError, StoppedError } from '../../../src/lib/errors.ts'
import { type Random, sample } from '../../../src/lib/random.ts'
import type { Batch } from '../../../src/state/batch.ts'
import type { ShownValue } from '../../../src/state/policy.ts'
import type { Mark } from './ledger.ts'
import type { CampaignNode } from './node.ts'
import type { Witness } from './witness.ts'

/** Few, so that writes meet. */
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const LEAVES = ['x', 'y', 'z']
const ELEMENTS = ['red', 'green', 'blue']
const COUNTER = 'count'
const SET = 'colours'
const MAX_AMOUNT = 5

/** One addition to the counter. */
interface Addition {
  readonly amount: number
  /** What it wrote; unknown where it had to wait. */
  readonly marks: readonly Mark[]
}

/** What programs on the nodes do with `mesh.state`. */
export class Workload {
  readonly #random: Random
  readonly #fail: (what: string) => void
  readonly #additions: Addition[] = []
  #asked = 0
  /** Writes of living processes that have not ended, by the life that they were asked of. */
  readonly #open = new Map<Witness, number>()

  constructor(random: Random, fail: (what: string) => void) {
    this.#random = random
    this.#fail = fail
  }

  /** Writes something, through the node's present life, if that has started. */
  write(witness: Witness): void {
    if (!witness.node.life.started) return
    const dice = this.#random.below(20)
    if (dice < 8) this.#set(witness, this.#key())
    else if (dice < 11) this.#delete(witness, this.#key())
    else if (dice < 14) this.#batch(witness)
    else if (dice < 16) this.#merge(witness)
    else if (dice < 18) this.#count(witness)
    else this.#element(witness)
  }

  /** Writes that were asked of this life and have not ended. */
  open(witness: Witness): number {
    return this.#open.get(witness) ?? 0
  }

  /** Nothing that was counted and acknowledged is missing, nothing was counted twice. */
  checkCounter(node: CampaignNode): void {
    const value = node.plain.counter(COUNTER).value
    let least = 0
    for (const { amount, marks } of this.#additions) {
      if (marks.length > 0 && marks.every(({ acknowledged, excused }) => acknowledged && !excused)) least += amount
    }
    if (value < least) this.#fail(`${node.name}: the counter is ${value}, acknowledged additions are ${least}`)
    if (value > this.#asked) this.#fail(`${node.name}: the counter is ${value}, of ${this.#asked} ever added`)
  }

  #key(): string {
    return KEYS[this.#random.below(KEYS.length)] as string
  }

  #value(): number {
    return this.#random.below(1_000_000)
  }

  #set(witness: Witness, key: string): void {
    const value = this.#value()
    const space = witness.node.plain
    this.#ask(witness, () => space.set(key, value))
    this.#checkRead(witness, key, space.get(key), value)
  }

  #delete(witness: Witness, key: string): void {
    const space = witness.node.plain
    this.#ask(witness, () => space.delete(key))
    this.#checkRead(witness, key, space.get(key), undefined)
  }

  #batch(witness: Witness): void {
    const space = witness.node.plain
    const keys = sample(KEYS, 2 + this.#random.below(3), this.#random)
    const value = this.#value()
    const deleted = this.#random.below(3) === 0 ? keys[0] : undefined
    const fill = (batch: Batch): void => {
      for (const key of keys) {
        if (key === deleted) batch.delete(key)
        else batch.set(key, value)
      }
    }
    this.#ask(witness, () => space.batch(fill))
    for (const key of keys) this.#checkRead(witness, key, space.get(key), key === deleted ? undefined : value)
  }

  #merge(witness: Witness): void {
    const space = witness.node.tree
    const key = this.#key()
    const leaf = LEAVES[this.#random.below(LEAVES.length)] as string
    const value = this.#value()
    const change = (before: ShownValue | undefined) => ({
      ...(before as Record<string, number> | undefined),
      [leaf]: value,
    })
    const marks = this.#ask(witness, () => space.update(key, change))
    // What others wrote beside it at the same time must survive: nothing is said of it.
    const other = marks.find(({ address }) => address.path !== `/${leaf}`)
    if (other) this.#fail(`${witness.node.name}: an update of ${key}.${leaf} writes ${other.cell}`)
    const shown = space.get(key) as Record<string, number> | undefined
    this.#checkRead(witness, `${key}.${leaf}`, shown?.[leaf], value)
  }

  #count(witness: Witness): void {
    const amount = 1 + this.#random.below(MAX_AMOUNT)
    const counter = witness.node.plain.counter(COUNTER)
    const before = counter.value
    this.#asked += amount
    const marks = this.#ask(witness, () => counter.add(amount))
    this.#additions.push({ amount, marks })
    this.#checkRead(witness, COUNTER, counter.value, before + amount)
  }

  #element(witness: Witness): void {
    const set = witness.node.plain.elements(SET)
    const element = ELEMENTS[this.#random.below(ELEMENTS.length)] as string
    const adds = this.#random.below(3) > 0
    this.#ask(witness, () => (adds ? set.add(element) : set.remove(element)))
    this.#checkRead(witness, `${SET} ${element}`, set.has(element), adds)
  }

  /** Read your writes: at once, unless the node does not know yet as whom it writes. */
  #checkRead({ node, store }: Witness, key: string, shown: unknown, wanted: unknown): void {
    if (!store.begun || !node.alive || shown === wanted) return
    this.#fail(`${node.name}: wrote ${String(wanted)} to ${key} and reads ${String(shown)}`)
  }

  /** Answers what it wrote at once: nothing where it has to wait, or nothing was to be changed. */
  #ask(witness: Witness, ask: () => Promise<unknown>): readonly Mark[] {
    const former = witness.lastWrite
    const write = ask()
    const marks = witness.lastWrite === former ? [] : witness.lastWrite
    this.#open.set(witness, this.open(witness) + 1)
    const end = (): void => {
      this.#open.set(witness, this.open(witness) - 1)
    }
    write.then(
      () => {
        end()
        const early = marks.find(({ acknowledged }) => !acknowledged)
        if (early) this.#fail(`${witness.node.name}: a write resolved before ${early.name} was durable`)
      },
      (error: CoveyError) => {
        end()
        if (!(error instanceof StoppedError)) this.#fail(`${witness.node.name}: a write failed: ${error.message}`)
      },
    )
    return marks
  }
}

/** All that a node shows, as text. */
export function shownBy(node: CampaignNode): string {
  return JSON.stringify([node.plain, node.tree].map((space) => space.snapshot().entries))
}
