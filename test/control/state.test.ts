import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ControlClient, connectControl } from '../../src/control/client.ts'
import { MAX_ANSWER_BYTES } from '../../src/control/limits.ts'
import { type ControlServer, createControlServer } from '../../src/control/server.ts'
import type { WirePage, WireSnapshotPart, WireWatchItem } from '../../src/control/state-protocol.ts'
import { CoveyError } from '../../src/lib/errors.ts'
import { silentLog } from '../../src/lib/log.ts'
import { MAX_VALUE_BYTES } from '../../src/state/value.ts'
import { MAX_WATCH_BUFFER } from '../../src/state/watch.ts'
import { replicas } from '../state/replica.ts'
import { MemoryMesh } from './memory-mesh.ts'
import { RawReader } from './raw-reader.ts'

const NAMESPACE = 'n'
const PATIENCE = { timeout: 15_000 }

describe('the local API of the replicated state', () => {
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
  })

  afterEach(async () => {
    client.close()
    await server.stop()
    await rm(data, { recursive: true })
  })

  const set = (key: string, value: unknown, more: object = {}): Promise<{ version: string }> =>
    client.call('stateSet', { namespace: NAMESPACE, key, value: value as string, ...more })
  const get = (key: string) => client.call('stateGet', { namespace: NAMESPACE, key })
  const refused = (code: string, message: string | RegExp = /./): object => ({
    code,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/./),
  })

  it('writes, reads, lists and deletes', async () => {
    const { version } = await set('b', { list: [1, null] })
    await set('a', 'x')
    expect(await get('b')).toMatchObject({
      key: 'b',
      value: { list: [1, null] },
      type: 'value',
      version,
      updatedBy: mesh.id,
      siblings: [{ path: '', value: { list: [1, null] }, deleted: false }],
    })
    expect(await get('none')).toBeNull()
    const page = await client.call('stateList', { namespace: NAMESPACE, limit: 1 })
    expect(page).toMatchObject({ entries: [{ key: 'a' }], next: 'a' })
    const rest = await client.call('stateList', { namespace: NAMESPACE, after: 'a', prefix: 'b' })
    expect(rest).toMatchObject({ entries: [{ key: 'b' }], next: null })
    expect(await client.call('stateDelete', { namespace: NAMESPACE, key: 'b' })).toEqual({ deleted: true })
    expect(await client.call('stateDelete', { namespace: NAMESPACE, key: 'b' })).toEqual({ deleted: false })
    expect(await get('b')).toBeNull()
    expect(await client.call('stateNamespaces', {})).toEqual([NAMESPACE])
    expect((await client.call('status', {})).state).toMatchObject({ namespaces: 1, entries: 1 })
  })

  it('a write that expects something else is refused, and says what is there now', async () => {
    const { version } = await set('k', 1, { expect: null })
    const next = await set('k', 2, { expect: version })
    const late = await set('k', 3, { expect: version }).catch((error: CoveyError) => error)
    expect(late).toBeInstanceOf(CoveyError)
    expect(late).toMatchObject({
      ...refused('VERSION_CONFLICT', `k is at version ${next.version}`),
      hint: expect.stringContaining('It holds 2.'),
      details: { current: { value: 2, version: next.version } },
    })
    const removed = client.call('stateDelete', { namespace: NAMESPACE, key: 'k', expect: version })
    await expect(removed).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    await expect(set('new', 1, { expect: version })).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
      details: { current: null },
    })
    expect((await get('k'))?.value).toBe(2)
  })

  it('a write under an old fence is refused, and so is one without', async () => {
    await set('k', 'second', { fence: 2 })
    const late = [
      set('k', 'first', { fence: 1 }),
      set('k', 'none'),
      client.call('stateDelete', { namespace: NAMESPACE, key: 'k', fence: 1 }),
    ]
    for (const write of late) await expect(write).rejects.toMatchObject(refused('STALE_FENCE', 'under fence 2'))
    expect(await get('k')).toMatchObject({ value: 'second', siblings: [{ fence: 2 }] })
    expect(await client.call('stateDelete', { namespace: NAMESPACE, key: 'k', fence: 2 })).toEqual({ deleted: true })
  })

  it('a rank goes with a value, in a namespace that has ranks', async () => {
    await set('k', 1, { policy: 'priority', rank: 7 })
    expect(await get('k')).toMatchObject({ value: 1, siblings: [{ rank: 7 }] })
    await client.call('stateSet', { namespace: 'other', key: 'k', value: 1 })
    const ranked = client.call('stateSet', { namespace: 'other', key: 'k', value: 1, rank: 1 })
    await expect(ranked).rejects.toMatchObject(refused('INVALID_INPUT', 'a rank in a namespace that has none'))
  })

  it('the first write declares the namespace, and its policy stays', async () => {
    await set('k', { a: 1 }, { policy: 'merge' })
    expect(mesh.state(NAMESPACE).policy).toBe('merge')
    await set('k', { a: 2 })
    await set('k', { a: 3 }, { policy: 'merge' })
    await expect(set('k', 4, { policy: 'manual' })).rejects.toMatchObject(
      refused('POLICY_MISMATCH', 'is declared with the policy merge, not manual'),
    )
    await client.call('stateSet', { namespace: 'other', key: 'k', value: 1 })
    expect(mesh.state('other').policy).toBe('latest')
  })

  it('an unknown namespace is told with those that are known', async () => {
    const params = { namespace: 'nowhere', key: 'k', prefix: '', file: join(data, 'x') }
    const { namespace, key } = params
    await expect(client.call('stateGet', { namespace, key })).rejects.toMatchObject({
      ...refused('UNKNOWN_NAMESPACE', 'nowhere'),
      hint: 'The first write makes it: covey state set nowhere KEY JSON.',
    })
    await set('k', 1)
    const calls = [
      client.call('stateDelete', { namespace, key }),
      client.call('stateList', { namespace }),
      client.call('stateHistory', { namespace, key }),
      client.call('stateConflicts', { namespace }),
      client.call('stateResolve', { namespace, key, value: 1 }),
      client.stream('stateWatch', { namespace }, () => {}),
      client.stream('stateSnapshot', { namespace }, () => {}),
    ]
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({
        code: 'UNKNOWN_NAMESPACE',
        hint: expect.stringContaining('Known: n.'),
      })
    }
    expect(mesh.namespaces()).toEqual([NAMESPACE])
  })

  it.each([
    ['a name that is none', { namespace: 'a b', key: 'k', value: 1 }, 'no name of a namespace'],
    ['a namespace of covey itself', { namespace: 'covey.namespaces', key: 'k', value: 1 }, "covey's own"],
    ['an empty key', { namespace: NAMESPACE, key: '', value: 1 }, 'no key'],
    ['a key too long', { namespace: NAMESPACE, key: 'k'.repeat(2000), value: 1 }, '2000 characters'],
    ['a value too large', { namespace: NAMESPACE, key: 'k', value: 'x'.repeat(MAX_VALUE_BYTES) }, 'over the limit'],
    ['no value', { namespace: NAMESPACE, key: 'k' }, 'stateSet: value'],
    ['an unknown policy', { namespace: NAMESPACE, key: 'k', value: 1, policy: 'newest' }, 'stateSet: policy'],
    ['a wrong version', { namespace: NAMESPACE, key: 'k', value: 1, expect: 3 }, 'stateSet: expect'],
    ['a wrong fence', { namespace: NAMESPACE, key: 'k', value: 1, fence: -1 }, 'stateSet: fence'],
    ['a wrong rank', { namespace: NAMESPACE, key: 'k', value: 1, policy: 'priority', rank: 2 ** 40 }, 'a rank of'],
  ])('refuses %s', async (_, params, message) => {
    await expect(client.call('stateSet', params as never)).rejects.toMatchObject(refused('INVALID_INPUT', message))
    expect((await client.call('status', {})).state.entries).toBe(0)
  })

  it('a value nested too deep is refused', async () => {
    let deep: unknown = 1
    for (let i = 0; i < 101; i++) deep = [deep]
    await expect(set('k', deep)).rejects.toMatchObject(refused('INVALID_INPUT', 'nested more than 100 deep'))
  })

  it('tells the history of a key', async () => {
    await set('k', 1)
    await set('k', 2)
    await client.call('stateDelete', { namespace: NAMESPACE, key: 'k' })
    const { items, omitted } = await client.call('stateHistory', { namespace: NAMESPACE, key: 'k' })
    expect(omitted).toBe(0)
    expect(items.map(({ changes, current }) => [changes[0]?.value, changes[0]?.deleted, current])).toEqual([
      [null, true, true],
      [2, false, false],
      [1, false, false],
    ])
    expect(items[0]?.parents).toEqual([items[1]?.dot])
  })

  it('a long list and a long history are cut to what fits an answer', async () => {
    const value = 'x'.repeat(900_000)
    const keys = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const key of keys) await set(key, `${value}${key}`)
    const found: string[] = []
    let answers = 0
    for (let after: string | null = ''; after !== null; answers++) {
      const page: WirePage = await client.call('stateList', { namespace: NAMESPACE, after })
      expect(JSON.stringify(page).length).toBeLessThanOrEqual(MAX_ANSWER_BYTES + 1000)
      found.push(...page.entries.map(({ key }) => key))
      after = page.next
    }
    expect(found).toEqual(keys)
    expect(answers).toBeGreaterThan(1)
    for (let i = 0; i < 6; i++) await set('a', `${value}${i}`)
    const { items, omitted } = await client.call('stateHistory', { namespace: NAMESPACE, key: 'a' })
    expect(items.length + omitted).toBe(7)
    expect(omitted).toBeGreaterThan(0)
    expect(items[0]?.changes[0]?.value).toBe(`${value}5`)
  })

  it('shows conflicts and ends them', async () => {
    await set('k', 'mine', { policy: 'manual' })
    const [other] = replicas('other')
    await other?.namespace('manual').set('k', 'theirs')
    await mesh.store.receive(other?.store.core.lacking(mesh.store.core.stored) ?? [])
    const { conflicts } = await client.call('stateConflicts', { namespace: NAMESPACE })
    expect(conflicts).toMatchObject([{ key: 'k' }])
    expect(conflicts[0]?.siblings.map(({ value }) => value).sort()).toEqual(['mine', 'theirs'])
    await expect(set('k', 'other')).rejects.toMatchObject({
      ...refused('UNRESOLVED_CONFLICT'),
      hint: expect.stringContaining('covey state resolve n k JSON'),
    })
    const resolve = (more: object) =>
      client.call('stateResolve', { namespace: NAMESPACE, key: 'k', value: 'both', ...more })
    await expect(resolve({ expect: '1-x' })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    await resolve({ expect: conflicts[0]?.version as string })
    expect((await get('k'))?.value).toBe('both')
    expect(await client.call('stateConflicts', { namespace: NAMESPACE })).toEqual({ conflicts: [], omitted: 0 })
    await expect(resolve({})).rejects.toMatchObject(refused('INVALID_INPUT', 'no conflict'))
  })

  describe('a watch', () => {
    const watching = (onItem: (item: WireWatchItem) => void, params: object = {}) => {
      const end = new AbortController()
      const over = client.stream('stateWatch', { namespace: NAMESPACE, ...params }, onItem, { signal: end.signal })
      return { over, end: () => end.abort() }
    }

    it('lists, then tells every change, of the keys with the prefix', async () => {
      await set('a/1', 1)
      await set('b', 1)
      const items: WireWatchItem[] = []
      const watch = watching((item) => items.push(item), { prefix: 'a/' })
      await vi.waitFor(() => expect(items.at(-1)).toEqual({ type: 'listed' }))
      await set('a/2', 2)
      await set('b', 2)
      await client.call('stateDelete', { namespace: NAMESPACE, key: 'a/1' })
      await vi.waitFor(() => expect(items).toHaveLength(4))
      expect(items).toMatchObject([
        { type: 'entry', key: 'a/1', entry: { value: 1 } },
        { type: 'listed' },
        { type: 'set', key: 'a/2', entry: { value: 2, updatedBy: mesh.id } },
        { type: 'delete', key: 'a/1', updatedBy: mesh.id },
      ])
      watch.end()
      expect(await watch.over).toEqual({})
      await set('a/3', 3)
      await client.call('status', {})
      expect(items).toHaveLength(4)
    })

    it('two of one client do not mix', async () => {
      await set('a', 1)
      const seen: [string[], string[]] = [[], []]
      const watches = ['a', 'b'].map((prefix, i) =>
        watching((item) => 'key' in item && seen[i as 0 | 1].push(item.key), { prefix }),
      )
      await set('b', 1)
      await vi.waitFor(() => expect(seen).toEqual([['a'], ['b']]))
      for (const watch of watches) watch.end()
      await Promise.all(watches.map(({ over }) => over))
    })

    it('ends when its client goes', async () => {
      await set('a', 1)
      const namespace = mesh.state(NAMESPACE)
      const ended = vi.fn()
      const watch = namespace.watch.bind(namespace)
      vi.spyOn(namespace, 'watch').mockImplementation((prefix) => {
        const items = watch(prefix)
        const close = items.return?.bind(items)
        items.return = () => {
          ended()
          return close?.() ?? Promise.resolve({ done: true, value: undefined })
        }
        return items
      })
      const items: WireWatchItem[] = []
      const other = await connectControl(data)
      const over = other.stream('stateWatch', { namespace: NAMESPACE }, (item) => items.push(item))
      const failed = expect(over).rejects.toMatchObject({ code: 'NODE_GONE' })
      await vi.waitFor(() => expect(items).toHaveLength(2))
      expect(ended).not.toHaveBeenCalled()
      other.close()
      await failed
      await vi.waitFor(() => expect(ended).toHaveBeenCalled())
    })

    it('a reader that takes nothing is told that it fell behind, and the node keeps no more than it may', async () => {
      const value = 'x'.repeat(100_000)
      await set('a', value)
      const items: WireWatchItem[] = []
      const reader = await RawReader.open(data, 'stateWatch', { namespace: NAMESPACE, stream: 's' }, (said) => {
        items.push((said as { params: { item: WireWatchItem } }).params.item)
      })
      await vi.waitFor(() => expect(items).toHaveLength(2))
      reader.socket.pause()
      const writes = 2 * MAX_WATCH_BUFFER
      for (let i = 0; i < writes; i++) await mesh.state(NAMESPACE).set('a', `${value}${i}`)
      reader.socket.resume()
      await vi.waitFor(() => expect(items.some(({ type }) => type === 'behind')).toBe(true), PATIENCE)
      await vi.waitFor(() => expect(items.at(-1)).toEqual({ type: 'listed' }), PATIENCE)
      const told = items.filter(({ type }) => type === 'set').length
      const dropped = items.reduce((sum, item) => sum + (item.type === 'behind' ? item.dropped : 0), 0)
      expect(told + dropped).toBe(writes)
      expect(items.at(-2)).toMatchObject({ type: 'entry', entry: { value: `${value}${writes - 1}` } })
      reader.socket.destroy()
    })
  })

  describe('a snapshot', () => {
    const taken = async (): Promise<object> => {
      let snapshot = {}
      const entries: unknown[] = []
      const take = (part: WireSnapshotPart): void => {
        if ('header' in part) snapshot = part.header
        else entries.push(...part.entries)
      }
      const { entries: count } = await client.stream('stateSnapshot', { namespace: NAMESPACE }, take)
      expect(entries).toHaveLength(count)
      return { ...snapshot, entries }
    }
    const restore = (namespace: string, file: string) => client.call('stateRestore', { namespace, file })

    it('comes in parts, and puts back what it has, also where nobody knows the namespace', async () => {
      const big = 'x'.repeat(200_000)
      for (let i = 0; i < 5; i++) await set(`k${i}`, `${big}${i}`, { policy: 'merge' })
      const file = join(data, 'snapshot.json')
      await writeFile(file, JSON.stringify(await taken()))
      await set('k0', 'other')
      await set('new', 1)
      await client.call('stateDelete', { namespace: NAMESPACE, key: 'k1' })
      expect(await restore(NAMESPACE, file)).toEqual({ written: 3 })
      expect(
        mesh
          .state(NAMESPACE)
          .list()
          .entries.map(({ key, value }) => [key, value]),
      ).toEqual([0, 1, 2, 3, 4].map((i) => [`k${i}`, `${big}${i}`]))
      expect(await restore('fresh', file)).toEqual({ written: 5 })
      expect(mesh.state('fresh').policy).toBe('merge')
    })

    it.each([
      ['no JSON', '{', 'cannot be read as a snapshot'],
      ['no snapshot', '{"entries":[]}', 'that is no snapshot'],
      ['null', 'null', 'that is no snapshot'],
      ['one of a later version', '{"format":"covey-snapshot","version":2,"policy":"latest"}', 'of a later covey'],
      ['one of an unknown policy', '{"format":"covey-snapshot","policy":"custom:mine"}', 'is no'],
    ])('%s is refused, and nothing is written', async (_, text, message) => {
      await set('k', 1)
      const file = join(data, 'bad.json')
      await writeFile(file, text)
      await expect(restore(NAMESPACE, file)).rejects.toMatchObject(refused('INVALID_INPUT', message))
      await expect(restore('fresh', file)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
      expect((await get('k'))?.value).toBe(1)
    })

    it('a file that is not there is told of, and a path must say where', async () => {
      await expect(restore(NAMESPACE, join(data, 'none'))).rejects.toMatchObject(refused('INVALID_INPUT', 'ENOENT'))
      await expect(restore(NAMESPACE, 'none')).rejects.toMatchObject(refused('INVALID_INPUT', 'absolute'))
    })
  })

  it('says what an exchange moved and how the peers stand', async () => {
    const sent = { events: 3, bytes: 200 }
    const received = { events: 0, bytes: 0 }
    mesh.reports = [
      { peer: 'a', sent, received, repaired: 0, complete: true, error: undefined },
      {
        peer: 'b',
        sent: received,
        received,
        repaired: 0,
        complete: false,
        error: new CoveyError('BUSY', 'b is busy', 'Later.'),
      },
    ]
    mesh.standing = [{ peer: 'a', state: 'differs', behind: 2, ahead: 1, forMs: 50 }]
    expect(await client.call('sync', {})).toEqual([
      { peer: 'a', sent, received, repaired: 0, error: null },
      {
        peer: 'b',
        sent: received,
        received,
        repaired: 0,
        error: { code: 'BUSY', message: 'b is busy', hint: 'Later.' },
      },
    ])
    expect(await client.call('syncStatus', {})).toEqual(mesh.standing)
  })
})
