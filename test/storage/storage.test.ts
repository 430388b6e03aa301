import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type MemoryDisk, MemoryStorage } from '../../src/storage/memory.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'
import type { Storage } from '../../src/storage/storage.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'covey-storage-'))
})
afterEach(() => {
  chmodSync(directory, 0o700)
  rmSync(directory, { recursive: true })
})

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)
const disk: MemoryDisk = new Map()

describe.each<[string, () => Storage]>([
  ['memory', () => new MemoryStorage(disk)],
  ['sqlite', () => new SqliteStorage(directory)],
])('%s storage', (_name, open) => {
  test('keeps what was committed, through a stop and a start', async () => {
    const storage = open()
    await storage.start()
    await storage.commit([
      { table: 't', key: 'b', value: bytes(2) },
      { table: 't', key: 'a1', value: bytes(1) },
      { table: 't', key: 'a2', value: bytes(3) },
      { table: 'u', key: 'a3', value: bytes(4) },
    ])
    await storage.commit([{ table: 't', key: 'a2', value: bytes(5, 6) }])
    await storage.stop()
    await storage.stop()
    const again = open()
    await again.start()
    expect([...((await again.get('t', 'b')) ?? [])]).toEqual([2])
    expect(await again.get('t', 'none')).toBeUndefined()
    expect((await again.list('t', 'a')).map(({ key, value }) => [key, ...value])).toEqual([
      ['a1', 1],
      ['a2', 5, 6],
    ])
    await again.commit([{ table: 't', key: 'a1', value: undefined }])
    expect((await again.list('t')).map(({ key }) => key)).toEqual(['a2', 'b'])
    await again.stop()
  })
})

test('a directory in use by another node is refused, and free again after its stop', async () => {
  const first = new SqliteStorage(directory)
  await first.start()
  await expect(new SqliteStorage(directory).start()).rejects.toMatchObject({ code: 'DATA_IN_USE' })
  await first.stop()
  const second = new SqliteStorage(directory)
  await second.start()
  await second.stop()
})

test('file and directory are for the owner alone', async () => {
  const inner = join(directory, 'new')
  const storage = new SqliteStorage(inner)
  await storage.start()
  expect(statSync(inner).mode & 0o777).toBe(0o700)
  expect(statSync(join(inner, 'covey.db')).mode & 0o777).toBe(0o600)
  await storage.stop()
})

test('a file that is no store is refused and left as it is', async () => {
  writeFileSync(join(directory, 'covey.db'), 'this is a letter to my aunt, and not a database at all'.repeat(100))
  const before = statSync(join(directory, 'covey.db')).size
  await expect(new SqliteStorage(directory).start()).rejects.toMatchObject({ code: 'DATA_CORRUPT' })
  expect(statSync(join(directory, 'covey.db')).size).toBe(before)
})

test('a store of a later version is refused', async () => {
  const database = new DatabaseSync(join(directory, 'covey.db'))
  database.exec('PRAGMA user_version = 99')
  database.close()
  await expect(new SqliteStorage(directory).start()).rejects.toMatchObject({ code: 'DATA_TOO_NEW' })
})

test('a batch is committed whole or not at all', async () => {
  const storage = new SqliteStorage(directory)
  await storage.start()
  const broken = { table: 't', key: null as unknown as string, value: bytes(1) }
  await expect(storage.commit([{ table: 't', key: 'k', value: bytes(1) }, broken])).rejects.toMatchObject({
    code: 'DATA_FAILED',
  })
  expect(await storage.get('t', 'k')).toBeUndefined()
  await storage.stop()
})
