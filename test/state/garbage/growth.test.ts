import { expect, test } from 'vitest'
import { MAX_DROPPED_KEPT, PASS_MS } from '../../../src/state/garbage/limits.ts'
import { scan } from '../../../src/storage/scan.ts'
import { CustodyMesh, type CustodyNode, DAY } from '../custody-mesh.ts'

/** The retention is a day here instead of a month, so that each of these two days stands for two months. */
const ROUNDS = 24

interface Size {
  cells: number
  vector: number
  rows: number
  collected: number
  retiring: number
  roster: number
  graves: number
  past: number
}

async function sizeOf(mesh: CustodyMesh, node: CustodyNode): Promise<Size> {
  let rows = 0
  const { storage } = node.host
  const count = async (): Promise<void> => {
    for (const table of [
      'state.events',
      'state.context',
      'state.events.other',
      'state.context.other',
      'state.collected',
    ]) {
      for await (const page of scan(storage, table)) rows += page.length
    }
  }
  await mesh.settle(count())
  const cells = [...node.store.core.cells.all()]
  return {
    cells: cells.length - node.custody.garbage.retired.size,
    vector: node.store.core.stored.replicas().length,
    rows: rows - node.custody.garbage.retired.size,
    collected: node.custody.garbage.collected.size,
    retiring: [...node.custody.garbage.retired.values()].filter(({ dropped }) => !dropped).length,
    roster: node.custody.roster.all().length,
    graves: node.custody.garbage.size,
    past: Math.max(...cells.flatMap(([, siblings]) => siblings.map(({ entry }) => entry.past.size))),
  }
}

test('years of keys that come and go, members that come and go, and epochs that end: nothing grows', async () => {
  const mesh = new CustodyMesh(1, 4)
  await mesh.start(mesh.nodes.slice(0, 3))
  const { world } = mesh
  let away: CustodyNode | undefined
  let middle: Size | undefined
  for (let round = 0; round < ROUNDS; round++) {
    const living = mesh.nodes.filter(({ host, started }) => started && host.alive)
    for (const node of living) {
      await mesh.settle(node.set(`new ${round} ${node.id}`, round))
      await mesh.settle(node.set('always', round))
    }
    await mesh.converge(living)
    const old = mesh.nodes.map(({ id }) => `new ${round - 1} ${id}`)
    for (const key of old) if (mesh.node(0).get(key).length > 0) await mesh.settle(mesh.node(0).delete(key))
    // One restarts alone, so that it needs a fresh epoch.
    const restarted = living[round % living.length] as CustodyNode
    const others = living.filter((node) => node !== restarted)
    world.partition([[restarted.host], others.map(({ host }) => host)])
    restarted.host.kill()
    restarted.host.restart()
    await mesh.settle(restarted.start())
    await mesh.settle(restarted.set('alone', round))
    world.heal()
    await mesh.connect(restarted)
    await mesh.converge(living)
    // Now and then one is lost for good as it seems, or a lost one comes back from what it had.
    if (round % 4 === 1) {
      away = mesh.node(1 + (round % 3))
      if (away.started && away.host.alive) away.host.kill()
    } else if (round % 4 === 3 && away) {
      if (away.started) await mesh.restart(away)
      else await mesh.start([away])
      away = undefined
    }
    const present = mesh.nodes.filter(({ host, started }) => started && host.alive)
    // Time in which nothing happens is skipped, but for the passes that two hours have.
    for (let part = 0; part < 2; part++) {
      await mesh.live(8 * PASS_MS, present)
      await world.run(DAY - 8 * PASS_MS)
    }
    await mesh.converge(present)
    if (round === ROUNDS / 2 - 1) middle = await sizeOf(mesh, mesh.node(0))
  }
  const end = await sizeOf(mesh, mesh.node(0))
  const bound = middle as Size
  // Not larger than half a year before, but for what one round's story leaves behind.
  for (const name of Object.keys(end) as (keyof Size)[]) {
    expect(end[name], `${name}: ${JSON.stringify({ middle, end })}`).toBeLessThanOrEqual(bound[name] + 8)
  }
  // Of these the newest are kept.
  expect(mesh.node(0).custody.garbage.retired.size).toBeLessThanOrEqual(MAX_DROPPED_KEPT)
  for (const node of mesh.nodes.filter(({ host }) => host.alive)) {
    for (let past = 0; past < ROUNDS - 1; past++) {
      for (const { id } of mesh.nodes) expect(node.get(`new ${past} ${id}`), `new ${past} ${id}`).toEqual([])
    }
  }
  expect(end.vector).toBeLessThanOrEqual(16)
  for (const node of mesh.nodes) expect(node.fatal).toBeUndefined()
}, 120_000)
