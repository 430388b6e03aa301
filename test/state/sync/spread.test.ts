import { expect, test } from 'vitest'
import { SPREAD_ENOUGH } from '../../../src/state/sync/limits.ts'
import { type Mark, Spread } from '../../../src/state/sync/spread.ts'
import { type SimulatedNode, type Simulation, simulate } from '../../../src/testing.ts'

test('a write is spread when enough peers have it from exchanges that began after it', () => {
  const store = { replica: 'a.1', sequence: 1 }
  const spread = new Spread(store)
  const reach = (mark: Mark) => {
    for (let i = 0; i < SPREAD_ENOUGH; i++) spread.reached(`p${i}`, mark)
  }
  const early = spread.mark
  store.sequence = 2
  reach(early)
  expect(spread.isEnough).toBe(false)
  for (let i = 0; i < SPREAD_ENOUGH; i++) {
    expect(spread.isEnough).toBe(false)
    spread.reached(`p${i}`, spread.mark)
  }
  expect(spread.isEnough).toBe(true)
  store.sequence = 3
  expect(spread.isEnough).toBe(false)
  reach(spread.mark)
  expect(spread.isEnough).toBe(true)
})

test('one peer that is met again and again is one', () => {
  const spread = new Spread({ replica: 'a.1', sequence: 1 })
  for (let i = 0; i < 2 * SPREAD_ENOUGH; i++) spread.reached('p', spread.mark)
  expect(spread.isEnough).toBe(false)
})

test('what was written as another replica is another write, though it has the same number', () => {
  const store = { replica: 'a.1', sequence: 1 }
  const spread = new Spread(store)
  const before = spread.mark
  for (let i = 0; i < SPREAD_ENOUGH; i++) spread.reached(`p${i}`, before)
  store.replica = 'a.2'
  for (let i = 0; i < SPREAD_ENOUGH; i++) spread.reached(`p${i}`, before)
  expect(spread.isEnough).toBe(false)
  for (let i = 0; i < SPREAD_ENOUGH - 1; i++) spread.reached(`p${i}`, spread.mark)
  expect(spread.isEnough).toBe(false)
})

/** Announcements of where nodes stand, from now on. */
function announcements(mesh: Simulation): { count: number } {
  const counted = { count: 0 }
  for (const { host } of mesh.nodes) {
    const publish = host.network.publish
    host.network.publish = (topic, data) => {
      if (topic.endsWith('/digests')) counted.count++
      publish.call(host.network, topic, data)
    }
  }
  return counted
}

test('of a crowd that starts together nobody tells what all know; a write in the mesh that it became is announced', async () => {
  const mesh = await simulate({ seed: 1, nodes: 40 })
  const counted = announcements(mesh)
  const notes = mesh.nodes.map(({ mesh }) => mesh.state('notes', { policy: 'latest' }))
  await mesh.settle(Promise.all(notes.map((each, i) => each.set(`of ${i}`, i))), 1000)
  await mesh.run(3000)
  expect(counted.count).toBe(0)
  const contents = new Set(mesh.nodes.map((node) => node.mesh.status().state.content))
  expect(contents.size).toBe(1)
  // Peers just met are compared with one after the other: until then there are exchanges enough.
  await mesh.run(10_000)
  await mesh.settle(notes[7]?.set('key', 'value') as Promise<unknown>, 1000)
  await mesh.run(1000)
  expect(counted.count).toBe(1)
  await mesh.stop()
})

test('with the first write in a mesh all join: at most who wrote is announced, and all know all the same', async () => {
  const mesh = await simulate({ seed: 1, nodes: 40 })
  await mesh.run(5000)
  const counted = announcements(mesh)
  await mesh.settle(mesh.node('n7').mesh.state('notes', { policy: 'latest' }).set('key', 'value'), 1000)
  await mesh.run(2000)
  expect(counted.count).toBeLessThanOrEqual(1)
  for (const { parts } of mesh.nodes) expect(parts.custody.roster.size).toBe(40)
  await mesh.stop()
})

test('beyond a full mesh joins are left to the exchanges, and what a node writes then shows at once with nearly all', async () => {
  const mesh = await simulate({ seed: 1, nodes: 80 })
  await mesh.run(5000)
  const write = async (name: string): Promise<void> => {
    await mesh.settle(mesh.node(name).mesh.state('notes', { policy: 'latest' }).set(name, name), 1000)
    // A gap would be looked into after 50 ms.
    await mesh.run(40)
    const shows = ({ parts }: SimulatedNode): boolean =>
      parts.store.core.siblings({ namespace: 'notes', key: name, path: '' }).length > 0
    expect(mesh.nodes.filter(shows).length).toBeGreaterThan(70)
  }
  await write('n7')
  const known = (): number => mesh.nodes.reduce((sum, { parts }) => sum + parts.custody.roster.size, 0)
  expect(known()).toBeLessThan(80 * 8)
  // Its join has gone to nobody yet: it comes with the write.
  await write('n8')
  await mesh.until(() => known() === 80 * 80, 10_000, 'all members are known')
  await mesh.stop()
})
