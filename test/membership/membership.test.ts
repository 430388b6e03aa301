import { describe, expect, it } from 'vitest'
import { StoppedError, UnreachableError } from '../../src/lib/errors.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { encodeGossip, encodePing, encodePingReq, encodeRow } from '../../src/membership/codec.ts'
import type { MembershipEvents } from '../../src/membership/member.ts'
import { createMembership } from '../../src/membership/membership.ts'
import { PROTOCOL } from '../../src/membership/messenger.ts'
import { PRESETS } from '../../src/membership/presets.ts'
import { createRpc } from '../../src/network/requests.ts'
import { World } from '../../src/network/simulated/world.ts'
import { Mesh, type Node } from './mesh.ts'

const EVENTS: (keyof MembershipEvents)[] = ['join', 'suspect', 'refute', 'dead', 'left']

/** All events of a node's membership from now on. */
function eventsOf(node: Node): string[] {
  const events: string[] = []
  for (const name of EVENTS) node.membership.on(name, ({ id }) => events.push(`${name} ${id}`))
  return events
}

const node = (mesh: Mesh, i: number) => mesh.nodes[i] as Node

describe('leaving and coming back', () => {
  it('is known by all at once, and no death', async () => {
    const mesh = await Mesh.running({ seed: 5, nodes: 10 })
    const events = mesh.nodes.slice(1).map(eventsOf)
    const { membership, host } = node(mesh, 0)
    await mesh.world.settle(membership.leave(), 500)
    expect(membership.self.state).toBe('left')
    await membership.stop()
    await host.network.stop()
    await mesh.until(() => mesh.complete(mesh.nodes.slice(1), [node(mesh, 0)], 'left'), 1000, 'left for all')
    await mesh.world.run(15_000)
    for (const seen of events) expect(seen).toEqual(['left n0'])
    for (const one of mesh.nodes.slice(1)) expect(one.host.network.isConnected('n0')).toBe(false)
  })

  it('does not wait for more than half a second where nobody answers', async () => {
    const mesh = await Mesh.running({ seed: 6, nodes: 3 })
    for (const one of mesh.nodes.slice(1)) one.host.pause()
    const start = mesh.world.now
    await mesh.world.settle(node(mesh, 0).membership.leave(), 1000)
    expect(mesh.world.now - start).toBeLessThanOrEqual(500)
  })

  it('a restarted node outranks its ghost, dead or not yet', async () => {
    for (const pause of [100, 10_000]) {
      const mesh = await Mesh.running({ seed: 7, nodes: 10 })
      node(mesh, 4).crash()
      await mesh.world.run(pause)
      await node(mesh, 4).restart()
      await mesh.until(() => mesh.complete(), 3000, 'all alive again')
      // Frames for the process that died wait for TCP's retransmission before the new one's kernel resets them.
      const restless = mesh.nodes.map(eventsOf)
      await mesh.world.run(4000)
      expect(restless.flat().filter((event) => event.startsWith('dead'))).toEqual([])
      const events = mesh.nodes.map(eventsOf)
      await mesh.world.run(10_000)
      expect(events.flat()).toEqual([])
    }
  })

  it('a node that left and starts again is a member again', async () => {
    const mesh = await Mesh.running({ seed: 8, nodes: 5 })
    await mesh.world.settle(node(mesh, 2).membership.leave(), 500)
    await node(mesh, 2).restart()
    await mesh.until(() => mesh.complete(), 15_000, 'all alive again')
  })
})

