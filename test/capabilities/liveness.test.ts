import { describe, expect, it } from 'vitest'
import { createDirectory, type Directory } from '../../src/capabilities/directory.ts'
import { createMembership, type Membership } from '../../src/membership/membership.ts'
import { PRESETS } from '../../src/membership/presets.ts'
import { createRpc } from '../../src/network/requests.ts'
import type { SimulatedHost } from '../../src/network/simulated/host.ts'
import { World } from '../../src/network/simulated/world.ts'
import { portsOf } from '../network/simulated/ports.ts'
import { agent } from './swarm.ts'

interface MeshNode {
  host: SimulatedHost
  membership: Membership
  directory: Directory
}

async function start(host: SimulatedHost): Promise<MeshNode> {
  const rpc = createRpc(host)
  const membership = createMembership({ ...portsOf(host), rpc, preset: PRESETS.lan })
  const directory = createDirectory({
    ...portsOf(host),
    rpc,
    membership,
    mesh: 'test',
    name: `node-${host.id}`,
    incarnation: () => membership.self.incarnation,
    load: () => ({
      cpu: 0,
      memoryBytes: 0,
      running: 0,
      queued: 0,
      capacity: 1,
      tasksDone: 0,
      tasksFailed: 0,
      meanResponseMs: 7,
    }),
  })
  await host.storage.start()
  await host.network.start()
  await membership.start()
  directory.start()
  directory.announce([agent(`a-${host.id}`, 'do.work')])
  return { host, membership, directory }
}

async function mesh(seed: number, count: number): Promise<[World, MeshNode[]]> {
  const world = new World({ seed })
  const hosts = Array.from({ length: count }, (_, i) => world.host(`n${i}`))
  return [world, await world.settle(Promise.all(hosts.map(start)), 1000)]
}

const workers = ({ directory }: MeshNode): string[] => directory.find({ name: 'do.work' }).map(({ peer }) => peer)
const ids = (nodes: readonly MeshNode[]): string[] => nodes.map(({ host }) => host.id).sort()
const allFind = (nodes: readonly MeshNode[], expected: readonly MeshNode[]): boolean =>
  nodes.every((node) => workers(node).join() === ids(expected).join())

/** As `world.until`, asked every 100 ms: asking after each event of ninety nodes would take most of the time. */
async function until(world: World, condition: () => boolean, maxMs: number): Promise<void> {
  const end = world.now + maxMs
  while (!condition()) {
    expect(world.now).toBeLessThan(end)
    await world.run(100)
  }
}

describe('directory and membership together', () => {
  it('eight nodes started together know who can do what within a second', async () => {
    const [world, nodes] = await mesh(1, 8)
    await until(world, () => allFind(nodes, nodes), 1000)
    const [first] = nodes as [MeshNode]
    const loads = await world.settle(first.directory.loads(ids(nodes), 500), 500)
    expect([...loads.keys()]).toEqual(ids(nodes))
  })

  it('the dead, the leaving and the returning show in what is found', async () => {
    const [world, nodes] = await mesh(2, 6)
    await until(world, () => allFind(nodes, nodes), 2000)
    const [crashed, leaving, ...rest] = nodes as [MeshNode, MeshNode, ...MeshNode[]]
    crashed.host.crash()
    leaving.directory.stop()
    await world.settle(leaving.membership.leave(), 1000)
    await world.settle(leaving.membership.stop(), 1000)
    await world.settle(leaving.host.network.stop(), 1000)
    await until(world, () => allFind(rest, rest), 8000)
    crashed.host.restart()
    const back = await world.settle(start(crashed.host), 1000)
    await until(world, () => allFind([back, ...rest], [back, ...rest]), 15_000)
    // Its word is of this life; its membership may have refuted its death since.
    const incarnation = back.directory.get(back.host.id)?.incarnation
    expect(incarnation).toBeGreaterThan(1)
    await until(
      world,
      () => rest.every(({ directory }) => directory.get(back.host.id)?.incarnation === incarnation),
      2000,
    )
  })

  it('a partition of 60 s takes the other half away, and 5 s after its end all is there again', async () => {
    const [world, nodes] = await mesh(3, 10)
    await until(world, () => allFind(nodes, nodes), 2000)
    const [left, right] = [nodes.slice(0, 4), nodes.slice(4)]
    world.partition([left.map(({ host }) => host), right.map(({ host }) => host)])
    await until(world, () => allFind(left, left) && allFind(right, right), 15_000)
    nodes[9]?.directory.announce([agent('changed', 'do.work'), agent('new', 'do.new')])
    await world.run(60_000)
    world.heal()
    await until(world, () => allFind(nodes, nodes), 5000)
    await until(world, () => nodes.every(({ directory }) => directory.find({ name: 'do.new' }).length === 1), 5000)
  })

  it('beyond a full mesh, all find all', async () => {
    const [world, nodes] = await mesh(4, 90)
    await until(world, () => allFind(nodes, nodes), 15_000)
    expect(nodes[0]?.host.network.peers().length).toBeLessThan(89)
    nodes[50]?.directory.announce([agent('rare', 'do.rare')])
    await until(world, () => nodes.every(({ directory }) => directory.find({ name: 'do.rare' }).length === 1), 15_000)
  })
})
