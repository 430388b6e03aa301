import fc from 'fast-check'
import { expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { World } from '../../src/network/simulated/world.ts'
import { encodeEvent } from '../../src/state/codec.ts'
import type { StateCore } from '../../src/state/core.ts'
import type { ReplicaId } from '../../src/state/dot.ts'
import { bytesOfEncoded } from '../../src/state/encoded.ts'
import type { WriteEvent } from '../../src/state/entry.ts'
import { MAX_EVENT_BYTES } from '../../src/state/limits.ts'
import { StateStore } from '../../src/state/store.ts'
import { MemoryStorage } from '../../src/storage/memory.ts'
import { MemoryDisk } from '../../src/storage/memory-disk.ts'

const epoch = (peer: string, digit = '0'): ReplicaId => `${peer}.${digit.repeat(16)}`
const { clock } = new World({ seed: 1 }).host('a')
const cell = (key: string) => ({ namespace: 'n', key, path: '' })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const show = (core: StateCore, keys: readonly string[]): unknown =>
  keys.map((key) =>
    core
      .siblings(cell(key))
      .map(({ event, entry }) => [
        event.replica,
        event.sequence,
        entry.value && new TextDecoder().decode(bytesOfEncoded(entry.value)),
      ]),
  )

test('what was acknowledged is there after a restart, whatever was exchanged and whatever still waits', async () => {
  const keys = ['x', 'y', 'z']
  const step = fc.record({
    keys: fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }),
    text: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    local: fc.boolean(),
    take: fc.option(fc.nat(3), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const storage = new MemoryStorage()
      const far = new StateStore({ clock, log: silentLog })
      far.begin(epoch('far'), 0)
      let near = new StateStore({ storage, clock, log: silentLog })
      near.begin(epoch('near'), 0)
      for (const { keys: written, text, local, take } of steps) {
        const writes = written.map((key) => ({ ...cell(key), value: text === undefined ? undefined : bytes(text) }))
        await (local ? near : far).write(writes)
        if (take !== undefined) {
          const events = far.core.lacking(near.core.stored)
          await near.receive(events.slice(take))
          if (take === 0) await near.close(far.offered())
        }
        const again = new StateStore({ storage, clock, log: silentLog })
        await again.load()
        expect(show(again.core, keys)).toEqual(show(near.core, keys))
        for (const replica of [epoch('near'), epoch('far')]) {
          expect(again.core.stored.rangesOf(replica)).toEqual(near.core.stored.rangesOf(replica))
          expect(again.core.visible(replica)).toBe(near.core.visible(replica))
        }
        again.begin(epoch('near'), near.core.stored.contiguous(epoch('near')))
        near = again
      }
    }),
    { numRuns: 200 },
  )
})

test('a node writes later than all that it has written, also after its clock was set back and it restarted', async () => {
  const host = new World({ seed: 2 }).host('a')
  const parts = { storage: new MemoryStorage(), clock: host.clock, log: silentLog }
  const before = new StateStore(parts)
  before.begin(epoch('a'), 0)
  host.machine.skewMs = 3_600_000
  const { time } = await before.write([{ ...cell('x'), value: bytes('1') }])
  host.machine.skewMs = 0
  const after = new StateStore(parts)
  await after.load()
  after.begin(epoch('a', '1'), 0)
  expect((await after.write([{ ...cell('y'), value: bytes('2') }])).time).toBeGreaterThan(time)
  // A stranger's clock does not do that.
  const other = new StateStore({ clock: host.clock, log: silentLog })
  await other.receive([...after.core.events()])
  other.begin(epoch('b'), 0)
  expect((await other.write([{ ...cell('z'), value: bytes('3') }])).time).toBeLessThan(time)
  // Nor is it needed for what a lost disk had written: that comes back while the node writes.
  const lost = new StateStore({ clock: host.clock, log: silentLog })
  lost.begin(epoch('a', '2'), 0)
  await lost.receive([...after.core.events()])
  expect((await lost.write([{ ...cell('z'), value: bytes('3') }])).time).toBeGreaterThan(time)
})

