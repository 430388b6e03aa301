import { expect, test } from 'vitest'
import { type CellWrite, StateCore } from '../../../src/state/core.ts'
import { PASS_MS } from '../../../src/state/garbage/limits.ts'
import { encodeRetired, NOT_RETIRED, type Retired } from '../../../src/state/garbage/retired.ts'
import { RETIRED } from '../../../src/state/roster/names.ts'
import { encodeValue } from '../../../src/state/value.ts'
import { CustodyMesh, type CustodyNode, DAY, HOUR } from '../custody-mesh.ts'

const same = (mesh: CustodyMesh, nodes = mesh.nodes): void => {
  for (const node of nodes) {
    expect(node.vector()).toEqual(nodes[0]?.vector())
    expect(node.content()).toEqual(nodes[0]?.content())
    expect(node.fatal).toBeUndefined()
  }
}

test('a tombstone that all members have is forgotten by all', async () => {
  const mesh = new CustodyMesh(1, 3)
  await mesh.start()
  await mesh.settle(mesh.node(0).set('x', 1))
  await mesh.converge()
  await mesh.settle(mesh.node(1).delete('x'))
  await mesh.converge()
  expect(
    mesh
      .node(2)
      .content()
      .some((line) => line.startsWith('n x')),
  ).toBe(true)
  await mesh.live(6 * PASS_MS)
  for (const node of mesh.nodes) expect(node.content().some((line) => line.startsWith('n x'))).toBe(false)
  same(mesh)
})

test('a tombstone waits for a member that is away, and for its restart from an old disk: the key does not come back', async () => {
  const mesh = new CustodyMesh(2, 3)
  await mesh.start()
  await mesh.settle(mesh.node(0).set('x', 1))
  await mesh.converge()
  const disk = mesh.node(2).host.snapshotDisk()
  mesh.node(2).host.crash()
  await mesh.settle(mesh.node(1).delete('x'))
  const two = mesh.nodes.slice(0, 2)
  await mesh.live(2 * HOUR, two)
  for (const node of two) expect(node.content().some((line) => line.startsWith('n x'))).toBe(true)
  await mesh.restart(mesh.node(2))
  await mesh.live(2 * HOUR)
  for (const node of mesh.nodes) expect(node.content().some((line) => line.startsWith('n x'))).toBe(false)
  // Its disk of before the delete is put back, when nobody remembers that there was one.
  mesh.node(2).host.crash()
  mesh.node(2).host.restoreDisk(disk)
  await mesh.restart(mesh.node(2))
  expect(mesh.node(2).get('x')).toEqual([1])
  await mesh.converge()
  for (const node of mesh.nodes) expect(node.get('x')).toEqual([])
  same(mesh)
})

test('a batch that still carries a deleted entry keeps its tombstone', async () => {
  const mesh = new CustodyMesh(3, 3)
  await mesh.start(mesh.nodes.slice(0, 2))
  await mesh.settle(
    mesh.node(0).write([
      { key: 'x', value: 1 },
      { key: 'y', value: 2 },
      { key: 'w', value: 3 },
    ]),
  )
  await mesh.settle(mesh.node(1).delete('z'))
  await mesh.converge(mesh.nodes.slice(0, 2))
  await mesh.settle(mesh.node(1).delete('x'))
  await mesh.live(2 * HOUR, mesh.nodes.slice(0, 2))
  expect(
    mesh
      .node(0)
      .content()
      .some((line) => line.startsWith('n x')),
  ).toBe(true)
  expect(
    mesh
      .node(0)
      .content()
      .some((line) => line.startsWith('n z')),
  ).toBe(false)
  // A new node gets the batch whole, and still no deleted key.
  await mesh.start([mesh.node(2)])
  await mesh.converge()
  expect(mesh.node(2).get('x')).toEqual([])
  for (const key of ['y', 'w']) await mesh.settle(mesh.node(1).delete(key))
  await mesh.live(3 * HOUR)
  for (const node of mesh.nodes) expect(node.content().filter((line) => line.startsWith('n '))).toEqual([])
  same(mesh)
})

