import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Context } from '../../../src/state/context.ts'
import type { WriteEvent } from '../../../src/state/entry.ts'
import { encodeRetired, NOT_RETIRED } from '../../../src/state/garbage/retired.ts'
import { RangeSet } from '../../../src/state/ranges.ts'
import { RETIRED } from '../../../src/state/roster/names.ts'
import { CustodyMesh } from '../custody-mesh.ts'
import { acknowledgement, Caretaker, event, record, replica } from './caretaker.ts'

const [GONE, AUTHOR, OTHER] = [replica('gone'), replica('o'), replica('x')]
const MEMBERS = ['a', 'o', 'x']

describe('a write that is known, and was deleted where its record comes from,', () => {
  const [, second, third] = [1, 2, 3].map((sequence) =>
    event({ replica: GONE, sequence }, [{ key: `k${sequence}`, value: sequence }]),
  ) as [WriteEvent, WriteEvent, WriteEvent]
  const over = { final: 3, known: [[1, 2]] as const }

  test('does not show when what it waited for is void', async () => {
    const node = await new Caretaker('a', MEMBERS).start()
    await node.take(second, third)
    await node.take(record({ replica: AUTHOR, sequence: 1 }, GONE, { ...over, voids: [[1, 1]] }))
    expect(node.store.core.stored.hasGaps).toBe(false)
    expect([node.get('k2'), node.get('k3')]).toEqual([[], [3]])
  })

  test('nor when an exchange ends that tells so, nor when a peer has it otherwise', async () => {
    const node = await new Caretaker('a', MEMBERS).start()
    await node.take(second, record({ replica: AUTHOR, sequence: 1 }, GONE, over))
    const claims = new Context()
    claims.add(GONE, 1, 1)
    await node.store.close(claims)
    expect(node.store.core.visible(GONE)).toBe(2)
    await node.store.rejoin([second])
    expect(node.get('k2')).toEqual([])
  })

  test('is kept where it is covey itself that wrote it: it comes from who has it', async () => {
    const node = await new Caretaker('a', MEMBERS).start()
    const own = event({ replica: GONE, sequence: 1 }, [{ namespace: 'covey.namespaces', key: 'k', value: 1 }])
    await node.take(record({ replica: AUTHOR, sequence: 1 }, GONE, over), own)
    expect(node.store.core.lives(GONE)).toBe(true)
  })
})

describe('a write that shows, and is known by a record in whose place another stands,', () => {
  const THIRD = replica('t')
  const written = event({ replica: GONE, sequence: 1 }, [{ key: 'k', value: 1 }])
  const said = { final: 1, known: [[1, 1]] as const }
  const first = record({ replica: OTHER, sequence: 1 }, GONE, said)
  const second = record({ replica: AUTHOR, sequence: 1 }, GONE, said, new Map([[OTHER, 1]]))
  // Whoever wrote the first had seen this, and whoever wrote the second has not.
  const successor = event({ replica: THIRD, sequence: 1 }, [{ key: 'k', value: 2, past: new Map([[GONE, 1]]) }])
  const shown = new Map([
    [OTHER, 1],
    [THIRD, 1],
  ])
  const word = acknowledgement({ replica: OTHER, sequence: 2 }, 'x', { shown })

  test.each(['a', 'o'])('goes when what has replaced it there is here: on node %s', async (self) => {
    const node = await new Caretaker(self, ['a', 'o', 'x', 't']).start()
    await node.take(written, first, second)
    await node.take(acknowledgement({ replica: AUTHOR, sequence: 2 }, 'o', { shown: new Map([[AUTHOR, 1]]) }))
    expect(node.get('k')).toEqual([1])
    await node.take(word)
    expect(node.get('k')).toEqual([1])
    await node.take(successor)
    expect(node.get('k')).toEqual([2])
  })

  test('goes without it where whoever wrote the first is no member any more', async () => {
    const node = await new Caretaker('o', ['a', 'o', 't']).start()
    await node.take(written, first, second)
    expect(node.get('k')).toEqual([])
  })
})

/** What became of each write of the replica that is over. */
const fates = fc.array(fc.constantFrom('unknown', 'deleted', 'brought in', 'replaced'), { minLength: 1, maxLength: 6 })

/**
 * All that is written: the replica, a key each; another member, which replaces some; and whoever wrote the record, who had seen that,
 * and brought in again what lived.
 */
