import { expect, test } from 'vitest'
import { openDocument } from '../../../src/state/documents/document.ts'
import { MEMBERS } from '../../../src/state/roster/names.ts'
import { encodeValue } from '../../../src/state/value.ts'
import { MemoryDisk } from '../../../src/storage/memory-disk.ts'
import { type SimulatedNode, simulate } from '../../../src/testing.ts'
import { CustodyMesh, HOUR, SOON_MS } from '../custody-mesh.ts'

test('who hears that it was evicted while its first join is on the way to the disk joins again', async () => {
  const mesh = new CustodyMesh(1, 3)
  await mesh.start()
  const [a, b, c] = [mesh.node(0), mesh.node(1), mesh.node(2)]
  await mesh.settle(a.set('x', 1))
  await mesh.settle(c.set('y', 1))
  await mesh.converge()
  c.host.crash()
  await mesh.settle(a.custody.roster.evict('n2', 'its disk is gone'))
  await mesh.converge([a, b])
  c.host.restoreDisk(new MemoryDisk())
  c.host.restart()
  await mesh.settle(c.start())
  await mesh.connect(c)
  await mesh.world.run(3000)
  c.host.diskLatencyMs = [300, 300]
  const own = c.set('z', 1)
  await mesh.world.run(50)
  // What an exchange brings.
  const received = c.store.receive(a.store.core.lacking(c.store.core.stored))
  const closed = c.store.close(a.store.offered())
  await mesh.settle(Promise.all([own, received, closed]))
  await mesh.world.run(5000)
  const first = c.store.replica
  // An exchange: what it wrote goes to the others.
  await mesh.converge()
  await a.custody.upkeep.pass()
  await b.custody.upkeep.pass()
  await mesh.world.run(5000)
  await mesh.converge()
  expect(c.store.replica).toBe(first)
  expect(c.custody.roster.has('n2')).toBe(true)
})

test('restarts without a write, and empty disks, leave no epoch behind', async () => {
  const mesh = new CustodyMesh(5, 3)
  const [a, , c] = [mesh.node(0), mesh.node(1), mesh.node(2)]
  await mesh.start()
  for (let i = 0; i < 10; i++) {
    c.host.kill()
    await mesh.restart(c)
  }
  await mesh.settle(a.set('x', 1))
  await mesh.converge()
  for (let i = 0; i < 10; i++) {
    c.host.kill()
    await mesh.restart(c)
    await mesh.converge()
  }
  expect(Object.keys(a.vector()).length).toBe(3)
  for (let i = 0; i < 5; i++) {
    c.host.kill()
    c.host.restoreDisk(new MemoryDisk())
    await mesh.restart(c)
    await mesh.converge()
    c.host.kill()
    await mesh.restart(c)
    await mesh.converge()
  }
  await mesh.live(6 * HOUR)
  expect(Object.keys(a.vector()).length).toBe(3)
  expect(a.custody.roster.members).toEqual(['n0', 'n1', 'n2'])
})

async function collected(seed: number): Promise<CustodyMesh> {
  const mesh = new CustodyMesh(seed, 3)
  const rest = mesh.nodes.slice(0, 2)
  await mesh.start(rest)
  await mesh.settle(mesh.node(0).set('x', 1))
  await mesh.settle(mesh.node(0).set('k', 1))
  await mesh.converge(rest)
  await mesh.settle(mesh.node(1).delete('k'))
  await mesh.live(2 * HOUR, rest)
  expect(mesh.node(0).custody.garbage.collected.size).toBeGreaterThan(0)
  return mesh
}

test('the first write of who begins anew over the state of others is its join', async () => {
  const mesh = await collected(1)
  const c = mesh.node(2)
  await mesh.start([c])
  const own = [...c.store.core.events()].filter(({ replica }) => replica === c.store.replica)
  own.sort((a, b) => a.sequence - b.sequence)
  expect(own[0]?.entries[0]?.namespace).toBe('covey.members')
})

