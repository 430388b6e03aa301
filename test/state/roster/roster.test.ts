import { expect, test } from 'vitest'
import type { Encoded } from '../../../src/state/encoded.ts'
import { MEMBERS } from '../../../src/state/roster/names.ts'
import { encodeMembership, Step } from '../../../src/state/roster/record.ts'
import { encodeValue } from '../../../src/state/value.ts'
import { CustodyMesh } from '../custody-mesh.ts'

/** Nodes that are members: one of them has written something. */
async function membersOf(seed: number): Promise<CustodyMesh> {
  const mesh = new CustodyMesh(seed, 3)
  await mesh.start()
  await mesh.settle(mesh.node(0).set('first', 1))
  await mesh.converge()
  return mesh
}

test('where nobody writes nobody joins, and no vector names anybody', async () => {
  const mesh = new CustodyMesh(1, 3)
  await mesh.start()
  await mesh.live(3_600_000)
  await mesh.restart(mesh.node(1))
  await mesh.live(3_600_000)
  for (const { store, custody } of mesh.nodes) {
    expect(store.core.stored.isEmpty).toBe(true)
    expect(custody.roster.members).toEqual([])
  }
})

test('with the first write in a mesh all who hear of it become members for all, and stay it when they are gone', async () => {
  const mesh = await membersOf(1)
  for (const node of mesh.nodes) expect(node.custody.roster.members).toEqual(['n0', 'n1', 'n2'])
  mesh.node(2).host.kill()
  await mesh.live(3_600_000, mesh.nodes.slice(0, 2))
  expect(mesh.node(0).custody.roster.has('n2')).toBe(true)
})

test('before its first write a node joins, so that nobody sees a write of who is no member', async () => {
  const mesh = new CustodyMesh(7, 2)
  const [a, b] = [mesh.node(0), mesh.node(1)]
  // Also where programs write before the node has started.
  const started = a.start()
  const early = a.set('x', 1)
  await mesh.settle(Promise.all([started, early]))
  await mesh.start([b])
  await mesh.settle(b.set('y', 1))
  for (const { id, store } of mesh.nodes) {
    const first = [...store.core.events()].find(({ replica, sequence }) => replica === store.replica && sequence === 1)
    expect(first?.entries.map(({ namespace, key }) => [namespace, key])).toEqual([[MEMBERS, id]])
  }
})

test('a leave ends a membership for all; a later start is a new term', async () => {
  const mesh = await membersOf(2)
  await mesh.settle(mesh.node(2).custody.leave())
  await mesh.converge()
  expect(mesh.node(0).custody.roster.members).toEqual(['n0', 'n1'])
  expect(mesh.node(0).custody.roster.get('n2')?.step).toBe(Step.LEAVE)
  mesh.node(2).host.kill()
  await mesh.restart(mesh.node(2))
  await mesh.converge()
  expect(mesh.node(0).custody.roster.members).toEqual(['n0', 'n1', 'n2'])
  expect(mesh.node(0).custody.roster.get('n2')?.term).toBe(2)
})

test('an eviction carries its reason, and is signed by who did it; who is alive comes back by itself', async () => {
  const mesh = await membersOf(3)
  mesh.node(2).host.kill()
  const rest = mesh.nodes.slice(0, 2)
  await mesh.settle(mesh.node(1).custody.roster.evict('n2', 'its disk is broken'))
  await mesh.settle(mesh.node(1).custody.roster.evict('n2', 'twice'))
  await mesh.converge(rest)
  const record = mesh.node(0).custody.roster.get('n2')
  expect(record).toMatchObject({ term: 1, step: Step.EVICT, by: 'n1', reason: 'its disk is broken' })
  await mesh.restart(mesh.node(2))
  await mesh.converge()
  expect(mesh.node(0).custody.roster.members).toEqual(['n0', 'n1', 'n2'])
})

test('records that nobody signed who may are ignored and counted, everywhere alike', async () => {
  const mesh = new CustodyMesh(4, 3)
  await mesh.start()
  const { store, host } = mesh.node(1)
  const forged = { peer: 'n9', term: 1, step: Step.JOIN, by: 'n9', time: 0, reason: '' }
  const record = (peer: string, value: Encoded) => ({ namespace: MEMBERS, key: peer, path: '', value })
  await mesh.settle(
    store.write([
      record('n9', encodeValue(encodeMembership('test', forged, host.signer))),
      record('n8', encodeValue(new Uint8Array([1, 2, 3]))),
      record('n7', encodeValue('text')),
      record('n6', new Uint8Array([99])),
    ]),
  )
  await mesh.converge()
  for (const node of mesh.nodes) {
    expect(node.custody.roster.members).toEqual(['n0', 'n1', 'n2'])
    expect(node.custody.roster.rejected).toBe(4)
  }
})

test('a member whose record was overwritten by nonsense says again that it is one', async () => {
  const mesh = new CustodyMesh(5, 3)
  await mesh.start()
  const nonsense = { namespace: MEMBERS, key: 'n2', path: '', value: encodeValue('nonsense') }
  await mesh.settle(mesh.node(1).store.write([nonsense]))
  await mesh.converge()
  for (const node of mesh.nodes) expect(node.custody.roster.members).toEqual(['n0', 'n1', 'n2'])
})

test('nobody evicts itself', async () => {
  const mesh = new CustodyMesh(6, 1)
  await mesh.start()
  await expect(mesh.node(0).custody.roster.evict('n0', '')).rejects.toThrow('cannot evict itself')
})
