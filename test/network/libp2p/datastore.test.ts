import { Key } from 'interface-datastore'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../../src/lib/clock.ts'
import { CoveyError } from '../../../src/lib/errors.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { MAX_REMEMBERED_PEERS, PeerDatastore, REMEMBERED_MS } from '../../../src/network/libp2p/datastore.ts'
import { generateIdentity } from '../../../src/network/libp2p/identity.ts'
import type { PeerAddress } from '../../../src/network/network.ts'
import { World } from '../../../src/network/simulated/world.ts'
import { MemoryStorage } from '../../../src/storage/memory.ts'
import { Fleet, Lines } from './fleet.ts'

const record = (i: number): Uint8Array => new Uint8Array([i & 255, i >> 8])
const peer = (i: number): Key => new Key(`/peers/${i}`)

describe('the datastore of peers', () => {
  let world: World
  let clock: Clock
  let storage: MemoryStorage
  beforeEach(() => {
    world = new World({ seed: 1 })
    clock = world.host('a').clock
    storage = new MemoryStorage()
  })
  const open = (log = silentLog): Promise<PeerDatastore> => PeerDatastore.open(storage, clock, log)
  const keys = async (datastore: PeerDatastore): Promise<string[]> => {
    const found: string[] = []
    for await (const key of datastore.queryKeys({ prefix: '/peers/' })) found.push(key.toString())
    return found
  }
  const stored = async (): Promise<number> => (await storage.list('network.peers')).entries.length

  test('keeps peers, and of this run alone what else libp2p puts there', async () => {
    const first = await open()
    await first.put(peer(1), record(1))
    await first.put(peer(2), record(2))
    await first.put(new Key('/dht/record/3'), record(3))
    await first.put(peer(2), record(4))
    await first.delete(peer(1))
    expect(await first.has(new Key('/dht/record/3'))).toBe(true)
    await first.afterStop()
    const second = await open()
    expect(await keys(second)).toEqual(['/peers/2'])
    expect(await second.get(peer(2))).toEqual(record(4))
    expect(await second.has(new Key('/dht/record/3'))).toBe(false)
    await expect(async () => second.get(peer(1))).rejects.toMatchObject({ name: 'NotFoundError' })
  })

  test('writes a second after the first change, all that changed at once', async () => {
    const datastore = await open()
    const commit = vi.spyOn(storage, 'commit')
    for (let i = 0; i < 10; i++) await datastore.put(peer(i), record(i))
    await world.run(990)
    expect(await stored()).toBe(0)
    await world.run(20)
    expect(await stored()).toBe(10)
    expect(commit).toHaveBeenCalledTimes(1)
    await datastore.afterStop()
    expect(commit).toHaveBeenCalledTimes(1)
  })

  test('remembers so many, those heard of last, and none for ever', async () => {
    const first = await open()
    await first.put(peer(0), record(0))
    await world.run(2000)
    for (let i = 1; i <= MAX_REMEMBERED_PEERS; i++) await first.put(peer(i), record(i))
    await first.afterStop()
    expect(await stored()).toBe(MAX_REMEMBERED_PEERS + 1)
    const second = await open()
    expect(await keys(second)).toHaveLength(MAX_REMEMBERED_PEERS)
    expect(await second.has(peer(0))).toBe(false)
    await world.run(60_000)
    expect(await stored()).toBe(MAX_REMEMBERED_PEERS)
    await second.put(peer(7), record(7))
    await second.afterStop()
    expect((await keys(await open()))[0]).toBe('/peers/7')
    await world.run(REMEMBERED_MS - 1000)
    expect(await keys(await open())).toEqual(['/peers/7'])
    await world.run(2000)
    expect(await keys(await open())).toEqual([])
  })

  test('goes on in memory where the storage fails, and says so', async () => {
    const log = new Lines()
    const datastore = await open(log)
    storage.fail(new CoveyError('DATA_FULL', 'no room left', 'make some'))
    await datastore.put(peer(1), record(1))
    await datastore.afterStop()
    expect(await datastore.get(peer(1))).toEqual(record(1))
    expect(log.lines.join()).toContain('no room left')
  })
})

describe('the network', () => {
  const fleet = new Fleet()
  afterEach(() => fleet.stop())

  test('tells the first who listens of the peers of an earlier run', async () => {
    const datastore = new MemoryStorage()
    const identity = generateIdentity()
    const other = await fleet.start()
    const before = await fleet.start({ identity, datastore })
    await before.join(other.addresses()[0] as string, 5000)
    // The other, and what libp2p keeps of this node itself.
    await vi.waitFor(async () => expect((await datastore.list('network.peers')).entries).toHaveLength(2), 5000)
    await before.stop()
    const after = await fleet.start({ identity, datastore })
    const heard: PeerAddress[] = []
    after.on('discover', (peer) => heard.push(peer))
    await vi.waitFor(() => expect(heard.map(({ id }) => id)).toContain(other.self))
    const { addresses = [] } = heard.find(({ id }) => id === other.self) ?? {}
    expect(addresses.length).toBeGreaterThan(0)
    await after.connect(other.self, addresses, 5000)
    expect(after.isConnected(other.self)).toBe(true)
    // Once, not to each who listens.
    const again: PeerAddress[] = []
    after.on('discover', (peer) => again.push(peer))
    await Promise.resolve()
    expect(again).toEqual([])
  })
})
