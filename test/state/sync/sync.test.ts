import { expect, test } from 'vitest'
import { randomId, seededRandom } from '../../../src/lib/random.ts'
import { decodeFrame, FrameKind } from '../../../src/network/frame.ts'
import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import { COMPARE_TIMEOUT_MS } from '../../../src/state/sync/limits.ts'
import { pair, Swarm, type SyncNode } from './swarm.ts'

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

test('an empty node gets all, and from one peer only', async () => {
  const swarm = new Swarm({ seed: 3 })
  const nodes = await swarm.addMany(8)
  await swarm.connectAll()
  const [first] = nodes
  for (let i = 0; i < 10_000; i++) await first?.put(`key-${i}`, `{"n":${i}}`)
  await swarm.settled(10_000)
  const empty = await swarm.add('empty')
  let sent = 0
  const { receive } = empty.store
  empty.store.receive = (events) => {
    sent += events.length
    return receive.call(empty.store, events)
  }
  await swarm.connectAll()
  await swarm.settled(10_000)
  expect(Object.keys(empty.show())).toHaveLength(10_000)
  // Some of it may come twice, from peers that began at the same moment; not all of it from everybody.
  expect(sent).toBeLessThan(20_000)
})

/** Bytes of sync and gossip that leave a node. */
function tally(node: SyncNode): { bytes: number } {
  const counted = { bytes: 0 }
  const { network } = node.host
  const { open, publish } = network
  network.open = async (peer, protocol, timeoutMs) => {
    const stream = await open.call(network, peer, protocol, timeoutMs)
    const { send } = stream
    stream.send = (frames) => {
      for (const { length } of frames) counted.bytes += length
      return send.call(stream, frames)
    }
    return stream
  }
  network.publish = (topic, data) => {
    counted.bytes += data.length
    publish.call(network, topic, data)
  }
  return counted
}

test('who has the same pays a few bytes, however much it is', async () => {
  for (const keys of [10, 5000]) {
    const [swarm, a, b] = await pair({ seed: 6 })
    for (let i = 0; i < keys; i++) await a.put(`key-${i}`, 'x')
    const counted = tally(a)
    await swarm.connect(a, b)
    await swarm.settled(5000)
    await swarm.world.run(5000)
    const before = counted.bytes
    await swarm.world.run(60_000)
    // Some thirty compares of 30 bytes, and an announcement or two.
    expect(counted.bytes - before).toBeLessThan(2000)
  }
})

test('the listening end of a session says in one send all that it can say at once', async () => {
  const sends: FrameKind[][] = []
  const tamper = ({ network }: SimulatedHost): void => {
    const { handle } = network
    network.handle = (protocol, accept) => {
      handle.call(network, protocol, (stream) => {
        const { send } = stream
        stream.send = (frames) => {
          sends.push(frames.map((frame) => decodeFrame(frame)?.kind as FrameKind))
          return send.call(stream, frames)
        }
        accept(stream)
      })
    }
  }
  const swarm = new Swarm({ seed: 11, tamper })
  const [a, b] = (await swarm.addMany(2)) as [SyncNode, SyncNode]
  await a.put('x', '1')
  await b.put('y', '2')
  await swarm.connect(a, b)
  await swarm.settled(3000)
  const { credit, data } = FrameKind
  // What opens it, the hello, a batch and the final.
  expect(sends.find(([first]) => first === credit)).toEqual([credit, data, data, data])
})

test('syncNow says what moved, and status how far peers are behind', async () => {
  const [swarm, a, b] = await pair({ seed: 4 })
  await swarm.connect(a, b)
  await swarm.settled(3000)
  // The exchange of their meeting is over.
  await swarm.world.run(100)
  swarm.world.block(a.host, b.host)
  await a.put('x', 'y'.repeat(100_000))
  await a.put('z', 'y'.repeat(100_000))
  swarm.world.heal()
  const status = await swarm.world.settle(b.sync.status(), 5000)
  expect(status).toMatchObject([{ peer: 'a', state: 'differs', behind: 0, ahead: 2 }])
  const reports = await swarm.world.settle(b.sync.syncNow(), 5000)
  expect(reports).toMatchObject([{ peer: 'a', received: { events: 2 }, sent: { events: 0 }, error: undefined }])
  await swarm.settled(100)
  const [after] = await swarm.world.settle(b.sync.status(), 5000)
  expect(after).toMatchObject({ state: 'in sync', behind: 0, ahead: 0 })
})

test('a session that breaks in the middle goes on from there', async () => {
  const [swarm, a, b] = await pair({ seed: 7, link: { latencyMs: [20, 20] } })
  const count = 20_000
  const random = seededRandom(7)
  for (let i = 0; i < count; i++) await a.put(`key-${i}`, randomId(random, 100))
  const held = (): number =>
    b.store.core.stored.rangesOf(a.store.replica ?? '').reduce((sum, [x, y]) => sum + y - x + 1, 0)
  let received = 0
  const { receive } = b.store
  b.store.receive = (groups) => {
    received += groups.flat().length
    return receive.call(b.store, groups)
  }
  await swarm.connect(a, b)
  for (const share of [0.2, 0.4, 0.6, 0.8]) {
    await swarm.world.until(() => held() > share * count, 10_000)
    swarm.disconnect(a, b)
    await swarm.world.run(1000)
    expect(held()).toBeLessThan(count)
    await swarm.connect(a, b)
  }
  await swarm.settled(10_000)
  // Nothing that was taken is sent again.
  expect(received).toBe(count)
})

