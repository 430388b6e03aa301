import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { SqliteStorage } from '../../src/storage/sqlite.ts'
import { storageSuite } from './acceptance.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'covey-storage-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

storageSuite('sqlite', () => new SqliteStorage(directory))
