import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { identify } from '@libp2p/identify'
import type { Libp2p, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { type FrameStream, MAX_FRAME_BYTES } from '../../../src/network/network.ts'
import { Fleet } from './fleet.ts'

const PROTOCOL = '/covey/test/1.0.0'
const TIMEOUT_MS = 5000

/** What a stream of the node under test has told. */
interface Seen {
  stream: FrameStream
  frames: Uint8Array[]
  closings: (Error | undefined)[]
}

/** The peer here is a libp2p node of stock parts, so that this is also the test that ours work with those. */
describe('peers that do not keep to the rules', () => {
  const fleet = new Fleet()
  let node: Libp2pNetwork
  let stranger: Libp2p
  let accepted: Seen[]

  beforeEach(async () => {
    accepted = []
    node = fleet.network()
    node.handle(PROTOCOL, (stream) => accepted.push(watch(stream)))
    await node.start()
    stranger = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise({ prologueBytes: Buffer.from('/covey/test') })],
      streamMuxers: [yamux()],
      services: { identify: identify() },
    })
  })

  afterEach(async () => {
    await stranger.stop()
    await fleet.stop()
    fleet.log.lines.length = 0
  })

  async function dial(): Promise<Stream> {
    return stranger.dialProtocol(multiaddr(node.addresses()[0] as string), PROTOCOL)
  }

  function send(stream: Stream, ...bytes: number[]): void {
    stream.send(Uint8Array.from(bytes))
  }

  async function first(): Promise<Seen> {
    await vi.waitUntil(() => accepted.length > 0)
    return accepted[0] as Seen
  }

  it('a stock node exchanges frames with ours', async () => {
    const stream = await dial()
    const echoed: number[] = []
    stream.addEventListener('message', ({ data }) => echoed.push(...data.subarray()))
    send(stream, 2, 7, 8, 0, 1, 9)
    const { frames, stream: own } = await first()
    await vi.waitUntil(() => frames.length === 3)
    expect(frames.map((frame) => [...frame])).toEqual([[7, 8], [], [9]])
    own.send([Uint8Array.of(5)])
    await vi.waitUntil(() => echoed.length === 2)
    expect(echoed).toEqual([1, 5])
  })

  it('a stock node and ours pass many windows of bytes to one another', async () => {
    const stream = await dial()
    let back = 0
    stream.addEventListener('message', ({ data }) => {
      back += data.byteLength
    })
    // Five times the window, in frames of 64 KiB (three bytes of length each) and of one byte.
    const large = new Uint8Array(64 * 1024 + 3)
    large.set([0x80, 0x80, 0x04])
    for (let i = 0; i < 20; i++) {
      if (!stream.send(large)) await stream.onDrain()
      send(stream, 1, i)
    }
    const { frames, stream: own } = await first()
    await vi.waitUntil(() => frames.length === 40)
    expect(frames.map(({ length }) => length)).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 65536 : 1)))
    own.send(frames)
    await vi.waitUntil(() => back === 20 * (65536 + 3 + 2))
  })

  it.each([
    ['a frame over the limit', [0x81, 0x80, 0x41]],
    ['a prefix without an end', [0xff, 0xff, 0xff, 0xff, 0xff]],
  ])('%s ends its stream, and only that', async (_, bytes) => {
    const [bad, good] = [await dial(), await dial()]
    send(bad, 1, 1)
    send(good, 1, 1)
    await vi.waitUntil(() => accepted.length === 2 && accepted.every(({ frames }) => frames.length === 1))
    send(bad, ...bytes)
    await vi.waitUntil(() => bad.status === 'reset')
    expect(node.counters.malformedFrames).toBe(1)
    expect(fleet.log.lines.join()).toContain('a peer sent a malformed frame')
    send(good, 1, 2)
    await vi.waitUntil(() => accepted.some(({ frames }) => frames.length === 2))
    expect(good.status).toBe('open')
  })

  it('a stream that ends in the middle of a frame ends with an error', async () => {
    const stream = await dial()
    send(stream, 10, 1, 2)
    const { closings, frames } = await first()
    await stream.close()
    await vi.waitUntil(() => closings.length === 1)
    expect(closings[0]?.message).toContain('in the middle of a frame')
    expect(frames).toEqual([])
  })

  it('a connection cut off is an error for its streams, not an end', async () => {
    await dial()
    const { closings } = await first()
    for (const connection of stranger.getConnections()) connection.abort(new Error('pulled the plug'))
    await vi.waitUntil(() => closings.length === 1)
    expect(closings[0]).toBeInstanceOf(Error)
    await vi.waitUntil(() => !node.isConnected(stranger.peerId.toString()))
  })

  it('a peer that reads nothing is cut off before it costs more than the limit', async () => {
    await stranger.handle(PROTOCOL, (stream) => stream.pause())
    await node.connect(stranger.peerId.toString(), stranger.getMultiaddrs().map(String), TIMEOUT_MS)
    const seen = watch(await node.open(stranger.peerId.toString(), PROTOCOL, TIMEOUT_MS))
    const frame = new Uint8Array(1024 * 1024)
    // Goes on although it is told to wait: the stream must defend itself.
    let sent = 0
    while (seen.closings.length === 0 && sent < 200) {
      seen.stream.send([frame])
      sent++
    }
    expect(seen.closings[0]?.message).toMatch(/bytes wait/)
    expect(sent).toBeLessThan(40)
    expect(node.counters.overflows).toBe(1)
    expect(node.isConnected(stranger.peerId.toString())).toBe(true)
  })

  it('a stream that is opened and left alone stays open and costs nothing but its slot', async () => {
    const streams = [await dial(), await dial(), await dial()]
    await vi.waitUntil(() => accepted.length === 3)
    expect(accepted.flatMap(({ frames, closings }) => [...frames, ...closings])).toEqual([])
    expect(streams.map(({ status }) => status)).toEqual(['open', 'open', 'open'])
  })

  it('streams over the limit are refused, the others go on', async () => {
    // Streams of a connection that is still being set up have a limit of their own, which ends the connection.
    await dial()
    await vi.waitUntil(() => accepted.length === 1)
    const opened = await Promise.allSettled(Array.from({ length: 80 }, dial))
    expect(opened.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(60)
    await vi.waitUntil(() => accepted.length >= 60)
    expect(accepted.length).toBeLessThanOrEqual(64)
    expect(node.isConnected(stranger.peerId.toString())).toBe(true)
  })

  it('a frame that is too large to send ends the own stream', async () => {
    await stranger.handle(PROTOCOL, () => undefined)
    await node.connect(stranger.peerId.toString(), stranger.getMultiaddrs().map(String), TIMEOUT_MS)
    const seen = watch(await node.open(stranger.peerId.toString(), PROTOCOL, TIMEOUT_MS))
    expect(seen.stream.send([new Uint8Array(MAX_FRAME_BYTES + 1)])).toBe(false)
    expect(seen.closings[0]?.message).toContain('over the limit')
  })
})

