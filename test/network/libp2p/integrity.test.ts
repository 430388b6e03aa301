import { createHash } from 'node:crypto'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../src/lib/clock.ts'
import { type Random, seededRandom } from '../../../src/lib/random.ts'
import { generatePsk, parsePsk } from '../../../src/network/libp2p/psk.ts'
import type { FrameStream } from '../../../src/network/network.ts'
import { createRpc } from '../../../src/network/requests.ts'
import { Fleet } from './fleet.ts'

const PROTOCOL = '/covey/test/1.0.0'
const TIMEOUT_MS = 5000
const FRAMES = 600

/** Sends frames of all sizes as room allows and keeps the hash of what it has sent and of what it has read. */
class End {
  readonly sent = createHash('sha256')
  readonly read = createHash('sha256')
  readonly #stream: FrameStream
  readonly #random: Random
  #left = FRAMES
  frames = 0

  constructor(stream: FrameStream, seed: number) {
    this.#stream = stream
    this.#random = seededRandom(seed)
    stream.listen({
      frames: (frames) => this.#take(frames),
      drained: () => this.pump(),
      closed() {},
    })
  }

  pump(): void {
    while (this.#left > 0) {
      const batch = Array.from({ length: Math.min(this.#left, 1 + this.#random.below(12)) }, () => this.#frame())
      this.#left -= batch.length
      for (const frame of batch) this.sent.update(frame)
      if (!this.#stream.send(batch)) return
    }
  }

  /** Mostly around the bounds where another way is taken: in place, native, copied, cut; now and then large. */
  #frame(): Uint8Array {
    const bound = [0, 60, 400, 2048, 4096, 16_384, 61_440, 65_535, 131_072][this.#random.below(9)] as number
    const length = this.#random.float() < 0.02 ? 300_000 : Math.max(0, bound + this.#random.below(64) - 32)
    const frame = new Uint8Array(length)
    for (let i = 0; i < length; i += 61) frame[i] = this.#random.below(256)
    return frame
  }

  #take(frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.read.update(frame)
    this.frames += frames.length
    if (this.#random.float() > 0.1) return
    this.#stream.pause()
    setImmediate(() => this.#stream.resume())
  }
}

describe('what is sent', () => {
  const fleet = new Fleet()

  afterEach(() => fleet.stop())

  it.each([
    ['without a pre-shared key', undefined],
    ['with a pre-shared key', parsePsk(generatePsk())],
  ])(
    'arrives bit for bit, %s, both ways at once on three streams',
    async (_, psk) => {
      const options = psk ? { psk } : {}
      const [a, b] = [fleet.network(options), fleet.network(options)]
      const ends: End[] = []
      b.handle(PROTOCOL, (stream) => ends.push(new End(stream, 100 + ends.length)))
      await Promise.all([a.start(), b.start()])
      await a.connect(b.self, b.addresses(), TIMEOUT_MS)
      const opened: End[] = []
      for (const seed of [1, 2, 3]) {
        opened.push(new End(await a.open(b.self, PROTOCOL, TIMEOUT_MS), seed))
        await vi.waitUntil(() => ends.length === opened.length)
      }
      for (const end of [...opened, ...ends]) end.pump()
      await vi.waitUntil(() => [...opened, ...ends].every(({ frames }) => frames === FRAMES), { timeout: 50_000 })
      for (const [i, near] of opened.entries()) {
        const far = ends[i] as End
        expect(far.read.digest('hex')).toBe(near.sent.digest('hex'))
        expect(near.read.digest('hex')).toBe(far.sent.digest('hex'))
      }
    },
    60_000,
  )

  it('arrives bit for bit at a node of stock parts, and comes back from it so', async () => {
    const node = await fleet.start()
    const stock = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise({ prologueBytes: Buffer.from('/covey/test') })],
      streamMuxers: [yamux()],
      services: { identify: identify() },
    })
    try {
      await stock.handle(PROTOCOL, (stream) => {
        stream.addEventListener('message', ({ data }) => stream.send(data))
      })
      const peer = stock.peerId.toString()
      await node.connect(peer, stock.getMultiaddrs().map(String), TIMEOUT_MS)
      const end = new End(await node.open(peer, PROTOCOL, TIMEOUT_MS), 1)
      end.pump()
      await vi.waitUntil(() => end.frames === FRAMES, { timeout: 50_000 })
      expect(end.read.digest('hex')).toBe(end.sent.digest('hex'))
    } finally {
      await stock.stop()
    }
  }, 60_000)

  it('comes back bit for bit in answers, of requests of all sizes at once: no frame is given back before it has left', async () => {
    const [a, b] = [fleet.network(), fleet.network()]
    const [asking, answering] = [a, b].map((network) => createRpc({ network, clock: systemClock, log: fleet.log }))
    if (!asking || !answering) throw new Error('two were made')
    answering.handle(PROTOCOL, (body) => body)
    await Promise.all([a.start(), b.start()])
    await a.connect(b.self, b.addresses(), TIMEOUT_MS)
    const random = seededRandom(1)
    const bodies = Array.from({ length: 300 }, () => {
      const body = Buffer.alloc([100, 4096, 10_240, 70_000, 300_000][random.below(5)] as number)
      for (let i = 0; i < body.length; i += 61) body[i] = random.below(256)
      return body
    })
    const answers = await Promise.all(
      bodies.map((body) => asking.request(b.self, PROTOCOL, body, { timeoutMs: 50_000 })),
    )
    for (const [i, body] of bodies.entries()) expect(body.equals(answers[i] as Uint8Array)).toBe(true)
    asking.stop()
    answering.stop()
  }, 60_000)
})
