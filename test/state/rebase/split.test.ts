import { expect, test } from 'vitest'
import { COUNTER_PREFIX } from '../../../src/state/paths.ts'
import { CustodyMesh, type CustodyNode, DAY, HOUR } from '../custody-mesh.ts'

const sides = (mesh: CustodyMesh, ...groups: CustodyNode[][]): void =>
  mesh.world.partition(groups.map((group) => group.map(({ host }) => host)))

/** Cuts what a partition leaves half open, as the failure detector does. */
const cut = (left: readonly CustodyNode[], right: readonly CustodyNode[]): void => {
  for (const a of left) {
    for (const b of right) {
      a.host.network.disconnect(b.id)
      b.host.network.disconnect(a.id)
    }
  }
}

async function heal(mesh: CustodyMesh): Promise<void> {
  mesh.world.heal()
  for (const node of mesh.nodes) await mesh.connect(node)
  await mesh.converge()
}

const part = (node: CustodyNode): string => `${COUNTER_PREFIX}${node.store.replica}`
const count = (node: CustodyNode, key: string): number => {
  let sum = 0
  for (const path of node.store.core.cells.paths('n', key).keys()) {
    for (const value of node.get(key, path)) sum += value as number
  }
  return sum
}

test('two halves that evicted each other: one rebases, nothing acknowledged is lost, nothing deleted comes back', async () => {
  const mesh = new CustodyMesh(1, 5)
  await mesh.start()
  for (const [i, node] of mesh.nodes.entries()) await mesh.settle(node.set(`own ${i}`, i))
  await mesh.settle(mesh.node(0).set('deleted on the left', 1))
  await mesh.settle(mesh.node(4).set('deleted on the right', 1))
  for (const i of [0, 4]) {
    const node = mesh.node(i)
    await mesh.settle(node.write([{ key: 'counter', path: part(node), value: 10 }]))
  }
  await mesh.converge()
  const [left, right] = [mesh.nodes.slice(0, 3), mesh.nodes.slice(3)]
  sides(mesh, left, right)
  cut(left, right)
  await mesh.settle(mesh.node(1).delete('deleted on the left'))
  await mesh.settle(mesh.node(3).delete('deleted on the right'))
  for (const [i, node] of mesh.nodes.entries()) await mesh.settle(node.set(`during ${i}`, i))
  await mesh.settle(mesh.node(0).set('own 4', 'changed on the left'))
  await mesh.settle(mesh.node(4).write([{ key: 'counter', path: part(mesh.node(4)), value: 13 }]))
  await mesh.settle(mesh.node(0).write([{ key: 'counter', path: part(mesh.node(0)), value: 11 }]))
  await mesh.live(1.6 * DAY, left)
  await mesh.live(1.6 * DAY, right)
  expect(mesh.node(0).custody.roster.members).toEqual(['n0', 'n1', 'n2'])
  expect(mesh.node(4).custody.roster.members).toEqual(['n3', 'n4'])
  await heal(mesh)
  await mesh.live(3 * HOUR)
  for (const node of mesh.nodes) {
    expect(node.custody.roster.members).toEqual(['n0', 'n1', 'n2', 'n3', 'n4'])
    expect(node.content()).toEqual(mesh.node(0).content())
    for (let i = 0; i < 5; i++) expect(node.get(`during ${i}`)).toEqual([i])
    for (let i = 0; i < 4; i++) expect(node.get(`own ${i}`)).toEqual([i])
    expect(node.get('own 4')).toEqual(['changed on the left'])
    expect(node.get('deleted on the left')).toEqual([])
    expect(node.get('deleted on the right')).toEqual([])
    expect(count(node, 'counter')).toBe(24)
    expect(node.fatal).toBeUndefined()
  }
})

test('a member that was away beyond the retention is evicted, rebases and is a member again, with what it wrote alone', async () => {
  const mesh = new CustodyMesh(2, 3)
  await mesh.start()
  await mesh.settle(mesh.node(2).set('x', 1))
  await mesh.settle(mesh.node(2).set('gone', 1))
  await mesh.converge()
  const [rest, away] = [mesh.nodes.slice(0, 2), mesh.node(2)]
  sides(mesh, rest, [away])
  cut(rest, [away])
  await mesh.settle(away.set('alone', 1))
  await mesh.settle(away.delete('x'))
  away.host.kill()
  await mesh.settle(mesh.node(0).delete('gone'))
  await mesh.live(1.6 * DAY, rest)
  expect(mesh.node(0).custody.roster.members).toEqual(['n0', 'n1'])
  mesh.world.heal()
  await mesh.restart(away)
  await mesh.converge()
  await mesh.live(HOUR)
  for (const node of mesh.nodes) {
    expect(node.custody.roster.members).toEqual(['n0', 'n1', 'n2'])
    expect(node.get('alone')).toEqual([1])
    expect(node.get('x')).toEqual([])
    expect(node.get('gone')).toEqual([])
    expect(node.content()).toEqual(mesh.node(0).content())
  }
})

