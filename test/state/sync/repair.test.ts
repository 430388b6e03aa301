import { describe, expect, test } from 'vitest'
import type { StateStore } from '../../../src/state/store.ts'
import { cell, pair, Swarm, type SyncNode } from './swarm.ts'

const REPLICA = 'old.00000000000000aa'
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const entry = (key: string, text: string | undefined, past: readonly [string, number][] = []) => ({
  ...cell(key),
  value: text === undefined ? undefined : encode(text),
  fence: 0,
  rank: 0,
  past: new Map(past),
})

/** It does not get shorter on the way. */
const randomText = (swarm: Swarm, length: number): string =>
  Array.from({ length }, () => String.fromCharCode(33 + swarm.world.random.below(90))).join('')

/** An event that another copy of a disk has written. */
const write = (sequence: number, key: string, text: string | undefined, past: readonly [string, number][] = []) => ({
  replica: REPLICA,
  sequence,
  time: sequence,
  entries: [entry(key, text, past)],
})

const give = (store: StateStore, ...events: ReturnType<typeof write>[]): Promise<void> => store.receive(events)

test('one dot with two values: found although the vectors are equal, one wins everywhere, and it is told', async () => {
  const swarm = new Swarm({ seed: 1 })
  const nodes = await swarm.addMany(4)
  const conflicts: string[] = []
  for (const node of nodes) {
    node.sync.on('conflict', ({ replica, sequence }) => conflicts.push(`${node.id} ${replica} ${sequence}`))
    for (let i = 0; i < 3000; i++) await node.store.receive([write(i + 1, `k${i % 50}`, 'same')])
  }
  // Two copies of the replica go on apart; in other keys, too.
  await give(nodes[0]!.store, write(3001, 'x', 'one'))
  await give(nodes[1]!.store, write(3001, 'x', 'one'))
  await give(nodes[2]!.store, write(3001, 'x', 'two'))
  await give(nodes[3]!.store, write(3001, 'y', 'three'))
  expect(new Set(nodes.map(({ sync }) => sync.digest().vector)).size).toBe(1)
  await swarm.connectAll()
  await swarm.settled(30_000)
  expect(conflicts.length).toBeGreaterThan(0)
  expect(conflicts.every((line) => line.endsWith(`${REPLICA} 3001`))).toBe(true)
  expect(swarm.world.trace.lines.some((line) => line.includes('one write has two values'))).toBe(true)
})

test('two values in two cells: what the losing one had superseded comes back', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const [swarm, a, b] = await pair({ seed })
    const before = write(1, 'x', 'before')
    await give(a.store, before, write(2, 'x', `left ${seed}`, [[REPLICA, 1]]))
    await give(b.store, before, write(2, 'y', `right ${seed}`))
    await swarm.connect(a, b)
    await swarm.settled(10_000)
    const shown = JSON.stringify(a.show())
    // The rule is the hash; both outcomes are right, a mixture is not.
    expect([`{"x":["left ${seed}"]}`, `{"x":["before"],"y":["right ${seed}"]}`]).toContain(shown)
  }
})

test.each(['the one that asks', 'the one that is asked'])(
  'whoever wrote the one that stays hears of the other, too: it must not go on under these dots (%s)',
  async (role) => {
    const stayed: boolean[] = []
    for (let seed = 1; seed <= 8; seed++) {
      const [swarm, ...both] = await pair({ seed })
      const [writer, copy] = role === 'the one that asks' ? both : both.reverse()
      if (!writer || !copy) throw new Error('a pair of less than two')
      const reused: number[] = []
      writer.store.on('reused', (sequence) => reused.push(sequence))
      await writer.put('x', 'new')
      const replica = writer.store.replica as string
      await give(copy.store, { ...write(1, 'y', 'from before the disk was put back'), replica })
      await swarm.connect(writer, copy)
      await swarm.settled(10_000)
      // They are equal when the one that asks has joined; the other hears of it a moment later.
      await swarm.world.until(() => reused.includes(1), 100)
      stayed.push(writer.get('x').length > 0)
    }
    expect(new Set(stayed).size).toBe(2)
  },
)