test('and its replica is not taken for one that is over before the join is durable', async () => {
  const mesh = await collected(2)
  const [a, , c] = [mesh.node(0), mesh.node(1), mesh.node(2)]
  c.host.diskLatencyMs = [2000, 2000]
  await mesh.settle(c.start())
  await mesh.connect(c)
  await mesh.world.until(
    () =>
      c.store.replica !== undefined &&
      c.store.sequence > 1 &&
      !c.custody.rebasing &&
      c.custody.admits('n0') &&
      a.custody.admits('n2'),
    60_000,
    'it is let in',
  )
  const replica = c.store.replica
  const dur = c.store.durable
  const own = [...c.store.core.events()].filter((e) => e.replica === replica && e.sequence <= dur)
  await mesh.settle(a.store.receive(own))
  await mesh.settle(a.custody.upkeep.pass())
  await mesh.world.run(20_000)
  await mesh.converge()
  expect(c.store.replica).toBe(replica)
})

test('a write that is refused makes nobody a member', async () => {
  const mesh = new CustodyMesh(3, 1)
  const a = mesh.node(0)
  await mesh.start()
  const value = encodeValue('x'.repeat(800_000))
  const writes = ['k', 'l'].map((key) => ({
    namespace: 'n',
    key,
    path: '',
    value,
  }))
  await expect(a.store.write(writes)).rejects.toThrow()
  expect(a.custody.roster.members).toEqual([])
})

for (const wrote of [true, false])
  test(`an eviction is told to all at once, ${wrote ? 'also' : 'not only'} by who has written before in its epoch`, async () => {
    const mesh = await simulate({ seed: 1, nodes: 80 })
    await mesh.run(5000)
    const notes = (name: string) => mesh.node(name).mesh.state('notes', { policy: 'latest' })
    await mesh.settle(notes('n7').set('key', 1), 1000)
    await mesh.run(10_000)
    const n8 = mesh.node('n8')
    // Its disk is lost: it is a member by the record of its former life.
    n8.kill()
    n8.host.restoreDisk(new MemoryDisk())
    mesh.node('n9').kill()
    await mesh.run(60_000)
    await mesh.settle(n8.restart(), 10_000)
    await mesh.run(20_000)
    if (wrote) await mesh.settle(notes('n8').set('own', 1), 10_000)
    await mesh.run(3000)
    await mesh.settle(n8.mesh.members.evict('n9', 'gone'), 10_000)
    const knows = ({ alive, parts }: SimulatedNode): boolean => alive && !parts.custody.roster.has('n9')
    await mesh.run(40)
    expect(mesh.nodes.filter(knows).length).toBe(79)
    await mesh.stop()
  }, 120_000)

test('whatever a node writes first comes behind its join, and all get it: a batch, a document, a strong key', async () => {
  const mesh = await simulate({ seed: 4, nodes: 3 })
  await mesh.converge()
  const [a, b, c] = mesh.nodes as [SimulatedNode, SimulatedNode, SimulatedNode]
  // Kept by voters: of it the replicated state hears what it is, and no more.
  const settings = c.mesh.state('settings', { consistency: 'strong' })
  await mesh.settle(c.mesh.voters.set(['n0', 'n1', 'n2']), SOON_MS)
  await mesh.settle(settings.set('mode', 'dark'), SOON_MS)
  await mesh.settle(
    a.mesh.state('notes', { policy: 'latest' }).batch((batch) => batch.set('x', 1).set('y', 2)),
    SOON_MS,
  )
  const notes = b.mesh.state('notes', { policy: 'latest' })
  const plan = await mesh.settle(openDocument(notes, 'plan'), SOON_MS)
  await mesh.settle(
    plan.edit((text) => text.insert(0, 'First')),
    SOON_MS,
  )
  const contents = (): number => new Set(mesh.nodes.map((node) => node.mesh.status().state.content)).size
  await mesh.until(() => contents() === 1 && c.parts.custody.roster.size === 3, SOON_MS, 'all have all')
  for (const { name, parts } of mesh.nodes) {
    const { core, replica } = parts.store
    const own = [...core.events()].filter((event) => event.replica === replica)
    const [first] = own.sort((one, other) => one.sequence - other.sequence)
    expect(first).toMatchObject({ sequence: 1, entries: [{ namespace: MEMBERS, key: name }] })
  }
  await mesh.stop()
})
