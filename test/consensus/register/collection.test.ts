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

/** Ten thousand locks of three voters on a loaded machine. */
const SLOW_MS = 120_000

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

test('who has used a register before changes it after it was collected, at once', async () => {
  const mesh = await voting(8, 4, 3)
  const node = nodeOf(mesh, 3)
  for (const name of ['used', 'other', 'other']) await mesh.settle(increment(node, name), SOON_MS)
  // The floor of both is the higher revision, that of the other.
  for (const name of ['used', 'other']) await mesh.settle(node.register(name).write(undefined), SOON_MS)
  await mesh.run(PATIENCE_MS)
  expect(await heldByAll(mesh)).toEqual([0, 0, 0])
  expect(await mesh.settle(increment(node, 'used'), SOON_MS)).toMatchObject({ applied: true, reading: { value: 1 } })
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

test('what the first voter has missed is collected by the others once it is back', async () => {
  const mesh = await voting(7, 4, 3)
  const node = nodeOf(mesh, 3)
  await mesh.settle(increment(node, 'used'), SOON_MS)
  await mesh.run(1000)
  mesh.nodes[0]!.kill()
  await mesh.settle(node.register('used').write(undefined), SOON_MS)
  await mesh.settle(mesh.nodes[0]!.restart(), SOON_MS)
  // The first one holds a value still, and knows of nothing to collect.
  await mesh.run(2 * PATIENCE_MS)
  expect(await heldByAll(mesh)).toEqual([0, 0, 0])
  await mesh.stop()
})

test('a voter that is away for good is removed, and then the rest collect what has come together', async () => {
  const mesh = await voting(6, 4, 3)
  const node = nodeOf(mesh, 3)
  mesh.nodes[2]!.kill()
  for (let i = 0; i < 20; i++) {
    await mesh.settle(increment(node, `name ${i}`), SOON_MS)
    await mesh.settle(node.register(`name ${i}`).write(undefined), SOON_MS)
  }
  await mesh.run(PATIENCE_MS)
  expect(await held(mesh, 0)).toBe(20)
  await mesh.settle(node.voters.remove('n2'), 70_000)
  await mesh.run(PATIENCE_MS)
  // What is left is the register of the voters themselves.
  expect([await held(mesh, 0), await held(mesh, 1)]).toEqual([1, 1])
  await mesh.settle(mesh.nodes[2]!.restart(), SOON_MS)
  await mesh.settle(node.voters.add('n2'), 70_000)
  for (let i = 0; i < 20; i++) {
    expect((await mesh.settle(node.register(`name ${i}`).read(), SOON_MS)).value).toBeUndefined()
  }
  await mesh.stop()
})

test(
  'a stream of lock names, each used once, leaves every acceptor bounded',
  async () => {
    const mesh = await voting(4, 4, 3)
    const node = nodeOf(mesh, 3)
    const [perRound, everyMs, rounds] = [500, 10_000, 20]
    let most = 0
    for (let round = 0; round < rounds; round++) {
      const some = Array.from({ length: perRound }, async (_, i) => {
        const lease = await node.lock(`${round} ${i}`).acquire()
        await lease.release()
      })
      await mesh.settle(Promise.all(some), SOON_MS)
      await mesh.run(everyMs)
      most = Math.max(most, ...(await heldByAll(mesh)))
    }
    // As many as may wait, and those that are too young to be collected.
    const bound = MAX_CLEARED + perRound * Math.ceil((COLLECT_SOONER_MS + 2 * COLLECT_EVERY_MS) / everyMs + 1)
    expect(perRound * rounds).toBeGreaterThan(1.4 * bound)
    expect(most).toBeLessThan(bound)
    expect((await mesh.settle(node.lock('0 0').acquire(), SOON_MS)).fence).toBeGreaterThan(2)
    await mesh.stop()
  },
  SLOW_MS,
)

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
