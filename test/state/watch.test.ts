import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Resolver } from '../../src/state/policy.ts'
import { MAX_WATCH_BUFFER, MAX_WATCHERS, type WatchItem } from '../../src/state/watch.ts'
import { converge, type Replica, replicas } from './replica.ts'

type Watch = AsyncIterator<WatchItem>
const take = async (watch: Watch, count: number): Promise<WatchItem[]> => {
  const items: WatchItem[] = []
  for (let i = 0; i < count; i++) items.push((await watch.next()).value as WatchItem)
  return items
}
const brief = (item: WatchItem): string => {
  if (item.type === 'listed' || item.type === 'behind') return item.type
  return `${item.type} ${item.key}${item.type === 'delete' ? '' : `=${JSON.stringify(item.entry.value)}`}`
}

test('a watch begins with the listing, then tells each change once', async () => {
  const [a, b] = replicas('a', 'b') as [Replica, Replica]
  const n = a.namespace()
  await n.set('x/2', 2)
  await n.set('x/1', 1)
  await n.set('y', 0)
  const watch = n.watch('x/')
  expect((await take(watch, 3)).map(brief)).toEqual(['entry x/1=1', 'entry x/2=2', 'listed'])
  const next = watch.next()
  await n.set('x/1', 10)
  expect(brief((await next).value as WatchItem)).toBe('set x/1=10')
  await n.set('y', 1)
  await n.delete('x/2')
  await n.set('x/3', 3)
  await b.pull(a)
  await b.namespace().set('x/3', 4)
  await b.namespace().batch((batch) => batch.set('x/4', 4).set('x/5', 5))
  await a.pull(b)
  const items = await take(watch, 5)
  expect(items.map(brief)).toEqual(['delete x/2', 'set x/3=3', 'set x/3=4', 'set x/4=4', 'set x/5=5'])
  expect(items[0]).toMatchObject({ updatedBy: 'a', dot: { replica: a.id } })
  await watch.return?.()
  expect(await watch.next()).toEqual({ done: true, value: undefined })
})

test('a loop that is left ends the watch; watches are bounded', async () => {
  const n = replicas('a')[0]!.namespace()
  const watches = Array.from({ length: MAX_WATCHERS }, () => n.watch())
  expect(() => n.watch()).toThrow(expect.objectContaining({ code: 'BUSY' }))
  for await (const item of watches[0]!) if (item.type === 'listed') break
  await n.watch().return?.()
})

test('whatever happens between its steps, a reader that keeps up always ends with what is there', async () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    value: fc.option(fc.nat(5), { nil: undefined }),
    far: fc.boolean(),
    reads: fc.nat(3),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(10), async (steps, start) => {
      const [near, far] = replicas('near', 'far') as [Replica, Replica]
      const n = near.namespace()
      const seen = new Map<string, unknown>()
      let watch: Watch | undefined
      let owed = 0
      const changes: string[] = []
      const read = async (): Promise<void> => {
        const item = (await watch!.next()).value as WatchItem
        if (item.type === 'set' || item.type === 'entry') seen.set(item.key, item.entry.value)
        if (item.type === 'delete') {
          // Nothing is deleted that was not told of.
          expect(seen.delete(item.key)).toBe(true)
        }
        if (item.type === 'listed') owed = 0
        changes.push(brief(item))
      }
      for (const [i, { key, value, far: away, reads }] of steps.entries()) {
        if (i === start) watch = n.watch() as Watch
        const writer = away ? far : near
        if (value === undefined) await writer.namespace().delete(key)
        else await writer.namespace().set(key, value)
        if (away) await near.pull(far)
        for (let j = 0; watch && j < reads && !changes.includes('listed'); j++) await read()
      }
      watch ??= n.watch() as Watch
      while (!changes.includes('listed')) await read()
      // Whatever came after the listing waits in the buffer: a marker says where it ends.
      await n.set('end', owed)
      while (!seen.has('end')) await read()
      seen.delete('end')
      expect(seen).toEqual(new Map(n.list().entries.flatMap(({ key, value }) => (key === 'end' ? [] : [[key, value]]))))
    }),
    { numRuns: 200 },
  )
})

test('once listed, the changes are told one by one: none is lost, none twice', async () => {
  const n = replicas('a')[0]!.namespace()
  const watch = n.watch()
  await take(watch, 1)
  for (let i = 0; i < MAX_WATCH_BUFFER; i++) await n.set(`k${i % 7}`, i)
  const values = (await take(watch, MAX_WATCH_BUFFER)).map((item) => item.type === 'set' && item.entry.value)
  expect(values).toEqual(Array.from({ length: MAX_WATCH_BUFFER }, (_, i) => i))
})

test('a watch that nobody reads is bounded, says that it fell behind, and lists again', async () => {
  const n = replicas('a')[0]!.namespace()
  const watch = n.watch()
  await take(watch, 1)
  const writes = 3 * MAX_WATCH_BUFFER
  for (let i = 0; i < writes; i++) await n.set(`k${i % 3}`, i)
  const [behind, ...rest] = await take(watch, 5)
  expect(behind).toEqual({ type: 'behind', dropped: writes })
  expect(rest.map(brief)).toEqual([
    `entry k0=${writes - 3}`,
    `entry k1=${writes - 2}`,
    `entry k2=${writes - 1}`,
    'listed',
  ])
  await n.set('k0', 'again')
  expect((await take(watch, 1)).map(brief)).toEqual(['set k0="again"'])
})

test('a write that loses does not show as a change; one that makes a conflict does', async () => {
  const [a, b] = replicas('a', 'b') as [Replica, Replica]
  const watch = b.namespace().watch()
  await take(watch, 1)
  await a.namespace().set('k', 'early')
  await a.world.run(1)
  await b.namespace().set('k', 'late')
  await b.pull(a)
  await b.namespace().set('end', 1)
  expect((await take(watch, 2)).map(brief)).toEqual(['set k="late"', 'set end=1'])
  expect(b.namespace().entry('k')!.siblings).toHaveLength(2)
})

test('merged values, counters and sets are watched like the rest', async () => {
  const [a] = replicas('a') as [Replica]
  const n = a.namespace('merge')
  const watch = n.watch()
  await take(watch, 1)
  await n.set('k', { x: 1, y: 2 })
  await n.set('k', { x: 1 })
  await n.counter('c').add(2)
  await n.elements('s').add('x')
  await n.elements('s').remove('x')
  await n.delete('k')
  expect((await take(watch, 6)).map(brief)).toEqual([
    'set k={"x":1,"y":2}',
    'set k={"x":1}',
    'set c=2',
    'set s=["x"]',
    'delete s',
    'delete k',
  ])
})

test('a resolver that throws ends the watches of that key, not the write', async () => {
  const bad: Resolver = {
    name: 'bad',
    resolve() {
      throw new Error('no idea')
    },
  }
  const pair = replicas('a', 'b') as [Replica, Replica]
  const [n, other] = pair.map((replica) => replica.namespace(bad))
  const watch = n!.watch('k')
  await take(watch, 1)
  const waiting = n!.watch('k')
  await take(waiting, 1)
  await n!.set('k', 1)
  await take(waiting, 1)
  const failed = expect(waiting.next()).rejects.toThrow('no idea')
  await other!.set('k', 2)
  await converge(pair)
  await failed
  await expect(watch.next()).rejects.toThrow('no idea')
  expect(await watch.next()).toEqual({ done: true, value: undefined })
})
