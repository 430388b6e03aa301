import { expect, test } from 'vitest'
import type { ReplicaId } from '../../../src/state/dot.ts'
import { CONFIRM_RETRY_MS, CONFIRM_WAIT_MS } from '../../../src/state/epochs/limits.ts'
import { connect, type EpochNode, epochMesh, SOON_MS } from '../mesh.ts'

const trio = async (seed: number) => {
  const { world, nodes } = await epochMesh(seed, 3)
  return { world, nodes, a: nodes[0] as EpochNode, b: nodes[1] as EpochNode, c: nodes[2] as EpochNode }
}

test('a crash alone costs no epoch', async () => {
  const { world, nodes, a, b } = await trio(1)
  await world.settle(a.set('x', '1'), SOON_MS)
  const before = a.store.replica
  await world.settle(b.pull(a), SOON_MS)
  a.host.crash()
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  await connect(world, a, nodes)
  await world.settle(a.set('y', '2'), SOON_MS)
  expect(a.store.replica).toBe(before)
  expect(a.store.sequence).toBe(2)
})

test('a member over whose connection every request fails at once is asked again after a while', async () => {
  const { world, nodes, a, b } = await trio(9)
  await world.settle(a.set('x', '1'), SOON_MS)
  const before = a.store.replica
  await world.settle(b.pull(a), SOON_MS)
  a.host.crash()
  a.host.restart()
  const { network } = a.host
  const { open } = network
  let asked = 0
  // As while a connection is closing; the bug would ask for ever without a pause, in which nothing else could happen.
  network.open = () => {
    return asked++ < 1000 ? Promise.reject(new Error('the connection is closing')) : new Promise(() => undefined)
  }
  await world.settle(a.start(), SOON_MS)
  await connect(world, a, nodes)
  await world.run(4 * CONFIRM_RETRY_MS)
  expect(asked).toBeGreaterThanOrEqual(4)
  expect(asked).toBeLessThanOrEqual(2 * 10)
  network.open = open
  await world.settle(a.set('y', '2'), SOON_MS)
  expect(a.store.replica).toBe(before)
})

test('a restored disk that would write more than it lost takes a fresh epoch, and nothing is lost', async () => {
  const { world, nodes, a, b } = await trio(2)
  const { lost } = await loseWrites(world, a, b)
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  await connect(world, a, nodes)
  for (const key of ['p', 'q', 'r', 's']) await world.settle(a.set(key, 'new'), SOON_MS)
  expect(a.store.replica).not.toBe(lost)
  expect(a.retired).toEqual([[lost, 3]])
  await world.settle(a.pull(b), SOON_MS)
  await world.settle(b.pull(a), SOON_MS)
  for (const node of [a, b]) {
    for (const key of ['x', 'y', 'z']) expect(node.get(key)).toEqual(['old'])
    for (const key of ['p', 'q', 'r', 's']) expect(node.get(key)).toEqual(['new'])
  }
})

test('without the confirmation the same story loses writes: the bug that it is there for', async () => {
  const { world, nodes, a, b } = await trio(3)
  const { lost } = await loseWrites(world, a, b)
  a.host.restart()
  // The bug: nobody is asked.
  a.members.length = 0
  await world.settle(a.start(), SOON_MS)
  for (const key of ['p', 'q', 'r', 's']) await world.settle(a.set(key, 'new'), SOON_MS)
  await connect(world, a, nodes)
  expect(a.store.replica).toBe(lost)
  await world.settle(b.pull(a), SOON_MS)
  expect(['p', 'q', 'r', 's'].every((key) => b.get(key).length === 1)).toBe(false)
})

test('what comes back from one whom the restored disk does not know is proof enough, though all it knows have no more', async () => {
  const { world, nodes, a, b, c } = await trio(10)
  const { lost } = await loseWrites(world, a, b)
  // All share the list.
  a.members.splice(0, a.members.length, a.host.id, c.host.id)
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  await world.settle(a.pull(b), SOON_MS)
  await connect(world, a, nodes)
  await world.settle(a.set('p', 'new'), SOON_MS)
  expect(a.store.replica).not.toBe(lost)
  expect(a.retired).toEqual([[lost, 3]])
})

