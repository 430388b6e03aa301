import { expect, test } from 'vitest'
import type { DirectRpc } from '../../../src/network/rpc.ts'
import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import { MAX_PUSH_EVENT_BYTES, MEET_PAUSE_MS } from '../../../src/state/sync/limits.ts'
import { SYNC_PROTOCOL } from '../../../src/state/sync/messages.ts'
import { type SimulatedNode, type Simulation, simulate } from '../../../src/testing.ts'
import { Swarm, type SyncNode } from './swarm.ts'

test('who gets something after it has met others with nothing asks them, whatever becomes of what it tells', async () => {
  const tamper = ({ network }: SimulatedHost, rpc: DirectRpc): void => {
    rpc.notify = () => true
    network.publish = () => undefined
  }
  const swarm = new Swarm({ seed: 1, empty: true, tamper })
  const nodes = await swarm.addMany(6)
  await swarm.connectAll()
  await swarm.world.run(5000)
  await swarm.world.settle(nodes[2]?.put('key', 'value') as Promise<void>, 1000)
  // The first at once and each of the others a pause later.
  await swarm.world.until(
    () => nodes.every((node) => node.get('key').length > 0),
    nodes.length * MEET_PAUSE_MS,
    'all have it',
  )
})

test.each(['status', 'syncNow'] as const)(
  'who has looked by %s while nobody held anything hears of the first write as soon as others',
  async (look) => {
    const swarm = new Swarm({ seed: 1, empty: true })
    const nodes = await swarm.addMany(20)
    const [hub, looker, writer] = [nodes[10], nodes[15], nodes[3]] as [SyncNode, SyncNode, SyncNode]
    for (const node of nodes) if (node !== hub) await swarm.connect(node, hub)
    await swarm.world.run(5000)
    await swarm.world.settle<unknown>(looker.sync[look](), 10_000)
    await swarm.world.run(5000)
    await swarm.world.settle(writer.put('key', 'value'), 1000)
    await swarm.world.until(() => looker.get('key').length > 0, nodes.length * MEET_PAUSE_MS, 'it has it')
  },
)

/** Streams of the exchange of state that were opened from now on. */
function opened(mesh: Simulation): { count: number } {
  const counted = { count: 0 }
  for (const { host } of mesh.nodes) {
    const { open } = host.network
    host.network.open = (peer, protocol, timeoutMs) => {
      if (protocol === SYNC_PROTOCOL) counted.count++
      return open.call(host.network, peer, protocol, timeoutMs)
    }
  }
  return counted
}

const shows = ({ parts }: SimulatedNode, key: string): boolean =>
  parts.store.core.siblings({ namespace: 'notes', key, path: '' }).length > 0

test('in a mesh that holds nothing nobody compares anything; what is too large for a push shows everywhere all the same soon', async () => {
  const mesh = await simulate({ seed: 1, nodes: 12 })
  const counted = opened(mesh)
  await mesh.run(30_000)
  expect(counted.count).toBe(0)
  const large = 'x'.repeat(2 * MAX_PUSH_EVENT_BYTES)
  // Whoever writes, its id is above that of some and below that of others.
  await mesh.settle(mesh.node('n5').mesh.state('notes', { policy: 'latest' }).set('key', large), 1000)
  await mesh.until(() => mesh.nodes.every((node) => shows(node, 'key')), 1000, 'all have it')
  await mesh.stop()
})

test('who comes to a mesh that holds something gets it at once, whichever of the two has the greater id', async () => {
  const mesh = await simulate({ seed: 2, nodes: 3 })
  await mesh.run(5000)
  const first = mesh.node('n1')
  await mesh.settle(first.mesh.state('notes', { policy: 'latest' }).set('key', 'value'), 1000)
  // n2 began with nothing, and so did n0; both had met it so.
  await mesh.until(() => mesh.nodes.every((node) => shows(node, 'key')), 1000, 'all have it')
  const late = mesh.add()
  await mesh.settle(late.mesh.start(), 10_000)
  await mesh.until(() => shows(late, 'key'), 1000, 'the late one has it')
  await mesh.stop()
})

test('who stood still during the first write gets it when it goes on', async () => {
  const mesh = await simulate({ seed: 3, nodes: 3 })
  await mesh.run(5000)
  const deaf = mesh.node('n0')
  deaf.pause()
  await mesh.settle(mesh.node('n1').mesh.state('notes', { policy: 'latest' }).set('key', 'value'), 1000)
  // Shorter than it takes to be held for dead.
  await mesh.run(4000)
  deaf.resume()
  await mesh.until(() => shows(deaf, 'key'), 5000, 'it has it too')
  await mesh.stop()
})
