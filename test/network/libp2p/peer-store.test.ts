import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { MemoryDatastore } from 'datastore-core'
import type { Key } from 'interface-datastore'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { spareKnownProtocols } from '../../../src/network/libp2p/peer-store.ts'

const PROTOCOLS = ['/test/a', '/test/b', '/test/c', '/test/d']

/** Counts how often a record is read. */
class CountingDatastore extends MemoryDatastore {
  reads = 0
  override get(key: Key): ReturnType<MemoryDatastore['get']> {
    this.reads++
    return super.get(key)
  }
}

const nodes: Libp2p[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

async function start(datastore = new MemoryDatastore(), identifies = true): Promise<Libp2p> {
  const node = await createLibp2p({
    datastore,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    ...(identifies && { services: { identify: identify() } }),
  })
  nodes.push(node)
  return node
}

describe('spareKnownProtocols', () => {
  it('does not look up a peer for a stream once it has told which protocols it speaks', async () => {
    const datastore = new CountingDatastore()
    const [a, b] = [await start(datastore), await start()]
    for (const protocol of PROTOCOLS) await b.handle(protocol, () => undefined)
    spareKnownProtocols(a)
    const identified = new Promise((resolve) => a.addEventListener('peer:identify', resolve, { once: true }))
    const connection = await a.dial(b.getMultiaddrs())
    await identified
    const { protocols } = await a.peerStore.get(b.peerId)
    expect(protocols).toEqual(expect.arrayContaining(PROTOCOLS))
    const before = datastore.reads
    for (const protocol of PROTOCOLS) await connection.newStream(protocol)
    expect(datastore.reads).toBe(before)
  })

  it('notes the protocols of a peer that has told nothing', async () => {
    const [a, b] = [await start(new MemoryDatastore(), false), await start(new MemoryDatastore(), false)]
    for (const protocol of PROTOCOLS) await b.handle(protocol, () => undefined)
    spareKnownProtocols(a)
    const connection = await a.dial(b.getMultiaddrs())
    for (const protocol of PROTOCOLS) await connection.newStream(protocol)
    await vi.waitFor(async () => {
      expect((await a.peerStore.get(b.peerId)).protocols).toEqual(expect.arrayContaining(PROTOCOLS))
    })
  })
})
