import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/lib/json.ts'
import { MAX_PATH_CHARS } from '../../../src/state/limits.ts'
import { json } from '../../../src/state/types/json.ts'
import type { KeyCells, KeyType } from '../../../src/state/types/type.ts'
import { converge, NAMESPACE, type Replica, replicas } from '../replica.ts'

const KEY = 'k'
const leaf = fc.constantFrom<Json>(0, 1, 'x', null, [1], [{ a: 1 }], {})
/** Small, so that writers often meet: in one leaf, above one another, in containers that come and go. */
const value: fc.Arbitrary<Json> = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.dictionary(fc.constantFrom('a', 'b', '', '/', '~'), tie('tree'), { maxKeys: 3 }) as fc.Arbitrary<Json>,
  ),
})).tree

const step = fc.record({
  who: fc.nat(2),
  value: fc.option(value, { nil: undefined }),
  from: fc.option(fc.nat(2), { nil: undefined }),
})

const cells = ({ store: { core } }: Replica): KeyCells => ({
  plain: core.cells.get({ namespace: NAMESPACE, key: KEY, path: '' }),
  paths: core.cells.paths(NAMESPACE, KEY),
})
const read = (replica: Replica): unknown => json.read(cells(replica), 'merge')

/** Writes a value, or deletes, as a type does it; what shows right after must be just that. */
async function write(replica: Replica, type: KeyType, written: Json | undefined): Promise<void> {
  const n = replica.namespace('merge')
  if (written === undefined) await n.delete(KEY)
  else await n.change(KEY, json, (held, writer) => type.put(held, written, writer))
}

/** Whatever three replicas write and whenever they exchange, each shows what it wrote, and in the end all show the same. */
async function run(
  steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
  types: KeyType[],
): Promise<Replica[]> {
  const all = replicas('a', 'b', 'c')
  for (const replica of all) replica.state.namespace(NAMESPACE, { policy: 'merge' })
  for (const { who, value: written, from } of steps) {
    const replica = all[who]!
    await write(replica, types[who]!, written)
    expect(read(replica)).toEqual(written)
    expect(replica.namespace('merge').get(KEY)).toEqual(written)
    if (from !== undefined && from !== who) await all[from]!.pull(replica)
    await replica.world.run(1)
  }
  await converge(all)
  for (const replica of all) expect(read(replica)).toEqual(read(all[0]!))
  return all
}

test('a writer reads what it wrote, and all who have exchanged read the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      await run(steps, [json, json, json])
    }),
    { numRuns: 300 },
  )
})

/** Writes of different leaves, none above another: all of them are in the result. */
const field = fc.record({ who: fc.nat(2), name: fc.constantFrom('x', 'y', 'z'), value: fc.nat(9) })

/** Each replica changes fields of its own in an object that all have; nothing that anybody wrote last may be missing. */
async function fields(steps: readonly { who: number; name: string; value: number }[], types: KeyType[]): Promise<void> {
  const all = replicas('a', 'b', 'c')
  for (const replica of all) replica.namespace('merge')
  await write(all[0]!, types[0]!, { shared: 0 })
  await converge(all)
  const wanted: Record<string, number> = { shared: 0 }
  for (const { who, name, value: written } of steps) {
    const replica = all[who]!
    const own = `${replica.name}${name}`
    wanted[own] = written
    await write(replica, types[who]!, { ...(read(replica) as object), [own]: written })
    if (written % 2 === 0) await all[(who + 1) % 3]!.pull(replica)
  }
  await converge(all)
  for (const replica of all) expect(read(replica)).toEqual(wanted)
}

test('what different writers change in different places is all there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(field, { maxLength: 15 }), (steps) => fields(steps, [json, json, json])),
    { numRuns: 200 },
  )
})

test('a three-way merge against a remembered base is caught by these laws', async () => {
  /** Writes what differs from the value that this replica wrote last, not from what it shows: the bug. */
  const remembering = (): KeyType => {
    let base: KeyCells = { plain: [], paths: new Map() }
    return {
      ...json,
      put(held, written, writer) {
        const writes = json.put(base, written, writer)
        base = { plain: held.plain, paths: new Map(held.paths) }
        return writes
      },
    }
  }
  const bugs = (): KeyType[] => [remembering(), remembering(), remembering()]
  const check = (property: fc.IAsyncProperty<unknown>) =>
    fc.check(property, { numRuns: 300, seed: 1, endOnFailure: true })
  const laws = [
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      await run(steps, bugs())
    }),
    fc.asyncProperty(fc.array(field, { maxLength: 15 }), (steps) => fields(steps, bugs())),
  ]
  for (const law of laws) expect((await check(law as fc.IAsyncProperty<unknown>)).failed).toBe(true)
})

