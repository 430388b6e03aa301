import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/lib/random.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'
import type { StorageWrite } from '../../src/storage/storage.ts'

const COMMITS = 30
/** Each commit writes so many rows, and how far the count has come: a part of one shows. */
const ROWS = 20
/** Places at which the log is cut or torn, beside those at the ends of pages. */
const TEARS = 60

const rowsOf = (commit: number): StorageWrite[] =>
  Array.from({ length: ROWS }, (_, i) => ({
    table: 't',
    key: `row ${i}`,
    value: Buffer.from(`commit ${commit} ${'x'.repeat(200)}`),
  }))

/** The commit that all rows are of; -1 where there are none. Fails where they are of several. */
async function shownBy(directory: string): Promise<number> {
  const storage = new SqliteStorage(directory)
  await storage.start()
  const { entries } = await storage.list('t')
  await storage.stop()
  const commits = new Set(entries.map(({ value }) => Number(Buffer.from(value).toString().split(' ')[1])))
  expect(commits.size).toBeLessThanOrEqual(1)
  expect(entries.length).toBe(commits.size * ROWS)
  return [...commits][0] ?? -1
}

test('a log that is torn anywhere, as by a power cut, leaves whole commits, and all that were on the disk before the tear', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'covey-torn-'))
  try {
    const random = seededRandom(1)
    const origin = join(folder, 'origin')
    const storage = new SqliteStorage(origin)
    await storage.start()
    const log = join(origin, 'covey.db-wal')
    /** The length of the log when a commit was durable. */
    const ends: number[] = []
    for (let i = 0; i < COMMITS; i++) {
      await storage.commit(rowsOf(i))
      ends.push(readFileSync(log).length)
    }
    const whole = readFileSync(log)
    for (let tear = 0; tear < TEARS; tear++) {
      const at = 1 + random.below(whole.length)
      const torn = join(folder, `torn ${tear}`)
      mkdirSync(torn)
      copyFileSync(join(origin, 'covey.db'), join(torn, 'covey.db'))
      const rest = tear % 2 === 0 ? Buffer.alloc(0) : Buffer.alloc(whole.length - at, tear % 4 === 1 ? 0 : 0xa5)
      writeFileSync(join(torn, 'covey.db-wal'), Buffer.concat([whole.subarray(0, at), rest]))
      const durable = ends.filter((end) => end <= at).length - 1
      expect(await shownBy(torn), `torn at byte ${at}`).toBeGreaterThanOrEqual(durable)
      rmSync(torn, { recursive: true })
    }
    await storage.stop()
    expect(await shownBy(origin)).toBe(COMMITS - 1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