test('a replica is not dropped by a record that comes behind what a member does not show yet', async () => {
  const mesh = new CustodyMesh(10, 2)
  await mesh.start()
  const [a, b] = [mesh.node(0), mesh.node(1)]
  await mesh.settle(a.set('y', 1))
  await mesh.converge()
  const [over, other] = ['gone.0000000000000000', 'other.0000000000000000']
  const record = (known: Retired['known']): CellWrite => {
    const value = encodeRetired({ ...NOT_RETIRED, final: 1, known })
    return { namespace: RETIRED, key: over, path: '', value }
  }
  const pass = async (): Promise<void> => {
    for (const node of mesh.nodes) await mesh.settle(node.custody.upkeep.pass())
    // Of what the nodes themselves have written.
    for (const [to, from] of [
      [a, b],
      [b, a],
    ] as const) {
      const events = from.store.core.lacking(to.store.core.stored).filter(({ replica }) => replica !== other)
      await mesh.settle(to.store.receive(events))
    }
  }
  const isDropped = (): boolean[] =>
    mesh.nodes.map(({ custody }) => custody.garbage.retired.get(over)?.dropped ?? false)
  // What another has brought in, and its record, reach b alone, which says the same of the replica again.
  const author = new StateCore()
  author.write(
    author.compose({ replica: other, sequence: 1 }, 1, [{ namespace: 'n', key: 'x', path: '', value: encodeValue(1) }]),
  )
  author.write(author.compose({ replica: other, sequence: 2 }, 2, [record([[1, 1]])]))
  await mesh.settle(b.store.receive([...author.events()]))
  await mesh.settle(b.store.write([record([[1, 1]])]))
  for (let i = 0; i < 6; i++) await pass()
  expect(isDropped()).toEqual([false, false])
  await mesh.converge()
  for (let i = 0; i < 6; i++) await pass()
  expect(isDropped()).toEqual([true, true])
})

test('of a record that drops a replica and one that knows more beside it one is made, when all members show both', async () => {
  const mesh = new CustodyMesh(11, 2)
  await mesh.start()
  const over = 'gone.0000000000000000'
  const say = (node: CustodyNode, said: Partial<Retired>): Promise<unknown> =>
    node.store.write([{ namespace: RETIRED, key: over, path: '', value: encodeRetired({ ...NOT_RETIRED, ...said }) }])
  await mesh.settle(say(mesh.node(0), { final: 1, known: [[1, 1]], dropped: true }))
  await mesh.settle(say(mesh.node(1), { final: 2, known: [[2, 2]] }))
  await mesh.converge()
  const records = ({ custody }: CustodyNode): unknown =>
    custody.garbage.retired.get(over)?.records.map(({ dropped, known }) => [dropped, known])
  for (const node of mesh.nodes) expect(records(node)).toHaveLength(2)
  await mesh.live(4 * PASS_MS)
  for (const node of mesh.nodes) expect(records(node)).toEqual([[true, [[1, 2]]]])
  same(mesh)
})

/** What a node holds of the keys that are deleted and written here. */
const kept = (node: CustodyNode): string[] => node.content().filter((line) => line.startsWith('n '))

test('a tombstone of a batch stays as long as the batch lives by another entry, since it travels with it', async () => {
  const mesh = new CustodyMesh(7, 3)
  const two = mesh.nodes.slice(0, 2)
  await mesh.start(two)
  await mesh.settle(mesh.node(0).set('x', 1))
  await mesh.settle(
    mesh.node(0).write([
      { key: 'x', value: undefined },
      { key: 'y', value: 1 },
    ]),
  )
  await mesh.live(2 * HOUR, two)
  for (const node of two) expect(kept(node)).toHaveLength(2)
  // Whom it reaches late, and who reads it again, has no more and no less.
  await mesh.start([mesh.node(2)])
  await mesh.restart(mesh.node(1))
  await mesh.live(2 * HOUR)
  same(mesh)
  // It goes at once with the last value, without another word.
  await mesh.settle(mesh.node(1).set('y', 2))
  await mesh.converge()
  for (const node of mesh.nodes) expect(kept(node)).toHaveLength(1)
  same(mesh)
})

