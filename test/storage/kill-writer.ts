/**
 * `kill-writer.ts DIRECTORY ROUND write|look`: prints `found` and the keys of all rows, then, to write, rows without end from
 * several writers at once, each key on a line once its commit is acknowledged. Ends only by being killed.
 */
import { scan } from '../../src/storage/scan.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'

/** Enough that transactions carry several commits. */
const WRITERS = 8
/** Written with every row: a transaction must take its time, or no kill would ever fall into one. */
const BALLAST_BYTES = 64 * 1024

const [directory = '', round = '', mode = ''] = process.argv.slice(2)
// Synchronous where it is a pipe (Node's notes on process I/O), so that a kill loses no line.
const print = (line: string): boolean => process.stdout.write(`${line}\n`)

const storage = new SqliteStorage(directory)
await storage.start()
const found = new Set<string>()
for await (const entries of scan(storage, 'rows')) for (const { key } of entries) found.add(text(key))
for await (const entries of scan(storage, 'ballast')) {
  for (const { key, value } of entries) {
    const row = text(value.subarray(0, value.indexOf(0)))
    if (!found.has(row)) throw new Error(`half a commit: ballast ${text(key)} is of ${row}, which is not there`)
  }
}
print(`found ${[...found].join(' ')}`)
if (mode === 'write') await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
await storage.stop()

async function write(writer: number): Promise<never> {
  for (let i = 0; ; i++) {
    const key = `${round}/${writer}/${i}`
    const ballast = Buffer.alloc(BALLAST_BYTES)
    ballast.write(key)
    await storage.commit([
      { table: 'ballast', key: String(writer), value: ballast },
      { table: 'rows', key, value: Buffer.from(round) },
    ])
    print(key)
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}
