import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { mdnsServiceTag } from '../../../src/network/libp2p/multicast.ts'
import type { Libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { generatePsk, parsePsk } from '../../../src/network/libp2p/psk.ts'
import { refusalOf } from '../../../src/network/libp2p/refusal.ts'
import { Fleet } from './fleet.ts'

const TIMEOUT_MS = 5000

describe('who does not belong', () => {
  const fleets: Fleet[] = []
  const servers: Server[] = []

  function fleet(): Fleet {
    const made = new Fleet()
    fleets.push(made)
    return made
  }

  afterEach(async () => {
    await Promise.all(fleets.splice(0).map((made) => made.stop()))
    for (const server of servers.splice(0)) server.close()
  })

  async function join(from: Libp2pNetwork, to: Libp2pNetwork): Promise<unknown> {
    return from.join(to.addresses()[0] as string, TIMEOUT_MS)
  }

  it('a mesh of another name is refused at both ends, and both logs say why', async () => {
    const [near, far] = [fleet(), fleet()]
    const a = await near.start({ mesh: 'red' })
    const b = await far.start({ mesh: 'blue' })
    await expect(join(a, b)).rejects.toThrow('it belongs to a mesh of another name')
    expect([a.peers(), b.peers()]).toEqual([[], []])
    expect(near.log.lines.join()).toContain('it belongs to a mesh of another name')
    await vi.waitUntil(() => far.log.lines.length > 0)
    expect(far.log.lines.join()).toMatch(/a node that came in was refused.*its mesh has another name/)
    expect(b.counters.refusedInbound).toBe(1)
  })

  it.each([
    ['another key', parsePsk(generatePsk())],
    ['no key', undefined],
  ])(
    'a node with %s is refused at both ends, and both logs say why',
    async (_, psk) => {
      const [near, far] = [fleet(), fleet()]
      const a = await near.start(psk ? { psk } : {})
      const b = await far.start({ psk: parsePsk(generatePsk()) })
      // Garbage may look like the start of a long message: then only time ends the handshake.
      await expect(a.join(b.addresses()[0] as string, 1000)).rejects.toMatchObject({ code: 'UNREACHABLE' })
      expect([a.peers(), b.peers()]).toEqual([[], []])
      await vi.waitUntil(() => far.log.lines.length > 0, { timeout: 8000 })
      expect(far.log.lines.join()).toMatch(/its pre-shared key is another or it has none/)
    },
    15_000,
  )

  it('the same key connects', async () => {
    const psk = parsePsk(generatePsk())
    const made = fleet()
    const a = await made.start({ psk })
    const b = await made.start({ psk })
    expect(await join(a, b)).toBe(b.self)
  })

  it('a peer that redials is written down once', async () => {
    const [near, far] = [fleet(), fleet()]
    const a = await near.start({ mesh: 'red' })
    const b = await far.start({ mesh: 'blue' })
    for (let i = 0; i < 3; i++) await expect(join(a, b)).rejects.toThrow('another name')
    await vi.waitUntil(() => b.counters.refusedInbound === 3)
    expect(near.log.lines).toHaveLength(1)
    expect(far.log.lines).toHaveLength(1)
  })

  it('another node at the address of a known one is refused', async () => {
    const made = fleet()
    const [a, b, c] = [await made.start(), await made.start(), await made.start()]
    const address = (c.addresses()[0] as string).replace(c.self, '')
    const wrong = [address.replace(/\/p2p\/$/, '')]
    await expect(a.connect(b.self, wrong, TIMEOUT_MS)).rejects.toThrow('another node answers at this address')
    expect(made.log.lines.join()).toContain('another node answers at this address')
  })

  it('a program that is no node is refused in words', async () => {
    const server = createServer((socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const a = await fleet().start()
    await expect(a.join(`/ip4/127.0.0.1/tcp/${port}`, TIMEOUT_MS)).rejects.toThrow('it is no covey node')
  })

  it.each([
    ['with a key', parsePsk(generatePsk())],
    ['without one', undefined],
  ])(
    'whoever only looks whether the port of a node %s is open is nobody to tell of',
    async (_, psk) => {
      const made = fleet()
      const node = await made.start(psk ? { psk } : {})
      const [, , host = '', , port] = (node.addresses()[0] as string).split('/')
      const look = async (say: string): Promise<void> => {
        const socket = createConnection({ host, port: Number(port) }).on('error', () => {
          // It may be cut off while it speaks.
        })
        await once(socket, 'connect')
        socket.end(say).resume()
        await once(socket, 'close')
      }
      await look('')
      expect(node.counters.refusedInbound).toBe(0)
      await look('GET / HTTP/1.1\r\n\r\n')
      await vi.waitUntil(() => node.counters.refusedInbound > 0, { timeout: 8000 })
      expect(node.counters.refusedInbound).toBe(1)
      expect(made.log.lines).toHaveLength(1)
    },
    15_000,
  )

  it('nobody there is said as it is', async () => {
    const a = await fleet().start()
    await expect(a.join('/ip4/127.0.0.1/tcp/1', TIMEOUT_MS)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('nothing listens there'),
    })
    await expect(a.join('127.0.0.1:4001', TIMEOUT_MS)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(a.connect('no id', ['/ip4/127.0.0.1/tcp/1'], TIMEOUT_MS)).rejects.toMatchObject({
      code: 'UNREACHABLE',
    })
  })

  it('two meshes have two multicast services, and so have two keys', () => {
    const [one, two] = [parsePsk(generatePsk()), parsePsk(generatePsk())]
    const tags = [
      mdnsServiceTag('red', undefined),
      mdnsServiceTag('blue', undefined),
      mdnsServiceTag('red', one),
      mdnsServiceTag('red', two),
    ]
    expect(new Set(tags).size).toBe(4)
    expect(mdnsServiceTag('red', undefined)).toBe(tags[0])
    for (const tag of tags) expect(tag).toMatch(/^_[a-z0-9-]{1,15}\._udp\.local$/)
  })

  it('every reason is in words', () => {
    const named = (name: string, message = ''): Error => Object.assign(new Error(message), { name })
    expect(refusalOf(new AggregateError([named('TimeoutError')]), false)).toBe('it did not answer in time')
    expect(refusalOf(named('ConnectionDeniedError'), false)).toMatch(/^too many connections/)
    expect(refusalOf(Object.assign(new Error('x'), { code: 'EHOSTUNREACH' }), false)).toBe('there is no route to it')
    expect(refusalOf(new Error('something else'), false)).toBe('something else')
  })
})
