/**
 * A bare loop over `node:sqlite`, as durable as the storage: what its writes are measured beside. The same log, `synchronous=FULL` and
 * lock, the same keys and values, and beside N writers N rows a transaction, which is what N writers that each wait for their row
 * come to. It is a hard one to be beside: it knows the next row without anybody asking for it, hands nothing to another thread,
 * answers nobody, keeps nothing in memory and checks no sum, and its rows have neither author nor time.
 */
import { DatabaseSync } from 'node:sqlite'

const VALUE = new Uint8Array(100).fill(7)

export function openBare(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec(`
    PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE rows (tab TEXT, key BLOB, value BLOB, PRIMARY KEY (tab, key)) WITHOUT ROWID;
  `)
  return database
}

let rows = 0
/** 24 bytes, another each time. */
export const nextKey = (): string => `row ${String(rows++).padStart(20, '0')}`

/** Rows a second, so many of them in one transaction. */
export function bareRate(database: DatabaseSync, rowsEach: number, milliseconds: number): number {
  const insert = database.prepare('INSERT OR REPLACE INTO rows VALUES (?, ?, ?)')
  const start = performance.now()
  let done = 0
  while (performance.now() - start < milliseconds) {
    database.exec('BEGIN IMMEDIATE')
    for (let i = 0; i < rowsEach; i++) insert.run('t', Buffer.from(nextKey()), VALUE)
    database.exec('COMMIT')
    done += rowsEach
  }
  return (done * 1000) / (performance.now() - start)
}

/** Writes a second of `write`, called again and again by each of `writers`. */
export async function writeRate(writers: number, milliseconds: number, write: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  let done = 0
  const worker = async (): Promise<void> => {
    while (performance.now() - start < milliseconds) {
      await write()
      done++
    }
  }
  await Promise.all(Array.from({ length: writers }, worker))
  return (done * 1000) / (performance.now() - start)
}
