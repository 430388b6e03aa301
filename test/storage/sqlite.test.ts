import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SqliteStorage } from '../../src/storage/sqlite.ts'
import type { StorageWrite } from '../../src/storage/storage.ts'
import { storageSuite } from './acceptance.ts'

let root: string
let directory: string
let file: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'covey-storage-'))
  directory = root
  file = join(directory, 'covey.db')
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

storageSuite('sqlite', () => new SqliteStorage(directory))

const put = (key: string, value: Uint8Array = Buffer.from(key)): StorageWrite => ({ table: 't', key, value })

/** A store with `rows` rows, closed in order. */
async function filled(rows: number): Promise<void> {
  const storage = new SqliteStorage(directory)
  await storage.start()
  await storage.commit(Array.from({ length: rows }, (_, i) => put(`key ${i}`, Buffer.alloc(100, `value ${i} `))))
  await storage.stop()
}

/** Starts, does `act`, and stops whatever came of it. */
async function opened<T>(act: (storage: SqliteStorage) => Promise<T>): Promise<T> {
  const storage = new SqliteStorage(directory)
  await storage.start()
  try {
    return await act(storage)
  } finally {
    await storage.stop()
  }
}

function inFile(act: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file)
  act(database)
  database.close()
}

function damage(at: (bytes: Buffer) => number, length = 1): void {
  const bytes = readFileSync(file)
  const start = at(bytes)
  expect(start).toBeGreaterThan(0)
  for (let i = start; i < start + length; i++) bytes[i] = (bytes[i] as number) ^ 0x55
  writeFileSync(file, bytes)
}

describe('the directory', () => {
  test('in use by another node is refused, and free again after its stop', async () => {
    await opened(async () => {
      const second = new SqliteStorage(directory)
      await expect(second.start()).rejects.toMatchObject({ code: 'DATA_IN_USE' })
      await expect(second.commit([put('k')])).rejects.toMatchObject({ code: 'STOPPED' })
      await second.stop()
    })
    await opened((storage) => storage.commit([put('k')]))
  })

  test('a start that was refused can be tried again', async () => {
    const first = new SqliteStorage(directory)
    const second = new SqliteStorage(directory)
    await first.start()
    await expect(second.start()).rejects.toMatchObject({ code: 'DATA_IN_USE' })
    await first.stop()
    await second.start()
    await second.commit([put('k')])
    await second.stop()
  })

  test('started in by many at once: one gets it', async () => {
    const storages = Array.from({ length: 4 }, () => new SqliteStorage(directory))
    const outcomes = await Promise.allSettled(storages.map((storage) => storage.start()))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'DATA_IN_USE' })
    }
    await Promise.all(storages.map((storage) => storage.stop()))
  })

  test('and the file are for the owner alone, and nothing else is left in it', async () => {
    directory = join(directory, 'new')
    file = join(directory, 'covey.db')
    await opened(async (storage) => {
      await storage.commit([put('k')])
      expect(statSync(directory).mode & 0o777).toBe(0o700)
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600)
    })
    expect(spawnSync('ls', ['-A', directory], { encoding: 'utf8' }).stdout).toBe('covey.db\n')
  })

  test('where a file is in its place is refused', async () => {
    writeFileSync(join(directory, 'taken'), '')
    await expect(new SqliteStorage(join(directory, 'taken')).start()).rejects.toMatchObject({ code: 'DATA_FAILED' })
  })
})

