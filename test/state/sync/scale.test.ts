import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/lib/random.ts'
import { Swarm, type SyncNode } from './swarm.ts'

/** Writes one by one from random nodes and returns how long each took to show everywhere, in virtual milliseconds. */
async function spread(swarm: Swarm, writes: number, seed: number, gapMs: number): Promise<number[]> {
  const { world, nodes } = swarm
  const random = seededRandom(seed)
  const began: number[] = []
  const took: number[] = []
  /** Of each write, the nodes where it does not show yet. */
  const open: Set<SyncNode>[] = []
  for (const node of nodes) {
    node.store.on('change', () => {
      for (const [i, missing] of open.entries()) {
        if (missing.has(node) && node.get(`w${i}`).length > 0) missing.delete(node)
        if (missing.size === 0 && took[i] === undefined) took[i] = world.now - (began[i] as number)
      }
    })
  }
  for (let i = 0; i < writes; i++) {
    began.push(world.now)
    open.push(new Set(nodes))
    await (nodes[random.below(nodes.length)] as SyncNode).put(`w${i}`, String(i))
    await world.run(gapMs * random.float() * 2)
  }
  await world.until(() => took.filter((it) => it !== undefined).length === writes, 20_000, 'every write everywhere')
  return took.sort((a, b) => a - b)
}

const p99 = (sorted: readonly number[]): number => sorted[Math.ceil(sorted.length * 0.99) - 1] as number

async function thirty(seed: number, loss: number): Promise<Swarm> {
  const swarm = new Swarm({ seed, link: { latencyMs: [5, 5], loss }, membership: true })
  await swarm.addMany(30)
  await swarm.world.until(
    () => swarm.nodes.every(({ host }) => host.network.peers().length === 29),
    30_000,
    'a full mesh',
  )
  return swarm
}

test('30 nodes at 5 ms: a write shows everywhere within a second at p99', async () => {
  const swarm = await thirty(1, 0)
  const took = await spread(swarm, 200, 1, 50)
  expect(p99(took)).toBeLessThan(1000)
  // Half of them in about a round trip.
  expect(took[100]).toBeLessThan(50)
  await swarm.settled(10_000)
}, 60_000)

test('30 nodes at 5 ms and 5 % loss: within three seconds at p99', async () => {
  const swarm = await thirty(2, 0.05)
  expect(p99(await spread(swarm, 200, 2, 50))).toBeLessThan(3000)
  await swarm.settled(10_000)
}, 60_000)

test('60 seconds of partition are healed within 5 seconds of its end', async () => {
  const swarm = await thirty(3, 0)
  const { world, nodes } = swarm
  world.partition([nodes.slice(0, 13).map(({ host }) => host), nodes.slice(13).map(({ host }) => host)])
  for (let second = 0; second < 60; second++) {
    for (const node of nodes) if (second % 5 === 0) await node.put(`${node.id} ${second}`, 'x')
    await world.run(1000)
  }
  expect(swarm.agree).toBe(false)
  world.heal()
  await swarm.settled(5000)
}, 60_000)

test('150 nodes, more than anybody is connected to: a write shows everywhere within 3 seconds', async () => {
  const swarm = new Swarm({ seed: 4, link: { latencyMs: [5, 5] }, membership: true })
  await swarm.addMany(150)
  await swarm.world.run(20_000)
  expect(Math.min(...swarm.nodes.map(({ host }) => host.network.peers().length))).toBeLessThan(140)
  const took = await spread(swarm, 30, 4, 100)
  expect(p99(took)).toBeLessThan(3000)
  expect(took[15]).toBeLessThan(500)
}, 120_000)
