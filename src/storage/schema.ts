import type { DatabaseSync } from 'node:sqlite'
import { CoveyError } from '../lib/errors.ts'
import { rowChecksum } from './checksum.ts'

/** The version of the tables below; a file of a later one is refused, one of an earlier one is brought forward at its start. */
export const SCHEMA_VERSION = 2
/** Marks the file as covey's (`PRAGMA application_id`): ASCII "covy". */
const APPLICATION_ID = 0x63_6f_76_79

/** `MIGRATIONS[v]` leads from version v to v + 1. They are never changed once they were released. */
const MIGRATIONS: readonly ((database: DatabaseSync) => void)[] = [
  (database) =>
    database.exec(
      'CREATE TABLE entries (tab TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (tab, key)) WITHOUT ROWID',
    ),
  (database) => {
    database.exec(`
      CREATE TABLE rows (
        tab TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (tab, key)
      ) WITHOUT ROWID;
      CREATE TABLE shutdown (clean INTEGER NOT NULL);
      INSERT INTO shutdown VALUES (0);
    `)
    database.function('row_checksum', { deterministic: true }, (tab, key, value) =>
      rowChecksum(tab as string, key as Uint8Array, value as Uint8Array),
    )
    database.exec(`
      INSERT INTO rows SELECT tab, CAST(key AS BLOB), value, row_checksum(tab, CAST(key AS BLOB), value) FROM entries;
      DROP TABLE entries;
      PRAGMA application_id = ${APPLICATION_ID};
    `)
  },
]

/** The schema version of an opened file, 0 for one that is new. Throws where it is not covey's, or of a later covey. */
export function identify(database: DatabaseSync, directory: string): number {
  const version = pragma(database, 'user_version')
  const ours = pragma(database, 'application_id') === APPLICATION_ID
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  // Version 1 carried no mark yet.
  const first = version === 1 && tables.length === 1 && tables[0]?.name === 'entries'
  const fresh = version === 0 && tables.length === 0
  if (version > SCHEMA_VERSION) {
    throw new CoveyError(
      'DATA_TOO_NEW',
      `the store in ${directory} was written by a newer covey (schema ${version}, this one knows ${SCHEMA_VERSION})`,
      'Update covey, or name another directory with --data.',
    )
  }
  if (ours || first || fresh) return version
  throw new CoveyError(
    'DATA_FOREIGN',
    `the database in ${directory} is not a covey store`,
    'Move it away if it belongs to another program, or name another directory with --data.',
  )
}

/** Brings the tables from `version` to the present one, in the transaction that is open. */
export function migrate(database: DatabaseSync, version: number): void {
  for (const step of MIGRATIONS.slice(version)) step(database)
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
}

export function pragma(database: DatabaseSync, name: string): number {
  return database.prepare(`PRAGMA ${name}`).get()?.[name] as number
}
