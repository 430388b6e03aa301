import { createServer, type Server } from 'node:net'
import multicastDns from 'multicast-dns'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { mdnsServiceTag } from '../../../src/network/libp2p/multicast.ts'
import type { PeerAddress } from '../../../src/network/network.ts'
import { Fleet } from './fleet.ts'

/** Open TCP sockets of this process: two for every connection between two networks in it. */
const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

describe('the libp2p network', () => {
  const fleet = new Fleet()
  const servers: Server[] = []

  afterEach(async () => {
    await fleet.stop()
    fleet.log.lines.length = 0
    for (const server of servers.splice(0)) server.close()
  })

  it('a port in use is a clear error, and the network can be stopped after it', async () => {
    const server = createServer()
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const network = fleet.network({ listen: [`/ip4/127.0.0.1/tcp/${port}`] })
    await expect(network.start()).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: expect.stringContaining('in use'),
    })
    await network.stop()
  })

  it('an address to listen on that is none is a clear error', async () => {
    const network = fleet.network({ listen: ['127.0.0.1:4001'] })
    await expect(network.start()).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('bootstrap addresses are reported, or joined where they name nobody', async () => {
    const a = await fleet.start()
    const address = a.addresses()[0] as string
    const b = fleet.network({ bootstrap: [address, address.replace(/\/p2p\/.*/, '')] })
    const found: PeerAddress[] = []
    b.on('discover', (peer) => found.push(peer))
    await b.start()
    expect(found).toEqual([{ id: a.self, addresses: [address] }])
    await vi.waitUntil(() => b.isConnected(a.self))
  })

  it('two that dial one another at once keep one connection, and use it', async () => {
    const [a, b] = [await fleet.start(), await fleet.start()]
    const received: string[] = []
    for (const network of [a, b]) {
      network.subscribe('/covey/test/events', (data) => received.push(`${network.self} ${Buffer.from(data)}`))
    }
    const before = sockets()
    await Promise.all([a.connect(b.self, b.addresses(), 5000), b.connect(a.self, a.addresses(), 5000)])
    await vi.waitUntil(() => sockets() - before === 2)
    expect(a.isConnected(b.self) && b.isConnected(a.self)).toBe(true)
    await vi.waitUntil(() => {
      for (const network of [a, b]) network.publish('/covey/test/events', Buffer.from('still there'))
      return new Set(received).size === 2
    })
    expect(sockets() - before).toBe(2)
    expect(a.counters.doubles + b.counters.doubles).toBe(1)
    expect(fleet.log.lines).toEqual([])
  })

  it('answers those who ask by multicast once a second, however many they are', async () => {
    const mesh = `asked-${process.pid}`
    await fleet.start({ mesh, listen: ['/ip4/0.0.0.0/tcp/0'], mdns: true })
    const name = mdnsServiceTag(mesh, undefined)
    const asker = multicastDns()
    const heard: number[] = []
    asker.on('response', ({ answers }) => {
      if (answers?.some((answer) => answer.name === name)) heard.push(performance.now())
    })
    const asking = setInterval(() => asker.query({ questions: [{ name, type: 'PTR' }] }), 50)
    await vi.waitUntil(() => heard.length === 3, { timeout: 10_000 })
    clearInterval(asking)
    asker.destroy()
    const [first = 0, second = 0, third = 0] = heard
    // A second, less what the packets took on their way.
    expect(Math.min(second - first, third - second)).toBeGreaterThan(900)
  }, 20_000)

  it('finds nodes of the same mesh by multicast, and only those', async () => {
    const listen = ['/ip4/0.0.0.0/tcp/0']
    const mesh = `multicast-${process.pid}`
    const a = fleet.network({ mesh, listen, mdns: true })
    const b = fleet.network({ mesh, listen, mdns: true })
    const stranger = fleet.network({ mesh: `${mesh}-other`, listen, mdns: true })
    const found: string[] = []
    for (const network of [a, b, stranger]) network.on('discover', ({ id }) => found.push(`${network.self} ${id}`))
    await stranger.start()
    await a.start()
    await b.start()
    await vi.waitUntil(() => found.includes(`${a.self} ${b.self}`) && found.includes(`${b.self} ${a.self}`), {
      timeout: 12_000,
    })
    expect(found.filter((line) => line.includes(stranger.self))).toEqual([])
    expect(a.peers()).toEqual([])
    // Who expected to meet them finds the reason, once each.
    await vi.waitUntil(() => fleet.log.lines.filter((line) => line.includes('another mesh is heard')).length >= 1)
    expect(fleet.log.lines.filter((line) => line.includes('another mesh is heard')).length).toBeLessThanOrEqual(3)
  }, 20_000)
})
