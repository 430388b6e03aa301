import { expect, test } from 'vitest'
import { World } from '../../src/network/simulated/world.ts'
import { MAX_KEY_CHARS, MAX_NAMESPACE_CHARS } from '../../src/state/limits.ts'
import type { StateValue } from '../../src/state/value.ts'
import { MAX_DEPTH, MAX_VALUE_BYTES } from '../../src/state/value.ts'
import { converge, NAMESPACE, Replica, replicas, shown } from './replica.ts'

const pair = (): [Replica, Replica] => replicas('a', 'b') as [Replica, Replica]
const one = (): Replica => replicas('a')[0]!

test('a value comes back as it went in, JSON and bytes, here and elsewhere', async () => {
  const [a, b] = pair()
  const values: StateValue[] = [
    null,
    0,
    -1.5,
    'text',
    '\u{1f426}',
    { b: 1, a: [true, { x: null }] },
    [],
    {},
    new Uint8Array([0, 255]),
    JSON.parse('{"__proto__":1}'),
  ]
  for (const [i, value] of values.entries()) await a.namespace().set(`k${i}`, value)
  await b.pull(a)
  for (const [i, value] of values.entries()) {
    expect(a.namespace().get(`k${i}`)).toEqual(value)
    expect(b.namespace().get(`k${i}`)).toEqual(value)
  }
  expect(a.namespace().get('nothing')).toBeUndefined()
})

test('whoever changes what he wrote or read does not change what is stored', async () => {
  const n = one().namespace()
  const bytes = new Uint8Array([1, 2])
  await n.set('k', bytes)
  bytes[0] = 9
  const read = n.get('k') as Uint8Array
  read[1] = 9
  expect(n.get('k')).toEqual(new Uint8Array([1, 2]))
})

test('an entry says who wrote, when and what; its version is the same on every replica', async () => {
  const [a, b] = pair()
  const version = await a.namespace().set('k', { x: 1 })
  await b.pull(a)
  const entry = b.namespace().entry('k')!
  expect(entry).toMatchObject({ key: 'k', value: { x: 1 }, type: 'value', version, updatedBy: 'a' })
  expect(entry.dot.replica).toBe(a.id)
  expect(entry.updatedAt).toBe(a.world.find('a')!.clock.now())
  expect(entry.siblings).toHaveLength(1)
  expect(JSON.parse(JSON.stringify(entry))).toEqual(JSON.parse(JSON.stringify(a.namespace().entry('k'))))
  await a.namespace().set('same', { x: 1 })
  expect(a.namespace().entry('same')!.checksum).toBe(entry.checksum)
  expect(a.namespace().entry('same')!.version).not.toBe(version)
  expect(b.namespace().entry('nothing')).toBeUndefined()
})

