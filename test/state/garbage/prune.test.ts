import { expect, test } from 'vitest'
import { MAX_DROPPED_KEPT } from '../../../src/state/garbage/limits.ts'
import { encodeRetired, NOT_RETIRED } from '../../../src/state/garbage/retired.ts'
import { RETIRED } from '../../../src/state/roster/names.ts'
import { CustodyMesh, type CustodyNode, HOUR } from '../custody-mesh.ts'

const said = (i: number, dropped: boolean) => ({
  namespace: RETIRED,
  key: `old.${i.toString(16).padStart(16, '0')}`,
  path: '',
  value: encodeRetired({ ...NOT_RETIRED, final: 1, dropped, known: dropped ? [[1, 1]] : [] }),
})
const dropped = ({ custody }: CustodyNode): number =>
  [...custody.garbage.retired.values()].filter((record) => record.dropped).length

test('two halves forget the same records of those that one write has dropped, and who returns brings nothing back', async () => {
  const mesh = new CustodyMesh(1, 4)
  const [a, b, c, d] = [mesh.node(0), mesh.node(1), mesh.node(2), mesh.node(3)]
  const two = [a, b]
  await mesh.start()
  await mesh.settle(d.set('k', 'dead'))
  await mesh.converge()
  for (const node of [a, b, c]) await mesh.settle(node.set(node.id, 1))
  await mesh.converge()
  for (const node of mesh.nodes) {
    await mesh.settle(node.custody.upkeep.pass())
    await mesh.converge()
  }
  c.host.crash()
  d.host.crash()
  for (const gone of ['n3', 'n2']) await mesh.settle(a.custody.roster.evict(gone, 'away'))
  for (const key of ['k', 'z']) await mesh.settle(a.delete(key))
  await mesh.live(3 * HOUR, two)
  // Six are retired, three by each of the two at once, and dropped in one write: to each they come in another order. Later many others.
  for (let i = 0; i < 3; i++) {
    await mesh.settle(a.store.write([said(i, false)]))
    await mesh.settle(b.store.write([said(3 + i, false)]))
  }
  await mesh.converge(two)
  await mesh.settle(a.store.write([0, 1, 2, 3, 4, 5].map((i) => said(i, true))))
  await mesh.converge(two)
  for (let i = 6; dropped(a) < MAX_DROPPED_KEPT + 3; i++) await mesh.settle(a.store.write([said(i, true)]))
  await mesh.converge(two)
  const last = a.store.sequence
  const isSettled = ({ custody }: CustodyNode): boolean =>
    (custody.garbage.cut?.settled.get(a.store.replica as string) ?? 0) >= last
  for (let i = 0; !two.every(isSettled); i++) {
    for (const node of [b, a]) await mesh.settle(node.custody.upkeep.pass())
    await mesh.settle(b.set('gone', i))
    await mesh.settle(b.delete('gone'))
    await mesh.converge(two)
  }
  mesh.world.partition([[a.host], [b.host]])
  for (const node of two) for (let i = 0; i < 3; i++) await mesh.settle(node.custody.upkeep.pass())
  mesh.world.heal()
  await mesh.connect(a, [b])
  await mesh.live(3 * HOUR, two)
  await mesh.settle(b.set('gone', 99))
  await mesh.settle(b.delete('gone'))
  await mesh.live(30 * HOUR, two)
  expect(two.map(dropped)).toEqual([MAX_DROPPED_KEPT, MAX_DROPPED_KEPT])
  // It knows k from before the eviction.
  await mesh.restart(c, two)
  await mesh.live(HOUR, [a, b, c])
  expect([a, b, c].map((node) => node.get('k'))).toEqual([[], [], []])
}, 60_000)