describe('deaths', () => {
  it('a killed process is suspected at once and dead after the floor, told of once by each', async () => {
    const mesh = await Mesh.running({ seed: 9, nodes: 8 })
    await mesh.until(() => mesh.connected(), 1000, 'all connected')
    const others = mesh.nodes.slice(1)
    const events = others.map(eventsOf)
    node(mesh, 0).host.kill()
    const suspected = await mesh.until(
      () => mesh.complete(others, [node(mesh, 0)], 'suspect'),
      1000,
      'suspected by all',
    )
    expect(suspected).toBeLessThan(500)
    const dead = await mesh.until(() => mesh.complete(others, [node(mesh, 0)], 'dead'), 6000, 'dead for all')
    expect(suspected + dead).toBeGreaterThan(4500)
    expect(suspected + dead).toBeLessThan(5500)
    for (const seen of events) expect(seen).toEqual(['suspect n0', 'dead n0'])
  })

  it('a closed connection between two that live is mended, and nobody suspected', async () => {
    const mesh = await Mesh.running({ seed: 10, nodes: 6 })
    await mesh.until(() => mesh.connected(), 1000, 'all connected')
    const events = mesh.nodes.map(eventsOf)
    node(mesh, 0).host.network.disconnect('n1')
    await mesh.until(() => mesh.connected(), 1000, 'connected again')
    await mesh.world.run(3000)
    expect(events.flat()).toEqual([])
  })

  it('a node cut off alone comes back to all, over connections that work', async () => {
    for (const ms of [3000, 7000, 20_000, 60_000]) {
      const mesh = await Mesh.running({ seed: 11, nodes: 10 })
      mesh.world.partition([[node(mesh, 0).host], mesh.nodes.slice(1).map(({ host }) => host)])
      await mesh.world.run(ms)
      mesh.world.heal()
      await mesh.until(() => mesh.complete() && mesh.connected(), 5000, `healed after ${ms} ms`)
      await mesh.world.run(5000)
      const events = mesh.nodes.map(eventsOf)
      await mesh.world.run(20_000)
      expect(events.flat()).toEqual([])
    }
  })

  it('a link that is down one way costs nobody his life', async () => {
    const mesh = await Mesh.running({ seed: 12, nodes: 8 })
    const events = mesh.nodes.map(eventsOf)
    mesh.world.block(node(mesh, 0).host, node(mesh, 1).host)
    await mesh.world.run(30_000)
    expect(events.flat().filter((event) => event.startsWith('dead'))).toEqual([])
  })

  it('whatever happens, once it is over all believe what is so', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const mesh = await Mesh.running({ seed, nodes: 12, link: { loss: 0.01 } })
      const random = seededRandom(seed)
      for (let i = 0; i < 12; i++) {
        const one = node(mesh, random.below(12))
        const what = random.below(5)
        if (what === 0) one.crash()
        else if (what === 1) await one.restart()
        else if (what === 2) one.host.pause()
        else if (what === 3)
          mesh.world.partition([mesh.nodes.filter(() => random.below(2) === 0).map(({ host }) => host)])
        else mesh.world.heal()
        await mesh.world.run(random.below(8000))
        if (one.host.paused) one.host.resume()
      }
      mesh.world.heal()
      const running = mesh.nodes.filter(({ host }) => host.alive)
      const gone = mesh.nodes.filter(({ host }) => !host.alive)
      const done = () => mesh.complete(running) && running.every((a) => gone.every((b) => a.state(b) !== 'alive'))
      await mesh.until(done, 20_000, 'the truth believed by all')
      // Suspicions of the bad days may still be under way, and TCP's retransmissions take their time.
      await mesh.world.run(15_000)
      const events = running.map(eventsOf)
      await mesh.world.run(15_000)
      // The last of the dead may still be buried; nobody else may fall ill.
      expect(events.flat().filter((event) => !gone.some(({ id }) => event === `dead ${id}`))).toEqual([])
    }
  })
})

