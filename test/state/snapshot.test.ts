import { expect, test } from 'vitest'
import type { Json } from '../../src/lib/json.ts'
import type { Snapshot } from '../../src/state/snapshot.ts'
import { converge, type Replica, replicas } from './replica.ts'

/** As it comes back from a file. */
const stored = (snapshot: Snapshot): Snapshot => JSON.parse(JSON.stringify(snapshot)) as Snapshot
const values = (replica: Replica): Record<string, unknown> =>
  Object.fromEntries(
    replica
      .namespace()
      .list()
      .entries.map(({ key, value }) => [key, value]),
  )

test('a restored namespace is what it was: values, bytes, counters and sets', async () => {
  const pair = replicas('a', 'b') as [Replica, Replica]
  const n = pair[0].namespace()
  await n.set('value', { x: [1, null] })
  await n.set('bytes', new Uint8Array([0, 255]))
  await n.counter('counter').add(5)
  await n.elements('set').add('x')
  await n.elements('set').add('y')
  await n.set('same', 1)
  const snapshot = stored(n.snapshot())
  expect(snapshot).toMatchObject({ namespace: 'n', policy: 'latest', takenBy: 'a' })
  const before = values(pair[0])

  await n.set('value', 2)
  await n.delete('bytes')
  await n.set('bytes', 'now a text')
  await n.counter('counter').add(7)
  await n.elements('set').remove('x')
  await n.elements('set').add('z')
  await n.set('new', 1)
  await n.counter('new counter').add(1)
  expect(await n.restore(snapshot)).toBe(6)
  expect(values(pair[0])).toEqual(before)
  await converge(pair)
  expect(values(pair[1])).toEqual(before)
  const { sequence } = pair[0].store
  expect(await n.restore(snapshot)).toBe(0)
  expect(pair[0].store.sequence).toBe(sequence)
})

test('a restoration wins over what it saw, on every replica, and merges with what it did not see', async () => {
  const all = replicas('a', 'b', 'c')
  const [a, b, c] = all as [Replica, Replica, Replica]
  await a.namespace().set('k', 'old')
  await a.namespace().set('deleted since', 1)
  await converge(all)
  const snapshot = stored(a.namespace().snapshot())
  await b.namespace().set('k', 'bad')
  await b.namespace().set('added', 1)
  await b.namespace().delete('deleted since')
  await converge(all)
  await a.world.run(1)
  // These a has not heard of when it restores.
  await c.namespace().set('unheard', 1)
  await a.namespace().restore(snapshot)
  await a.world.run(1)
  await c.namespace().set('k', 'later')
  await converge(all)
  for (const replica of all) {
    expect(values(replica)).toEqual({ 'deleted since': 1, k: 'later', unheard: 1 })
    expect(replica.namespace().entry('k')!.siblings).toHaveLength(2)
  }
})

test('a small restoration is one write; a large one is complete all the same', async () => {
  const pair = replicas('a', 'b') as [Replica, Replica]
  const n = pair[0].namespace()
  const keys = Array.from({ length: 2500 }, (_, i) => `k${i}`)
  for (const key of keys) await n.set(key, 'x'.repeat(500))
  const snapshot = n.snapshot()
  await n.set('k0', 1)
  await n.delete('k1')
  const { sequence } = pair[0].store
  expect(await n.restore(snapshot)).toBe(2)
  expect(pair[0].store.sequence).toBe(sequence + 1)
  for (const key of keys) await n.set(key, 1)
  await n.set('more', 1)
  expect(await n.restore(snapshot)).toBe(2501)
  await converge(pair)
  expect(
    pair[1]
      .namespace()
      .list({ limit: 10_000 })
      .entries.every(({ value }) => value === 'x'.repeat(500)),
  ).toBe(true)
  expect(pair[1].namespace().list({ limit: 10_000 }).entries).toHaveLength(2500)
})

test('merged values come back leaf by leaf, fenced and conflicting ones too', async () => {
  const [a] = replicas('a') as [Replica]
  const merged = a.state.namespace('merged', { policy: 'merge' })
  await merged.set('k', { x: 1, y: { z: 1 } })
  const snapshot = stored(merged.snapshot())
  await merged.set('k', { x: 1, y: 2, w: 3 })
  await merged.restore(snapshot)
  expect(merged.get('k')).toEqual({ x: 1, y: { z: 1 } })

  const n = a.namespace()
  const old = n.snapshot()
  await n.set('k', 1, { fence: 7 })
  await n.restore(old)
  expect(n.get('k')).toBeUndefined()

  const pair = replicas('x', 'y') as [Replica, Replica]
  for (const replica of pair) await replica.namespace('manual').set('k', replica.name)
  const first = pair[0].namespace('manual').snapshot()
  await converge(pair)
  expect(pair[0].namespace('manual').conflicts()).toHaveLength(1)
  await pair[0].namespace('manual').restore(first)
  expect(pair[0].namespace('manual').conflicts()).toEqual([])
  expect(pair[0].namespace('manual').get('k')).toBe('x')
})

test('what is no snapshot is refused, and nothing is written', async () => {
  const [a] = replicas('a') as [Replica]
  const n = a.namespace()
  await n.set('k', 1)
  const good = stored(n.snapshot())
  const { sequence } = a.store
  const entries = (...some: Json[]): Json => ({ ...(good as unknown as object), entries: some })
  const bad: unknown[] = [
    undefined,
    {},
    { ...good, version: 2 },
    { ...good, entries: {} },
    entries({ key: '', type: 'value', value: 1 }),
    entries({ key: 'x', type: 'value', value: 2 }, { key: 'x', type: 'value', value: 1 }),
    entries({ key: 'x', type: 'value', value: 2 }, { key: 'y', type: 'unheard-of', value: 1 }),
    entries({ key: 'x', type: 'value', value: 2 }, { key: 'y', type: 'value' }),
    entries({ key: 'x', type: 'value', value: 2 }, { key: 'y', type: 'counter', value: 'x' }),
    entries({ key: 'x', type: 'value', value: 2 }, { key: 'y', type: 'set', value: 'x' }),
    entries({ key: 'x', type: 'value', value: 2 }, null),
  ]
  for (const snapshot of bad) {
    await expect(n.restore(snapshot as Snapshot)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  }
  expect(a.store.sequence).toBe(sequence)
  expect(n.get('k')).toBe(1)
})
