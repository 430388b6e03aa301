/**
 * `node scripts/soak/storage-kill.ts [ROUNDS] [SEED]`: kills a writing process with SIGKILL 200 times on one store, and
 * looks for every row that it had acknowledged. Exits with 1 if one is missing.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../../src/lib/random.ts'
import { killRounds } from '../../test/storage/kill-rounds.ts'

const rounds = Number(process.argv[2] ?? 200)
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
const directory = mkdtempSync(join(tmpdir(), 'covey-kill-'))
const { acknowledged, found, lost } = await killRounds(directory, rounds, seededRandom(seed))
console.log(`${rounds} rounds, seed ${seed}: ${acknowledged} rows acknowledged, ${found} found, ${lost.length} lost`)
for (const line of lost) console.log(`  ${line}`)
if (lost.length > 0) {
  console.log(`the store is kept in ${directory}`)
  process.exitCode = 1
} else {
  rmSync(directory, { recursive: true })
}