test('batches each of which deletes something of the one before do not keep one another for ever', async () => {
  const mesh = new CustodyMesh(12, 3)
  await mesh.start()
  // One value that stays, in the first of them.
  await mesh.settle(
    mesh.node(0).write([
      { key: 'stays', value: 1 },
      { key: 'at 0', value: 1 },
    ]),
  )
  for (let i = 1; i <= 12; i++) {
    await mesh.converge()
    const moves = [
      { key: `at ${i - 1}`, value: undefined },
      { key: `at ${i}`, value: 1 },
    ]
    await mesh.settle(mesh.node(i % 3).write(moves))
  }
  await mesh.live(DAY)
  for (const node of mesh.nodes) {
    expect(kept(node).map((line) => line.split(' n')[0])).toHaveLength(3)
    expect([node.get('stays'), node.get('at 12')]).toEqual([[1], [1]])
  }
  same(mesh)
  // Of one that is gone, too.
  mesh.node(0).host.kill()
  const rest = mesh.nodes.slice(1)
  await mesh.settle(mesh.node(1).delete('at 12'))
  await mesh.live(2 * DAY, rest)
  for (const node of rest) expect(kept(node)).toHaveLength(1)
})

test('a batch that is written again has with it what was replaced in it, and nothing that was deleted', async () => {
  const mesh = new CustodyMesh(13, 2)
  await mesh.start()
  const keys = ['deleted', 'deleted, too', 'replaced', 'stays']
  await mesh.settle(mesh.node(0).write(keys.map((key) => ({ key, value: 1 }))))
  await mesh.converge()
  await mesh.settle(mesh.node(1).set('replaced', 2))
  for (const key of keys.slice(0, 2)) await mesh.settle(mesh.node(1).delete(key))
  await mesh.live(3 * HOUR)
  const again = [...mesh.node(1).store.core.events()].filter(({ origin }) => origin)
  expect(again.map(({ entries }) => entries.map(({ key }) => key))).toEqual([['replaced', 'stays']])
  for (const node of mesh.nodes) {
    expect(kept(node)).toHaveLength(2)
    expect([node.get('replaced'), node.get('stays')]).toEqual([[2], [1]])
  }
  same(mesh)
})

test('a batch that is written again has nothing with it whose delete others have forgotten', async () => {
  const mesh = new CustodyMesh(14, 3)
  await mesh.start()
  const [a, b, c] = mesh.nodes as [CustodyNode, CustodyNode, CustodyNode]
  await mesh.settle(
    a.write([
      { key: 'x', value: 1 },
      { key: 'y', value: 1 },
    ]),
  )
  await mesh.converge([a, b])
  await mesh.settle(
    b.write([
      { key: 'x', value: undefined },
      { key: 'z', value: undefined },
    ]),
  )
  // Beside the delete, and later.
  await mesh.world.run(1000)
  await mesh.settle(c.set('x', 2))
  await mesh.converge()
  const replica = b.store.replica as string
  const { stored } = b.store.core
  const deleted = stored.contiguous(replica)
  const mayForget = (node: CustodyNode): boolean => (node.custody.garbage.cut?.settled.get(replica) ?? 0) >= deleted
  while (!mesh.nodes.every(mayForget)) {
    await mesh.world.run(1000)
    await mesh.converge()
  }
  // Nothing lives of the batch at others, who forget what had deleted a part of it, while its author writes it again.
  await mesh.settle(b.set('y', 3))
  await mesh.converge([b, c])
  expect(b.store.core.siblings({ namespace: 'n', key: 'x', path: '' })).toHaveLength(1)
  await mesh.world.run(PASS_MS)
  expect([...a.store.core.events()].some(({ origin }) => origin)).toBe(true)
  // What the author writes is there first.
  await mesh.exchange(b, a)
  await mesh.converge()
  for (const node of mesh.nodes) expect([node.get('x'), node.get('y')]).toEqual([[2], [3]])
  same(mesh)
})

