import { expect, test } from 'vitest'
import type { Channel } from '../../../src/network/rpc.ts'
import { BatchWriter } from '../../../src/state/sync/batch-writer.ts'
import { ByteWriter } from '../../../src/state/sync/columns.ts'
import { SYNC_PROTOCOL, topicOf } from '../../../src/state/sync/messages.ts'
import { NameWriter, replicaHash } from '../../../src/state/sync/names.ts'
import { SyncHello, SyncMessage, SyncNews, SyncRequest } from '../../../src/wire/sync.ts'
import { cell, pair, type Swarm, type SyncNode } from './swarm.ts'

const GHOST = 'ghost.00000000000000ff'
const HASH = new Uint8Array(8).fill(7)

/** A node, and one whose own sync is stopped: the test speaks for it. */
async function withBad(seed: number): Promise<[Swarm, SyncNode, SyncNode]> {
  const [swarm, good, bad] = await pair({ seed })
  bad.sync.stop()
  await good.put('x', 'mine')
  await swarm.connect(good, bad)
  return [swarm, good, bad]
}

function vectorOf(replica: string, from: number, to: number) {
  const ranges = new ByteWriter()
  for (const number of [1, from - 1, to - from]) ranges.varint(number)
  return { changed: new Uint8Array(0), hashes: Uint8Array.from(replicaHash(replica).bytes), ranges: ranges.take() }
}

/** Opens a session with a hello and returns what the good node says until the channel is over. */
async function open(swarm: Swarm, bad: SyncNode, hello: Uint8Array, then?: (channel: Channel) => void) {
  const channel = await swarm.world.settle(bad.rpc.channel('a', SYNC_PROTOCOL, hello, { timeoutMs: 5000 }), 5000)
  then?.(channel)
  const heard: SyncMessage[] = []
  const reading = (async () => {
    for await (const bytes of channel) heard.push(SyncMessage.decode(bytes))
  })()
  const error = await swarm.world.settle(
    reading.then(
      () => undefined,
      (caught: Error) => caught,
    ),
    60_000,
  )
  return { heard, error }
}

test('a vector that claims 2^53 writes, or a million replicas, is refused', async () => {
  const [swarm, good, bad] = await withBad(1)
  const huge = vectorOf(GHOST, 1, Number.MAX_SAFE_INTEGER)
  const first = await open(swarm, bad, SyncHello.encode({ vectorHash: HASH, vector: huge, hold: false }))
  expect(first.error).toBeDefined()
  const many = { changed: new Uint8Array(0), hashes: new Uint8Array(8 * 125_000), ranges: new Uint8Array(0) }
  const second = await open(swarm, bad, SyncHello.encode({ vectorHash: HASH, vector: many, hold: false }))
  expect(second.error).toBeDefined()
  expect(good.store.core.stored.replicas()).toEqual([good.store.replica])
  expect(good.sync.counters.dropped).toBe(2)
  // Logged once.
  expect(swarm.world.trace.lines.filter((line) => line.includes('makes no sense'))).toHaveLength(1)
})

test('a final that claims what has no name, or comes twice, breaks the session and claims nothing', async () => {
  const [swarm, good, bad] = await withBad(2)
  const hello = SyncHello.encode({ vectorHash: HASH, vector: vectorOf(GHOST, 1, 100), hold: false })
  const { error } = await open(swarm, bad, hello, (channel) => {
    void channel.send(SyncMessage.encode({ final: { names: [], claims: [] } }))
  })
  expect(error).toBeDefined()
  const twice = await open(swarm, bad, hello, (channel) => {
    const final = SyncMessage.encode({ final: { names: [{ index: 0, replica: GHOST }], claims: [] } })
    void channel.send(final)
    void channel.send(final)
  })
  expect(twice.error).toBeDefined()
  const wrong = await open(swarm, bad, hello, (channel) => {
    const replica = 'other.00000000000000ff'
    void channel.send(SyncMessage.encode({ final: { names: [{ index: 0, replica }], claims: [{ index: 0, run: 9 }] } }))
  })
  expect(wrong.error).toBeDefined()
  expect(good.store.core.stored.has('other.00000000000000ff', 1)).toBe(false)
})

test('malformed batches, in sessions, pushes and repairs, are dropped and counted', async () => {
  const [swarm, good, bad] = await withBad(3)
  const writer = new BatchWriter(new NameWriter())
  writer.push({
    replica: GHOST,
    sequence: 1,
    time: 1,
    entries: [{ ...cell('x'), value: new Uint8Array(3), fence: 0, rank: 0, past: new Map() }],
  })
  const batch = { ...writer.take(), values: new Uint8Array(1) }
  const hello = SyncHello.encode({ vectorHash: HASH, vector: vectorOf(GHOST, 1, 1), hold: false })
  const { error } = await open(swarm, bad, hello, (channel) => {
    void channel.send(SyncMessage.encode({ batch }))
  })
  expect(error).toBeDefined()
  bad.rpc.notify('a', SYNC_PROTOCOL, SyncNews.encode({ replica: GHOST, sequence: 1, forward: true, batch }))
  bad.rpc.notify('a', SYNC_PROTOCOL, new Uint8Array(100).fill(255))
  bad.host.network.publish(topicOf('test'), new Uint8Array(50).fill(255))
  const repair = bad.rpc.request('a', SYNC_PROTOCOL, SyncRequest.encode({ repair: { batch } }), { timeoutMs: 5000 })
  await expect(swarm.world.settle(repair, 5000)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  const compare = SyncRequest.encode({ compare: { vectorHash: new Uint8Array(3) } })
  const asked = bad.rpc.request('a', SYNC_PROTOCOL, compare, { timeoutMs: 5000 })
  await expect(swarm.world.settle(asked, 5000)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  await swarm.world.until(() => good.sync.counters.dropped >= 5, 5000)
  expect(good.store.core.stored.replicas()).toEqual([good.store.replica])
})

test('a peer that stops in the middle is given up, and others are served meanwhile', async () => {
  const [swarm, good, bad] = await withBad(4)
  const third = await swarm.add('c')
  const hello = SyncHello.encode({ vectorHash: HASH, vector: vectorOf(GHOST, 1, 5), hold: false })
  const began = swarm.world.now
  const silent = bad.rpc.channel('a', SYNC_PROTOCOL, hello, { timeoutMs: 5000 })
  const channel = await swarm.world.settle(silent, 5000)
  await third.put('z', 'theirs')
  await swarm.connect(good, third)
  await swarm.world.until(() => good.get('z').length === 1 && third.get('x').length === 1, 3000)
  await swarm.world.until(() => channel.signal.aborted, 30_000)
  expect(swarm.world.now - began).toBeGreaterThan(10_000)
})

test('a write that is dated a year ahead is taken, and the own clock does not follow', async () => {
  const [swarm, a, b] = await pair({ seed: 5 })
  a.host.machine.skewMs = 365 * 24 * 3600 * 1000
  await a.put('x', 'from the future')
  await swarm.connect(a, b)
  await swarm.settled(3000)
  expect(b.get('x')).toEqual(['from the future'])
  await b.put('x', 'now')
  await swarm.settled(3000)
  // It saw the other write, whatever the clocks say.
  expect(a.get('x')).toEqual(['now'])
  const [sibling] = b.store.core.siblings(cell('x'))
  expect((sibling?.event.time ?? 0) / 4096).toBeLessThan(b.host.clock.now() + 1000)
})
