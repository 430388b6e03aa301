import { expect, test } from 'vitest'
import { MemoryDisk } from '../../../src/storage/memory-disk.ts'
import { CustodyMesh, type CustodyNode, HOUR } from '../custody-mesh.ts'

/** All have met, and nobody has written yet. Then c is out of reach, a writes f, and b has it. */
async function story(value: string): Promise<{ mesh: CustodyMesh; a: CustodyNode; b: CustodyNode; c: CustodyNode }> {
  const mesh = new CustodyMesh(1, 3)
  const [c, b, a] = [mesh.node(0), mesh.node(1), mesh.node(2)]
  await mesh.start()
  await mesh.world.run(60_000)
  await mesh.converge()
  mesh.world.partition([[a.host, b.host], [c.host]])
  await mesh.settle(a.set('f', value))
  await mesh.converge([a, b])
  return { mesh, a, b, c }
}

/** b loses its disk, and goes on with c for so many hours, in which something is forgotten. */
async function goOn(mesh: CustodyMesh, b: CustodyNode, c: CustodyNode, hours: number): Promise<void> {
  b.host.crash()
  b.host.restoreDisk(new MemoryDisk())
  b.host.restart()
  await mesh.settle(b.start())
  await mesh.connect(b, [c])
  await mesh.settle(b.set('k', 1))
  await mesh.converge([b, c])
  await mesh.settle(b.delete('k'))
  await mesh.live(hours * HOUR, [b, c])
  expect(c.custody.garbage.collected.size).toBeGreaterThan(0)
}

/** a meets c again. */
async function comeBack(mesh: CustodyMesh, a: CustodyNode, c: CustodyNode): Promise<void> {
  mesh.world.heal()
  a.host.network.disconnect('n0')
  a.host.network.disconnect('n1')
  await mesh.connect(a, [c])
  await mesh.world.run(10_000)
  await mesh.converge([a, c])
}

/** What b writes is pushed to c; before an exchange brings more the disk of b is lost. */
async function push(mesh: CustodyMesh, a: CustodyNode, b: CustodyNode, c: CustodyNode): Promise<void> {
  mesh.world.heal()
  mesh.world.partition([[a.host], [b.host, c.host]])
  const own = [...b.store.core.events()].filter(({ replica }) => replica === b.store.replica)
  await mesh.settle(c.store.receive(own))
}

test('a write is brought in again though one who had acknowledged it has lost its disk since, and nobody else ever heard of its replica', async () => {
  const { mesh, a, b, c } = await story('precious')
  await mesh.settle(b.custody.upkeep.pass())
  await mesh.converge([a, b])
  mesh.world.heal()
  mesh.world.partition([[a.host], [b.host, c.host]])
  await goOn(mesh, b, c, 30)
  expect(a.get('f')).toEqual(['precious'])
  await comeBack(mesh, a, c)
  expect([a.get('f'), c.get('f')]).toEqual([['precious'], ['precious']])
})

test('what was deleted stays so though who had seen it has lost its disk, and nobody else ever heard of its replica', async () => {
  const { mesh, a, b, c } = await story('deleted')
  await mesh.settle(b.delete('f'))
  await push(mesh, a, b, c)
  await goOn(mesh, b, c, 6)
  await comeBack(mesh, a, c)
  expect([a.get('f'), c.get('f')]).toEqual([[], []])
})

test('what was replaced stays so, also by what is written over that when nobody names its replica', async () => {
  const { mesh, a, b, c } = await story('old')
  await mesh.settle(b.set('f', 'new'))
  await push(mesh, a, b, c)
  await goOn(mesh, b, c, 6)
  await mesh.settle(c.set('f', 'newest'))
  await mesh.converge([b, c])
  await comeBack(mesh, a, c)
  expect([a.get('f'), c.get('f')]).toEqual([['newest'], ['newest']])
})
