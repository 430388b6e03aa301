import { expect, test } from 'vitest'
import type { WriteEvent } from '../../../src/state/entry.ts'
import { CustodyMesh, HOUR, SOON_MS } from '../custody-mesh.ts'

test('who forgets more while it waits for an answer does not let in by what it had asked before', async () => {
  const mesh = new CustodyMesh(1, 2)
  const [a, b] = [mesh.node(0), mesh.node(1)]
  await mesh.start()
  for (const key of ['x', 'y']) await mesh.settle(a.set(key, 1))
  await mesh.converge()
  // It stands still, connected, and is taken for gone.
  b.host.pause()
  const written: WriteEvent[] = []
  a.store.on('written', (event) => written.push(event))
  await mesh.settle(a.custody.roster.evict(b.id, 'gone'))
  const forget = async (key: string): Promise<void> => {
    await mesh.settle(a.delete(key))
    const stands = (): boolean => a.store.core.siblings({ namespace: 'n', key, path: '' }).length > 0
    while (stands()) await mesh.settle(a.custody.upkeep.pass())
  }
  await forget('y')
  // What was on its way to it comes first when it goes on: it has all that was forgotten when it was asked.
  const early = [...written]
  await forget('x')
  b.host.resume()
  const received = b.store.receive(early)
  expect(b.get('y')).toEqual([])
  await mesh.settle(received)
  await mesh.world.until(() => a.custody.admits(b.id), SOON_MS, 'b is let in')
  await mesh.converge()
  expect([a.get('x'), b.get('x')]).toEqual([[], []])
})

test('who must begin anew and has used dots twice writes again what it wrote: the others know other writes of these', async () => {
  const mesh = new CustodyMesh(2, 2)
  const [a, b] = [mesh.node(0), mesh.node(1)]
  await mesh.start([a])
  await mesh.settle(a.set('w', 1))
  const disk = a.host.snapshotDisk()
  await mesh.start([b])
  for (const key of ['x', 'y', 'z']) await mesh.settle(a.set(key, 1))
  await mesh.converge()
  await mesh.settle(a.delete('x'))
  await mesh.converge()
  await mesh.live(HOUR)
  expect(b.custody.garbage.collected.size).toBeGreaterThan(0)
  // A disk that names nobody: it goes on at once.
  a.host.crash()
  a.host.restoreDisk(disk)
  a.host.restart()
  await mesh.settle(a.start())
  await mesh.settle(a.set('p', 2))
  expect(a.store.sequence).toBeLessThan(b.store.core.visible(a.store.replica as string))
  await mesh.connect(a)
  await mesh.converge()
  for (const node of mesh.nodes)
    expect(['w', 'x', 'y', 'z', 'p'].map((key) => node.get(key))).toEqual([[1], [], [1], [1], [2]])
})

test('a disk of before the first write, put back, uses no dot again, though its node meets nobody in time', async () => {
  const mesh = new CustodyMesh(3, 2)
  const [a, b] = [mesh.node(0), mesh.node(1)]
  await mesh.start()
  const disk = a.host.snapshotDisk()
  for (const key of ['x', 'y']) await mesh.settle(a.set(key, 1))
  await mesh.converge()
  const before = a.store.replica
  a.host.crash()
  a.host.restoreDisk(disk)
  a.host.restart()
  await mesh.settle(a.start())
  await mesh.settle(a.set('p', 2))
  expect(a.store.replica).not.toBe(before)
  await mesh.connect(a)
  await mesh.converge()
  for (const node of mesh.nodes) expect(['x', 'y', 'p'].map((key) => node.get(key))).toEqual([[1], [1], [2]])
  expect(b.custody.roster.members).toEqual(['n0', 'n1'])
})
