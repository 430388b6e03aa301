import type { Lease } from '../../../src/consensus/leases/lease.ts'
import type { AcquireOptions } from '../../../src/consensus/leases/leases.ts'
import type { Json } from '../../../src/lib/json.ts'
import type { RegisterCall } from '../../../src/lib/register-model.ts'
import type { Life } from './life.ts'
import type { RegisterClients } from './register-clients.ts'
import { attempt, one, pause, type Stage } from './stage.ts'

/** What is held, and by how many at once. */
export interface HeldThing {
  readonly name: string
  readonly permits: number
}

/** Shorter than most pauses and partitions, in milliseconds. */
const TTLS_MS = [500, 1000, 2000] as const
const WAITS_MS = [0, 1000, 5000] as const
/** From one step of a holder to the next, and from one thing held to the next, in milliseconds. */
const WORKS_MS = [20, 300] as const
const RESTS_MS = [100, 1000] as const
/** Steps of a holder before it gives back, at most. */
const MAX_STEPS = 6

/** Somebody was granted something and has not given it back. */
interface Grant {
  readonly life: Life
  readonly lease: Lease
  readonly fence: number
}

/** Programs on every node that hold a lock or a permit, and write to a resource under its fence; and what must hold of them. */
export class Holders {
  readonly #stage: Stage
  readonly #clients: RegisterClients
  readonly #thing: HeldThing
  readonly #grants = new Set<Grant>()
  /** Fences in the order in which their holders learned of them. */
  readonly #fences: number[] = []
  lost = 0

  constructor(stage: Stage, clients: RegisterClients, thing: HeldThing) {
    this.#stage = stage
    this.#clients = clients
    this.#thing = thing
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

  /** What the resource took, in its order: nobody wrote after somebody with a higher fence. */
  check(): void {
    let highest = 0
    for (const { value, revision } of this.#clients.readings.inOrder(this.#resource)) {
      const { fence } = value as { fence: number }
      if (fence < highest)
        this.#stage.fail(`${this.#resource} took fence ${fence} after ${highest} (revision ${revision})`)
      highest = fence
    }
  }

  get #resource(): string {
    return `written under ${this.#thing.name}`
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
      if (lease.signal.aborted && this.#stage.random.below(2) === 0) break
      // Some look too late, or never: the resource must refuse them.
      if (permits === 1) await this.#clients.ask(life, this.#resource, underFence(fence, life.node.id))
    }
    if (lease.signal.aborted) this.lost++
    this.#grants.delete(grant)
    await attempt(this.#stage, life, `releasing ${name}`, () => lease.release())
    return true
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

/** A resource that refuses lower fences than it has seen, as docs tell users to make theirs. */
function underFence(fence: number, by: string): RegisterCall {
  return {
    kind: 'update',
    name: `write under fence ${fence}`,
    change: ({ value }) => (seenFence(value) > fence ? null : { value: { fence, by } }),
  }
}

const seenFence = (value: Json | undefined): number => (value as { fence: number } | undefined)?.fence ?? 0
