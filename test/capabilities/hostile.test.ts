import { describe, expect, it } from 'vitest'
import { seal } from '../../src/capabilities/announcement.ts'
import { DIRECTORY_PROTOCOL } from '../../src/capabilities/exchange.ts'
import { MAX_ANNOUNCEMENT_BYTES } from '../../src/capabilities/limits.ts'
import type { Announcement } from '../../src/capabilities/provider.ts'
import { simulatedSigner } from '../../src/network/simulated/signer.ts'
import { DirectoryRequest, SignedAnnouncement } from '../../src/wire/directory.ts'
import { agent, pair, Swarm, type SwarmNode, TOPIC } from './swarm.ts'

/** No encoder writes what is above 2^53 - 1: the varint is changed by hand. */
function withIncarnation2to53(bytes: Uint8Array): Uint8Array {
  const largest = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]
  const at = bytes.findIndex((_, i) => largest.every((byte, j) => bytes[i + j] === byte))
  expect(at).toBeGreaterThan(0)
  const changed = bytes.slice()
  changed.set([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], at)
  return changed
}

describe('what a bad peer sends', () => {
  const bodyOf = (peer: string, fields: Partial<Announcement> = {}): Announcement => ({
    peer,
    name: 'evil',
    incarnation: 5,
    sequence: 1,
    ttlMs: 60_000,
    addresses: [],
    agents: [agent('evil')],
    ...fields,
  })

  async function attacked(seed: number): Promise<[Swarm, SwarmNode, SwarmNode, (bytes: Uint8Array) => Promise<void>]> {
    const [swarm, a, b] = await pair(seed)
    await swarm.connect(a, b)
    await swarm.world.until(() => swarm.agree(), 100)
    a.events.length = 0
    const push = async (bytes: Uint8Array): Promise<void> => {
      const announcements = [{ announcement: bytes as Uint8Array<ArrayBuffer>, ageMs: 0 }]
      const body = DirectoryRequest.encode({ push: { announcements } })
      await swarm.world.settle(b.rpc.request('a', DIRECTORY_PROTOCOL, body, { timeoutMs: 1000 }), 1000)
    }
    return [swarm, a, b, push]
  }

  it('in the name of another is dropped, counted, and logged once', async () => {
    const [swarm, a, b, push] = await attacked(20)
    const forged = seal(bodyOf('c'), 'test', b.host.signer)
    for (let i = 0; i < 3; i++) await push(forged.bytes)
    await push(seal(bodyOf('c', { sequence: 2 }), 'test', b.host.signer).bytes)
    expect(a.directory.dropped).toEqual({ oversized: 0, malformed: 0, unsigned: 4 })
    expect(a.directory.get('c')).toBeUndefined()
    expect(a.events).toEqual([])
    expect(swarm.world.trace.lines.filter((line) => line.includes('bad announcement'))).toHaveLength(1)
  })

  it('altered on the way is dropped', async () => {
    const [, a, b, push] = await attacked(21)
    const { bytes } = seal(bodyOf('b'), 'test', b.host.signer)
    const altered = bytes.slice()
    const at = new TextDecoder().decode(altered).indexOf('do.evil')
    altered[at] = 'g'.charCodeAt(0)
    await push(altered)
    expect(a.directory.dropped.unsigned).toBe(1)
    await push(bytes)
    expect(a.directory.find({ name: 'do.evil' })).toHaveLength(1)
  })

  it('from another mesh is dropped, although it is signed', async () => {
    const [, a, b, push] = await attacked(22)
    await push(seal(bodyOf('b'), 'other', b.host.signer).bytes)
    expect(a.directory.dropped.unsigned).toBe(1)
    expect(a.directory.get('b')?.name).toBe('node-b')
  })

  it('is not an announcement is dropped, and the good one beside it is taken', async () => {
    const [swarm, a, b, push] = await attacked(23)
    const signed = (body: Uint8Array): Uint8Array =>
      SignedAnnouncement.encode({ body: body as Uint8Array<ArrayBuffer>, signature: new Uint8Array(32) })
    await push(new Uint8Array(0))
    await push(Uint8Array.of(255, 255, 255))
    await push(signed(Uint8Array.of(8, 1, 10, 200)))
    await push(withIncarnation2to53(seal(bodyOf('b', { incarnation: 2 ** 53 - 1 }), 'test', b.host.signer).bytes))
    await push(seal(bodyOf('b', { ttlMs: 2 ** 31 }), 'test', b.host.signer).bytes)
    await push(seal(bodyOf('b', { agents: [{ ...agent('x'), name: 'no name!' }] }), 'test', b.host.signer).bytes)
    await push(seal(bodyOf('b', { addresses: ['x'.repeat(1000)] }), 'test', b.host.signer).bytes)
    expect(a.directory.dropped).toEqual({ oversized: 0, malformed: 7, unsigned: 0 })
    b.host.network.publish(TOPIC, new Uint8Array(MAX_ANNOUNCEMENT_BYTES + 1))
    await swarm.world.run(100)
    await push(new Uint8Array(MAX_ANNOUNCEMENT_BYTES + 1))
    expect(a.directory.dropped.oversized).toBeGreaterThan(0)
    await push(seal(bodyOf('b'), 'test', b.host.signer).bytes)
    expect(a.directory.find({ name: 'do.evil' })).toHaveLength(1)
  })

  it('is no request is answered with an error', async () => {
    const [swarm, , b] = await attacked(24)
    const ask = (body: Uint8Array): Promise<unknown> =>
      swarm.world.settle(b.rpc.request('a', DIRECTORY_PROTOCOL, body, { timeoutMs: 1000 }), 1000)
    await expect(ask(Uint8Array.of(255, 255))).rejects.toThrow('not a directory request')
    await expect(ask(new Uint8Array(0))).rejects.toThrow('asks for nothing known')
  })

  it('as its answers ends the exchange and nothing else', async () => {
    const swarm = new Swarm({ seed: 25 })
    const a = await swarm.add('a')
    const bad = swarm.world.host('z')
    bad.network.handle(DIRECTORY_PROTOCOL, (stream) => {
      stream.listen({
        frames: () => stream.send([Uint8Array.of(99, 1, 2, 3)]),
        drained() {},
        closed() {},
      })
    })
    await swarm.world.settle(bad.network.start(), 100)
    await swarm.world.settle(a.host.network.connect('z', bad.network.addresses(), 1000), 1000)
    await swarm.world.run(30_000)
    const b = await swarm.add('b')
    b.directory.announce([agent('x')])
    await swarm.connect(a, b)
    await swarm.world.until(() => a.directory.find({ name: 'do.x' }).length === 1, 1000)
  })

  it('signs with a key of nobody is dropped', async () => {
    const [, a, , push] = await attacked(26)
    await push(seal(bodyOf('b'), 'test', simulatedSigner('b', 'guessed')).bytes)
    expect(a.directory.dropped.unsigned).toBe(1)
  })
})
