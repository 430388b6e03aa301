/**
 * `npm run build && node scripts/run.mjs scripts/soak/lock-kill.ts [SECONDS] [SEED]`: five real nodes, three of them voters, append to one file
 * under `covey lock` for two minutes, while holders are killed with SIGKILL and stopped for longer than their lease. The file takes no line with a
 * fence below the highest; exits with 1 where two holders had one fence, or their lines are mixed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../../src/lib/random.ts'
import { Ordeal } from './lock/ordeal.ts'

const seconds = Number(process.argv[2] ?? 120)
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31)
const folder = mkdtempSync(join(tmpdir(), 'covey-lock-kill-'))
const { runs, accepted, refused, faults, breaches } = await new Ordeal(folder, seededRandom(seed)).run(seconds * 1000)
const said = Object.entries(faults).map(([what, count]) => `${count} ${what}`)
console.log(`${seconds} s, seed ${seed}: ${said.join(', ')}`)
console.log(
  `${runs} holders wrote ${accepted} lines; ${refused} lines with a stale fence were refused; ${breaches.length} breaches`,
)
for (const breach of breaches) console.log(`  ${breach}`)
if (breaches.length > 0) {
  console.log(`the file and the data directories are kept in ${folder}`)
  process.exitCode = 1
} else {
  rmSync(folder, { recursive: true })
}