describe('a file', () => {
  test.each<[string, string, () => void]>([
    ['that is no database', 'DATA_CORRUPT', () => writeFileSync(file, 'a letter to my aunt '.repeat(500))],
    ['that is empty', 'DATA_CORRUPT', () => writeFileSync(file, '')],
    ['that is gone while its log is there', 'DATA_CORRUPT', () => writeFileSync(`${file}-wal`, 'anything')],
    ['of a later version', 'DATA_TOO_NEW', () => inFile((database) => database.exec('PRAGMA user_version = 99'))],
    ['of another program', 'DATA_FOREIGN', () => inFile((database) => database.exec('CREATE TABLE songs (name)'))],
  ])('%s is refused and left as it is', async (_, code, make) => {
    make()
    const before = statSync(`${file}-wal`, { throwIfNoEntry: false }) ?? readFileSync(file)
    await expect(new SqliteStorage(directory).start()).rejects.toMatchObject({ code })
    const after = statSync(`${file}-wal`, { throwIfNoEntry: false }) ?? readFileSync(file)
    if (Buffer.isBuffer(before)) expect(after).toEqual(before)
    else expect(after).toMatchObject({ size: 8 })
  })

  test('that was cut off is refused', async () => {
    await filled(1000)
    truncateSync(file, statSync(file).size / 2)
    await expect(new SqliteStorage(directory).start()).rejects.toMatchObject({ code: 'DATA_CORRUPT' })
  })

  test('of version 1 is brought forward with all its rows', async () => {
    inFile((database) => {
      database.exec(`
        PRAGMA journal_mode = WAL;
        CREATE TABLE entries (tab TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (tab, key)) WITHOUT ROWID;
        PRAGMA user_version = 1;
      `)
      const insert = database.prepare('INSERT INTO entries VALUES (?, ?, ?)')
      insert.run('membership', 'incarnation', Buffer.from('17'))
      insert.run('t', 'é', Buffer.alloc(0))
    })
    for (let round = 0; round < 2; round++) {
      await opened(async (storage) => {
        expect(Buffer.from((await storage.get('membership', 'incarnation')) ?? []).toString()).toBe('17')
        expect((await storage.list('t')).entries).toEqual([
          { key: new Uint8Array([0xc3, 0xa9]), value: new Uint8Array() },
        ])
      })
    }
    inFile((database) => {
      expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 })
      expect(database.prepare("SELECT name FROM sqlite_schema WHERE name = 'entries'").all()).toEqual([])
    })
  })

  test('with a flipped byte in a value says so when that row is read, and gives the others', async () => {
    await filled(100)
    // All copies: one may be left where the tree has moved it away from.
    while (readFileSync(file).includes('value 42 value')) damage((bytes) => bytes.indexOf('value 42 value'))
    await opened(async (storage) => {
      const error = { code: 'DATA_CORRUPT', message: expect.stringMatching(/"key 42".*table t/) }
      await expect(storage.get('t', 'key 42')).rejects.toMatchObject(error)
      await expect(storage.list('t')).rejects.toMatchObject(error)
      expect(await storage.get('t', 'key 43')).toBeDefined()
      await storage.commit([put('key 42')])
      expect((await storage.list('t')).entries).toHaveLength(100)
    })
  })

  test('with a damaged page is found at the start after an unclean end, and at the read after a clean one', async () => {
    await filled(2000)
    const page = 8192
    damage((bytes) => Math.floor(bytes.lastIndexOf('value 777 value') / page) * page, 64)
    const storage = new SqliteStorage(directory)
    const heard: string[] = []
    storage.onFatal(({ code }) => heard.push(code))
    await storage.start()
    await expect(storage.get('t', 'key 777')).rejects.toMatchObject({ code: 'DATA_CORRUPT' })
    // The tree itself is broken: nothing can be trusted to it any more.
    expect(heard).toEqual(['DATA_CORRUPT'])
    await expect(storage.commit([put('k')])).rejects.toMatchObject({ code: 'DATA_CORRUPT' })
    await storage.stop()
    // That was no clean end.
    await expect(new SqliteStorage(directory).start()).rejects.toMatchObject({ code: 'DATA_CORRUPT' })
  })
})

describe('commits', () => {
  test('that come together share transactions; one alone is one', async () => {
    await opened(async (storage) => {
      const log = () => statSync(`${file}-wal`).size
      let before = log()
      for (let i = 0; i < 100; i++) await storage.commit([put('k')])
      const alone = log() - before
      before = log()
      await Promise.all(Array.from({ length: 100 }, () => storage.commit([put('k')])))
      const together = log() - before
      // A transaction writes at least a page.
      expect(alone).toBeGreaterThanOrEqual(100 * 8192)
      expect(together).toBeLessThan(alone / 20)
    })
  })

  test('beyond what may be under way wait their turn, and all get it', async () => {
    await opened(async (storage) => {
      const large = new Uint8Array(8 * 1024 * 1024)
      const order: number[] = []
      await Promise.all(
        Array.from({ length: 9 }, (_, i) => storage.commit([put(`k${i}`, large)]).then(() => order.push(i))),
      )
      expect(order).toEqual([...order].sort((a, b) => a - b))
      await Promise.all(Array.from({ length: 10_000 }, (_, i) => storage.commit([put(`small ${i}`)])))
      expect((await storage.get('t', 'small 9999'))?.length).toBe(10)
    })
  })

  test('reads that come all at once are all answered', async () => {
    await filled(1000)
    await opened(async (storage) => {
      const values = await Promise.all(Array.from({ length: 1000 }, (_, i) => storage.get('t', `key ${i}`)))
      for (const [i, value] of values.entries()) expect(Buffer.from(value ?? []).toString()).toContain(`value ${i} `)
    })
  })
})

test('a thread that dies stops the storage: nobody waits for its answers, and a new start goes on', async () => {
  const storage = new SqliteStorage(directory)
  const heard: string[] = []
  storage.onFatal(({ code }) => heard.push(code))
  await storage.start()
  await storage.commit([put('before')])
  const spy = vi.spyOn(Worker.prototype, 'postMessage')
  const asked = [storage.get('t', 'before'), storage.list('t'), storage.commit([put('k')])]
  const thread = spy.mock.contexts[0] as Worker
  spy.mockRestore()
  await thread.terminate()
  const outcomes = await Promise.allSettled([...asked, storage.commit([put('after')])])
  for (const outcome of outcomes.slice(2)) expect(outcome).toMatchObject({ reason: { code: 'DATA_FAILED' } })
  expect(heard).toEqual(['DATA_FAILED'])
  await storage.stop()
  await storage.start()
  expect(await storage.get('t', 'before')).toBeDefined()
  await storage.stop()
})

