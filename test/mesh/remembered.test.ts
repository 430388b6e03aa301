import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { createMesh } from '../../src/mesh/create.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'

let directory: string
const running: Mesh[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'covey-remembered-'))
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((mesh) => mesh.stop()))
  rmSync(directory, { recursive: true })
})

/** Finds nobody by itself: no multicast, no address to join. */
async function node(name: string): Promise<Mesh> {
  const mesh = await createMesh({ name, data: join(directory, name), listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false })
  running.push(mesh)
  await mesh.start()
  return mesh
}

const alive = (mesh: Mesh): number => mesh.status().peers.alive

test('a node that was away finds its peers again, with nobody to tell it where they are', async () => {
  const [stays, first] = [await node('stays'), await node('goes')]
  await first.join(stays.addresses()[0] as string)
  await vi.waitFor(() => expect([alive(first), alive(stays)]).toEqual([1, 1]), { timeout: 10_000 })
  const { id } = first
  await first.stop()
  await vi.waitFor(() => expect(alive(stays)).toBe(0), { timeout: 10_000 })
  const again = await node('goes')
  expect(again.id).toBe(id)
  await vi.waitFor(() => expect([alive(again), alive(stays)]).toEqual([1, 1]), { timeout: 10_000 })
})

test('a store that was deleted beside its identity is never replaced without a word', async () => {
  const warnings: string[] = []
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message), scoped: () => log }
  const startAndStop = async () => {
    const mesh = await createMesh({ data: directory, name: 'a', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, log })
    running.push(mesh)
    await mesh.stop()
    return warnings.filter((it) => it.includes('the store of this node is gone'))
  }
  expect(await startAndStop()).toEqual([])
  expect(await startAndStop()).toEqual([])
  for (const file of readdirSync(directory)) if (file.startsWith('covey.db')) rmSync(join(directory, file))
  expect(await startAndStop()).toHaveLength(1)
})
