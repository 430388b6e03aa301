import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UnreachableError } from '../../src/lib/errors.ts'
import { type FrameStream, MAX_FRAME_BYTES, type Network, type PeerId } from '../../src/network/network.ts'

/**
 * What a network must bring to be held to the port. `create` may be called several times in one test; all its networks
 * are of one mesh and can reach one another, and none is started. In a simulated network time only passes inside
 * `eventually` and `settle`.
 */
export interface Harness {
  create(count: number): Network[] | Promise<Network[]>
  /** Lets time pass until `condition` holds; rejects after some ten seconds of the network's own time. */
  eventually(condition: () => boolean, what: string): Promise<void>
  /** Lets time pass until `promise` is settled, and gives its outcome. */
  settle<T>(promise: Promise<T>): Promise<T>
  /** Stops everything that was created. */
  dispose(): Promise<void>
}

const PROTOCOL = '/covey/acceptance/1.0.0'
const TIMEOUT_MS = 5000

/** Holds a network to the port of src/network/network.ts. */
export function networkAcceptance(name: string, makeHarness: () => Harness | Promise<Harness>): void {
  describe(`the network port: ${name}`, () => {
    let harness: Harness

    beforeEach(async () => {
      harness = await makeHarness()
    })

    afterEach(async () => {
      await harness.dispose()
    })

    /** Two started networks; the second accepts streams of `PROTOCOL`. */
    async function two(): Promise<{ a: Network; b: Network; accepted: Reader[] }> {
      const [a, b] = (await harness.create(2)) as [Network, Network]
      const accepted: Reader[] = []
      b.handle(PROTOCOL, (stream) => accepted.push(new Reader(stream)))
      await harness.settle(Promise.all([a.start(), b.start()]))
      return { a, b, accepted }
    }

    async function connected(): Promise<{ a: Network; b: Network; accepted: Reader[] }> {
      const pair = await two()
      const { a, b } = pair
      await harness.settle(a.connect(b.self, b.addresses(), TIMEOUT_MS))
      await harness.eventually(() => b.isConnected(a.self), 'the dialled side knows the connection')
      return pair
    }

    async function streams(): Promise<{ a: Network; b: Network; near: Reader; far: Reader }> {
      const { a, b, accepted } = await connected()
      const near = new Reader(await harness.settle(a.open(b.self, PROTOCOL, TIMEOUT_MS)))
      near.stream.send([bytes('hello')])
      await harness.eventually(() => accepted[0]?.frames.length === 1, 'the first frame arrives')
      const far = accepted[0] as Reader
      far.frames.length = 0
      return { a, b, near, far }
    }

    describe('connections', () => {
      it('connect makes one, known at both ends and told once', async () => {
        const { a, b } = await two()
        const seen = [record(a), record(b)]
        await harness.settle(a.connect(b.self, b.addresses(), TIMEOUT_MS))
        await harness.eventually(() => b.isConnected(a.self), 'the dialled side knows')
        expect(a.isConnected(b.self)).toBe(true)
        expect(a.peers()).toEqual([b.self])
        expect(b.peers()).toEqual([a.self])
        await harness.settle(a.connect(b.self, b.addresses(), TIMEOUT_MS))
        expect(seen).toEqual([[`connect ${b.self}`], [`connect ${a.self}`]])
      })

      it('join takes an address and tells whose it is', async () => {
        const { a, b } = await two()
        const address = b.addresses()[0] as string
        expect(address).toMatch(new RegExp(`/p2p/${b.self}$`))
        expect(await harness.settle(a.join(address, TIMEOUT_MS))).toBe(b.self)
        expect(a.isConnected(b.self)).toBe(true)
      })

      it('connect to a peer that is gone rejects with UnreachableError', async () => {
        const { a, b } = await two()
        const addresses = b.addresses()
        await harness.settle(b.stop())
        await expect(harness.settle(a.connect(b.self, addresses, TIMEOUT_MS))).rejects.toBeInstanceOf(UnreachableError)
        await expect(harness.settle(a.join(addresses[0] as string, TIMEOUT_MS))).rejects.toBeInstanceOf(
          UnreachableError,
        )
        expect(a.isConnected(b.self)).toBe(false)
      })

      it('connecting from both ends at once leaves both connected', async () => {
        const { a, b } = await two()
        await harness.settle(
          Promise.all([a.connect(b.self, b.addresses(), TIMEOUT_MS), b.connect(a.self, a.addresses(), TIMEOUT_MS)]),
        )
        expect([a.isConnected(b.self), b.isConnected(a.self)]).toEqual([true, true])
      })

      it('disconnect cuts at once, and both ends hear of it', async () => {
        const { a, b, near, far } = await streams()
        const seen = [record(a), record(b)]
        a.disconnect(b.self)
        expect(a.isConnected(b.self)).toBe(false)
        await harness.eventually(() => !b.isConnected(a.self), 'the other end hears')
        await harness.eventually(() => near.closings.length + far.closings.length === 2, 'its streams end')
        expect(near.closings[0]).toBeInstanceOf(Error)
        expect(far.closings[0]).toBeInstanceOf(Error)
        expect(seen).toEqual([[`disconnect ${b.self}`], [`disconnect ${a.self}`]])
        await harness.settle(a.connect(b.self, b.addresses(), TIMEOUT_MS))
        expect(a.isConnected(b.self)).toBe(true)
      })

      it('disconnect of a stranger does nothing', async () => {
        const { a, b } = await two()
        a.disconnect(b.self)
        expect(a.peers()).toEqual([])
      })

      it('stop is idempotent, closes every stream and tells the peer', async () => {
        const { a, b, near, far } = await streams()
        const seen = record(b)
        await harness.settle(Promise.all([a.stop(), a.stop()]))
        await harness.settle(a.stop())
        await harness.eventually(() => !b.isConnected(a.self), 'the peer hears')
        await harness.eventually(() => near.closings.length + far.closings.length === 2, 'both ends are closed')
        expect(a.peers()).toEqual([])
        expect(seen).toEqual([`disconnect ${a.self}`])
        expect(near.stream.send([bytes('late')])).toBe(false)
      })
    })

    describe('streams', () => {
      it('know their peer and protocol at both ends', async () => {
        const { a, b, near, far } = await streams()
        expect([near.stream.peer, near.stream.protocol]).toEqual([b.self, PROTOCOL])
        expect([far.stream.peer, far.stream.protocol]).toEqual([a.self, PROTOCOL])
      })

      it('open to a peer without a connection rejects with UnreachableError', async () => {
        const { a, b } = await two()
        await expect(harness.settle(a.open(b.self, PROTOCOL, TIMEOUT_MS))).rejects.toBeInstanceOf(UnreachableError)
      })

      it('open of a protocol that nobody handles rejects with UnreachableError', async () => {
        const { a, b } = await connected()
        const opening = a.open(b.self, '/covey/nobody/1.0.0', TIMEOUT_MS)
        await expect(harness.settle(opening)).rejects.toBeInstanceOf(UnreachableError)
      })

      it('carry frames both ways, whole and in order, empty ones too', async () => {
        const { near, far } = await streams()
        near.stream.send([bytes('one'), bytes(''), bytes('two')])
        near.stream.send([bytes('three')])
        far.stream.send([bytes('four')])
        await harness.eventually(() => far.frames.length === 4 && near.frames.length === 1, 'all arrive')
        expect(far.frames.map(text)).toEqual(['one', '', 'two', 'three'])
        expect(near.frames.map(text)).toEqual(['four'])
      })

      it('carry the largest frame, and small ones around it in order', async () => {
        const { near, far } = await streams()
        const large = pattern(MAX_FRAME_BYTES)
        near.stream.send([bytes('before'), large, bytes('after')])
        await harness.eventually(() => far.frames.length === 3, 'all arrive')
        expect(far.frames.map((frame) => frame.length)).toEqual([6, MAX_FRAME_BYTES, 5])
        expect(Buffer.compare(far.frames[1] as Uint8Array, large)).toBe(0)
      })

      it('several at once are independent of one another', async () => {
        const { a, b, accepted } = await connected()
        const opened = await harness.settle(Promise.all([1, 2, 3].map(() => a.open(b.self, PROTOCOL, TIMEOUT_MS))))
        const readers = opened.map((stream) => new Reader(stream))
        for (const [i, reader] of readers.entries()) reader.stream.send([bytes(`stream ${i}`)])
        await harness.eventually(
          () => accepted.filter((reader) => reader.frames.length === 1).length === 3,
          'all arrive',
        )
        expect(accepted.map((reader) => text(reader.frames[0] as Uint8Array)).sort()).toEqual([
          'stream 0',
          'stream 1',
          'stream 2',
        ])
        readers[0]?.stream.close()
        readers[1]?.stream.send([bytes('still here')])
        await harness.eventually(() => accepted.some((reader) => reader.frames.length === 2), 'the other one goes on')
      })

      it('take 10,000 frames with respect for saturation', async () => {
        const { near, far } = await streams()
        const count = 10_000
        let sent = 0
        const pump = (): void => {
          while (sent < count) {
            const batch = Array.from({ length: Math.min(100, count - sent) }, (_, i) => bytes(`frame ${sent + i}`))
            sent += batch.length
            if (!near.stream.send(batch)) return
          }
        }
        near.onDrained = pump
        pump()
        await harness.eventually(() => far.frames.length === count, 'all arrive')
        expect(far.frames.every((frame, i) => text(frame) === `frame ${i}`)).toBe(true)
      })

      it('say that they are saturated while the reader is paused, and drain when it goes on', async () => {
        const { near, far } = await streams()
        far.stream.pause()
        const frame = pattern(50_000)
        let sent = 0
        // More than any window is meant to be: a network that never says no fails here.
        while (near.stream.send([frame]) && sent < 1000) sent++
        expect(sent).toBeLessThan(1000)
        const before = far.frames.length
        expect(near.drains).toBe(0)
        far.stream.resume()
        await harness.eventually(() => near.drains === 1, 'the stream drains')
        await harness.eventually(() => far.frames.length === sent + 1, 'what was handed over arrives')
        expect(before).toBe(0)
      })

      it('close after what was handed over is sent', async () => {
        const { near, far } = await streams()
        const frames = Array.from({ length: 50 }, (_, i) => pattern(20_000 + i))
        for (const frame of frames) near.stream.send([frame])
        near.stream.close()
        near.stream.close()
        await harness.eventually(() => far.closings.length === 1 && near.closings.length === 1, 'both ends are closed')
        expect(far.frames.map((frame) => frame.length)).toEqual(frames.map((frame) => frame.length))
        expect([near.closings, far.closings]).toEqual([[undefined], [undefined]])
        expect(near.stream.send([bytes('late')])).toBe(false)
        expect(far.stream.send([bytes('late')])).toBe(false)
      })

      it('a paused reader still gets what was sent before the close', async () => {
        const { near, far } = await streams()
        far.stream.pause()
        near.stream.send([bytes('last words')])
        near.stream.close()
        await harness.eventually(() => near.closings.length === 1, 'the near end is closed')
        expect(far.frames).toEqual([])
        far.stream.resume()
        await harness.eventually(() => far.closings.length === 1, 'the far end is closed')
        expect(far.frames.map(text)).toEqual(['last words'])
      })

      it('abort ends both ends with an error, each exactly once', async () => {
        const { near, far } = await streams()
        const reason = new Error('changed my mind')
        near.stream.abort(reason)
        near.stream.abort(reason)
        near.stream.close()
        await harness.eventually(() => far.closings.length === 1, 'the far end hears')
        expect(near.closings).toEqual([reason])
        expect(far.closings[0]).toBeInstanceOf(Error)
        far.stream.close()
        far.stream.abort(reason)
        expect(far.closings).toHaveLength(1)
      })
    })

    describe('publish and subscribe', () => {
      it('reaches the subscribers among the peers, never the publisher, until they unsubscribe', async () => {
        const { a, b } = await connected()
        const heard = { a: [] as string[], b: [] as string[] }
        a.subscribe('news', (data) => heard.a.push(text(data)))
        const end = b.subscribe('news', (data, from) => heard.b.push(`${from} ${text(data)}`))
        let published = 0
        // It may lose some: publishing goes on until one arrives.
        await harness.eventually(() => {
          a.publish('news', bytes(`item ${published++}`))
          return heard.b.length > 0
        }, 'one arrives')
        expect(heard.b[0]).toMatch(new RegExp(`^${a.self} item \\d+$`))
        expect(heard.a).toEqual([])

        end()
        const before = heard.b.length
        const others: string[] = []
        b.subscribe('other', (data) => others.push(text(data)))
        await harness.eventually(() => {
          a.publish('news', bytes('unheard'))
          a.publish('other', bytes('heard'))
          return others.length > 0
        }, 'another topic goes on')
        expect(heard.b.slice(before)).not.toContain(`${a.self} unheard`)
      })
    })

    describe('provide and find', () => {
      it('finds who provides a key, and nobody for another key', async () => {
        const { a, b } = await connected()
        let found: PeerId[] = []
        // The directory learns of peers a little after they connect, hence again and again.
        for (let attempt = 0; attempt < 5 && found.length === 0; attempt++) {
          await harness.settle(b.provide('text.summary'))
          found = (await harness.settle(a.find('text.summary', 1000))).map((peer) => peer.id)
        }
        expect(found).toEqual([b.self])
        expect(await harness.settle(a.find('text.nobody', 1000))).toEqual([])
      })
    })
  })
}

/** Writes down what a stream tells. */
class Reader {
  readonly stream: FrameStream
  readonly frames: Uint8Array[] = []
  readonly closings: (Error | undefined)[] = []
  drains = 0
  onDrained: (() => void) | undefined

  constructor(stream: FrameStream) {
    this.stream = stream
    stream.listen({
      frames: (frames) => this.frames.push(...frames),
      drained: () => {
        this.drains++
        this.onDrained?.()
      },
      closed: (error) => this.closings.push(error),
    })
  }
}

function record(network: Network): string[] {
  const seen: string[] = []
  network.on('connect', (peer) => seen.push(`connect ${peer}`))
  network.on('disconnect', (peer) => seen.push(`disconnect ${peer}`))
  return seen
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)
const text = (value: Uint8Array): string => new TextDecoder().decode(value)

/** Bytes that differ from place to place, so that a piece out of order shows. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8)) & 0xff)
}