test('whoever wrote the one that stays hears of the other also where more differs than one message holds', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const [swarm, writer, copy] = await pair({ seed })
    const reused: number[] = []
    writer.store.on('reused', (sequence) => reused.push(sequence))
    for (let i = 1; i <= 20; i++) await writer.put(`x${i}`, 'new')
    const replica = writer.store.replica as string
    await copy.store.receive([...writer.store.core.within(replica, 1, 19)])
    await give(copy.store, { ...write(20, 'y', 'from before the disk was put back'), replica })
    // These are found first: they need not be cut to single dots as often.
    for (let i = 1; i <= 16; i++) {
      await give(writer.store, write(i, `k${i}`, 'short'))
      await give(copy.store, write(i, `k${i}`, randomText(swarm, 20_000)))
    }
    await swarm.connect(writer, copy)
    await swarm.settled(30_000)
    await swarm.world.until(() => reused.length > 0, 100)
  }
})

test('an event that one side has lost, or of which it has lost the successor, comes back', async () => {
  const [swarm, a, b] = await pair({ seed: 3 })
  const [first, second] = [write(1, 'x', 'old'), write(2, 'x', undefined, [[REPLICA, 1]])]
  await give(a.store, first, second)
  // As after a fault: the dot of the delete is held, the delete is not.
  await give(b.store, first)
  b.store.core.stored.add(REPLICA, 2)
  await a.put('y', 'a')
  await b.put('z', 'b')
  await swarm.connect(a, b)
  await swarm.settled(10_000)
  expect(b.show()).toEqual({ y: ['a'], z: ['b'] })
  expect(a.sync.counters.repaired + b.sync.counters.repaired).toBeGreaterThan(0)
  expect(a.sync.counters.conflicts + b.sync.counters.conflicts).toBe(0)
})

describe('a tombstone that one side forgot before a value came that it hides', () => {
  const hidden = { ...write(1, 'x', 'old'), replica: 'other.00000000000000bb', time: 0 }
  const forget = async ({ store }: SyncNode, ...keys: string[]): Promise<void> =>
    store.forget(
      keys.map((key) => [cell(key), store.core.siblings(cell(key))]),
      () => [],
    )
  const standing = ({ store }: SyncNode): unknown[] =>
    store.core.siblings(cell('x')).map(({ event, entry: { value } }) => [event.replica, value !== undefined])

  test('comes back: equal digests mean equal answers', async () => {
    const [swarm, a, b] = await pair({ seed: 4 })
    const grave = write(1, 'x', undefined)
    await give(a.store, hidden, grave)
    await give(b.store, grave)
    await forget(b, 'x')
    await give(b.store, hidden)
    await a.put('y', 'a')
    await b.put('z', 'b')
    await swarm.connect(a, b)
    await swarm.settled(10_000)
    const both = [
      [REPLICA, false],
      [hidden.replica, true],
    ]
    expect([standing(a), standing(b)]).toEqual([both, both])
  })

  test('of a batch comes back behind what has superseded the rest of it, which does not show again', async () => {
    for (const first of ['a', 'b']) {
      const [swarm, a, b] = await pair({ seed: 5 })
      const [left, right] = first === 'a' ? [a, b] : [b, a]
      const batch = { ...write(1, 'x', undefined), entries: [entry('x', undefined), entry('y', 'gone')] }
      const grave = write(2, 'y', undefined, [[REPLICA, 1]])
      await give(left.store, hidden, batch, grave)
      await give(right.store, batch, grave)
      // One after the other: the batch holds the other back.
      await forget(right, 'x')
      await forget(right, 'y')
      await give(right.store, hidden)
      const shown: string[][] = []
      right.store.on('change', () => shown.push(right.get('y')))
      await swarm.connect(a, b)
      await swarm.settled(10_000)
      expect(standing(left)).toEqual(standing(right))
      expect(standing(right)).toHaveLength(2)
      expect(shown.length).toBeGreaterThan(0)
      expect(shown.flat()).toEqual([])
    }
  })
})