function storyOf(all: readonly string[]): WriteEvent[] {
  const events = all.map((_, i) => event({ replica: GONE, sequence: i + 1 }, [{ key: `k${i}`, value: i }]))
  let [x, o] = [0, 0]
  const known = new RangeSet()
  for (const [i, fate] of all.entries()) {
    const origin = { replica: GONE, sequence: i + 1 }
    const cell = { key: `k${i}`, past: new Map([[GONE, i + 1]]) }
    if (fate !== 'unknown') known.add(i + 1, i + 1)
    if (fate === 'replaced') events.push(event({ replica: OTHER, sequence: ++x }, [{ ...cell, value: 100 + i }]))
    if (fate === 'brought in') events.push(event({ replica: AUTHOR, sequence: ++o }, [{ ...cell, value: i }], origin))
  }
  // It says so where all shows that it comes behind.
  const past = new Map(x > 0 ? [[OTHER, x]] : [])
  events.push(record({ replica: AUTHOR, sequence: ++o }, GONE, { final: all.length, known: known.ranges }, past))
  const shown = new Map([[AUTHOR, o]])
  if (x > 0) shown.set(OTHER, x)
  events.push(acknowledgement({ replica: AUTHOR, sequence: o + 1 }, 'o', { shown }))
  if (x > 0) events.push(acknowledgement({ replica: OTHER, sequence: x + 1 }, 'x', { shown: new Map([[OTHER, x]]) }))
  return events
}

test('in whatever order all comes: what is known ends as it did where the record was written, and no key is without a value meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fates, fc.infiniteStream(fc.nat()), async (all, numbers) => {
      const node = await new Caretaker('a', MEMBERS).start()
      const story = storyOf(all)
      const had = new Set<number>()
      while (story.length > 0) {
        // What comes at a time may be one or several.
        const group: WriteEvent[] = []
        for (let left = 1 + ((numbers.next().value as number) % 4); left > 0 && story.length > 0; left--) {
          group.push(...story.splice((numbers.next().value as number) % story.length, 1))
        }
        await node.store.receive(group)
        for (const [i, fate] of all.entries()) {
          const values = node.get(`k${i}`)
          if (values.length > 0) had.add(i)
          if (had.has(i) && fate !== 'deleted') expect(values).toHaveLength(1)
        }
      }
      const left = { unknown: (i: number) => [i], deleted: () => [], 'brought in': (i: number) => [i] }
      for (const [i, fate] of all.entries()) {
        expect(node.get(`k${i}`)).toEqual(fate === 'replaced' ? [100 + i] : left[fate as keyof typeof left](i))
      }
    }),
    { numRuns: 300 },
  )
})

test('a node that hears of dots that it has not given out yet, as known, writes again what it wrote since its start', async () => {
  const mesh = new CustodyMesh(1, 2)
  await mesh.start()
  const [a, b] = [mesh.node(0), mesh.node(1)]
  await mesh.settle(a.set('x', 1))
  await mesh.converge()
  a.host.crash()
  await mesh.restart(a)
  await mesh.settle(a.set('y', 2))
  await mesh.converge()
  // Somebody who is no member has had other writes of these dots, which an old disk of a has lost.
  const { replica: former, sequence } = a.store
  const known = [[sequence, sequence + 2]] as const
  for (const node of [b, a]) {
    const said = record({ replica: OTHER, sequence: 1 }, former as string, {
      final: sequence + 2,
      known,
    })
    await mesh.settle(node.store.receive([said]))
  }
  await mesh.world.run(1000)
  await mesh.converge()
  expect(a.store.replica).not.toBe(former)
  for (const node of mesh.nodes) expect([node.get('x'), node.get('y')]).toEqual([[1], [2]])
})

test('who has written a record says at its next pass what it shows, also where another has taken its place', async () => {
  const mesh = new CustodyMesh(2, 2)
  await mesh.start()
  const [a, b] = [mesh.node(0), mesh.node(1)]
  // Something of it lives, so that nobody waits for the word of another to forget it.
  for (const { store } of mesh.nodes)
    await mesh.settle(store.receive([event({ replica: GONE, sequence: 1 }, [{ key: 'k', value: 1 }])]))
  // What else there is to say at first is said.
  for (const node of mesh.nodes) await mesh.settle(node.custody.upkeep.pass())
  await mesh.converge()
  const value = encodeRetired({ ...NOT_RETIRED, final: 2, known: [[2, 2]] })
  for (const node of [a, b]) {
    await mesh.settle(node.store.write([{ namespace: RETIRED, key: GONE, path: '', value }]))
    await mesh.converge()
  }
  const [record] = a.store.core.siblings({ namespace: RETIRED, key: GONE, path: '' })
  const said = record?.entry.past.get(a.store.replica as string) as number
  const told = () => b.custody.garbage.acknowledged(a.id)?.shown.get(a.store.replica as string) ?? 0
  expect(told()).toBeLessThan(said)
  await mesh.settle(a.custody.upkeep.pass())
  await mesh.converge()
  expect(told()).toBeGreaterThanOrEqual(said)
})
