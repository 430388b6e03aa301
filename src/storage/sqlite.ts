import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { CoveyError, messageOf, StoppedError } from '../lib/errors.ts'
import type { Storage, StorageEntry, StorageWrite } from './storage.ts'

/** The file's name inside the data directory. */
const FILE = 'covey.db'
/** Raised with every change of the tables below; a file of a later version is refused. */
const SCHEMA_VERSION = 1

const SQLITE_BUSY = 5
const SQLITE_NOTADB = 26
const SQLITE_CORRUPT = 11

interface Statements {
  get: StatementSync
  list: StatementSync
  put: StatementSync
  delete: StatementSync
}

/**
 * Storage in one SQLite file in `directory` (created with mode 0700): WAL, `synchronous=FULL`, and the file locked for as
 * long as it is open, which is also the lock on the data directory: the kernel drops it with the process, however that ends.
 */
export class SqliteStorage implements Storage {
  readonly #directory: string
  #database: DatabaseSync | undefined
  #statements: Statements | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  async start(): Promise<void> {
    if (this.#database) return
    // Loaded here, and not with the file, so that commands that open no store do not pay for it.
    const { DatabaseSync } = await import('node:sqlite')
    let database: DatabaseSync | undefined
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
      database = new DatabaseSync(join(this.#directory, FILE))
      database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      // The first write takes the lock; without one two nodes could both get here.
      database.exec('BEGIN EXCLUSIVE; COMMIT')
      chmodSync(join(this.#directory, FILE), 0o600)
      this.#migrate(database)
    } catch (error) {
      database?.close()
      throw this.#explain(error)
    }
    this.#database = database
    this.#statements = prepare(database)
  }

  async stop(): Promise<void> {
    this.#database?.close()
    this.#database = undefined
    this.#statements = undefined
  }

  async get(table: string, key: string): Promise<Uint8Array | undefined> {
    const row = this.#open().get.get(table, key)
    return row?.value as Uint8Array | undefined
  }

  async list(table: string, prefix = ''): Promise<StorageEntry[]> {
    const rows = this.#open().list.all(table, prefix, prefix.length, prefix)
    return rows.map((row) => ({ key: row.key as string, value: row.value as Uint8Array }))
  }

  async commit(writes: readonly StorageWrite[]): Promise<void> {
    const statements = this.#open()
    const database = this.#database as DatabaseSync
    try {
      database.exec('BEGIN IMMEDIATE')
      for (const { table, key, value } of writes) {
        if (value) statements.put.run(table, key, value)
        else statements.delete.run(table, key)
      }
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw this.#explain(error)
    }
  }

  #open(): Statements {
    if (!this.#statements) throw new StoppedError('the store')
    return this.#statements
  }

  #migrate(database: DatabaseSync): void {
    const version = database.prepare('PRAGMA user_version').get()?.user_version as number
    if (version > SCHEMA_VERSION) {
      throw new CoveyError(
        'DATA_TOO_NEW',
        `the store in ${this.#directory} was written by a newer covey (schema ${version}, this one knows ${SCHEMA_VERSION})`,
        'Update covey, or name another directory with --data.',
      )
    }
    if (version === SCHEMA_VERSION) return
    database.exec(`
      BEGIN;
      CREATE TABLE entries (tab TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (tab, key)) WITHOUT ROWID;
      PRAGMA user_version = ${SCHEMA_VERSION};
      COMMIT;
    `)
  }

  #explain(error: unknown): Error {
    if (error instanceof CoveyError) return error
    const code = (error as { errcode?: number }).errcode
    if (code === SQLITE_BUSY) {
      return new CoveyError(
        'DATA_IN_USE',
        `the data directory ${this.#directory} is in use by another node`,
        'Stop that node (covey down), or give this one its own: --name NAME or --data DIR.',
        { cause: error },
      )
    }
    if (code === SQLITE_NOTADB || code === SQLITE_CORRUPT) {
      return new CoveyError(
        'DATA_CORRUPT',
        `the store ${join(this.#directory, FILE)} is damaged: ${messageOf(error)}`,
        'Keep a copy of the directory, then restore a backup or name another directory with --data.',
        { cause: error },
      )
    }
    return new CoveyError(
      'DATA_FAILED',
      `the data directory ${this.#directory} cannot be used: ${messageOf(error)}`,
      'Check that it can be written and has room, or name another with --data.',
      { cause: error },
    )
  }
}

function prepare(database: DatabaseSync): Statements {
  return {
    get: database.prepare('SELECT value FROM entries WHERE tab = ? AND key = ?'),
    list: database.prepare(
      'SELECT key, value FROM entries WHERE tab = ? AND key >= ? AND substr(key, 1, ?) = ? ORDER BY key',
    ),
    put: database.prepare(
      'INSERT INTO entries (tab, key, value) VALUES (?, ?, ?) ON CONFLICT (tab, key) DO UPDATE SET value = excluded.value',
    ),
    delete: database.prepare('DELETE FROM entries WHERE tab = ? AND key = ?'),
  }
}