test('an I/O error stops the storage; what was acknowledged before it is there', { timeout: 30_000 }, async () => {
  const writer = fileURLToPath(new URL('./kill-writer.ts', import.meta.url))
  // No file of this process may grow beyond a megabyte or two: the write that would do it fails.
  const limited = ['-c', 'ulimit -f 2000; exec "$0" "$@"', process.execPath, writer, directory, '0', 'write']
  const { status, stdout, stderr } = spawnSync('sh', limited, { encoding: 'utf8' })
  expect([status, stderr]).toEqual([1, expect.stringMatching(/DATA_(FAILED|FULL)/)])
  const acknowledged = stdout.split('\n').filter((line) => line.includes('/'))
  expect(acknowledged.length).toBeGreaterThan(0)
  await opened(async (storage) => {
    const found = (await storage.list('rows')).entries.map(({ key }) => Buffer.from(key).toString())
    expect(found).toEqual(expect.arrayContaining(acknowledged))
  })
})

/** Mounts a small disk of its own at `directory`; the reason if that cannot be done here. */
function mount(options: string): string | undefined {
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory])
  return status === 0 ? undefined : `no tmpfs can be mounted here: ${error?.message ?? stderr}`
}

describe('a disk', () => {
  const small = (): void => {
    directory = join(directory, 'disk')
    file = join(directory, 'covey.db')
    mkdirSync(directory)
  }
  let mounted = false
  afterEach(() => {
    if (mounted) spawnSync('umount', [directory])
    mounted = false
  })

  test('that is full stops the storage; what was acknowledged is there once there is room', async (context) => {
    small()
    const reason = mount('size=1m')
    if (reason) return context.skip(reason)
    mounted = true
    const storage = new SqliteStorage(directory)
    const heard: string[] = []
    storage.onFatal(({ code }) => heard.push(code))
    await storage.start()
    const acknowledged: string[] = []
    const fill = async (writer: number): Promise<void> => {
      for (let i = 0; ; i++) {
        const key = `${writer}/${i}`
        await storage.commit([put(key, Buffer.alloc(2000, key)), { ...put(key), table: 'u' }])
        acknowledged.push(key)
      }
    }
    const outcomes = await Promise.allSettled([fill(0), fill(1), fill(2)])
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'DATA_FULL' } })
    expect(heard).toEqual(['DATA_FULL'])
    // Not even what would fit: nobody knows what the disk holds.
    await expect(storage.commit([put('tiny')])).rejects.toMatchObject({ code: 'DATA_FULL' })
    await expect(storage.get('t', '0/0')).rejects.toMatchObject({ code: 'DATA_FULL' })
    await storage.stop()
    expect(spawnSync('mount', ['-o', 'remount,size=8m', directory]).status).toBe(0)
    await opened(async (again) => {
      const keys = (await again.list('t')).entries.map(({ key }) => Buffer.from(key).toString())
      expect(acknowledged.length).toBeGreaterThan(10)
      expect(keys).toEqual(expect.arrayContaining(acknowledged))
      // Whole transactions only.
      expect((await again.list('u')).entries.map(({ key }) => Buffer.from(key).toString())).toEqual(keys)
      await again.commit([put('room again')])
    })
  })

  test('that is full before the first start leaves nothing that a later start would trip over', async (context) => {
    small()
    const reason = mount('size=8k')
    if (reason) return context.skip(reason)
    mounted = true
    await expect(new SqliteStorage(directory).start()).rejects.toMatchObject({ code: 'DATA_FULL' })
    expect(spawnSync('mount', ['-o', 'remount,size=8m', directory]).status).toBe(0)
    await opened((storage) => storage.commit([put('k')]))
  })

  test('that can only be read is refused, with a store on it or without', async (context) => {
    small()
    if (process.getuid?.() === 0) {
      const reason = mount('size=8m')
      if (reason) return context.skip(reason)
      mounted = true
    }
    const readOnly = (): void => {
      if (mounted) expect(spawnSync('mount', ['-o', 'remount,ro', directory]).status).toBe(0)
      else chmodSync(directory, 0o500)
    }
    const writable = (): void => {
      if (mounted) expect(spawnSync('mount', ['-o', 'remount,rw', directory]).status).toBe(0)
      else chmodSync(directory, 0o700)
    }
    readOnly()
    await expect(new SqliteStorage(directory).start()).rejects.toMatchObject({ code: 'DATA_READ_ONLY' })
    writable()
    await filled(3)
    readOnly()
    await expect(new SqliteStorage(directory).start()).rejects.toMatchObject({ code: 'DATA_READ_ONLY' })
    writable()
    await opened(async (storage) => expect((await storage.list('t')).entries).toHaveLength(3))
  })
})
