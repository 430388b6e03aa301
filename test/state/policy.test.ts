import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Sibling } from '../../src/state/entry.ts'
import { POLICIES, type Policy, type Resolver, shown } from '../../src/state/policy.ts'
import { encodeValue, type StateValue } from '../../src/state/value.ts'
import { converge, NAMESPACE, type Replica, replicas } from './replica.ts'

const largest: Resolver = {
  name: 'largest',
  resolve: (siblings) =>
    siblings.reduce<StateValue | undefined>((best, { value }) => {
      return typeof value === 'number' && !(typeof best === 'number' && best >= value) ? value : best
    }, undefined),
}
const all: readonly Policy[] = [...POLICIES, largest]

/** Concurrent entries of one cell: at most one of each replica. */
const siblings: fc.Arbitrary<Sibling[]> = fc
  .uniqueArray(
    fc.record({
      replica: fc.constantFrom('a', 'b', 'c', 'd'),
      sequence: fc.integer({ min: 1, max: 3 }),
      time: fc.nat(2),
      fence: fc.nat(2),
      rank: fc.nat(2),
      value: fc.option(fc.nat(3), { nil: undefined }),
    }),
    { selector: ({ replica }) => replica, minLength: 1 },
  )
  .map((raw) =>
    raw
      .sort((a, b) => (a.replica < b.replica ? -1 : 1))
      .map(({ replica, sequence, time, fence, rank, value }) => {
        const bytes = value === undefined ? undefined : encodeValue(value)
        const entry = { namespace: NAMESPACE, key: 'k', path: '', value: bytes, fence, rank, past: new Map() }
        return { event: { replica, sequence, time, entries: [entry] }, entry }
      }),
  )

test('a policy answers the same for the same siblings, whatever order they come in', () => {
  fc.assert(
    fc.property(siblings, fc.constantFrom(...all), fc.infiniteStream(fc.nat()), (given, policy, picks) => {
      const store = replicas('x', 'y') as [Replica, Replica]
      const answers = store.map(({ store: { core } }, i) => {
        const rest = [...given]
        while (rest.length > 0) {
          const at = i === 0 ? 0 : (picks.next().value as number) % rest.length
          const { event } = rest.splice(at, 1)[0] as Sibling
          // Each is the first that is seen of its replica.
          core.receive([{ ...event, sequence: 1 }])
        }
        const held = core.siblings({ namespace: NAMESPACE, key: 'k', path: '' })
        expect(held).toHaveLength(given.length)
        // Asked twice: a resolver that looks at a clock or a die shows here.
        expect(shown(held, policy)).toEqual(shown(held, policy))
        return shown(held, policy)
      })
      expect(answers[0]).toEqual(answers[1])
    }),
  )
})

test('a resolver that is not deterministic is found by asking it twice', () => {
  let calls = 0
  const dice: Resolver = { name: 'dice', resolve: () => calls++ }
  const [pair] = fc.sample(
    siblings.filter((some) => some.length > 1),
    1,
  )
  expect(shown(pair!, dice)).not.toEqual(shown(pair!, dice))
})

/** Two replicas write without knowing of each other, then exchange. */
async function concurrently(
  policy: Policy,
  write: (a: Replica, b: Replica) => Promise<unknown>,
): Promise<[Replica, Replica]> {
  const pair = replicas('a', 'b') as [Replica, Replica]
  for (const replica of pair) replica.namespace(policy)
  await write(...pair)
  await converge(pair)
  return pair
}

const values = (pair: readonly Replica[], policy: Policy): unknown[] => pair.map((r) => r.namespace(policy).get('k'))