test('a rebase survives a restart', async () => {
  const mesh = new CustodyMesh(3, 3)
  await mesh.start()
  await mesh.converge()
  const [rest, away] = [mesh.nodes.slice(0, 2), mesh.node(2)]
  sides(mesh, rest, [away])
  cut(rest, [away])
  for (let i = 0; i < 5; i++) await mesh.settle(away.set(`alone ${i}`, i))
  await mesh.settle(mesh.node(0).set('y', 1))
  await mesh.settle(mesh.node(0).delete('y'))
  await mesh.live(1.6 * DAY, rest)
  await heal(mesh)
  const content = away.content()
  away.host.kill()
  await mesh.restart(away)
  expect(away.content()).toEqual(content)
  await mesh.converge()
  for (let i = 0; i < 5; i++) expect(mesh.node(0).get(`alone ${i}`)).toEqual([i])
})

test('what only the lesser half had comes back with any of it, once, though its author never does', async () => {
  const mesh = new CustodyMesh(4, 6)
  await mesh.start()
  const lost = mesh.node(5)
  await mesh.settle(lost.write([{ key: 'counter', path: part(lost), value: 10 }]))
  await mesh.settle(lost.set('changed', 'before'))
  await mesh.converge()
  const [left, right] = [mesh.nodes.slice(0, 3), mesh.nodes.slice(3)]
  sides(mesh, left, right)
  cut(left, right)
  const counted = part(lost)
  await mesh.settle(lost.write([{ key: 'counter', path: counted, value: 13 }]))
  await mesh.settle(
    lost.write([
      { key: 'both', value: 1 },
      { key: 'one of two', value: 1 },
    ]),
  )
  await mesh.settle(lost.set('changed', 'after'))
  await mesh.settle(lost.set('overwritten', 1))
  await mesh.converge(right)
  await mesh.settle(mesh.node(3).set('overwritten', 2))
  await mesh.settle(mesh.node(4).delete('one of two'))
  await mesh.converge(right)
  lost.host.crash()
  await mesh.live(1.6 * DAY, left)
  await mesh.live(1.6 * DAY, right.slice(0, 2))
  const living = mesh.nodes.slice(0, 5)
  mesh.world.heal()
  for (const node of living) await mesh.connect(node)
  await mesh.converge(living)
  await mesh.live(3 * HOUR, living)
  for (const node of living) {
    expect(node.get('changed')).toEqual(['after'])
    expect(node.get('both')).toEqual([1])
    expect(node.get('one of two')).toEqual([])
    expect(node.get('overwritten')).toEqual([2])
    expect(count(node, 'counter')).toBe(13)
    expect(node.content()).toEqual(mesh.node(0).content())
    expect(node.fatal).toBeUndefined()
  }
})

test('somebody new who reaches both halves, which do not reach each other, ends it with a rebase of each node', async () => {
  const mesh = new CustodyMesh(5, 5)
  const [left, right, between] = [mesh.nodes.slice(0, 2), mesh.nodes.slice(2, 4), mesh.node(4)]
  await mesh.start([...left, ...right])
  await mesh.settle(mesh.node(0).set('deleted', 1))
  await mesh.converge([...left, ...right])
  sides(mesh, left, right)
  cut(left, right)
  await mesh.settle(mesh.node(1).delete('deleted'))
  for (const [i, node] of [...left, ...right].entries()) await mesh.settle(node.set(`during ${i}`, i))
  await mesh.live(1.6 * DAY, left)
  await mesh.live(1.6 * DAY, right)
  sides(mesh, [...mesh.nodes])
  const before = rebases(mesh)
  await mesh.settle(between.start())
  await mesh.settle(between.set('new', 1))
  await mesh.connect(between, [mesh.node(3)])
  await mesh.world.run(5000)
  // What a stranger must have to be let in, as with those whose state it took over.
  expect(between.custody.garbage.acknowledged(between.id)?.shown.size).toBeGreaterThan(0)
  await mesh.connect(between, [mesh.node(0)])
  await mesh.live(2 * HOUR)
  for (const node of mesh.nodes) {
    expect(node.content()).toEqual(mesh.node(0).content())
    expect(node.get('new')).toEqual([1])
    expect(node.get('deleted')).toEqual([])
    for (let i = 0; i < 4; i++) expect(node.get(`during ${i}`)).toEqual([i])
  }
  expect(rebases(mesh) - before).toBeLessThanOrEqual(2 * mesh.nodes.length)
})

const rebases = (mesh: CustodyMesh): number =>
  mesh.world.trace.lines.filter((line) => line.includes(' rebased onto=')).length