describe('concurrent writes', () => {
  const pair = async (start: Json): Promise<[Replica, Replica]> => {
    const both = replicas('a', 'b') as [Replica, Replica]
    await both[0].namespace('merge').set(KEY, start)
    await converge(both)
    return both
  }
  /** a writes first, b a moment later, neither knowing of the other. */
  const meet = async (start: Json, first: Json, second: Json): Promise<unknown> => {
    const [a, b] = await pair(start)
    await a.namespace('merge').set(KEY, first)
    await a.world.run(1)
    await b.namespace('merge').set(KEY, second)
    await converge([a, b])
    expect(read(a)).toEqual(read(b))
    return read(a)
  }

  test('of different leaves are both there; of one leaf the later wins', async () => {
    expect(await meet({ x: 1, y: 1 }, { x: 2, y: 1 }, { x: 1, y: 2 })).toEqual({ x: 2, y: 2 })
    expect(await meet({ x: 1 }, { x: 2 }, { x: 3 })).toEqual({ x: 3 })
    expect(await meet({ x: [1] }, { x: [1, 2] }, { x: [1, 3] })).toEqual({ x: [1, 3] })
  })

  test('of a leaf that one deletes and another leaves alone: it is gone', async () => {
    expect(await meet({ x: 1, y: 1 }, { y: 1 }, { x: 1, y: 2 })).toEqual({ y: 2 })
    expect(await meet({ o: { x: 1, y: 1 } }, {}, { o: { x: 1, y: 2 } })).toEqual({ o: { y: 2 } })
  })

  test('of a value and of something below it: the later', async () => {
    expect(await meet({ o: { x: 1 } }, { o: 'text' }, { o: { x: 1, y: 2 } })).toEqual({ o: { y: 2 } })
    expect(await meet({ o: { x: 1 } }, { o: { x: 1, y: 2 } }, { o: 'text' })).toEqual({ o: 'text' })
    expect(await meet({}, 'text', { x: 1 })).toEqual({ x: 1 })
  })

  test('of an empty object and of something in it: both', async () => {
    expect(await meet({ o: 1 }, { o: { x: 1 } }, { o: {} })).toEqual({ o: { x: 1 } })
  })

  test('what was hidden does not come back when what hid it goes', async () => {
    const [a, b] = await pair({ o: { x: 1 } })
    await a.namespace('merge').set(KEY, { o: { x: 1, y: 2 } })
    await a.world.run(1)
    await b.namespace('merge').set(KEY, { o: 'text' })
    await converge([a, b])
    await a.namespace('merge').set(KEY, { o: {} })
    expect(read(a)).toEqual({ o: {} })
    await converge([a, b])
    expect(read(b)).toEqual({ o: {} })
  })
})

test('only what changes is written', async () => {
  const [a] = replicas('a')
  const n = a!.namespace('merge')
  await n.set(KEY, { x: 1, y: { z: [1, 2] } })
  const version = n.entry(KEY)!.version
  expect(await n.set(KEY, { y: { z: [1, 2] }, x: 1 })).toBe(version)
  await n.set(KEY, { x: 1, y: { z: [1, 3] } })
  expect(n.history(KEY)[0]!.changes).toEqual([{ path: '/y/z', value: [1, 3] }])
})

test('names that a pointer cannot hold are refused, and pointers of a bad peer are not followed too deep', async () => {
  const [a, b] = replicas('a', 'b') as [Replica, Replica]
  const n = a.namespace('merge')
  await expect(n.set(KEY, { ['x'.repeat(MAX_PATH_CHARS)]: 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  await expect(n.set(KEY, { '\ud800': 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  await expect(n.set(KEY, Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [i, i])))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  })
  expect(n.get(KEY)).toBeUndefined()
  await n.set(KEY, JSON.parse('{"__proto__":{"x":1},"a":1}'))
  await a.store.write([{ namespace: NAMESPACE, key: KEY, path: '/'.repeat(1000), value: new Uint8Array([0, 0x31]) }])
  await b.pull(a)
  expect(b.namespace('merge').get(KEY)).toEqual(JSON.parse('{"__proto__":{"x":1},"a":1}'))
  await n.set(KEY, new Uint8Array([1]))
  expect(n.get(KEY)).toEqual(new Uint8Array([1]))
})
