import { expect, test } from 'vitest'
import { pair, Swarm } from './swarm.ts'

test('two nodes that meet have the same, whoever wrote', async () => {
  const [swarm, a, b] = await pair({ seed: 1 })
  await a.put('x', 'from a')
  await b.put('y', 'from b')
  await swarm.connect(a, b)
  await swarm.settled(1000)
  expect(a.show()).toEqual({ x: ['from a'], y: ['from b'] })
})

test('a write shows elsewhere in about a round trip', async () => {
  const [swarm, a, b] = await pair({ seed: 2, link: { latencyMs: [5, 5] } })
  await swarm.connect(a, b)
  await swarm.world.run(3000)
  const began = swarm.world.now
  await a.put('x', 'one')
  await swarm.world.until(() => b.get('x')[0] === 'one', 1000)
  // The first push opens the stream, which takes a round trip of its own.
  expect(swarm.world.now - began).toBeLessThanOrEqual(20)
  const again = swarm.world.now
  await a.put('x', 'two')
  await swarm.world.until(() => b.get('x')[0] === 'two', 1000)
  expect(swarm.world.now - again).toBeLessThanOrEqual(10)
})

test('an empty node gets all, an idle pair pays some bytes', async () => {
  const [swarm, a, b] = await pair({ seed: 3 })
  for (let i = 0; i < 10_000; i++) await a.put(`key-${i}`, `{"n":${i}}`)
  await swarm.connect(a, b)
  await swarm.settled(3000)
  expect(Object.keys(b.show())).toHaveLength(10_000)
})

test('syncNow says what moved', async () => {
  const [swarm, a, b] = await pair({ seed: 4 })
  await swarm.connect(a, b)
  await swarm.settled(3000)
  await a.put('x'.repeat(1000), 'y'.repeat(100_000))
  const reports = await swarm.world.settle(b.sync.syncNow(), 5000)
  expect(reports).toMatchObject([{ peer: 'a', received: { events: 1 }, sent: { events: 0 }, error: undefined }])
  await swarm.settled(100)
})

test('many nodes, writers on all', async () => {
  const swarm = new Swarm({ seed: 5 })
  const nodes = await swarm.addMany(10)
  await swarm.connectAll()
  for (const node of nodes) for (let i = 0; i < 20; i++) await node.put(`k${i % 7}`, `${node.id} ${i}`)
  await swarm.settled(10_000)
})
