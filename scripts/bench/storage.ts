/**
 * `node scripts/bench/storage.ts`: the storage beside a bare loop over `node:sqlite` with the same pragmas, on the disk of the
 * temporary directory. Rows of 24 and 100 bytes. Each line is the median of several rounds that take turns.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { scan } from '../../src/storage/scan.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'
import { bareRate, nextKey, openBare, writeRate } from './bare-sqlite.ts'
import { median } from './goals.ts'

const WRITERS = 64
const ROUNDS = 5
const ROUND_MS = 1000
const LOADED_ROWS = 100_000
const VALUE = new Uint8Array(100).fill(7)

async function timed(act: () => unknown): Promise<number> {
  const start = performance.now()
  await act()
  return performance.now() - start
}

const show = (what: string, value: number, unit: string): void =>
  console.log(`${what.padEnd(58)} ${value.toFixed(value < 10 ? 2 : 0).padStart(9)} ${unit}`)

const directory = mkdtempSync(join(tmpdir(), 'covey-bench-'))
const bare = openBare(join(directory, 'bare.db'))
const storage = new SqliteStorage(join(directory, 'data'))
const first = await timed(() => storage.start())
const write = (): Promise<void> => storage.commit([{ table: 't', key: nextKey(), value: VALUE }])

const results = { bareOne: [] as number[], bareMany: [] as number[], one: [] as number[], many: [] as number[] }
const stalls: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  results.bareOne.push(bareRate(bare, 1, ROUND_MS))
  results.one.push(await writeRate(1, ROUND_MS, write))
  results.bareMany.push(bareRate(bare, WRITERS, ROUND_MS))
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  results.many.push(await writeRate(WRITERS, ROUND_MS, write))
  delay.disable()
  stalls.push(delay.max / 1e6)
}
bare.close()

console.log('durable writes of one row')
show('bare SQLite loop, a transaction a row', median(results.bareOne), 'rows/s')
show('storage, 1 writer', median(results.one), 'rows/s')
show(`bare SQLite loop, ${WRITERS} rows a transaction`, median(results.bareMany), 'rows/s')
show(`storage, ${WRITERS} writers, a commit a row`, median(results.many), 'rows/s')
show('  of the bare loop with as many rows a transaction', median(results.many) / median(results.bareMany), 'x')
show('  of the bare loop with a transaction a row', median(results.many) / median(results.bareOne), 'x')
show("  longest stall of the caller's event loop", median(stalls), 'ms')

const bulk = Array.from({ length: LOADED_ROWS }, () => ({ table: 'loaded', key: nextKey(), value: VALUE }))
console.log(`\n${LOADED_ROWS} rows`)
show('written in one commit', await timed(() => storage.commit(bulk)), 'ms')
let read = 0
const load = async (): Promise<void> => {
  for await (const entries of scan(storage, 'loaded')) read += entries.length
}
show('read by a scan', await timed(load), 'ms')
if (read !== LOADED_ROWS) throw new Error(`${read} rows were read`)

console.log('\nstart and stop')
show('first start: makes the file', first, 'ms')
show('stop', await timed(() => storage.stop()), 'ms')
show('start over all these rows, after a clean stop', await timed(() => storage.start()), 'ms')
await storage.stop()
const file = new DatabaseSync(join(directory, 'data/covey.db'))
const { count } = file.prepare('SELECT count(*) AS count FROM rows').get() as { count: number }
show(`integrity check of ${count} rows after an unclean end`, await timed(() => file.exec('PRAGMA quick_check')), 'ms')
file.close()
rmSync(directory, { recursive: true })
