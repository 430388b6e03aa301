import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ControlClient, connectControl } from '../../src/control/client.ts'
import { type ControlServer, createControlServer } from '../../src/control/server.ts'
import type { WireWatchItem } from '../../src/control/state-protocol.ts'
import { silentLog } from '../../src/lib/log.ts'
import { MemoryMesh } from './memory-mesh.ts'

const namespace = 'plans'

describe('the local API of a strong namespace', () => {
  let data: string
  let mesh: MemoryMesh
  let server: ControlServer
  let client: ControlClient

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'covey-test-'))
    mesh = new MemoryMesh()
    server = createControlServer({ mesh, data, log: silentLog, down: () => {} })
    await server.start()
    client = await connectControl(data)
    await client.call('stateSet', { namespace, key: 'a', value: 1, strong: true })
  })

  afterEach(async () => {
    client.close()
    await server.stop()
    await rm(data, { recursive: true })
  })

  const set = (key: string, value: number, more: object = {}) =>
    client.call('stateSet', { namespace, key, value, ...more })
  const get = (key: string) => client.call('stateGet', { namespace, key })

  it('is declared by its first write, and known from then on', async () => {
    expect((await mesh.register('state/plans/a').read()).value).toEqual({ value: 1 })
    await set('a', 2)
    expect((await mesh.register('state/plans/a').read()).value).toEqual({ value: 2 })
    expect(await get('a')).toEqual({ key: 'a', value: 2, version: '2', fence: 0 })
    expect(await get('b')).toBeNull()
    await set('a', 3, { strong: true })
    await expect(set('a', 4, { policy: 'merge' })).rejects.toMatchObject({
      code: 'POLICY_MISMATCH',
      message: 'namespace plans is declared as strong, not with the policy merge',
    })
    await client.call('stateSet', { namespace: 'other', key: 'k', value: 1 })
    const strong = client.call('stateSet', { namespace: 'other', key: 'k', value: 1, strong: true })
    await expect(strong).rejects.toMatchObject({
      code: 'POLICY_MISMATCH',
      message: 'namespace other is declared with the policy latest, not as strong',
    })
  })

  it('compares versions and fences by the word of its registers', async () => {
    const { version } = await set('b', 1, { expect: null })
    await expect(set('b', 2, { expect: null })).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
      hint: `It holds 1. Decide anew, and expect ${version}.`,
      details: { current: { key: 'b', value: 1, version, fence: 0 } },
    })
    await set('b', 2, { expect: version, fence: 5 })
    await expect(set('b', 3)).rejects.toMatchObject({ code: 'STALE_FENCE' })
    const deleted = client.call('stateDelete', { namespace, key: 'b', fence: 4 })
    await expect(deleted).rejects.toMatchObject({ code: 'STALE_FENCE' })
    expect(await client.call('stateDelete', { namespace, key: 'b', fence: 6 })).toEqual({ deleted: true })
    await expect(set('b', 3, { fence: 6, expect: '1' })).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
      details: { current: null },
    })
  })

  it('lists and watches what was heard of', async () => {
    for (const key of ['b', 'c']) await set(key, 1)
    const first = await client.call('stateList', { namespace, limit: 2 })
    expect(first).toMatchObject({ entries: [{ key: 'a' }, { key: 'b', value: 1, fence: 0 }], next: 'b' })
    expect(await client.call('stateList', { namespace, after: 'b' })).toMatchObject({ entries: [{ key: 'c' }] })
    const items: WireWatchItem[] = []
    const over = new AbortController()
    const options = { signal: over.signal }
    const watching = client.stream('stateWatch', { namespace, prefix: 'c' }, (item) => void items.push(item), options)
    await vi.waitFor(() => expect(items).toMatchObject([{ type: 'entry', key: 'c' }, { type: 'listed' }]))
    await set('c', 2)
    await client.call('stateDelete', { namespace, key: 'c' })
    await vi.waitFor(() => expect(items.at(-1)).toEqual({ type: 'delete', key: 'c' }))
    over.abort()
    expect(await watching).toEqual({})
  })

  it('refuses with a reason what registers cannot do', async () => {
    const file = join(data, 'snapshot.json')
    const snapshot = { format: 'covey-snapshot', version: 1, namespace, policy: 'latest', entries: [] }
    await writeFile(file, JSON.stringify(snapshot))
    const calls = [
      () => client.call('stateHistory', { namespace, key: 'a' }),
      () => client.call('stateConflicts', { namespace }),
      () => client.call('stateResolve', { namespace, key: 'a', value: 1 }),
      () => client.stream('stateSnapshot', { namespace }, () => {}),
      () => client.call('stateRestore', { namespace, file }),
      () => set('a', 1, { rank: 1 }),
    ]
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        code: 'NOT_IN_STRONG',
        message: expect.stringMatching(/^plans is strong: ./),
        hint: expect.stringMatching(/\w\.$/),
      })
    }
    expect(await get('a')).toMatchObject({ value: 1 })
  })
})