test('expect: a write goes through only at the version that was seen, and the error carries what is there', async () => {
  const [a, b] = pair()
  const first = await a.namespace().set('k', 1, { expect: null })
  await expect(a.namespace().set('k', 2, { expect: null })).rejects.toMatchObject({
    code: 'VERSION_CONFLICT',
    current: { value: 1, version: first },
  })
  const second = await a.namespace().set('k', 2, { expect: first })
  await expect(a.namespace().delete('k', { expect: first })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
  // A concurrent write of another changes the version, even if it does not show.
  await b.namespace().set('k', 'other')
  await converge([a, b])
  expect(a.namespace().entry('k')!.version).toBe(b.namespace().entry('k')!.version)
  await expect(a.namespace().set('k', 3, { expect: second })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
  await a.namespace().set('k', 3, { expect: a.namespace().entry('k')!.version })
  expect(await a.namespace().delete('k')).toBe(true)
  await expect(a.namespace().set('k', 4, { expect: second })).rejects.toMatchObject({ current: undefined })
})

test('update reads and writes with nothing in between', async () => {
  const n = one().namespace()
  await Promise.all(Array.from({ length: 10 }, () => n.update('k', (value) => ((value as number) ?? 0) + 1)))
  expect(n.get('k')).toBe(10)
  await expect(n.update('k', () => undefined as unknown as StateValue)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  await expect(
    n.update('k', () => {
      throw new Error('changed my mind')
    }),
  ).rejects.toThrow('changed my mind')
  expect(n.get('k')).toBe(10)
})

test('delete says whether there was something, and a deleted key comes back by a write alone', async () => {
  const [a, b] = pair()
  await a.namespace().set('k', 1)
  await b.pull(a)
  expect(await a.namespace().delete('k')).toBe(true)
  expect(await a.namespace().delete('k')).toBe(false)
  expect(await a.namespace().delete('never')).toBe(false)
  await converge([a, b])
  expect(b.namespace().get('k')).toBeUndefined()
  expect(shown(b.namespace())).toEqual([])
  await b.namespace().set('k', 2)
  await converge([a, b])
  expect(a.namespace().get('k')).toBe(2)
})

test('a list is sorted, by prefix, in pages, and follows what changes', async () => {
  const n = one().namespace()
  expect(n.list()).toEqual({ entries: [], next: undefined })
  const names = Array.from({ length: 2000 }, (_, i) => `${i % 2 ? 'odd' : 'even'}/${i}`)
  for (const name of names) await n.set(name, name)
  const walk = (prefix: string, limit: number): string[] => {
    const keys: string[] = []
    let after: string | undefined
    do {
      const page = n.list({ prefix, limit, after })
      expect(page.entries.length).toBeLessThanOrEqual(limit)
      keys.push(...page.entries.map(({ key }) => key))
      after = page.next
    } while (after !== undefined)
    return keys
  }
  expect(walk('', 7)).toEqual([...names].sort())
  expect(walk('odd/', 1000)).toEqual(names.filter((name) => name.startsWith('odd/')).sort())
  for (const name of names.slice(0, 50)) await n.delete(name)
  await n.set('middle', 1)
  const left = [...names.slice(50), 'middle'].sort()
  expect(walk('', 100)).toEqual(left)
  expect(n.list({ after: 'middle', limit: 1 }).entries[0]!.key).toBe(left[left.indexOf('middle') + 1])
  for (const limit of [0, -1, 1.5, 10_001, Number.NaN]) expect(() => n.list({ limit })).toThrow('a page of')
})

test('a batch is one write: all of it or none, here and elsewhere', async () => {
  const [a, b] = pair()
  const n = a.namespace()
  await n.set('old', 1)
  const before = a.store.sequence
  await n.batch((batch) => batch.set('x', 1).set('y', 2).set('x', 3).delete('old').delete('never'))
  expect(a.store.sequence).toBe(before + 1)
  expect([n.get('x'), n.get('y'), n.get('old')]).toEqual([3, 2, undefined])
  await b.pull(a)
  expect(shown(b.namespace())).toEqual(shown(n))
  expect(n.entry('x')!.version).toBe(n.entry('y')!.version)

  await expect(n.batch((batch) => batch.set('x', 9).set('', 9))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  await expect(n.batch((batch) => batch.set('x', 9).set('y', Number.NaN))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  })
  await expect(n.batch((batch) => batch.set('x', 9).set('y', 9, { expect: null }))).rejects.toMatchObject({
    code: 'VERSION_CONFLICT',
  })
  const half = 'x'.repeat(MAX_VALUE_BYTES * 0.6)
  await expect(n.batch((batch) => batch.set('x', half).set('y', half))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  const many = Array.from({ length: 5000 }, (_, i) => `k${i}`)
  const tooMany = n.batch((batch) => {
    for (const key of many) batch.set(key, 1)
  })
  await expect(tooMany).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  await n.batch(() => {})
  expect(n.get('x')).toBe(3)
  expect(a.store.sequence).toBe(before + 1)
})

test('namespaces do not see one another', async () => {
  const { state } = one()
  const [x, y] = [state.namespace('x', {}), state.namespace('y', {})]
  await x.set('k', 1)
  expect(y.get('k')).toBeUndefined()
  expect(y.list().entries).toEqual([])
  await y.set('k', 2)
  await x.delete('k')
  expect(y.get('k')).toBe(2)
  expect(state.namespaces()).toEqual(['x', 'y'])
})

test('bad names, keys and values are refused, and nothing is written', async () => {
  const a = one()
  const n = a.namespace()
  const before = a.store.sequence
  for (const name of ['', '.x', 'a b', 'x'.repeat(MAX_NAMESPACE_CHARS + 1), 'covey.namespaces', 7 as never]) {
    expect(() => a.state.namespace(name, {})).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  }
  expect(() => a.state.namespace('x', { policy: 'newest' as never })).toThrow('newest is no policy')
  expect(() => a.state.namespace('x', { policy: { name: 'no spaces', resolve: () => 1 } })).toThrow('is no policy')
  expect(() => a.state.namespace('unheard-of')).toThrow(expect.objectContaining({ code: 'UNKNOWN_NAMESPACE' }))

  for (const key of ['', 'x'.repeat(MAX_KEY_CHARS + 1), '\ud800', undefined as never, 7 as never]) {
    await expect(n.set(key, 1)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(n.delete(key)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(() => n.get(key)).toThrow('is no key')
    expect(() => n.counter(key)).toThrow('is no key')
  }
  let deep: StateValue = 1
  for (let i = 0; i <= MAX_DEPTH; i++) deep = [deep]
  const circle: unknown[] = []
  circle.push(circle)
  // 2^60 numbers, though it is small to look at.
  let wide: StateValue = 1
  for (let i = 0; i < 60; i++) wide = [wide, wide]
  const bad = [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    () => 1,
    new Date(0),
    new Map(),
    { x: undefined },
    [Symbol.iterator],
    deep,
    circle,
    wide,
    'x'.repeat(MAX_VALUE_BYTES),
    new Uint8Array(MAX_VALUE_BYTES),
    Promise.resolve(1),
  ]
  for (const value of bad)
    await expect(n.set('k', value as StateValue)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  for (const fence of [-1, 1.5, Number.NaN, 2 ** 60]) {
    await expect(n.set('k', 1, { fence })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  }
  await expect(n.set('k', 1, { rank: 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  await expect(n.resolve('k', 1)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  await expect(n.rollback('k', 'no-version')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  expect(a.store.sequence).toBe(before)
  expect(n.list().entries).toEqual([])

  await n.set('largest', 'x'.repeat(MAX_VALUE_BYTES - 3))
  await n.set('x'.repeat(MAX_KEY_CHARS), new Uint8Array(MAX_VALUE_BYTES - 1))
  expect(n.list().entries).toHaveLength(2)
})

test('what a bad peer wrote is shown as the bytes that it is', async () => {
  const [a, b] = pair()
  const bad = [new Uint8Array(), new Uint8Array([7, 1]), new Uint8Array([0, 0x7b]), new Uint8Array([0, 0xff])]
  const deep = new TextEncoder().encode(`\0${'['.repeat(500)}${']'.repeat(500)}`)
  for (const [i, value] of [...bad, deep].entries()) {
    await a.store.write([{ namespace: NAMESPACE, key: `k${i}`, path: '', value }])
  }
  await b.pull(a)
  for (const { namespace } of [a, b].map((replica) => ({ namespace: replica.namespace() }))) {
    expect(namespace.list().entries.map(({ value }) => value)).toEqual([...bad, deep])
    expect(namespace.entry('k4')!.checksum).toMatch(/^[0-9a-f]{64}$/)
  }
})

test('after stop nothing is written and watches end', async () => {
  const a = one()
  const n = a.namespace()
  const watch = n.watch()
  expect(await watch.next()).toEqual({ done: false, value: { type: 'listed' } })
  const waiting = watch.next()
  a.state.stop()
  a.state.stop()
  expect(await waiting).toEqual({ done: true, value: undefined })
  await expect(n.set('k', 1)).rejects.toMatchObject({ code: 'STOPPED' })
  expect(n.get('k')).toBeUndefined()
})

test('a write that was asked for before the node knows its replica is written then', async () => {
  const a = one()
  const n = a.namespace()
  a.store.hold()
  const written = Promise.all([n.set('k', 1), n.update('k', (value) => (value as number) + 1), n.counter('c').add(2)])
  expect(n.get('k')).toBeUndefined()
  a.begin()
  await written
  expect([n.get('k'), n.counter('c').value]).toEqual([2, 2])
})

test('before the start nothing is read, as if there were nothing, and no write waits for a start that may never come', async () => {
  const n = new Replica(new World({ seed: 1 }), 'a').namespace()
  const counter = n.counter('c')
  const writes = [n.set('k', 1), n.update('k', () => 1), n.delete('k'), n.batch(() => undefined), counter.add(1)]
  for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'STOPPED' })
  const reads = [() => n.get('k'), () => n.entry('k'), () => n.list(), () => n.watch(), () => n.history('k')]
  const others = [() => n.conflicts(), () => n.snapshot(), () => counter.value]
  for (const read of [...reads, ...others]) expect(read).toThrowError(/stopped/)
})

test('a write that waits for the node to know its replica is told when the node stops instead', async () => {
  const a = one()
  a.store.hold()
  const written = a.namespace().set('k', 1)
  a.state.stop()
  await expect(written).rejects.toMatchObject({ code: 'STOPPED' })
})
