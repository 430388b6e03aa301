import { expect, test } from 'vitest'
import { CustodyMesh, HOUR } from '../custody-mesh.ts'

/** One story: a key is deleted while a member is away that still holds it. Whether the key is back when that returns. */
async function comesBack(forgetByTimer: boolean): Promise<boolean> {
  const mesh = new CustodyMesh(1, 3)
  await mesh.start()
  await mesh.settle(mesh.node(2).set('x', 1))
  await mesh.converge()
  mesh.node(2).host.kill()
  const rest = mesh.nodes.slice(0, 2)
  await mesh.settle(mesh.node(0).delete('x'))
  await mesh.live(2 * HOUR, rest)
  if (forgetByTimer) {
    // The bug: it is old enough, whoever may not know of it.
    const cell = { namespace: 'n', key: 'x', path: '' }
    for (const { store } of rest) await mesh.settle(store.forget([[cell, store.core.siblings(cell)]], () => []))
  }
  await mesh.restart(mesh.node(2))
  await mesh.converge()
  await mesh.live(HOUR)
  return mesh.nodes.some((node) => node.get('x').length > 0)
}

test('a tombstone that goes when it is old brings the key back; one that goes when all have it does not', async () => {
  expect(await comesBack(true)).toBe(true)
  expect(await comesBack(false)).toBe(false)
})
