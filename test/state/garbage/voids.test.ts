import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StateCore } from '../../../src/state/core.ts'
import { replicaId } from '../../../src/state/dot.ts'
import type { WriteEvent } from '../../../src/state/entry.ts'
import { NO_PAST } from '../../../src/state/entry.ts'
import { HOLE_GRACE_MS, PASS_MS } from '../../../src/state/garbage/limits.ts'
import { highestOf, voidDots, type Word } from '../../../src/state/garbage/voids.ts'
import { type Range, RangeSet } from '../../../src/state/ranges.ts'
import { CustodyMesh, type CustodyNode, DAY, HOUR } from '../custody-mesh.ts'
import { Caretaker, event, record, replica } from './caretaker.ts'

const REPLICA = 'p.0000000000000000'
const LAST = 30

/** Which of the first dots of a replica each member holds. */
const holdings = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: LAST })), { minLength: 1, maxLength: 5 })

function wordOf(held: readonly number[]): Word {
  const set = new RangeSet()
  for (const dot of held) set.add(dot, dot)
  const [first, ...others] = set.ranges
  return first?.[0] === 1 ? { run: first[1], above: others } : { run: 0, above: set.ranges }
}

test('void is what nobody holds below what somebody holds, and nothing else', () => {
  fc.assert(
    fc.property(holdings, (members) => {
      const words = members.map(wordOf)
      const voids = RangeSet.of(voidDots(words))
      const held = new Set(members.flat())
      const highest = Math.max(0, ...held)
      expect(highestOf(words)).toBe(highest)
      for (let dot = 1; dot <= LAST; dot++) expect(voids.has(dot)).toBe(dot < highest && !held.has(dot))
    }),
  )
})

test('when void dots are known all that is held shows everywhere, whatever came before and after', () => {
  const event = (sequence: number): WriteEvent => {
    const entry = { namespace: 'n', key: `k${sequence}`, path: '', value: new Uint8Array([sequence]) }
    return { replica: REPLICA, sequence, time: sequence, entries: [{ ...entry, fence: 0, rank: 0, past: NO_PAST }] }
  }
  fc.assert(
    fc.property(holdings, fc.array(fc.nat(4)), (members, early) => {
      const held = [...new Set(members.flat())]
      const cores = members.map((dots) => {
        const core = new StateCore()
        for (const dot of dots) core.receive([event(dot)])
        return core
      })
      const voids = voidDots(members.map(wordOf))
      // Some hear of it before they have the rest.
      for (const i of early) cores[i % cores.length]?.markVoid(REPLICA, voids)
      for (const core of cores) for (const dot of held) core.receive([event(dot)])
      for (const core of cores) core.markVoid(REPLICA, voids)
      for (const core of cores) {
        expect(core.stored.hasGaps).toBe(false)
        expect(core.visible(REPLICA)).toBe(Math.max(0, ...held))
        expect([...core.within(REPLICA, 1, LAST)].map(({ sequence }) => sequence)).toEqual(held.sort((a, b) => a - b))
      }
    }),
  )
})

test('what turns out to be void between void dots is void, too', async () => {
  const node = await new Caretaker('a', ['a', 'b']).start()
  const voids = (sequence: number, ranges: Range[]): WriteEvent => {
    return record(
      { replica: replica('b'), sequence },
      REPLICA,
      { final: 7, voids: ranges },
      new Map([[replica('b'), sequence - 1]]),
    )
  }
  await node.take(event({ replica: REPLICA, sequence: 7 }, [{ key: 'last', value: 1 }]))
  // Somebody had what is between them, and comes no more.
  await node.take(
    voids(1, [
      [1, 2],
      [5, 6],
    ]),
  )
  expect(node.get('last')).toEqual([])
  await node.take(voids(2, [[1, 6]]))
  expect(node.get('last')).toEqual([1])
})

/**
 * `n0` writes four keys. `n1` gets all but the third, of which `n2` gets only the first three where it is told to; then the
 * disk of `n0` is one from before the third again.
 */
async function lose(
  seed: number,
  told: boolean,
): Promise<{ mesh: CustodyMesh; a: CustodyNode; b: CustodyNode; c: CustodyNode }> {
  const mesh = new CustodyMesh(seed, 3)
  await mesh.start()
  const [a, b, c] = [mesh.node(0), mesh.node(1), mesh.node(2)]
  for (const key of ['first', 'second']) await mesh.settle(a.set(key, 1))
  await mesh.converge()
  const disk = a.host.snapshotDisk()
  for (const key of ['third', 'fourth']) await mesh.settle(a.set(key, 1))
  const events = a.store.core.lacking(b.store.core.stored)
  expect(events.length).toBe(2)
  await mesh.settle(b.store.receive(events.slice(1)))
  if (told) await mesh.settle(c.store.receive(events.slice(0, 1)))
  a.host.crash()
  a.host.restoreDisk(disk)
  return { mesh, a, b, c }
}

test('a write that only a lost disk had holds nobody back', async () => {
  const { mesh, a, b } = await lose(1, false)
  await mesh.restart(a)
  expect(b.get('fourth')).toEqual([])
  await later(mesh)
  for (const node of mesh.nodes) {
    expect(node.get('fourth')).toEqual([1])
    expect(node.store.core.stored.hasGaps).toBe(false)
    expect(node.content()).toEqual(a.content())
    expect(node.vector()).toEqual(a.vector())
  }
  // Also after all have started again.
  for (const node of mesh.nodes) {
    node.host.kill()
    await mesh.restart(node)
    expect(node.get('fourth')).toEqual([1])
  }
})