describe('beyond a full mesh', () => {
  it('keeps the connections to its neighbours, closes idle others, and reaches anybody on demand', async () => {
    const mesh = await Mesh.running({ seed: 13, nodes: 40, maxConnections: 16 })
    await mesh.world.run(15_000)
    for (const one of mesh.nodes) expect(one.host.network.peers().length).toBeLessThanOrEqual(16)
    await mesh.world.run(90_000)
    for (const one of mesh.nodes) {
      const peers = one.host.network.peers().length
      expect(peers).toBeLessThanOrEqual(16)
      expect(peers).toBeGreaterThanOrEqual(2)
    }
    expect(mesh.complete()).toBe(true)
    const { membership, host } = node(mesh, 0)
    const stranger = mesh.nodes.find(({ id }) => id !== 'n0' && !host.network.isConnected(id)) as Node
    await mesh.world.settle(membership.ensureConnected(stranger.id, 1000), 1000)
    expect(host.network.isConnected(stranger.id)).toBe(true)
    await mesh.world.run(50_000)
    await membership.ensureConnected(stranger.id, 1000)
    await mesh.world.run(50_000)
    expect(host.network.isConnected(stranger.id)).toBe(true)
    await mesh.until(() => !host.network.isConnected(stranger.id), 30_000, 'the idle connection closed')
    expect(mesh.complete()).toBe(true)
  })

  it('heals a partition in which each side became a mesh of its own', async () => {
    const mesh = await Mesh.running({ seed: 14, nodes: 40, maxConnections: 16 })
    const hosts = mesh.nodes.map(({ host }) => host)
    mesh.world.partition([hosts.slice(0, 20), hosts.slice(20)])
    await mesh.until(
      () => mesh.complete(mesh.nodes.slice(0, 20), mesh.nodes.slice(20), 'dead'),
      30_000,
      'the other side dead',
    )
    await mesh.world.run(30_000)
    mesh.world.heal()
    expect(await mesh.until(() => mesh.complete(), 10_000, 'healed')).toBeLessThan(5000)
  })
})

describe('life cycle', () => {
  const single = () => {
    const world = new World({ seed: 1 })
    const host = world.host('n0')
    const { network, clock, random, log, storage } = host
    const rpc = createRpc({ network, clock, log })
    return {
      world,
      host,
      membership: createMembership({ network, rpc, clock, random, log, storage, preset: PRESETS.lan }),
    }
  }

  it('does nothing before start and after stop, both of which may be repeated', async () => {
    const { world, host, membership } = single()
    expect(membership.self).toMatchObject({ id: 'n0', state: 'left' })
    expect(membership.members()).toEqual([])
    await expect(membership.ensureConnected('n1', 10)).rejects.toBeInstanceOf(StoppedError)
    await membership.leave()
    await host.network.start()
    await Promise.all([membership.start(), membership.start()])
    const { incarnation } = membership.self
    await membership.start()
    expect(membership.self.incarnation).toBe(incarnation)
    await world.run(1000)
    await membership.stop()
    await membership.stop()
    await host.network.stop()
    await world.run(20_000)
    const events = world.scheduler.processed
    await world.run(60_000)
    expect(world.scheduler.processed).toBe(events)
  })

  it('starts again with a higher incarnation, and probes again', async () => {
    const mesh = await Mesh.running({ seed: 19, nodes: 3 })
    const { membership } = node(mesh, 0)
    const { incarnation } = membership.self
    await membership.stop()
    await mesh.world.run(1000)
    await membership.start()
    expect(membership.self).toMatchObject({ state: 'alive' })
    expect(membership.self.incarnation).toBeGreaterThan(incarnation)
    await mesh.until(() => mesh.complete(), 3000, 'all alive again')
    const { probes } = membership.counters()
    await mesh.world.run(2000)
    expect(membership.counters().probes).toBeGreaterThanOrEqual(probes + 9)
  })

  it('survives a listener that throws, and says so', async () => {
    const mesh = await Mesh.running({ seed: 20, nodes: 3 })
    node(mesh, 0).membership.on('suspect', () => {
      throw new Error('oops')
    })
    node(mesh, 1).host.kill()
    await mesh.until(() => node(mesh, 0).state(node(mesh, 1)) === 'dead', 10_000, 'dead in spite of it')
    expect(mesh.world.trace.lines.some((line) => line.includes('a listener failed'))).toBe(true)
  })

  it('does not start on a damaged incarnation, and says what to do', async () => {
    const { host, membership } = single()
    await host.storage.commit([{ table: 'membership', key: 'incarnation', value: new Uint8Array([1, 2]) }])
    await expect(membership.start()).rejects.toMatchObject({
      code: 'BAD_INCARNATION',
      hint: expect.stringContaining('data directory'),
    })
    await host.storage.commit([{ table: 'membership', key: 'incarnation', value: undefined }])
    await membership.start()
    await membership.stop()
  })

  it('does not tell an incarnation that the disk refused', async () => {
    const mesh = await Mesh.running({ seed: 15, nodes: 3 })
    node(mesh, 0).host.storage.commit = () => Promise.reject(new Error('disk full'))
    const slander = encodeRow({ id: 'n0', state: 'dead', incarnation: 500, addresses: [], accusers: [] })
    node(mesh, 1).rpc.notify('n0', PROTOCOL, encodeGossip([slander]))
    await mesh.world.run(3000)
    expect(node(mesh, 0).membership.self.incarnation).toBeLessThan(65)
    expect(mesh.world.trace.lines.some((line) => line.includes('could not be made durable'))).toBe(true)
  })

  it('cannot reach whom nobody knows', async () => {
    const mesh = await Mesh.running({ seed: 16, nodes: 2 })
    await expect(node(mesh, 0).membership.ensureConnected('nobody', 100)).rejects.toBeInstanceOf(UnreachableError)
  })
})

