import { expect, test } from 'vitest'
import { simulate } from '../../src/testing.ts'

test('what one node writes shows on all, also what was written on both sides of a partition', async () => {
  const mesh = await simulate({ seed: 5, nodes: 5 })
  await mesh.converge()
  const spaces = mesh.nodes.map(({ mesh: node }) => node.state('notes', { policy: 'latest' }))
  await mesh.settle(spaces[0]!.set('a', { text: 'first' }), 1000)
  await mesh.until(() => spaces.every((space) => space.get('a') !== undefined), 1000, 'the write on all')
  mesh.partition(mesh.nodes.slice(0, 2), mesh.nodes.slice(2))
  await mesh.settle(spaces[0]!.set('b', 1), 1000)
  await mesh.settle(spaces[4]!.set('c', 2), 1000)
  await mesh.run(60_000)
  expect(spaces[4]!.get('b')).toBeUndefined()
  mesh.heal()
  const healed = mesh.now
  await mesh.until(() => spaces.every((space) => space.get('b') === 1 && space.get('c') === 2), 5000, 'both on all')
  expect(mesh.now - healed).toBeLessThan(5000)
  await mesh.stop()
})