describe('what a reader sees of concurrent writes', () => {
  test('latest: the later one, and of a deletion and a write the later one too', async () => {
    const pair = await concurrently('latest', async (a, b) => {
      await a.namespace().set('k', 'first')
      await a.world.run(1)
      await b.namespace().set('k', 'second')
    })
    expect(values(pair, 'latest')).toEqual(['second', 'second'])
    await pair[1].namespace().delete('k')
    await pair[0].world.run(1)
    await pair[0].namespace().set('k', 'third')
    await converge(pair)
    expect(values(pair, 'latest')).toEqual(['third', 'third'])
  })

  test('a fence orders before the clock, and a stale one is refused where the newer is known', async () => {
    const pair = await concurrently('latest', async (a, b) => {
      await b.namespace().set('k', 'new holder', { fence: 2 })
      await a.world.run(1000)
      await a.namespace().set('k', 'stale holder', { fence: 1 })
    })
    expect(values(pair, 'latest')).toEqual(['new holder', 'new holder'])
    const n = pair[0].namespace()
    for (const fence of [1, 0]) await expect(n.set('k', 'x', { fence })).rejects.toMatchObject({ code: 'STALE_FENCE' })
    await expect(n.set('k', 'x')).rejects.toMatchObject({ code: 'STALE_FENCE' })
    await expect(n.delete('k', { fence: 1 })).rejects.toMatchObject({ code: 'STALE_FENCE' })
    await n.set('k', 'holder still', { fence: 2 })
    await n.set('k', 'next holder', { fence: 3 })
    expect(n.entry('k')!.siblings).toHaveLength(1)
  })

  test('priority: the higher rank, whatever the clock', async () => {
    const pair = await concurrently('priority', async (a, b) => {
      await a.namespace('priority').set('k', 'person', { rank: 10 })
      await a.world.run(1000)
      await b.namespace('priority').set('k', 'machine', { rank: 1 })
    })
    expect(values(pair, 'priority')).toEqual(['person', 'person'])
    // Who has seen it replaces it.
    await pair[1].namespace('priority').set('k', 'machine again')
    await converge(pair)
    expect(values(pair, 'priority')).toEqual(['machine again', 'machine again'])
    for (const rank of [-1, 1.5, 2 ** 32]) {
      await expect(pair[0].namespace('priority').set('k', 1, { rank })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
  })

  test('siblings: all of them, in the order of their writers', async () => {
    const pair = await concurrently('siblings', async (a, b) => {
      await b.namespace('siblings').set('k', 'b')
      await a.namespace('siblings').set('k', 'a')
    })
    expect(values(pair, 'siblings')).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    await pair[0].namespace('siblings').set('k', 'both')
    await converge(pair)
    expect(values(pair, 'siblings')).toEqual([['both'], ['both']])
  })

  test('a resolver of a program: its answer, on every replica', async () => {
    const pair = await concurrently(largest, async (a, b) => {
      await a.namespace(largest).set('k', 5)
      await a.world.run(1)
      await b.namespace(largest).set('k', 3)
    })
    expect(values(pair, largest)).toEqual([5, 5])
    expect(pair[0].namespace(largest).list().entries[0]!.value).toBe(5)
  })

  test('a resolver that throws, or answers no value, tells the reader', async () => {
    const bad: Resolver = { name: 'bad', resolve: () => Number.NaN }
    const pair = await concurrently(bad, async (a, b) => {
      await a.namespace(bad).set('k', 5)
      await b.namespace(bad).set('k', 3)
    })
    expect(() => pair[0].namespace(bad).get('k')).toThrow('no JSON')
    await pair[0].namespace(bad).set('k', 1)
    expect(pair[0].namespace(bad).get('k')).toBe(1)
  })
})

describe('manual', () => {
  const conflict = (): Promise<[Replica, Replica]> =>
    concurrently('manual', async (a, b) => {
      await a.namespace('manual').set('k', 'a')
      await b.namespace('manual').set('k', 'b')
      await b.namespace('manual').set('agreed', 1)
    })

  test('concurrent values wait in a queue until somebody chooses, and then nowhere', async () => {
    const pair = await conflict()
    for (const replica of pair) {
      const conflicts = replica.namespace('manual').conflicts()
      expect(conflicts.map(({ key, siblings: some }) => [key, some.map(({ value }) => value)])).toEqual([
        ['k', ['a', 'b']],
      ])
    }
    await pair[1].namespace('manual').resolve('k', 'both')
    await converge(pair)
    for (const replica of pair) {
      expect(replica.namespace('manual').conflicts()).toEqual([])
      expect(replica.namespace('manual').get('k')).toBe('both')
    }
  })

  test('a write that has not seen the conflict does not end it; one that has does', async () => {
    const [a] = await conflict()
    const n = a.namespace('manual')
    await expect(n.set('k', 'blind')).rejects.toMatchObject({ code: 'UNRESOLVED_CONFLICT' })
    await expect(n.delete('k')).rejects.toMatchObject({ code: 'UNRESOLVED_CONFLICT' })
    await expect(n.batch((batch) => batch.set('k', 'blind'))).rejects.toMatchObject({ code: 'UNRESOLVED_CONFLICT' })
    await n.set('k', 'informed', { expect: n.conflicts()[0]!.version })
    expect(n.conflicts()).toEqual([])
  })

  test('a choice made while another one came stays a conflict of the two', async () => {
    const pair = await conflict()
    await pair[0].namespace('manual').resolve('k', 'x')
    await pair[1].namespace('manual').resolve('k', 'y')
    await converge(pair)
    for (const replica of pair) expect(replica.namespace('manual').conflicts()[0]!.siblings).toHaveLength(2)
  })

  test('two who deleted, or wrote the same, have no conflict', async () => {
    const pair = await concurrently('manual', async (a, b) => {
      await a.namespace('manual').set('k', 'same')
      await b.namespace('manual').set('k', 'same')
    })
    expect(pair[0].namespace('manual').conflicts()).toEqual([])
    await pair[0].namespace('manual').delete('k')
    await pair[1].namespace('manual').delete('k')
    await converge(pair)
    expect(pair[0].namespace('manual').conflicts()).toEqual([])
  })
})
