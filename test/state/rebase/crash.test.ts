import { expect, test } from 'vitest'
import { holds } from '../../../src/state/garbage/runs.ts'
import { CustodyMesh, DAY, HOUR, SOON_MS } from '../custody-mesh.ts'

/** More storage steps than one rebase has. */
const STEPS = 40

/** A node that was evicted comes back and dies at that storage step of its rebase. Whether it came so far. */
async function diesAt(step: number): Promise<boolean> {
  const mesh = new CustodyMesh(step, 3)
  await mesh.start()
  const [rest, away] = [mesh.nodes.slice(0, 2), mesh.node(2)]
  await mesh.settle(away.set('deleted', 1))
  await mesh.settle(away.set('kept', 1))
  await mesh.converge()
  mesh.world.partition([rest.map(({ host }) => host), [away.host]])
  for (const { host, id } of rest) {
    host.network.disconnect(away.id)
    away.host.network.disconnect(id)
  }
  for (let i = 0; i < 3; i++) await mesh.settle(away.set(`alone ${i}`, i))
  await mesh.settle(mesh.node(0).delete('deleted'))
  await mesh.live(1.6 * DAY, rest)
  mesh.world.heal()
  let left = step
  // So that what is asked for together need not be durable together.
  away.host.diskLatencyMs = [1, 1]
  away.host.onStorageStep = () => {
    if (--left === 0) away.host.crash()
  }
  // Whom it dials it may not live to reach.
  for (const { host } of rest)
    away.host.network.connect(host.id, host.network.addresses(), SOON_MS).catch(() => undefined)
  await mesh.world.run(5000)
  const died = !away.host.alive
  away.host.onStorageStep = () => undefined
  if (died) {
    away.host.restart()
    await mesh.settle(away.start())
    // What it demands of others it has itself: otherwise each of them would be behind the other, and neither ever let in.
    expect(holds(away.store.core.stored, away.custody.garbage.collected), `step ${step}`).toBe(true)
    await mesh.connect(away)
  }
  await mesh.converge()
  await mesh.live(HOUR)
  for (const node of mesh.nodes) {
    expect(node.content(), `step ${step}`).toEqual(mesh.node(0).content())
    for (let i = 0; i < 3; i++) expect(node.get(`alone ${i}`), `step ${step}`).toEqual([i])
    expect(node.get('kept'), `step ${step}`).toEqual([1])
    expect(node.get('deleted'), `step ${step}`).toEqual([])
    expect(node.fatal).toBeUndefined()
  }
  return died
}

test('a crash at any storage step of a rebase loses nothing and brings nothing back', async () => {
  let died = 0
  for (let step = 1; step <= STEPS; step++) {
    if (!(await diesAt(step))) break
    died++
  }
  expect(died).toBeGreaterThan(3)
  expect(died).toBeLessThan(STEPS)
}, 60_000)
