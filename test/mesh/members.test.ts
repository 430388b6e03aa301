import { expect, test } from 'vitest'
import { PASS_MS } from '../../src/state/garbage/limits.ts'
import { type SimulatedNode, simulate } from '../../src/testing.ts'

const SOON_MS = 10_000

test('where nobody has written anything who runs is listed as to join with the first write, and cannot be evicted', async () => {
  const mesh = await simulate({ seed: 2, nodes: 3 })
  await mesh.converge()
  const [a, b] = [mesh.node('n0'), mesh.node('n1')]
  const since = (): (number | undefined)[] => a.mesh.members.list().map(({ joinedAt }) => joinedAt)
  expect(since()).toEqual([undefined, undefined, undefined])
  await expect(mesh.settle(a.mesh.members.evict(b.name), SOON_MS)).rejects.toMatchObject({ code: 'MEMBER_CONNECTED' })
  // Who was never a member is not missed.
  b.kill()
  await mesh.until(() => a.mesh.members.list().length === 2, 60_000, 'it is gone')
  await expect(mesh.settle(a.mesh.members.evict(b.name), SOON_MS)).rejects.toMatchObject({ code: 'NO_SUCH_MEMBER' })
  await mesh.settle(a.mesh.state('notes', { policy: 'latest' }).set('x', 1), SOON_MS)
  await mesh.until(() => since().every((at) => at !== undefined), SOON_MS, 'both have joined')
  await mesh.settle(b.restart(), SOON_MS)
  await mesh.until(() => since().length === 3 && since().every((at) => at !== undefined), SOON_MS, 'all have joined')
  await mesh.stop()
})

test('who is gone for good is evicted by decision, and nothing waits for it any more', async () => {
  const mesh = await simulate({ seed: 1, nodes: 3 })
  await mesh.converge()
  const [a, b, c] = ['n0', 'n1', 'n2'].map((name) => mesh.node(name)) as [SimulatedNode, SimulatedNode, SimulatedNode]
  await mesh.until(() => a.mesh.members.list().length === 3, SOON_MS, 'all are members')
  const notes = a.mesh.state('notes', { policy: 'latest' })
  await mesh.settle(notes.set('x', 1), SOON_MS)
  await mesh.until(() => c.mesh.status().state.content === a.mesh.status().state.content, SOON_MS, 'all have it')
  // Who runs would join again at once.
  await expect(mesh.settle(a.mesh.members.evict(c.name), SOON_MS)).rejects.toMatchObject({ code: 'MEMBER_CONNECTED' })
  await expect(mesh.settle(a.mesh.members.evict(a.name), SOON_MS)).rejects.toMatchObject({ code: 'MEMBER_CONNECTED' })
  await expect(mesh.settle(a.mesh.members.evict('nobody'), SOON_MS)).rejects.toMatchObject({ code: 'NO_SUCH_MEMBER' })
  c.crash()
  await mesh.settle(notes.delete('x'), SOON_MS)
  await mesh.run(6 * PASS_MS)
  const graves = (): number => a.parts.custody.garbage.size
  expect(graves()).toBe(1)
  expect(a.mesh.members.list()).toMatchObject([
    { id: 'n0', name: 'n0', self: true, connected: true },
    { id: 'n1', self: false, connected: true },
    { id: 'n2', self: false, connected: false },
  ])
  await mesh.settle(a.mesh.members.evict(c.name, 'its disk died'), SOON_MS)
  await mesh.until(() => b.mesh.members.list().length === 2, SOON_MS, 'both know')
  await mesh.run(6 * PASS_MS)
  expect(graves()).toBe(0)
  await expect(mesh.settle(b.mesh.members.evict(c.name), SOON_MS)).rejects.toMatchObject({ code: 'NO_SUCH_MEMBER' })
  expect(b.parts.custody.roster.get('n2')).toMatchObject({ by: 'n0', reason: 'its disk died' })
  // It comes back all the same.
  await mesh.settle(c.restart(), SOON_MS)
  await mesh.until(() => a.mesh.members.list().length === 3, 60_000, 'it is a member again')
  await mesh.until(() => c.mesh.status().state.content === a.mesh.status().state.content, SOON_MS, 'equal again')
  expect(c.mesh.state('notes').get('x')).toBeUndefined()
  await mesh.stop()
})