test('dead writes in between leave gaps only until the end of the session', async () => {
  const [swarm, a, b] = await pair({ seed: 8 })
  for (let i = 0; i < 5000; i++) await a.put(`key-${(i * 7) % 1000}`, `${i}`)
  await b.put('key-3', 'mine')
  await swarm.connect(a, b)
  await swarm.settled(3000)
  expect(b.store.core.stored.contiguous(a.store.replica ?? '')).toBe(5000)
})

test('many nodes, writers on all', async () => {
  const swarm = new Swarm({ seed: 5 })
  const nodes = await swarm.addMany(10)
  await swarm.connectAll()
  for (const node of nodes) for (let i = 0; i < 20; i++) await node.put(`k${i % 7}`, `${node.id} ${i}`)
  await swarm.settled(10_000)
})

test('two who cannot reach one another hear of each other over the one between', async () => {
  const swarm = new Swarm({ seed: 9 })
  const [a, b, c] = (await swarm.addMany(3)) as [SyncNode, SyncNode, SyncNode]
  swarm.world.block(a.host, c.host)
  swarm.world.block(c.host, a.host)
  await swarm.connect(a, b)
  await swarm.connect(b, c)
  await swarm.world.run(3000)
  const began = swarm.world.now
  await a.put('x', 'over b')
  await swarm.world.until(() => c.get('x').length === 1, 5000)
  // Handed on at once, not by the next exchange.
  expect(swarm.world.now - began).toBeLessThan(200)
  await swarm.settled(5000)
})

test('with all gossip lost, and what is too large to push, all is there after some exchanges', async () => {
  const swarm = new Swarm({ seed: 10 })
  const nodes = await swarm.addMany(5)
  for (const { host } of nodes) host.network.publish = () => undefined
  await swarm.connectAll()
  await swarm.world.run(3000)
  for (const node of nodes) for (let i = 0; i < 3; i++) await node.put(`${node.id} ${i}`, 'z'.repeat(60_000))
  await swarm.settled(3000)
})

test('a node that was away for a month, with its disk, gets what it missed and gives what it wrote', async () => {
  const swarm = new Swarm({ seed: 11, durable: true })
  const [a, b] = (await swarm.addMany(2)) as [SyncNode, SyncNode]
  await swarm.connect(a, b)
  await a.put('both', '1')
  await swarm.settled(3000)
  b.host.kill()
  for (let i = 0; i < 2000; i++) await swarm.world.settle(a.put(`key-${i % 300}`, `${i}`), 1000)
  await swarm.world.run(1000)
  await swarm.restart(b)
  await swarm.world.settle(b.put('theirs', 'x'), 1000)
  expect(b.get('both')).toEqual(['1'])
  await swarm.connectAll()
  await swarm.settled(5000)
  expect(a.get('theirs')).toEqual(['x'])
  expect(b.get('key-299')).toEqual(['1799'])
})

test('syncNow brings what was written just before, also while an exchange is under way', async () => {
  const [swarm, a, b] = await pair({ seed: 12, link: { latencyMs: [50, 50] } })
  await swarm.connect(a, b)
  await swarm.settled(3000)
  for (let i = 0; i < 20; i++) {
    await swarm.world.run(130)
    // Too large to be pushed.
    await a.put('x', `${i}`.padEnd(20_000))
    await swarm.world.settle(b.sync.syncNow(), 5000)
    expect(b.get('x')[0]?.trim()).toBe(`${i}`)
  }
})

test('syncNow brings all that any of many peers has, and one that is silent holds up nobody else', async () => {
  const swarm = new Swarm({ seed: 11 })
  const nodes = await swarm.addMany(9)
  const [self, ...others] = nodes as [SyncNode, ...SyncNode[]]
  for (const node of others) await swarm.connect(self, node)
  await swarm.world.run(3000)
  const silent = others[0] as SyncNode
  swarm.world.block(silent.host, self.host)
  for (const [i, node] of others.entries()) await node.put(`of ${i}`, 'x'.repeat(50_000))
  const began = swarm.world.now
  const reports = await swarm.world.settle(self.sync.syncNow(), 60_000)
  expect(reports.map(({ peer }) => peer)).toEqual(others.map(({ id }) => id).sort())
  for (const { peer, error, complete } of reports) {
    expect([error === undefined, complete]).toEqual(peer === silent.id ? [false, false] : [true, true])
  }
  expect(swarm.world.now - began).toBeLessThan(2 * COMPARE_TIMEOUT_MS)
  for (const [i, node] of others.entries()) expect(self.get(`of ${i}`).length).toBe(node === silent ? 0 : 1)
})