test('who is connected is asked, though the restored disk does not know of it', async () => {
  const { world, a, b, c } = await trio(11)
  const { lost } = await loseWrites(world, a, b)
  // The only one whom the disk knows has not met the other.
  for (const node of [a, c]) node.members = [a.host.id, c.host.id]
  c.host.network.disconnect(b.host.id)
  await world.run(1000)
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  await connect(world, a, [b])
  await connect(world, a, [c])
  await world.settle(a.set('p', 'new'), SOON_MS)
  expect(a.store.replica).not.toBe(lost)
  expect(a.retired).toEqual([[lost, 3]])
})

test('who is connected to one whom it asks may hold more, though no list names it', async () => {
  const { world, a, b, c } = await trio(12)
  const { lost } = await loseWrites(world, a, b)
  for (const node of [a, c]) node.members = [a.host.id, c.host.id]
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  await connect(world, a, [c])
  await world.settle(a.set('p', 'new'), SOON_MS)
  expect(a.store.replica).not.toBe(lost)
  // It would lose this one of the other's.
  await connect(world, a, [b])
  await world.settle(a.pull(b), SOON_MS)
  await world.settle(b.pull(a), SOON_MS)
  for (const node of [a, b]) for (const key of ['x', 'y', 'z']) expect(node.get(key)).toEqual(['old'])
})

test('a disk from before its node met anybody: whoever comes before the first write is asked', async () => {
  const { world, a, b } = await trio(14)
  const { lost } = await loseWrites(world, a, b)
  a.members = [a.host.id]
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  await world.run(10 * CONFIRM_WAIT_MS)
  await connect(world, a, [b])
  await world.settle(a.set('p', 'new'), SOON_MS)
  expect(a.store.replica).not.toBe(lost)
  expect(a.retired).toEqual([[lost, 3]])
})

test('alone it writes at once, under the same epoch', async () => {
  const { world, nodes } = await epochMesh(15, 1)
  const [a] = nodes as [EpochNode]
  await world.settle(a.set('x', '1'), SOON_MS)
  const before = a.store.replica
  a.host.crash()
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  // In the same turn: what is written shows to who reads next.
  expect(a.store.begun).toBe(false)
  expect(a.store.want()).toBe(true)
  expect(a.store.replica).toBe(before)
})

test('an old disk is told as one, with what to do instead', async () => {
  const { world, nodes, a, b } = await trio(13)
  await loseWrites(world, a, b)
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  await connect(world, a, nodes)
  await world.settle(a.set('p', 'new'), SOON_MS)
  expect(world.trace.lines.join('\n')).toMatch(/warn .*is an old copy.*empty directory/)
})

test('an epoch is not gone on with that a record says is over, if that comes while the others are asked', async () => {
  const { world, nodes, a, b, c } = await trio(11)
  const { lost } = await loseWrites(world, a, b)
  b.host.crash()
  c.host.network.disconnect(b.host.id)
  // All share the list. Whoever is asked has no more.
  a.members.splice(0, a.members.length, a.host.id, c.host.id)
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  a.over = lost
  await connect(world, a, nodes)
  await world.settle(a.set('p', 'new'), SOON_MS)
  expect(a.store.replica).not.toBe(lost)
})

test('where a member is silent that may hold more, the first write takes a fresh epoch after a while', async () => {
  const { world, nodes, a, b, c } = await trio(4)
  await world.settle(a.set('x', '1'), SOON_MS)
  const before = a.store.replica
  for (const { host } of [a, b]) host.crash()
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  await connect(world, a, [c])
  const began = world.now
  await world.settle(a.set('y', '2'), SOON_MS)
  expect(world.now - began).toBeLessThanOrEqual(CONFIRM_WAIT_MS)
  expect(a.store.replica).not.toBe(before)
  expect(nodes.map(({ fatal }) => fatal)).toEqual([undefined, undefined, undefined])
})