test('nothing is void for as long as a member that may hold it is away', async () => {
  const { mesh, a, b, c } = await lose(2, true)
  c.host.kill()
  await mesh.restart(a)
  await mesh.live(DAY / 2, [a, b])
  expect(b.get('fourth')).toEqual([])
  await mesh.restart(c)
  await later(mesh)
  for (const node of mesh.nodes) for (const key of ['third', 'fourth']) expect(node.get(key)).toEqual([1])
})

test('who was evicted with a write that is void brings it in again when it returns', async () => {
  const { mesh, a, b, c } = await lose(3, true)
  c.host.kill()
  await mesh.restart(a)
  await mesh.settle(a.custody.roster.evict(c.id, 'away'))
  await later(mesh, [a, b])
  for (const node of [a, b]) {
    expect(node.get('fourth')).toEqual([1])
    expect(node.get('third')).toEqual([])
  }
  await mesh.restart(c)
  await later(mesh)
  for (const node of mesh.nodes) {
    for (const key of ['third', 'fourth']) expect(node.get(key)).toEqual([1])
    expect(node.content()).toEqual(a.content())
  }
  // Whoever brings it in, it is as its author wrote it.
  const shown = b.state.namespace('n', { policy: 'latest' })
  expect(shown.entry('third')?.updatedBy).toBe(a.id)
  expect(shown.history('third').map(({ updatedBy }) => updatedBy)).toEqual([a.id])
})

test('nor does it matter that all others have dropped the replica meanwhile', async () => {
  const { mesh, a, b, c } = await lose(5, true)
  const replica = a.store.replica as string
  c.host.kill()
  await mesh.restart(a)
  await mesh.settle(a.custody.roster.evict(c.id, 'away'))
  await later(mesh, [a, b])
  for (const key of ['first', 'second', 'fourth']) await mesh.settle(a.set(key, 2))
  await mesh.live(10 * PASS_MS, [a, b])
  expect(a.custody.garbage.retired.get(replica)).toMatchObject({ dropped: true, final: 5, voids: [[4, 4]] })
  await mesh.restart(c)
  await later(mesh)
  for (const node of mesh.nodes) {
    expect(node.get('third')).toEqual([1])
    expect(node.get('fourth')).toEqual([2])
    expect(node.content()).toEqual(a.content())
  }
})

test('a write that comes between the word of all and the record that it is void shows once, though two got it', async () => {
  const { mesh, a, b, c } = await lose(4, false)
  const [fourth] = [...b.store.core.waiting()]
  const { replica, sequence, entries } = fourth as WriteEvent
  const third = { replica, sequence: sequence - 1, time: 1, entries: entries.map((one) => ({ ...one, key: 'third' })) }
  await mesh.restart(a)
  const isVoid = (): boolean => (a.custody.garbage.retired.get(replica)?.voids.length ?? 0) > 0
  while (!isVoid()) {
    await mesh.world.run(HOLE_GRACE_MS)
    if (!isVoid()) await mesh.converge()
  }
  // Nobody else knows of the record yet.
  for (const node of [b, c]) await mesh.settle(node.store.receive([third]))
  expect(b.get('third')).toEqual([1])
  await later(mesh)
  for (const node of mesh.nodes) {
    for (const key of ['third', 'fourth']) expect(node.get(key)).toEqual([1])
    expect(node.content()).toEqual(a.content())
  }
})

test('an epoch that its own node does not know is over, though all that the node writes now is dated earlier', async () => {
  const mesh = new CustodyMesh(6, 3)
  await mesh.start()
  const [a, b] = [mesh.node(0), mesh.node(1)]
  await mesh.settle(a.set('first', 1))
  await mesh.converge()
  const disk = a.host.snapshotDisk()
  a.host.machine.skewMs = HOUR
  for (const key of ['second', 'third']) await mesh.settle(a.set(key, 1))
  // Of an epoch of which the disk that comes back names nothing.
  const replica = replicaId(a.id, new Uint8Array(8).fill(7))
  const [, third] = a.store.core.lacking(b.store.core.stored) as [WriteEvent, WriteEvent]
  const entries = third.entries.map((one) => ({ ...one }))
  await mesh.settle(b.store.receive([{ replica, sequence: 2, time: third.time, entries }]))
  a.host.crash()
  a.host.restoreDisk(disk)
  a.host.machine.skewMs = 0
  await mesh.restart(a)
  await mesh.settle(a.set('fourth', 1))
  // Until all have heard of it, its name stands in one vector alone.
  for (let look = 0; look < 9; look++) {
    await mesh.world.run(HOLE_GRACE_MS)
    for (const one of mesh.nodes) for (const other of mesh.nodes) if (one.id < other.id) await mesh.exchange(one, other)
  }
  await mesh.converge()
  for (const node of mesh.nodes) {
    expect(node.get('third')).toEqual([1])
    expect(node.store.core.stored.hasGaps).toBe(false)
  }
})

/** Some looks at holes later, with an exchange of all after each. */
async function later(mesh: CustodyMesh, nodes = mesh.nodes): Promise<void> {
  for (let look = 0; look < 8; look++) {
    await mesh.world.run(HOLE_GRACE_MS)
    await mesh.converge(nodes)
  }
}
