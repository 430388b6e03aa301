import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlClient, connectControl } from '../../src/control/client.ts'
import { machineMs } from '../../src/control/machine-clock.ts'
import type { LeaseItem } from '../../src/control/protocol.ts'
import { type ControlServer, createControlServer } from '../../src/control/server.ts'
import { silentLog } from '../../src/lib/log.ts'
import { MemoryMesh } from './memory-mesh.ts'

/** How long anything may take that takes milliseconds on an idle machine, in milliseconds. */
const SOON_MS = 10_000

describe('the local API of locks', () => {
  let data: string
  let mesh: MemoryMesh
  let server: ControlServer
  let client: ControlClient

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'covey-test-'))
    mesh = new MemoryMesh()
    server = createControlServer({ mesh, data, log: silentLog, down: () => undefined })
    await server.start()
    client = await connectControl(data)
  })
  afterEach(async () => {
    client.close()
    await server.stop()
    await rm(data, { recursive: true })
  })

  /** Opens a hold and resolves with its first word and how to end it. */
  async function hold(from: ControlClient, name: string, ttlMs = 5_000) {
    const items: LeaseItem[] = []
    const first = Promise.withResolvers<LeaseItem>()
    const done = new AbortController()
    const listener = (item: LeaseItem): void => {
      items.push(item)
      first.resolve(item)
    }
    const held = from.stream('lock', { name, ttlMs, waitMs: SOON_MS }, listener, { signal: done.signal })
    held.catch(first.reject)
    return { item: await first.promise, items, held, done }
  }

  const isFree = async (name: string): Promise<boolean> =>
    (await mesh.register(`lock/${name}`).read()).value === undefined

  it('holds a lock while the call is open, says until when, and gives it back when it is cancelled', async () => {
    const { item, held, done } = await hold(client, 'deploy')
    expect(item).toMatchObject({ type: 'held', fence: 1 })
    const { untilMs } = item as Extract<LeaseItem, { type: 'held' }>
    expect(untilMs).toBeGreaterThan(machineMs())
    expect(untilMs).toBeLessThanOrEqual(machineMs() + 5_000)
    await expect(client.stream('lock', { name: 'deploy', waitMs: 0 }, () => undefined)).rejects.toMatchObject({
      code: 'HELD',
    })
    done.abort()
    await held
    expect(await isFree('deploy')).toBe(true)
  })

  it('says again and again until when', async () => {
    const { item, items, held, done } = await hold(client, 'deploy', 2_000)
    const until = (said: LeaseItem | undefined): number => (said?.type === 'held' ? said.untilMs : 0)
    // Several words of one renewal, and a later end once it is renewed.
    await expect.poll(() => until(items.at(-1)), { timeout: SOON_MS }).toBeGreaterThan(until(item) + 500)
    expect(items.length).toBeGreaterThan(2)
    done.abort()
    await held
  })

  it('gives it back when the connection closes', async () => {
    const other = await connectControl(data)
    const { held } = await hold(other, 'deploy')
    const ended = expect(held).rejects.toMatchObject({ code: 'NODE_GONE' })
    other.close()
    await ended
    await expect.poll(() => isFree('deploy'), { timeout: SOON_MS }).toBe(true)
  })

  it('says that it is lost, and waits for the caller to end what it protects', async () => {
    const { items, held, done } = await hold(client, 'deploy', 1_000)
    await mesh.register('lock/deploy').write(undefined)
    await expect.poll(() => items.at(-1)?.type, { timeout: SOON_MS }).toBe('lost')
    expect(items.at(-1)).toMatchObject({ code: 'LEASE_LOST' })
    const ended = expect(held).rejects.toMatchObject({ code: 'CANCELLED' })
    done.abort()
    await ended
  })

  it('hands out permits, and lets parties through together', async () => {
    const done = new AbortController()
    const granted = Promise.withResolvers<LeaseItem>()
    const options = { signal: done.signal }
    const held = client.stream('semaphore', { name: 'gpu', permits: 2 }, (item) => granted.resolve(item), options)
    expect(await granted.promise).toMatchObject({ type: 'held' })
    const other = client.stream('semaphore', { name: 'gpu', permits: 3 }, () => undefined)
    await expect(other).rejects.toMatchObject({ code: 'PERMITS_MISMATCH' })
    done.abort()
    await held
    const parties = [1, 2].map(() => client.call('barrier', { name: 'start', parties: 2 }))
    const [first, second] = await Promise.all(parties)
    expect(first).toEqual(second)
  })

  it('reads, writes and compares registers', async () => {
    expect(await client.call('registerGet', { name: 'r' })).toEqual({
      value: null,
      isEmpty: true,
      version: '0',
      revision: 0,
    })
    expect(await client.call('registerSet', { name: 'r', value: null })).toMatchObject({ value: null, isEmpty: false })
    const { version } = await client.call('registerGet', { name: 'r' })
    const cas = { name: 'r', expected: version, value: [1] }
    expect(await client.call('registerCas', cas)).toMatchObject({ applied: true, value: [1] })
    expect(await client.call('registerCas', cas)).toMatchObject({ applied: false, value: [1] })
  })

  it('refuses leases that are none, as such', async () => {
    for (const params of [{ ttlMs: 0 }, { ttlMs: 31_536_000_000 }, { waitMs: -1 }]) {
      const wrong = client.stream('lock', { name: 'deploy', ...params }, () => undefined)
      await expect(wrong).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
  })
})