test('who does not write keeps its epoch for as long as it takes', async () => {
  const { world, nodes, a, b } = await trio(5)
  await world.settle(a.set('x', '1'), SOON_MS)
  const before = a.store.replica
  for (const { host } of [a, b]) host.crash()
  a.host.restart()
  await world.settle(a.start(), SOON_MS)
  await world.run(10 * CONFIRM_WAIT_MS)
  b.host.restart()
  await world.settle(b.start(), SOON_MS)
  await connect(world, a, nodes)
  await world.settle(a.set('y', '2'), SOON_MS)
  expect(a.store.replica).toBe(before)
})

test('found late: the writes of this life are written again under a fresh epoch', async () => {
  const { world, nodes, a, b } = await trio(6)
  const { lost } = await loseWrites(world, a, b)
  a.host.restart()
  const members = a.members.splice(0)
  await world.settle(a.start(), SOON_MS)
  a.members.push(...members)
  await world.settle(a.set('p', 'new'), SOON_MS)
  await connect(world, a, nodes)
  expect(a.store.replica).toBe(lost)
  // The other has dots of this epoch that this node has not.
  await world.settle(a.pull(b), SOON_MS)
  await world.until(() => a.store.replica !== lost && a.store.durable > 0, SOON_MS)
  await world.settle(b.pull(a), SOON_MS)
  expect(b.get('p')).toEqual(['new'])
  expect(a.get('p')).toEqual(['new'])
  expect(world.trace.lines.join('\n')).toMatch(/error .*is an old copy.*empty directory/)
})

/** `a` writes three keys, gives them to `b`, dies, and gets a disk with one of them. */
async function loseWrites(
  world: Awaited<ReturnType<typeof trio>>['world'],
  a: EpochNode,
  b: EpochNode,
): Promise<{ lost: ReplicaId }> {
  await world.settle(a.set('x', 'old'), SOON_MS)
  const disk = a.host.snapshotDisk()
  for (const key of ['y', 'z']) await world.settle(a.set(key, 'old'), SOON_MS)
  await world.settle(b.pull(a), SOON_MS)
  const lost = a.store.replica as ReplicaId
  a.host.crash()
  a.host.restoreDisk(disk)
  return { lost }
}

test('a write from before the start is written, also where a member stays away', async () => {
  const { world, a, b, c } = await trio(7)
  await world.settle(a.set('x', '1'), SOON_MS)
  for (const { host } of [a, b, c]) host.crash()
  a.host.restart()
  const started = a.start()
  const written = a.set('y', '2')
  await world.settle(started, SOON_MS)
  await world.settle(written, 2 * CONFIRM_WAIT_MS)
  expect(a.get('y')).toEqual(['2'])
})

test('found late: what is written again shows at once, so that nothing hides it meanwhile', async () => {
  const { world, nodes, a, b } = await trio(8)
  await loseWrites(world, a, b)
  // Of another replica, and it saw a dot that the old disk uses again.
  await world.settle(b.set('y', 'newer'), SOON_MS)
  a.host.restart()
  a.members.splice(0)
  await world.settle(a.start(), SOON_MS)
  await world.settle(a.set('y', 'again'), SOON_MS)
  await connect(world, a, nodes)
  a.host.diskLatencyMs = [50, 50]
  const shown: unknown[][] = []
  a.store.on('change', () => shown.push(a.get('y')))
  await world.settle(a.pull(b), SOON_MS)
  await world.until(() => a.store.begun && a.store.durable > 0, SOON_MS)
  expect(shown.map((values) => values.includes('again'))).not.toContain(false)
  expect(a.get('y')).toEqual(['again', 'newer'])
})
