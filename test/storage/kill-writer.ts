/**
 * `kill-writer.ts DIRECTORY ROUND write|look`: prints `found` and the keys of all rows, then, to write, rows without end from
 * several writers at once, each key on a line once its commit is acknowledged. Ends only by being killed.
 */
import { scan } from '../../src/storage/scan.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'

/** Enough that transactions carry several commits. */
const WRITERS = 8

const [directory = '', round = '', mode = ''] = process.argv.slice(2)
// Synchronous where it is a pipe (Node's notes on process I/O), so that a kill loses no line.
const print = (line: string): boolean => process.stdout.write(`${line}\n`)

const storage = new SqliteStorage(directory)
await storage.start()
const found: string[] = []
for await (const entries of scan(storage, 'rows')) {
  for (const { key, value } of entries) {
    const name = Buffer.from(key).toString()
    if (Buffer.from(value).toString() !== `value of ${name}`) throw new Error(`${name} has another value`)
    found.push(name)
  }
}
print(`found ${found.join(' ')}`)
if (mode === 'write') await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
await storage.stop()

async function write(writer: number): Promise<never> {
  for (let i = 0; ; i++) {
    const key = `${round}/${writer}/${i}`
    await storage.commit([{ table: 'rows', key, value: Buffer.from(`value of ${key}`) }])
    print(key)
  }
}
