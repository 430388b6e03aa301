import { expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { World } from '../../src/network/simulated/world.ts'
import { MAX_PAST_AGE_MS, MAX_PAST_VALUES, PastWrites } from '../../src/state/past-writes.ts'
import { StateStore } from '../../src/state/store.ts'
import { encodeValue } from '../../src/state/value.ts'
import { MemoryStorage } from '../../src/storage/memory.ts'
import { MemoryDisk } from '../../src/storage/memory-disk.ts'
import { converge, Replica, replicas } from './replica.ts'

const told = (replica: Replica, key = 'k'): unknown =>
  replica
    .namespace()
    .history(key)
    .map(({ updatedBy, changes, current }) => [updatedBy, changes[0]!.value, current])

test('a history says who wrote what when, from which parents', async () => {
  const pair = replicas('a', 'b') as [Replica, Replica]
  const [a, b] = pair
  expect(a.namespace().history('k')).toEqual([])
  await a.namespace().set('k', 1)
  await converge(pair)
  await a.world.run(10)
  await a.namespace().set('k', 2)
  await b.namespace().set('k', 3)
  await converge(pair)
  await a.world.run(10)
  await b.namespace().delete('k')
  await converge(pair)
  for (const replica of pair) {
    expect(told(replica)).toEqual([
      ['b', undefined, true],
      ['b', 3, false],
      ['a', 2, false],
      ['a', 1, false],
    ])
    const [deleted, three, two, one] = replica.namespace().history('k')
    expect(deleted!.parents).toEqual([two!.dot, three!.dot])
    expect([three!.parents, two!.parents, one!.parents]).toEqual([[one!.dot], [one!.dot], []])
    expect(deleted!.updatedAt - two!.updatedAt).toBe(10)
  }
})

test('a parent is what was replaced, not what that had replaced before', async () => {
  const pair = replicas('a', 'b') as [Replica, Replica]
  for (const replica of [...pair, ...pair]) {
    await replica.namespace().set('k', replica.name)
    await converge(pair)
    await replica.world.run(1)
  }
  const items = pair[0].namespace().history('k')
  for (const [i, { parents }] of items.entries()) expect(parents).toEqual(i === 3 ? [] : [items[i + 1]!.dot])
})

test('a history is bounded by count and by age', async () => {
  const [a] = replicas('a') as [Replica]
  for (let i = 0; i < 2 * MAX_PAST_VALUES; i++) await a.namespace().set('k', i)
  expect(a.namespace().history('k')).toHaveLength(MAX_PAST_VALUES + 1)
  await a.world.run(MAX_PAST_AGE_MS + 1)
  expect(told(a)).toEqual([['a', 2 * MAX_PAST_VALUES - 1, true]])
})

test('all histories together are bounded; the oldest go first', async () => {
  const { clock } = new World({ seed: 1 }).host('a')
  const past = new PastWrites(clock, 20_000)
  const store = new StateStore({ clock, log: silentLog })
  store.addRecorder(past)
  store.begin('a.0000000000000000', 0)
  for (let i = 0; i < 200; i++) {
    const value = encodeValue('x'.repeat(1000))
    await store.write([{ namespace: 'n', key: `k${i % 50}`, path: '', value }])
    expect(past.bytes).toBeLessThanOrEqual(20_000)
  }
  expect(past.of('n', 'k49')).toHaveLength(1)
  expect(past.of('n', 'k0')).toHaveLength(0)
  expect(past.bytes).toBeGreaterThan(13_000)
})

test('on the disk they are bounded as well, over years and restarts; and a month later they are gone', async () => {
  const world = new World({ seed: 1 })
  const { clock } = world.host('a')
  const disk = new MemoryDisk()
  const rows = (): number => disk.keys('state.history').length
  const most: number[] = []
  const lives = 12
  for (let life = 0; life < lives; life++) {
    const past = new PastWrites(clock, 100_000)
    const store = new StateStore({ storage: new MemoryStorage(disk), clock, log: silentLog })
    store.addRecorder(past)
    await store.load()
    store.begin('a.0000000000000000', store.core.stored.contiguous('a.0000000000000000'))
    let rowsOfLife = 0
    for (let i = 0; i < 1000; i++) {
      const path = i % 2 === 0 ? '' : `/leaf ${i % 14}`
      await store.write([{ namespace: 'n', key: `k${i % 30}`, path, value: encodeValue(i) }])
      expect(past.bytes).toBeLessThanOrEqual(100_000)
      rowsOfLife = Math.max(rowsOfLife, rows())
    }
    most.push(rowsOfLife)
    await world.run(life === lives - 1 ? MAX_PAST_AGE_MS + 1 : 24 * 3_600_000)
    if (life < lives - 1) continue
    expect(past.of('n', 'k0')).toEqual([])
    for (let i = 0; i < 100; i++) await store.write([{ namespace: 'n', key: 'new', path: '', value: encodeValue(i) }])
    // And what is left of the last part of the log, which goes with it as a whole.
    expect(rows()).toBeLessThanOrEqual(100 + 100_000 / 16 / 200)
  }
  // As many as count for so many bytes, and those that the next writes delete.
  expect(Math.max(...most)).toBeLessThanOrEqual(100_000 / 200 + 100)
  expect(Math.max(...most.slice(lives / 2))).toBeLessThanOrEqual(Math.max(...most.slice(0, lives / 2)) + 64)
})

test('a key that is written all the time leaves room for the others', async () => {
  const { clock } = new World({ seed: 1 }).host('a')
  const past = new PastWrites(clock, 2_000_000)
  const store = new StateStore({ clock, log: silentLog })
  store.addRecorder(past)
  store.begin('a.0000000000000000', 0)
  const write = (key: string, i: number): Promise<unknown> =>
    store.write([{ namespace: 'n', key, path: '', value: encodeValue(i) }])
  for (let i = 0; i < 3; i++) await write('rare', i)
  for (let i = 0; i < 30_000; i++) await write('busy', i)
  expect(past.of('n', 'busy')).toHaveLength(MAX_PAST_VALUES)
  expect(past.of('n', 'rare')).toHaveLength(2)
  expect(past.bytes).toBeLessThanOrEqual(2_000_000)
})

test('rolling back is a new write: it wins over what it saw and not over what it did not', async () => {
  const pair = replicas('a', 'b') as [Replica, Replica]
  const [a, b] = pair
  const good = await a.namespace().set('k', 'good')
  await a.namespace().set('k', 'bad')
  await converge(pair)
  await a.namespace().rollback('k', good)
  await converge(pair)
  expect(b.namespace().get('k')).toBe('good')
  expect(b.namespace().entry('k')!.siblings).toHaveLength(1)
  const gone = (await a.namespace().delete('k')) && a.namespace().history('k')[0]!.version
  await a.namespace().set('k', 'new')
  await a.world.run(1)
  await b.namespace().set('k', 'unseen')
  await a.namespace().rollback('k', gone as string)
  expect(a.namespace().get('k')).toBeUndefined()
  await converge(pair)
  expect(a.namespace().get('k')).toBe('unseen')
})

test('histories are there after a restart, and no more of them than before', async () => {
  const world = new World({ seed: 1 })
  const disk = new MemoryDisk()
  let a = await new Replica(world, 'a', new MemoryStorage(disk)).start()
  for (let i = 0; i < 2 * MAX_PAST_VALUES; i++) await a.namespace().set('k', i)
  for (let i = 0; i < 3; i++) await a.namespace().elements('s').add('x')
  await a.namespace().batch((batch) => batch.set('k', 'last').set('other', 1))
  const before = JSON.stringify([a.namespace().history('k'), a.namespace().history('s')])
  for (let life = 0; life < 2; life++) {
    a = await new Replica(world, 'a', new MemoryStorage(disk)).start()
    expect(JSON.stringify([a.namespace().history('k'), a.namespace().history('s')])).toBe(before)
  }
  // Loading cleared up; the first write deletes what that left over, and adds one.
  await a.namespace().set('k', 'after')
  expect(disk.keys('state.history')).toHaveLength(MAX_PAST_VALUES + 2 + 1)
})
