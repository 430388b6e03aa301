import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../../../src/lib/json.ts'
import { COUNTER_PREFIX } from '../../../src/state/paths.ts'
import { encodeValue } from '../../../src/state/value.ts'
import { converge, NAMESPACE, type Replica, replicas } from '../replica.ts'

const KEY = 'k'
const three = (): Replica[] => {
  const all = replicas('a', 'b', 'c')
  for (const replica of all) replica.namespace()
  return all
}

test('a counter is the sum of all additions, whoever made them and however they travelled', async () => {
  const step = fc.record({ who: fc.nat(2), amount: fc.integer({ min: -5, max: 5 }), to: fc.nat(2) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const all = three()
      let sum = 0
      for (const { who, amount, to } of steps) {
        const own = all[who]!.namespace().counter(KEY)
        const before = own.value
        await own.add(amount)
        expect(own.value).toBe(before + amount)
        sum += amount
        if (to !== who) await all[to]!.pull(all[who]!)
      }
      await converge(all)
      for (const replica of all) expect(replica.namespace().counter(KEY).value).toBe(sum)
      expect(all[0]!.namespace().get(KEY)).toBe(steps.length > 0 ? sum : undefined)
    }),
    { numRuns: 200 },
  )
})

test('a set is what was added and not removed by somebody who knew of the addition', async () => {
  const step = fc.record({ who: fc.nat(2), add: fc.boolean(), element: fc.constantFrom('x', 'y'), to: fc.nat(2) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const all = three()
      /** The oracle: additions as numbers, and which of them each replica has seen and has seen removed. */
      const seen = all.map(() => ({ added: new Map<number, string>(), removed: new Set<number>() }))
      for (const [i, { who, add, element, to }] of steps.entries()) {
        const own = all[who]!.namespace().elements(KEY)
        const known = seen[who]!
        if (add) {
          await own.add(element)
          known.added.set(i, element)
        } else {
          const living = [...known.added].some(([id, of]) => of === element && !known.removed.has(id))
          expect(await own.remove(element)).toBe(living)
        }
        // Whoever adds or removes has seen what was there, and stands for it.
        for (const [id, of] of known.added) if (of === element && id !== i) known.removed.add(id)
        expect(own.has(element)).toBe(add)
        if (to === who) continue
        await all[to]!.pull(all[who]!)
        for (const [id, of] of known.added) seen[to]!.added.set(id, of)
        for (const id of known.removed) seen[to]!.removed.add(id)
      }
      await converge(all)
      const gone = new Set(seen.flatMap(({ removed }) => [...removed]))
      const left = seen.flatMap(({ added }) => [...added].filter(([id]) => !gone.has(id)).map(([, of]) => of))
      for (const replica of all) expect(replica.namespace().elements(KEY).values()).toEqual([...new Set(left)].sort())
    }),
    { numRuns: 200 },
  )
})

test('an addition wins over a removal that did not know of it, also where it was there before', async () => {
  const [a, b] = three() as [Replica, Replica, Replica]
  await a.namespace().elements(KEY).add('x')
  await converge([a, b])
  await a.namespace().elements(KEY).add('x')
  await b.namespace().elements(KEY).remove('x')
  await converge([a, b])
  expect(a.namespace().elements(KEY).values()).toEqual(['x'])
  expect(b.namespace().elements(KEY).values()).toEqual(['x'])
})

test('elements are equal if their JSON is, and anything else is refused', async () => {
  const [a] = three() as [Replica]
  const tags = a.namespace().elements(KEY)
  await tags.add({ b: 1, a: 2 })
  await tags.add({ a: 2, b: 1 })
  await tags.add(['x'])
  expect(tags.values()).toEqual([['x'], { a: 2, b: 1 }])
  expect(tags.has({ b: 1, a: 2 })).toBe(true)
  for (const bad of [undefined, Number.NaN, 'x'.repeat(5000), new Uint8Array(1)]) {
    await expect(tags.add(bad as Json)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  }
  expect(a.namespace().get(KEY)).toEqual([['x'], { a: 2, b: 1 }])
})

test('a counter adds whole numbers only, and its sum stays exact', async () => {
  const [a] = three() as [Replica]
  const hits = a.namespace().counter(KEY)
  for (const bad of [0.5, Number.NaN, 2 ** 53, '1' as never]) {
    await expect(hits.add(bad)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  }
  await hits.add(Number.MAX_SAFE_INTEGER)
  await expect(hits.add()).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  expect(hits.value).toBe(Number.MAX_SAFE_INTEGER)
  // What a bad peer counts is nothing.
  const path = `${COUNTER_PREFIX}bad`
  await a.store.write([{ namespace: NAMESPACE, key: KEY, path, value: encodeValue('many') }])
  await a.store.write([{ namespace: NAMESPACE, key: KEY, path: '=not json', value: encodeValue(true) }])
  expect(hits.value).toBe(Number.MAX_SAFE_INTEGER)
  expect(a.namespace().get(KEY)).toBe(Number.MAX_SAFE_INTEGER)
})

test('deleting a counter starts it anew; an addition that did not know of it wins', async () => {
  const [a, b] = three() as [Replica, Replica]
  await a.namespace().counter(KEY).add(5)
  await converge([a, b])
  await b.namespace().delete(KEY)
  await converge([a, b])
  expect(a.namespace().get(KEY)).toBeUndefined()
  await a.namespace().counter(KEY).add(2)
  expect(a.namespace().counter(KEY).value).toBe(2)
})

test('a key of one type refuses the others until it is deleted', async () => {
  const [a] = three() as [Replica]
  const n = a.namespace()
  await n.set(KEY, 1)
  for (const write of [() => n.counter(KEY).add(), () => n.elements(KEY).add('x')]) {
    await expect(write()).rejects.toMatchObject({ code: 'KEY_TYPE' })
  }
  await n.delete(KEY)
  await n.counter(KEY).add()
  await expect(n.set(KEY, 1)).rejects.toMatchObject({ code: 'KEY_TYPE' })
  await expect(n.batch((batch) => batch.set(KEY, 1))).rejects.toMatchObject({ code: 'KEY_TYPE' })
  expect(n.get(KEY)).toBe(1)
})

test('a key that became two types at once is the same one everywhere', async () => {
  const [a, b] = three() as [Replica, Replica]
  await a.namespace().elements(KEY).add('x')
  await b.namespace().counter(KEY).add(3)
  await converge([a, b])
  for (const { namespace } of [a, b].map((replica) => ({ namespace: replica.namespace() }))) {
    expect(namespace.get(KEY)).toBe(3)
    expect(namespace.entry(KEY)!.type).toBe('counter')
    await expect(namespace.elements(KEY).add('y')).rejects.toMatchObject({ code: 'KEY_TYPE' })
  }
  await a.namespace().delete(KEY)
  await converge([a, b])
  expect(b.namespace().get(KEY)).toBeUndefined()
})