test('what is concluded from a change is on the disk with it or after it, never without', async () => {
  const storage = new MemoryStorage()
  const commits: string[][] = []
  const { commit } = storage
  storage.commit = (writes) => {
    if (writes.length > 0) commits.push(writes.map(({ table, value }) => `${table}${value ? '' : ' gone'}`))
    return commit.call(storage, writes)
  }
  const far = new StateStore({ clock, log: silentLog })
  far.begin(epoch('far'), 0)
  const near = new StateStore({ storage, clock, log: silentLog })
  near.begin(epoch('near'), 0)
  await far.write([{ ...cell('x'), value: bytes('1') }])
  await near.receive([...far.core.events()])
  await far.write([{ ...cell('x'), value: bytes('2') }])
  commits.length = 0
  // Which needs a commit of its own.
  near.once('settled', () => void near.drop([epoch('old')], []))
  await near.receive([...far.core.events()])
  const first = commits[0] as string[]
  expect(first.some((row) => row.startsWith('state.events') && !row.endsWith('gone'))).toBe(true)
  expect(first.some((row) => row.startsWith('state.events') && row.endsWith('gone'))).toBe(true)
})

test('what is said of a state that takes the place of another is on the disk with that, and not without it', async () => {
  const disk = new MemoryDisk()
  const storage = new MemoryStorage(disk)
  const store = new StateStore({ storage, clock, log: silentLog })
  store.begin(epoch('a'), 0)
  await store.write([{ ...cell('x'), value: bytes('1') }])
  const next = new StateStore({ clock, log: silentLog })
  next.begin(epoch('b'), 0)
  await next.write([{ ...cell('y'), value: bytes('2') }])
  const disks: MemoryDisk[] = []
  const { commit } = storage
  storage.commit = async (writes) => {
    await commit.call(storage, writes)
    disks.push(disk.copy())
  }
  const said = (key: string) => [{ table: 'said', key, value: bytes(key) }]
  await store.adopt(
    epoch('a', '1'),
    next.core,
    () => said('first'),
    () => said('last'),
  )
  for (const one of disks) {
    const started = new StateStore({
      storage: new MemoryStorage(one),
      clock,
      log: silentLog,
    })
    await started.load()
    const isNext = started.core.siblings(cell('y')).length > 0
    expect(one.keys('said')).toEqual(isNext ? ['first', 'last'] : [])
  }
  expect(disks.length).toBeGreaterThan(1)
})

test('the largest batch that is taken is no larger than can be brought in again', async () => {
  const peer = 'p'.repeat(52)
  const begun = (digit: string): StateStore => {
    const store = new StateStore({ clock, log: silentLog })
    store.begin(epoch(peer, digit), 0)
    return store
  }
  for (const entries of [2, 100, 4096]) {
    const write = (size: number): Promise<WriteEvent> => {
      const values = Array.from({ length: entries }, (_, i) => ({ ...cell(`k${i}`), value: bytes('x'.repeat(size)) }))
      return begun('0').write(values)
    }
    // As large as it may be, to a byte an entry.
    let [low, high] = [1, Math.ceil(MAX_EVENT_BYTES / entries)]
    while (high - low > 1) {
      const size = (low + high) >> 1
      const taken = await write(size).then(
        () => true,
        () => false,
      )
      if (taken) low = size
      else high = size
    }
    expect(low * entries).toBeGreaterThan(MAX_EVENT_BYTES / 3)
    const event = await write(low)
    const present = begun('1')
    await present.receive([event])
    await present.bringIn(event, () => true)
    const [again] = present.core.within(epoch(peer, '1'), 1, 1)
    expect(again?.entries).toHaveLength(entries)
    expect(encodeEvent(again as WriteEvent).length).toBeLessThanOrEqual(MAX_EVENT_BYTES)
  }
})
