import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { threadId } from 'node:worker_threads'
import { rowChecksum, rowChecksums } from './checksum.ts'
import { corrupt, explainFailure } from './failure.ts'
import { type PackedWrites, unpackWrites } from './packing.ts'
import { identify, migrate, SCHEMA_VERSION } from './schema.ts'
import { MAX_PAGE_BYTES, type StorageEntry, type StoragePage } from './storage.ts'

/** The file's name inside the data directory. */
const FILE = 'covey.db'
/** What SQLite appends to the name of its log of writes that are not in the file yet. */
const LOG = '-wal'
/** After a large commit the log is cut back to this many bytes. */
const MAX_IDLE_LOG_BYTES = 16 * 1024 * 1024
/**
 * Bytes of a page of a new file. A row of more than a quarter of it goes on in a page of its own, which is found, linked and freed with each
 * change; what a voter keeps of a register has some 2 KB.
 */
const PAGE_BYTES = 8192
/** Rows that one statement writes: what a statement costs by itself is most of what a row costs. */
const PUT_ROWS = 16
/** Table, key, value, checksum. */
const COLUMNS = 4
/** Complaints of an integrity check that are shown; one is enough to refuse the file. */
const MAX_COMPLAINTS = 3

/**
 * One SQLite file in a data directory: WAL, `synchronous=FULL`, and locked for as long as it is open, which is also the lock
 * on the directory: the kernel drops it with the process, however that ends. Synchronous: it lives in a thread of its own.
 * Its methods throw what SQLite throws, or a `CoveyError`.
 */
export class SqliteFile {
  /** There was none before. */
  readonly isNew: boolean
  readonly #directory: string
  readonly #database: DatabaseSync
  readonly #get: StatementSync
  readonly #list: StatementSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #put: StatementSync
  /** Of `PUT_ROWS` rows. */
  readonly #putMany: StatementSync
  readonly #delete: StatementSync

  /** Opens the store of `directory`, or makes it (mode 0700, the file 0600) where there was none. Throws a `CoveyError`. */
  static open(directory: string): SqliteFile {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      const path = join(directory, FILE)
      const isNew = !existsSync(path)
      if (isNew) create(directory, path)
      // SQLite would open it for reading only, and fail at some lock or write without saying why.
      accessSync(path, constants.R_OK | constants.W_OK)
      if (statSync(path).size === 0) throw corrupt(directory, `${FILE} is empty`)
      return new SqliteFile(directory, path, isNew)
    } catch (error) {
      throw explainFailure(error, directory)
    }
  }

  private constructor(directory: string, path: string, isNew: boolean) {
    this.isNew = isNew
    this.#directory = directory
    this.#database = new DatabaseSync(path)
    try {
      prepareFile(this.#database, directory)
      chmodSync(path, 0o600)
      this.#get = this.#database.prepare('SELECT value, sum FROM rows WHERE tab = ? AND key = ?')
      this.#list = this.#database.prepare('SELECT key, value, sum FROM rows WHERE tab = ? AND key >= ? ORDER BY key')
      this.#begin = this.#database.prepare('BEGIN IMMEDIATE')
      this.#commit = this.#database.prepare('COMMIT')
      this.#put = this.#database.prepare(putting(1))
      this.#putMany = this.#database.prepare(putting(PUT_ROWS))
      this.#delete = this.#database.prepare('DELETE FROM rows WHERE tab = ? AND key = ?')
      this.#get.setReturnArrays(true)
      this.#list.setReturnArrays(true)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  get(table: string, key: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    const row = this.#get.get(table, key) as unknown as [Uint8Array<ArrayBuffer>, number] | undefined
    if (row) this.#check(table, key, row[0], row[1])
    return row?.[0]
  }

  list(table: string, from: Uint8Array, prefix: Uint8Array, limit: number): StoragePage {
    const entries: StorageEntry[] = []
    let bytes = 0
    for (const row of this.#list.iterate(table, from)) {
      const [key, value, sum] = row as unknown as [Uint8Array, Uint8Array, number]
      if (!beginsWith(key, prefix)) break
      this.#check(table, key, value, sum)
      entries.push({ key, value })
      bytes += key.length + value.length
      if (entries.length >= limit || bytes >= MAX_PAGE_BYTES) return { entries, next: key }
    }
    return { entries, next: undefined }
  }

  /** All of it in one transaction, durable when it returns. After an error the file must not be used any more. */
  commit(groups: readonly PackedWrites[]): void {
    this.#begin.run()
    let puts: SQLInputValue[] = []
    for (const { tables, bytes } of groups) {
      const sums = tables.map(rowChecksums)
      for (const { table, key, value, row } of unpackWrites(bytes)) {
        const name = tables[table] as string
        if (value) {
          puts.push(name, key, value, sums[table]?.(row) as number)
          if (puts.length < PUT_ROWS * COLUMNS) continue
          this.#putMany.run(...puts)
        } else {
          this.#putEach(puts)
          this.#delete.run(name, key)
        }
        puts = []
      }
    }
    this.#putEach(puts)
    this.#commit.run()
  }

  #putEach(puts: readonly SQLInputValue[]): void {
    for (let i = 0; i < puts.length; i += COLUMNS) this.#put.run(...puts.slice(i, i + COLUMNS))
  }

  /** Closes and unlocks; `clean` spares the next start its integrity check. */
  close(clean: boolean): void {
    try {
      if (clean) this.#database.exec('UPDATE shutdown SET clean = 1')
    } finally {
      this.#database.close()
    }
  }

  #check(table: string, key: Uint8Array, value: Uint8Array, sum: number): void {
    if (rowChecksum(table, key, value) === sum) return
    throw corrupt(this.#directory, `the row of key ${printable(key)} in table ${table} is not what was written`)
  }
}