describe('bad input from peers', () => {
  it('is answered with an error or dropped, counted, and changes nothing', async () => {
    const mesh = await Mesh.running({ seed: 17, nodes: 3 })
    const [bad, good] = [node(mesh, 0), node(mesh, 1)]
    const request = (body: Uint8Array) =>
      mesh.world.settle(bad.rpc.request('n1', PROTOCOL, body, { timeoutMs: 500 }), 1000).then(
        () => 'ok',
        (error: { code: string }) => error.code,
      )
    expect(await request(new Uint8Array([255, 255, 255]))).toBe('INVALID_INPUT')
    expect(await request(encodePingReq('x'.repeat(1000), []))).toBe('INVALID_INPUT')
    expect(await request(encodePing([new Uint8Array([9, 9, 9])]))).toBe('ok')
    expect(await request(encodePing(new Array(5000).fill(new Uint8Array(0))))).toBe('INVALID_INPUT')
    expect(await request(encodePingReq('nobody', []))).toBe('ok')
    bad.rpc.notify('n1', PROTOCOL, new Uint8Array([255]))
    await mesh.world.run(100)
    expect(good.membership.counters().malformed).toBe(5)
    expect(mesh.complete()).toBe(true)
  })

  it('slander is refuted by all who are slandered', async () => {
    const mesh = await Mesh.running({ seed: 18, nodes: 10 })
    const bad = node(mesh, 0)
    for (const { id } of mesh.nodes.slice(1)) {
      const { incarnation = 0 } = bad.membership.get(id) ?? {}
      for (const state of ['suspect', 'dead', 'left'] as const) {
        for (const [leap, claimed] of [0, 2 ** 31, 2 ** 52].entries()) {
          const row = {
            id,
            state,
            incarnation: Math.min(2 ** 52, incarnation + claimed + leap),
            addresses: [],
            accusers: [],
          }
          for (const peer of bad.host.network.peers()) bad.rpc.notify(peer, PROTOCOL, encodeGossip([encodeRow(row)]))
        }
      }
    }
    await mesh.world.run(200)
    await mesh.until(() => mesh.complete() && mesh.connected(), 15_000, 'all alive again')
    for (const one of mesh.nodes) expect(one.membership.self.incarnation).toBeLessThan(2 ** 33)
  })
})
