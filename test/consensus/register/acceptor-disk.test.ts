import { expect, test } from 'vitest'
import { AcceptorDisk } from '../../../src/consensus/register/acceptor-disk.ts'
import { seededRandom } from '../../../src/lib/random.ts'
import { MemoryStorage } from '../../../src/storage/memory.ts'

const storage = new MemoryStorage()
const random = seededRandom(1)

/** As a process that starts now finds it. */
async function reopened(): Promise<AcceptorDisk> {
  const disk = new AcceptorDisk({ storage, random })
  await disk.load()
  return disk
}

const ballot = (counter: number) => ({ counter, peer: 'p', process: 'x' })
const floor = { counter: 0, revision: 0 }
const rows = async (table: string): Promise<number> => (await storage.list(table)).entries.length

test('a promise beside a record counts until something is accepted above it, and goes with it', async () => {
  const disk = await reopened()
  const accepted = { accepted: ballot(2), contents: new Uint8Array([1, 2, 3]), cleared: false }
  await disk.writeRecord('r', { promised: ballot(3), ...accepted }, floor)
  expect(await (await reopened()).record('r')).toEqual({ promised: ballot(3), ...accepted })
  await disk.writePromise('r', ballot(7))
  expect(await (await reopened()).record('r')).toEqual({ promised: ballot(7), ...accepted })
  const later = { ...accepted, accepted: ballot(8) }
  await disk.writeRecord('r', { promised: ballot(9), ...later }, floor)
  expect(await (await reopened()).record('r')).toEqual({ promised: ballot(9), ...later })
  expect(disk.counter).toBe((await reopened()).counter)
  await disk.writeRecord('r', undefined, { counter: 9, revision: 4 })
  expect(await (await reopened()).record('r')).toBeUndefined()
  expect([await rows('register.records'), await rows('register.promises')]).toEqual([0, 0])
})

test('what a former acceptor has left is dropped, promises too', async () => {
  const disk = await reopened()
  await disk.writeRecord('r', { promised: ballot(3), accepted: ballot(3), cleared: true }, floor)
  await disk.writePromise('r', ballot(4))
  await disk.renew()
  await disk.writeRecord('s', { promised: ballot(5), cleared: true }, floor)
  await disk.dropOthers()
  expect([await rows('register.records'), await rows('register.promises')]).toEqual([1, 0])
  expect((await (await reopened()).names('')).names).toEqual(['s'])
})