/** Of a row that is there already the last one stays, within a statement too. */
function putting(rows: number): string {
  return `INSERT OR REPLACE INTO rows (tab, key, value, sum) VALUES ${Array(rows).fill('(?, ?, ?, ?)').join()}`
}

/** Locks the file, makes sure that it is a whole one of ours, and brings it up to date. */
function prepareFile(database: DatabaseSync, directory: string): void {
  // With EXCLUSIVE the first read locks, and nothing is written before the file has proved to be ours.
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
  const version = identify(database, directory)
  // fullfsync: on macOS an fsync alone stops at the drive's own cache. Nothing elsewhere.
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
    PRAGMA journal_size_limit = ${MAX_IDLE_LOG_BYTES};
  `)
  // The last process was killed, or the power went: 35 ms for 100,000 rows of 100 bytes, so not at every start.
  if (!wasClosedCleanly(database, version)) checkIntegrity(database, directory)
  database.exec('BEGIN EXCLUSIVE')
  if (version < SCHEMA_VERSION) migrate(database, version)
  database.exec('UPDATE shutdown SET clean = 0; COMMIT')
}

function wasClosedCleanly(database: DatabaseSync, version: number): boolean {
  return version === SCHEMA_VERSION && database.prepare('SELECT clean FROM shutdown').get()?.clean === 1
}

function checkIntegrity(database: DatabaseSync, directory: string): void {
  const rows = database.prepare(`PRAGMA quick_check(${MAX_COMPLAINTS})`).all()
  const complaints = rows.map(({ quick_check }) => String(quick_check))
  if (complaints.join() !== 'ok') throw corrupt(directory, complaints.join('; '))
}

/**
 * Makes a new file under another name and links it in whole: a file that is there and empty or half written then was damaged
 * and never is a new one. Where two processes do so at once, one link wins and both go on to its lock.
 */
function create(directory: string, path: string): void {
  if (existsSync(path + LOG) && statSync(path + LOG).size > 0) {
    throw corrupt(directory, `${FILE} is gone, and its log ${FILE}${LOG} is still there`)
  }
  const temporary = `${path}.${process.pid}-${threadId}.new`
  rmSync(temporary, { force: true })
  try {
    const database = new DatabaseSync(temporary)
    try {
      // Nobody sees it before it is whole: one sync at the end is enough.
      database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN`)
      migrate(database, 0)
      database.exec('UPDATE shutdown SET clean = 1; COMMIT')
    } finally {
      database.close()
    }
    chmodSync(temporary, 0o600)
    sync(temporary, 'r+')
    link(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
  // Makes the new name durable. Windows cannot open directories; NTFS keeps its names in a journal.
  if (process.platform !== 'win32') sync(directory, 'r')
}

function link(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function sync(path: string, mode: 'r' | 'r+'): void {
  const descriptor = openSync(path, mode)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function beginsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  return key.length >= prefix.length && Buffer.compare(key.subarray(0, prefix.length), prefix) === 0
}

/** A key for people: as text where it is text, otherwise in hexadecimal; cut where it is long. */
function printable(key: Uint8Array): string {
  const text = Buffer.from(key).toString()
  const plain = Buffer.compare(Buffer.from(text), key) === 0 && !/\p{C}/u.test(text)
  const whole = plain ? JSON.stringify(text) : `0x${Buffer.from(key).toString('hex')}`
  return whole.length > 80 ? `${whole.slice(0, 80)}…` : whole
}
