import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hlcMs } from '../../src/state/hlc.ts'
import type { PolicyName } from '../../src/state/policy.ts'
import { converge, replicas } from './replica.ts'

/** A write as the oracle knows it: what it wrote, and which writes of its key its author knew of. */
interface Write {
  readonly id: number
  readonly key: string
  /** undefined: it deleted. */
  readonly value: number | undefined
  readonly fence: number
  readonly ms: number
  readonly author: string
  readonly knew: ReadonlySet<Write>
}

/** What one replica has heard of: nothing but a set of writes. */
class Oracle {
  readonly heard = new Set<Write>()

  /** The writes of a key that no other write knew of. */
  standing(key: string): Write[] {
    const ofKey = [...this.heard].filter((write) => write.key === key)
    return ofKey
      .filter((write) => !ofKey.some(({ knew }) => knew.has(write)))
      .sort((a, b) => (a.author < b.author ? -1 : a.author > b.author ? 1 : a.id - b.id))
  }

  shown(key: string, policy: PolicyName): unknown {
    const standing = this.standing(key)
    if (policy === 'siblings') {
      const values = standing.flatMap(({ value }) => (value === undefined ? [] : [value]))
      return values.length > 0 ? values : undefined
    }
    return standing.reduce<Write | undefined>((best, write) => (best && before(write, best) ? best : write), undefined)
      ?.value
  }
}

/** By fence, then time, then author; an author's own are in the order in which it wrote. */
function before(a: Write, b: Write): boolean {
  if (a.fence !== b.fence) return a.fence < b.fence
  if (a.ms !== b.ms) return a.ms < b.ms
  return a.author === b.author ? a.id < b.id : a.author < b.author
}