function watch(stream: FrameStream): Seen {
  const seen: Seen = { stream, frames: [], closings: [] }
  stream.listen({
    frames: (frames) => seen.frames.push(...frames),
    drained() {},
    closed: (error) => seen.closings.push(error),
  })
  return seen
}

describe('a dial reset at the worst moment', () => {
  const fleet = new Fleet()
  const uncaught: unknown[] = []
  const note = (error: unknown): void => {
    uncaught.push(error)
  }
  let server: Server | undefined

  beforeEach(() => {
    server = undefined
    process.on('uncaughtExceptionMonitor', note)
  })

  afterEach(async () => {
    process.off('uncaughtExceptionMonitor', note)
    server?.close()
    await fleet.stop()
  })

  /** Forwards to `port` and resets the dialler's side after `limit` bytes in both directions together. */
  function cutter(port: number, limit: () => number): Promise<number> {
    const cutting = createServer((near: Socket) => {
      const far = createConnection(port, '127.0.0.1')
      let left = limit()
      const count = (data: Buffer): void => {
        left -= data.length
        if (left < 0) near.resetAndDestroy()
      }
      near.on('data', count).on('error', () => far.destroy())
      near.on('close', () => far.destroy())
      far.on('data', count).on('error', () => near.destroy())
      near.pipe(far).pipe(near)
    })
    return new Promise((resolve) => {
      server = cutting.listen(0, '127.0.0.1', () => resolve((cutting.address() as { port: number }).port))
    })
  }

  it('that breaks in the turn in which it connects is a dial that failed', async () => {
    const [a, b] = [await fleet.start(), await fleet.start()]
    // As Node ends a socket that it cannot begin to read from. The stock transport has no listener on it in that moment; what
    // hears the error is the end of the abort signal that it hands to the socket.
    const breakAtOnce = (message: unknown): void => {
      const { socket } = message as { socket: Socket }
      socket.once('connect', () => socket.destroy(new Error('reset at the worst moment')))
    }
    subscribe('net.client.socket', breakAtOnce)
    try {
      await expect(a.connect(b.self, b.addresses(), TIMEOUT_MS)).rejects.toThrow('no connection to')
    } finally {
      unsubscribe('net.client.socket', breakAtOnce)
    }
    await a.connect(b.self, b.addresses(), TIMEOUT_MS)
    expect(uncaught).toEqual([])
  }, 30_000)

  it('leaves the process alive and the next dial able to succeed', async () => {
    const [a, b] = [await fleet.start(), await fleet.start()]
    const port = Number(/tcp\/(\d+)/.exec(b.addresses()[0] as string)?.[1])
    let limit = 0
    const proxy = `/ip4/127.0.0.1/tcp/${await cutter(port, () => limit)}`
    let failures = 0
    // The whole handshake, identify and the first streams take some 3 kB: cut in every phase of it.
    for (limit = 0; limit < 3000; limit += limit < 800 ? 20 : 100) {
      await a.connect(b.self, [proxy], TIMEOUT_MS).catch(() => failures++)
      a.disconnect(b.self)
    }
    expect(failures).toBeGreaterThan(10)
    await a.connect(b.self, b.addresses(), TIMEOUT_MS)
    expect(a.isConnected(b.self)).toBe(true)
    expect(uncaught).toEqual([])
  }, 30_000)
})
