import { expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { World } from '../../src/network/simulated/world.ts'
import type { CellWrite } from '../../src/state/core.ts'
import { StateStore } from '../../src/state/store.ts'
import { MemoryStorage } from '../../src/storage/memory.ts'
import type { StorageWrite } from '../../src/storage/storage.ts'

/** Writes each commit down, and makes it durable when the test says so. */
class SlowStorage extends MemoryStorage {
  readonly commits: (readonly StorageWrite[])[] = []
  #go: (() => void)[] = []

  override async commit(writes: readonly StorageWrite[]): Promise<void> {
    this.commits.push(writes)
    await new Promise<void>((resolve) => this.#go.push(resolve))
    await super.commit(writes)
  }

  async finish(): Promise<void> {
    for (const go of this.#go.splice(0)) go()
    await settled()
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const REPLICA = `a.${'0'.repeat(16)}`
const { clock } = new World({ seed: 1 }).host('a')

function begin(storage: MemoryStorage): StateStore {
  const store = new StateStore({ storage, clock, log: silentLog })
  store.begin(REPLICA, store.core.stored.contiguous(REPLICA))
  return store
}

const cell = (key: string, text?: string): CellWrite[] => [{ namespace: 'n', key, path: '', value: text }]
const rowsIn = (writes: readonly StorageWrite[], table: string): StorageWrite[] =>
  writes.filter((row) => row.table === table)

async function reloaded(storage: MemoryStorage): Promise<StateStore> {
  const store = new StateStore({ storage, clock, log: silentLog })
  await store.load()
  return store
}

test('what is written in one turn goes to the disk as few commits, the first with its context, and is acknowledged after them', async () => {
  const storage = new SlowStorage()
  const store = begin(storage)
  let acknowledged = 0
  store.on('written', () => acknowledged++)
  const done = Promise.all(Array.from({ length: 64 }, (_, i) => store.write(cell(`k${i}`, '1'))))
  await settled()
  expect(storage.commits.map((writes) => rowsIn(writes, 'state.events').length)).toEqual([16, 16, 16, 16])
  // The first names the replica, and claims nothing of what the next one brings: they may be joined, and need not be.
  const claims = storage.commits.map((writes) => rowsIn(writes, 'state.context').map(({ value }) => value?.at(-1)))
  expect(claims).toEqual([[16], [], [], []])
  expect([acknowledged, store.durable]).toEqual([0, 0])
  await storage.finish()
  await done
  expect([acknowledged, store.durable]).toEqual([64, 64])
  // Alone it goes at once.
  const alone = store.write(cell('k', '1'))
  await Promise.resolve()
  expect(storage.commits).toHaveLength(5)
  await storage.finish()
  await alone
})

test('a write that another one of the same turn supersedes leaves no row behind', async () => {
  const storage = new MemoryStorage()
  const store = begin(storage)
  await Promise.all([store.write(cell('k', '1')), store.write(cell('k', '2')), store.write(cell('other', '3'))])
  await Promise.all([store.write(cell('k', '4')), store.write(cell('k'))])
  const page = await storage.list('state.events')
  expect(page.entries).toHaveLength(2)
  const again = await reloaded(storage)
  expect(again.core.siblings({ namespace: 'n', key: 'k', path: '' }).map(({ entry }) => entry.value)).toEqual([
    undefined,
  ])
  expect(again.core.stored.contiguous(REPLICA)).toBe(5)
})

test('an event that takes the place of one which died in the same turn is on the disk', async () => {
  const storage = new MemoryStorage()
  const store = begin(storage)
  await store.write(cell('k', '1'))
  const [first] = [...store.core.events()]
  if (!first) throw new Error('nothing was written')
  const superseding = store.write(cell('k', '2'))
  // The same dot with an entry elsewhere, which lives: two copies of one replica have written.
  const entries = first.entries.map((entry) => ({ ...entry, namespace: 'n', key: 'elsewhere', path: '', value: '3' }))
  const rejoined = store.rejoin([{ replica: first.replica, sequence: first.sequence, time: first.time, entries }])
  await Promise.all([superseding, rejoined])
  const again = await reloaded(storage)
  const values = ['k', 'elsewhere'].map((key) => {
    return again.core.siblings({ namespace: 'n', key, path: '' }).map(({ entry }) => entry.value)
  })
  expect(values).toEqual([['2'], ['3']])
})

test('how far a replica is held is written with what loses its row, and seen by the rows of all others', async () => {
  const storage = new SlowStorage()
  const store = begin(storage)
  const write = async (key: string, text?: string): Promise<(number | undefined)[]> => {
    const written = store.write(cell(key, text))
    await settled()
    await storage.finish()
    await written
    return rowsIn(storage.commits.at(-1) ?? [], 'state.context').map(({ value }) => value?.at(-1))
  }
  const held = async (): Promise<number> => (await reloaded(storage)).core.stored.contiguous(REPLICA)
  expect([await write('a', '1'), await write('b', '2'), await write('c', '3')]).toEqual([[1], [], []])
  expect(await held()).toBe(3)
  // The second has no row any more.
  expect([await write('b', '4'), await held()]).toEqual([[4], 4])
  // The first has none, and is in the run that was written.
  expect([await write('a', '5'), await held()]).toEqual([[], 5])
  expect([await write('a'), await held()]).toEqual([[6], 6])
})