const KEYS = ['x', 'y', 'z']
const command = fc.oneof(
  fc.record({
    do: fc.constant('set' as const),
    who: fc.nat(2),
    key: fc.constantFrom(...KEYS),
    fence: fc.constantFrom(0, 0, 0, 1, 2),
  }),
  fc.record({ do: fc.constant('delete' as const), who: fc.nat(2), key: fc.constantFrom(...KEYS) }),
  fc.record({
    do: fc.constant('batch' as const),
    who: fc.nat(2),
    keys: fc.subarray(KEYS, { minLength: 1 }),
    gone: fc.boolean(),
  }),
  fc.record({ do: fc.constant('pull' as const), who: fc.nat(2), from: fc.nat(2) }),
  fc.record({ do: fc.constant('expect' as const), who: fc.nat(2), key: fc.constantFrom(...KEYS), from: fc.nat(2) }),
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

/** Three replicas and what each of them must show. */
class Run {
  readonly all = replicas('a', 'b', 'c')
  readonly oracles = this.all.map(() => new Oracle())
  readonly policy: PolicyName
  /** Which writes a version of a key stands for: the same everywhere. */
  readonly versions = new Map<string, string>()
  #id = 0

  constructor(policy: PolicyName) {
    this.policy = policy
    for (const replica of this.all) replica.namespace(policy)
  }

  async do(command: Command): Promise<void> {
    // Every write at a moment of its own, so that the oracle need not know how clocks break ties.
    await this.all[0]!.world.run(1)
    const replica = this.all[command.who]!
    const n = replica.namespace(this.policy)
    const oracle = this.oracles[command.who]!
    if (command.do === 'pull') {
      await replica.pull(this.all[command.from]!)
      for (const write of this.oracles[command.from]!.heard) oracle.heard.add(write)
    } else if (command.do === 'batch') {
      const keys = command.keys.filter((key) => this.#refusal(command.who, key, 0) === undefined)
      const gone = keys.filter((key) => command.gone && n.entry(key) === undefined)
      const writes = keys.filter((key) => !gone.includes(key))
      const values = new Map(writes.map((key) => [key, this.#note(command.who, key, !command.gone, 0)]))
      await n.batch((batch) => {
        for (const [key, value] of values) {
          if (value === undefined) batch.delete(key)
          else batch.set(key, value)
        }
      })
    } else if (command.do === 'expect') {
      await this.#expect(command)
    } else {
      const fence = command.do === 'set' ? command.fence : 0
      const refusal = this.#refusal(command.who, command.key, fence)
      const live = oracle.standing(command.key).some(({ value }) => value !== undefined)
      const value = this.#id
      const writing = command.do === 'set' ? n.set(command.key, value, { fence }) : n.delete(command.key)
      if (command.do === 'delete' && !live && refusal !== 'UNRESOLVED_CONFLICT') {
        expect(await writing).toBe(false)
      } else if (refusal) {
        await expect(writing).rejects.toMatchObject({ code: refusal })
      } else {
        this.#note(command.who, command.key, command.do === 'set', fence)
        await writing
      }
    }
    this.check(command.who)
  }

  /** All that a replica shows is what the oracle says. */
  check(who: number): void {
    const n = this.all[who]!.namespace(this.policy)
    const oracle = this.oracles[who]!
    const listed: string[] = []
    for (const key of KEYS) {
      const standing = oracle.standing(key)
      const shown = oracle.shown(key, this.policy)
      expect(n.get(key)).toEqual(shown)
      const entry = n.entry(key)
      expect(entry?.value).toEqual(shown)
      if (!entry) continue
      listed.push(key)
      expect(entry.siblings.map(({ value, updatedBy, updatedAt }) => [value, updatedBy, updatedAt])).toEqual(
        standing.map(({ value, author, ms }) => [value, author, ms]),
      )
      const writes = standing.map(({ id }) => id).join()
      const version = `${key} ${entry.version}`
      expect(this.versions.get(version) ?? writes).toBe(writes)
      this.versions.set(version, writes)
    }
    expect(n.list().entries.map(({ key }) => key)).toEqual(listed)
    const contested = KEYS.filter((key) => this.#contested(who, key))
    expect(n.conflicts().map(({ key }) => key)).toEqual(contested)
  }

  /** A write that expects what another replica shows goes through if that is what this one shows. */
  async #expect({ who, key, from }: Command & { do: 'expect' }): Promise<void> {
    const n = this.all[who]!.namespace(this.policy)
    const theirs = this.all[from]!.namespace(this.policy).entry(key)
    const same = n.entry(key)?.version === theirs?.version
    const contested = this.#contested(who, key)
    const fenced = this.oracles[who]!.standing(key).some(({ fence }) => fence > 0)
    const writing = n.set(key, this.#id, { expect: theirs?.version ?? null })
    // A conflict that shows nothing has a version all the same.
    if (!same || (contested && !theirs)) await expect(writing).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    else if (fenced) await expect(writing).rejects.toMatchObject({ code: 'STALE_FENCE' })
    else {
      this.#note(who, key, true, 0)
      await writing
    }
  }

  #contested(who: number, key: string): boolean {
    const values = this.oracles[who]!.standing(key).map(({ value }) => value)
    return this.policy === 'manual' && new Set(values).size > 1
  }

  /** Why a write that says nothing of what it has seen is refused. */
  #refusal(who: number, key: string, fence: number): string | undefined {
    if (this.#contested(who, key)) return 'UNRESOLVED_CONFLICT'
    return this.oracles[who]!.standing(key).some((write) => write.fence > fence) ? 'STALE_FENCE' : undefined
  }

  #note(who: number, key: string, sets: boolean, fence: number): number | undefined {
    const { name, world } = this.all[who]!
    const oracle = this.oracles[who]!
    const id = this.#id++
    const knew = new Set([...oracle.heard].filter((write) => write.key === key))
    const ms = world.find(name)!.clock.now()
    const value = sets ? id : undefined
    oracle.heard.add({ id, key, value, fence, ms, author: name, knew })
    return value
  }
}

test.each(['latest', 'siblings', 'manual'] as const)(
  'three replicas with the policy %s show what a set of writes says',
  async (policy) => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
        const run = new Run(policy)
        for (const one of commands) await run.do(one)
        await converge(run.all)
        const all = new Set(run.oracles.flatMap(({ heard }) => [...heard]))
        for (const oracle of run.oracles) for (const write of all) oracle.heard.add(write)
        for (const who of run.all.keys()) run.check(who)
        const [first, ...others] = run.all.map(({ store }) => JSON.stringify(store.core.shown().replicas()))
        for (const other of others) expect(other).toBe(first)
      }),
      { numRuns: 200 },
    )
  },
)

test('the oracle is worth something: it notices a replica that shows another write', async () => {
  const run = new Run('latest')
  const command = { do: 'set', who: 0, key: 'x', fence: 0 } as const
  await run.do(command)
  await run.all[0]!.namespace().set('x', 'behind its back')
  expect(() => run.check(0)).toThrow()
  expect(hlcMs(run.all[0]!.store.core.siblings({ namespace: 'n', key: 'x', path: '' })[0]!.event.time)).toBe(
    run.all[0]!.world.find('a')!.clock.now(),
  )
})