test('a batch whose value is deleted on its own goes, and so does that delete', async () => {
  const mesh = new CustodyMesh(8, 2)
  await mesh.start()
  await mesh.settle(
    mesh.node(0).write([
      { key: 'x', value: undefined },
      { key: 'y', value: 1 },
    ]),
  )
  await mesh.settle(mesh.node(0).delete('y'))
  await mesh.live(2 * HOUR)
  for (const node of mesh.nodes) expect(kept(node)).toEqual([])
})

test('what was forgotten late, because a batch had carried it, counts as forgotten after a restart', async () => {
  const mesh = new CustodyMesh(9, 2)
  await mesh.start()
  const node = mesh.node(0)
  await mesh.settle(
    node.write([
      { key: 'x', value: 1 },
      { key: 'y', value: 1 },
    ]),
  )
  await mesh.settle(node.delete('x'))
  await mesh.live(2 * HOUR)
  await mesh.settle(node.set('y', 2))
  await mesh.live(HOUR)
  expect(kept(node)).toHaveLength(1)
  const { collected } = node.custody.garbage
  node.host.crash()
  await mesh.restart(node)
  expect(node.custody.garbage.collected).toEqual(collected)
})

test('where nothing is deleted nothing is acknowledged but once', async () => {
  const mesh = new CustodyMesh(4, 2)
  await mesh.start()
  await mesh.settle(mesh.node(0).set('x', 1))
  await mesh.live(2 * PASS_MS)
  const vector = mesh.node(0).vector()
  await mesh.live(3 * PASS_MS)
  expect(mesh.node(0).vector()).toEqual(vector)
})

test('a member that is away for too long is evicted once, and what it holds up is forgotten', async () => {
  const mesh = new CustodyMesh(5, 4)
  await mesh.start()
  await mesh.settle(mesh.node(3).set('own', 1))
  await mesh.converge()
  mesh.node(3).host.kill()
  const rest = mesh.nodes.slice(0, 3)
  await mesh.settle(mesh.node(0).delete('own'))
  await mesh.live(1.5 * DAY, rest)
  for (const node of rest) {
    expect(node.custody.roster.members).toEqual(['n0', 'n1', 'n2'])
    expect(node.custody.roster.get('n3')?.reason).toMatch(/^away for \d+ hours$/)
    expect(node.content().some((line) => line.startsWith('n own'))).toBe(false)
    expect(Object.keys(node.vector()).some((replica) => replica.startsWith('n3.'))).toBe(false)
  }
  same(mesh, rest)
})

test('a replica is dropped when all members show all that is said of it, not when they show some of it', async () => {
  const mesh = new CustodyMesh(6, 2)
  await mesh.start()
  const [a, b] = [mesh.node(0), mesh.node(1)]
  const over = 'gone.0000000000000000'
  const say = (node: CustodyNode, said: Partial<Retired>): Promise<unknown> =>
    node.store.write([{ namespace: RETIRED, key: over, path: '', value: encodeRetired({ ...NOT_RETIRED, ...said }) }])
  const pass = async (): Promise<void> => {
    for (const node of mesh.nodes) await mesh.settle(node.custody.upkeep.pass())
  }
  const isDropped = (): boolean[] =>
    mesh.nodes.map(({ custody }) => custody.garbage.retired.get(over)?.dropped ?? false)
  await mesh.settle(say(b, { final: 1 }))
  await mesh.converge()
  await pass()
  // Both have nothing of it, and say so. Meanwhile one has brought in what the other has never had.
  await mesh.settle(a.set('x', 1))
  await mesh.settle(say(a, { final: 1, known: [[1, 1]] }))
  await mesh.settle(a.store.receive(b.store.core.lacking(a.store.core.stored)))
  for (let i = 0; i < 4; i++) await mesh.settle(a.custody.upkeep.pass())
  expect(isDropped()).toEqual([false, false])
  // It is told, and that is enough, with nothing else to be acknowledged.
  await mesh.converge()
  for (let i = 0; i < 4; i++) {
    await pass()
    await mesh.converge()
  }
  expect(isDropped()).toEqual([true, true])
  same(mesh)
})
