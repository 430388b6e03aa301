import { describe, expect, it, vi } from 'vitest'
import { Rumours } from '../../src/membership/rumours.ts'
import { Mesh, type Node } from './mesh.ts'

const node = (mesh: Mesh, i: number) => mesh.nodes[i] as Node

describe('joining', () => {
  it('makes a full mesh of nodes that heard of each other by multicast', async () => {
    const mesh = await Mesh.running({ seed: 1, nodes: 8 })
    expect(mesh.world.now).toBeLessThan(1000)
    await mesh.until(() => mesh.connected(), 2000, 'all connected')
    const { membership } = node(mesh, 0)
    expect(membership.members()).toHaveLength(7)
    expect(membership.members().map(({ id }) => id)).not.toContain('n0')
    expect(membership.get('n3')).toMatchObject({ state: 'alive', addresses: node(mesh, 3).host.network.addresses() })
    expect(membership.self).toMatchObject({ id: 'n0', state: 'alive' })
  })

  it('needs but one address to learn of all, without multicast', async () => {
    const mesh = new Mesh({ seed: 2, nodes: 6, multicast: false })
    for (const one of mesh.nodes) await one.start()
    await mesh.world.run(2000)
    expect(node(mesh, 0).membership.members()).toEqual([])
    const [address] = node(mesh, 0).host.network.addresses()
    for (const one of mesh.nodes.slice(1)) {
      const joined = one.host.network.join(address as string, 1000)
      await mesh.world.settle(joined, 1000)
    }
    await mesh.until(() => mesh.complete() && mesh.connected(), 3000, 'a full mesh')
  })

  it('dials whom the network discovered before membership started', async () => {
    const mesh = new Mesh({ seed: 21, nodes: 2, multicast: false })
    await node(mesh, 0).start()
    const { host } = node(mesh, 1)
    const starting = node(mesh, 1).start()
    host.network.emit('discover', { id: 'n0', addresses: node(mesh, 0).host.network.addresses() })
    expect(node(mesh, 1).membership.self.state).toBe('left')
    await starting
    await mesh.until(() => mesh.complete(), 2000, 'both alive')
  })

  it('dials a few of a crowd that starts together, and then its neighbours', async () => {
    const mesh = new Mesh({ seed: 22, nodes: 100 })
    await Promise.all(mesh.nodes.map((one) => one.start()))
    let dials = 0
    for (const { host } of mesh.nodes) {
      const { connect } = host.network
      host.network.connect = (peer, addresses, timeoutMs) => {
        dials++
        return connect.call(host.network, peer, addresses, timeoutMs)
      }
    }
    await mesh.until(() => mesh.complete(), 2000, 'everybody known')
    await mesh.world.run(1000)
    // Each has 16 neighbours, which is 8 dials; with whoever was heard of first, up to 4 at a time, some 13.
    expect(dials / mesh.nodes.length).toBeLessThan(14)
    expect(Math.min(...mesh.nodes.map(({ host }) => host.network.peers().length))).toBeGreaterThanOrEqual(14)
  })

  it('sends a crowd that starts together hardly more than each lacks', async () => {
    const received = vi.spyOn(Rumours.prototype, 'receive')
    try {
      const mesh = new Mesh({ seed: 26, nodes: 100 })
      await Promise.all(mesh.nodes.map((one) => one.start()))
      await mesh.until(() => mesh.complete(), 1000, 'everybody known')
      await mesh.world.run(2000)
      const rows = received.mock.calls.reduce((sum, [{ length }]) => sum + length, 0)
      // One for each other node each; what several bring at once comes again.
      expect(rows / (100 * 99)).toBeLessThan(1.6)
    } finally {
      received.mockRestore()
    }
  })

  it.each([
    { nodes: 14, maxConnections: 64 },
    { nodes: 80, maxConnections: 16 },
  ])('two meshes that had never met become one once they hear of each other: $nodes nodes', async (size) => {
    const mesh = new Mesh({ seed: 23, ...size })
    const hosts = mesh.nodes.map(({ host }) => host)
    const half = hosts.length / 2
    mesh.world.partition([hosts.slice(0, half), hosts.slice(half)])
    await Promise.all(mesh.nodes.map((one) => one.start()))
    await mesh.world.run(30_000)
    expect(node(mesh, 0).membership.members()).toHaveLength(half - 1)
    mesh.world.heal()
    // A multicast question comes every 10 s; then each side gives the other 3 s to be told of.
    await mesh.until(() => mesh.complete(), 20_000, 'one mesh')
    expect(Math.max(...mesh.nodes.map(({ host }) => host.network.peers().length))).toBeLessThanOrEqual(
      size.maxConnections,
    )
  })

  it('keeps nothing of strangers that it has given up', async () => {
    const mesh = await Mesh.running({ seed: 25, nodes: 10 })
    const { host, membership } = node(mesh, 0)
    const ghosts = Array.from({ length: 50 }, (_, i) => `ghost ${i}`)
    for (const id of ghosts) host.network.emit('discover', { id, addresses: [`/ip4/10.9.9.9/tcp/1/p2p/${id}`] })
    // Seven tries with pauses that double.
    await mesh.world.run(180_000)
    for (const id of ghosts) {
      const reached = membership.ensureConnected(id, 1000).catch((error: unknown) => error)
      expect(await mesh.world.settle(reached, 5000)).toMatchObject({ message: `no address of ${id} is known` })
    }
  })

  it('measures latency', async () => {
    const mesh = await Mesh.running({ seed: 3, nodes: 3 })
    await mesh.world.run(5000)
    const latency = node(mesh, 0).membership.get('n1')?.latencyMs
    expect(latency).toBeGreaterThan(2)
    expect(latency).toBeLessThan(10)
  })

  it('tells of a changed address with a new incarnation', async () => {
    const mesh = await Mesh.running({ seed: 4, nodes: 3 })
    const before = node(mesh, 1).membership.get('n0')?.incarnation ?? 0
    node(mesh, 0).host.network.addresses = () => ['/ip4/10.9.9.9/tcp/1/p2p/n0']
    await mesh.until(
      () => [1, 2].every((i) => node(mesh, i).membership.get('n0')?.addresses[0] === '/ip4/10.9.9.9/tcp/1/p2p/n0'),
      15_000,
      'the new address known',
    )
    expect(node(mesh, 1).membership.get('n0')?.incarnation).toBe(before + 1)
  })

  it('is known by all of a large mesh at once, who comes alone', async () => {
    const mesh = await Mesh.running({ seed: 24, nodes: 100, maxConnections: 16 })
    await mesh.world.run(10_000)
    const newcomer = mesh.add()
    await newcomer.start()
    // The next comparison of whole tables may be 15 s away: gossip alone has to do it.
    expect(await mesh.until(() => mesh.complete(), 20_000, 'the newcomer known by all')).toBeLessThan(1500)
  })
})
