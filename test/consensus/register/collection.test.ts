import { expect, test } from 'vitest'
import {
  COLLECT_AFTER_MS,
  COLLECT_EVERY_MS,
  COLLECT_SOONER_MS,
  MAX_CLEARED,
} from '../../../src/consensus/register/limits.ts'
import type { Simulation } from '../../../src/testing.ts'
import { increment, nodeOf, outcomeOf, SOON_MS, voting } from './mesh.ts'

/** How many registers a voter holds on its disk. */
async function held(mesh: Simulation, i: number): Promise<number> {
  let count = 0
  for (let after: Uint8Array | undefined, more = true; more; ) {
    const page = await mesh.settle(
      mesh.nodes[i]!.host.storage.list('register.records', after ? { after } : {}),
      SOON_MS,
    )
    count += page.entries.length
    after = page.next
    more = page.next !== undefined
  }
  return count
}

async function heldByAll(mesh: Simulation): Promise<number[]> {
  return [await held(mesh, 0), await held(mesh, 1), await held(mesh, 2)]
}

const PATIENCE_MS = COLLECT_AFTER_MS + 3 * COLLECT_EVERY_MS

test('a register that is cleared and left alone is forgotten by all voters, and its revisions go on', async () => {
  const mesh = await voting(1, 4, 3)
  const node = nodeOf(mesh, 3)
  for (let i = 0; i < 5; i++) await mesh.settle(increment(node, 'used'), SOON_MS)
  await mesh.settle(increment(node, 'kept'), SOON_MS)
  const cleared = await mesh.settle(node.register('used').write(undefined), SOON_MS)
  expect(cleared).toMatchObject({ value: undefined, revision: 6 })
  await mesh.run(PATIENCE_MS)
  expect(await heldByAll(mesh)).toEqual([1, 1, 1])
  const fresh = await mesh.settle(node.register('used').read(), SOON_MS)
  expect(fresh).toMatchObject({ value: undefined })
  expect(fresh.revision).toBeGreaterThanOrEqual(6)
  const { reading } = await mesh.settle(increment(nodeOf(mesh, 0), 'used'), SOON_MS)
  expect(reading).toMatchObject({ value: 1, revision: fresh.revision + 1 })
  // One that was never used starts above as well: its fences are in nobody's way.
  expect((await mesh.settle(increment(node, 'new'), SOON_MS)).reading.revision).toBeGreaterThan(6)
  expect((await mesh.settle(node.register('kept').read(), SOON_MS)).revision).toBe(1)
  await mesh.stop()
})

test('what was collected stays so for voters that come later, and their revisions go on too', async () => {
  const mesh = await voting(2, 6, 3)
  const node = nodeOf(mesh, 5)
  for (let i = 0; i < 5; i++) await mesh.settle(increment(node, 'used'), SOON_MS)
  await mesh.settle(node.register('used').write(undefined), SOON_MS)
  await mesh.run(PATIENCE_MS)
  await mesh.settle(node.voters.set(['n3', 'n4']), 70_000)
  expect((await mesh.settle(increment(node, 'used'), SOON_MS)).reading.revision).toBeGreaterThan(6)
  await mesh.stop()
})

test('while a voter is away nothing is collected, and what it missed does not come back with it', async () => {
  const mesh = await voting(3, 4, 3)
  const node = nodeOf(mesh, 3)
  await mesh.settle(increment(node, 'used'), SOON_MS)
  mesh.nodes[2]!.kill()
  await mesh.settle(node.register('used').write(undefined), SOON_MS)
  await mesh.run(PATIENCE_MS)
  expect(await held(mesh, 0)).toBe(1)
  await mesh.settle(mesh.nodes[2]!.restart(), SOON_MS)
  await mesh.run(PATIENCE_MS)
  expect(await heldByAll(mesh)).toEqual([0, 0, 0])
  expect((await mesh.settle(node.register('used').read(), SOON_MS)).value).toBeUndefined()
  await mesh.stop()
})

test('very many names used once leave an acceptor bounded', async () => {
  const mesh = await voting(4, 1, 1)
  const node = nodeOf(mesh, 0)
  const names = MAX_CLEARED + 904
  for (let i = 0; i < names; i += 1000) {
    const some = Array.from({ length: 1000 }, async (_, j) => {
      const { reading } = await increment(node, `name ${i + j}`)
      await node.register(`name ${i + j}`).compareAndSet(reading.version, undefined)
    })
    await mesh.settle(Promise.all(some), SOON_MS)
  }
  expect(await held(mesh, 0)).toBe(names)
  await mesh.run(COLLECT_SOONER_MS + 2 * COLLECT_EVERY_MS)
  expect(await held(mesh, 0)).toBeLessThan(100)
  expect((await mesh.settle(increment(node, 'name 1'), SOON_MS)).reading.revision).toBeGreaterThan(2)
  await mesh.stop()
})

test('a change whose nonce was collected with its register is not made again by the call that waited', async () => {
  const mesh = await voting(5, 4, 3)
  const [a, b, c, d] = mesh.nodes
  const node = nodeOf(mesh, 3)
  await mesh.settle(increment(node, 'r'), SOON_MS)
  for (const voter of [a!, b!, c!]) mesh.block(voter, d!)
  const waiting = outcomeOf(increment(node, 'r', { nonce: 'mine', timeoutMs: 2 * PATIENCE_MS }))
  await mesh.run(1000)
  await mesh.settle(nodeOf(mesh, 0).register('r').write(undefined), SOON_MS)
  await mesh.run(PATIENCE_MS)
  mesh.heal()
  expect(await mesh.settle(waiting, 2 * PATIENCE_MS)).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  await mesh.stop()
})
