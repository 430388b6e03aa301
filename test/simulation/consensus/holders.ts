import type { Lease } from '../../../src/consensus/leases/lease.ts'
import type { AcquireOptions } from '../../../src/consensus/leases/leases.ts'
import { registerOf } from '../../../src/mesh/strong-key.ts'
import { Contents } from '../../../src/wire/register.ts'
import type { Life } from './life.ts'
import type { ConsensusNode } from './node.ts'
import { attempt, one, pause, type Stage } from './stage.ts'

/** What is held, and by how many at once. */
export interface HeldThing {
  readonly name: string
  readonly permits: number
}

/** Shorter than most pauses and partitions, in milliseconds. */
const TTLS_MS = [500, 500, 1000] as const
/** Who does not wait takes no place in the queue, which the dead would hold for a while. */
const WAITS_MS = [0, 0, 500, 3000] as const
/** From one step of a holder to the next, and from one thing held to the next, in milliseconds. */
const WORKS_MS = [10, 250] as const
const RESTS_MS = [50, 400] as const
/** How long a write tries, in milliseconds: longer than some leases. */
const WRITE_MS = 2000
/** Steps of a holder before it gives back, at most. */
const MAX_STEPS = 12

/** Somebody was granted something and has not given it back. */
interface Grant {
  readonly life: Life
  readonly lease: Lease
  readonly fence: number
}

/** What is written under the lock, to a strong namespace. */
const KEY = 'written'

/** A write, and the fence that it had. */
interface Written {
  readonly write: number
  readonly fence: number
}

/** What the register of the key holds. */
const fieldsOf = (bytes: Uint8Array): { value: { write: number }; fence: number } =>
  JSON.parse(Buffer.from(bytes).toString())

/** Programs on every node that hold a lock or a permit, and write to a resource under its fence; and what must hold of them. */
export class Holders {
  readonly #stage: Stage
  readonly #thing: HeldThing
  readonly #grants = new Set<Grant>()
  /** Fences in the order in which their holders learned of them. */
  readonly #fences: number[] = []
  /** Acknowledged writes, by the revision that they made. */
  readonly #written = new Map<number, Written>()
  /** All contents that acceptors were asked to accept of a register. */
  readonly #proposedOf: (register: string) => Uint8Array[]
  #writes = 0
  lost = 0

  constructor(stage: Stage, thing: HeldThing, proposedOf: (register: string) => Uint8Array[]) {
    this.#stage = stage
    this.#thing = thing
    this.#proposedOf = proposedOf
  }

  /** Who holds it now, as far as they know. */
  holders(): ConsensusNode[] {
    return [...this.#grants].map(({ life }) => life.node)
  }

  get granted(): number {
    return this.#fences.length
  }

  /** The program of a life, for as long as there is trouble. */
  async run(life: Life): Promise<void> {
    const { random } = this.#stage
    while (true) {
      await pause(this.#stage, life, RESTS_MS)
      if (this.#stage.over) return
      await this.#hold(life, { ttlMs: one(random, TTLS_MS), waitMs: one(random, WAITS_MS) }, random.below(MAX_STEPS))
    }
  }

  ended(life: Life): void {
    for (const grant of this.#grants) if (grant.life === life) this.#grants.delete(grant)
  }

  /** In a world that is whole everybody gets it in the end. */
  async finish(life: Life): Promise<void> {
    while (!(await this.#hold(life, { ttlMs: 500, waitMs: 60_000 }, 1))) await pause(this.#stage, life, RESTS_MS)
  }

  /**
   * Nothing was taken any more under a lower fence than something before it, whatever its writer was told: what a write that was acknowledged
   * came after was decided, and is remembered in what it wrote.
   */
  check(): void {
    const fences = new Map<number, number>()
    for (const bytes of this.#proposedOf(registerOf('fenced', KEY))) {
      const { revision, value, past } = Contents.decode(bytes)
      const written = this.#written.get(revision)
      if (!written || !value || fieldsOf(value).value.write !== written.write) continue
      past.forEach((it, i) => {
        const kept = i === 0 ? value : it.value
        if (kept) fences.set(revision - i, fieldsOf(kept).fence)
      })
    }
    for (const [revision, { fence }] of this.#written) {
      if (fences.get(revision) !== fence)
        this.#stage.fail(`nobody was asked to accept revision ${revision} under ${fence}`)
    }
    let highest = 0
    for (const [revision, fence] of [...fences].sort(([a], [b]) => a - b)) {
      if (fence < highest) {
        this.#stage.fail(`a write under fence ${fence} was taken after one under ${highest} (revision ${revision})`)
      }
      highest = Math.max(highest, fence)
    }
  }

  /** Holds it for some steps; whether it came to that. */
  async #hold(life: Life, options: AcquireOptions, steps: number): Promise<boolean> {
    const { name, permits } = this.#thing
    const held = permits === 1 ? life.coordination.lock(name) : life.coordination.semaphore(name, permits)
    const before = this.#fences.length
    const { result: lease } = await attempt(this.#stage, life, `acquiring ${name}`, () => held.acquire(options))
    if (!lease) return false
    const { fence } = lease
    const grant = { life, lease, fence }
    this.#begins(grant, before)
    for (let step = 0; step < steps; step++) {
      await pause(this.#stage, life, WORKS_MS)
      this.#count()
      if (lease.signal.aborted && this.#stage.random.below(4) === 0) break
      // Some look too late, or never: what they write to must refuse them.
      if (permits === 1) await this.#write(life, fence)
    }
    if (lease.signal.aborted) this.lost++
    this.#grants.delete(grant)
    await attempt(this.#stage, life, `releasing ${name}`, () => lease.release())
    return true
  }

  /** Writes under a fence to what the lock protects. */
  async #write(life: Life, fence: number): Promise<void> {
    const write = ++this.#writes
    const { result } = await attempt(this.#stage, life, `a write under ${this.#thing.name}`, () =>
      life.fenced.set(KEY, { write }, { fence, timeoutMs: WRITE_MS }),
    )
    // The version of a strong key is its register's revision.
    if (result !== undefined) this.#written.set(Number(result), { write, fence })
  }

  /** @param before how many fences were known when this one was asked for */
  #begins(grant: Grant, before: number): void {
    const { name, permits } = this.#thing
    const { fence, life } = grant
    const earlier = permits === 1 && !wasPaused(life, this.#stage) ? this.#fences : this.#fences.slice(0, before)
    const highest = Math.max(0, ...earlier)
    if (fence <= highest) this.#stage.fail(`${life.node.id} got fence ${fence} of ${name} after ${highest} was known`)
    if (this.#fences.includes(fence)) this.#stage.fail(`fence ${fence} of ${name} was granted twice`)
    this.#fences.push(fence)
    this.#grants.add(grant)
    this.#count()
  }

  /** At any moment no more know that they hold than may. A process that is paused knows nothing, and its clock tells it when it goes on. */
  #count(): void {
    const { name, permits } = this.#thing
    const holding = [...this.#grants].filter(
      ({ life, lease }) => life.node.running && !wasPaused(life, this.#stage) && !lease.signal.aborted,
    )
    if (holding.length <= permits) return
    const who = holding.map(({ life, fence }) => `${life.node.id} (fence ${fence})`).join(', ')
    this.#stage.fail(`${name} has ${permits} permits and is held by ${who}`)
  }
}

/** It goes on at this very moment: what had waited for it happens now, its timers included. */
const wasPaused = ({ node }: Life, { world }: Stage): boolean => node.resumedAt === world.now
