/**
 * The promises of membership over many seeds, in the simulator:
 *
 *   node --experimental-transform-types scripts/simulate/membership.ts [SEEDS] [FIRST]
 *
 * Prints the distributions and exits non-zero if one of them breaks its promise. 1000 seeds take some minutes of one core.
 */
import { deathsByStall, messageRate, timeToDeath, timeToHeal } from '../../test/membership/scenarios.ts'

/** The mesh that the promises are made for (preset `lan`, links of 1 to 5 ms, both the defaults). */
const NODES = 30
const STALL_MS = 4000
const PARTITION_MS = 60_000
const DEATH_LIMIT_MS = 6000
const HEAL_LIMIT_MS = 5000
const RATE_TOLERANCE = 0.2

const count = Number(process.argv[2] ?? 1000)
const first = Number(process.argv[3] ?? 1)
if (!(Number.isInteger(count) && count > 0 && Number.isInteger(first))) {
  console.error('usage: membership.ts [SEEDS] [FIRST], both whole numbers')
  process.exit(2)
}
const broken: string[] = []

async function distribution(title: string, limit: number, quantile: number, run: (seed: number) => Promise<number>) {
  const values: { seed: number; ms: number }[] = []
  for (let seed = first; seed < first + count; seed++) values.push({ seed, ms: await run(seed) })
  values.sort((a, b) => a.ms - b.ms)
  const at = (q: number) =>
    values[Math.min(values.length - 1, Math.floor(q * values.length))] as { seed: number; ms: number }
  const text = [0.5, 0.99, 1].map((q) => `${q === 1 ? 'max' : `p${q * 100}`} ${at(q).ms.toFixed(0)} ms`).join(', ')
  console.log(`${title}: ${text} (slowest: seed ${at(1).seed})`)
  if (at(quantile).ms > limit) broken.push(`${title}: above ${limit} ms`)
}

console.log(`${count} seeds from ${first}, ${NODES} nodes, preset lan, links of 1 to 5 ms`)
const started = performance.now()
await distribution('silent death, known by all', DEATH_LIMIT_MS, 0.99, (seed) => timeToDeath({ seed, nodes: NODES }))

let stalls = 0
for (let seed = first; seed < first + count; seed++) {
  const deaths = await deathsByStall({ seed, nodes: NODES }, STALL_MS)
  stalls += Number(deaths.length > 0)
  if (deaths.length > 0) console.log(`  seed ${seed}: ${deaths.join(', ')}`)
}
console.log(`a stall of ${STALL_MS} ms: ${stalls} of ${count} runs with a false death`)
if (stalls > 0) broken.push('a stalled node was declared dead')

await distribution(`healed after a partition of ${PARTITION_MS} ms`, HEAL_LIMIT_MS, 1, (seed) =>
  timeToHeal({ seed, nodes: NODES }, PARTITION_MS),
)

const small = await messageRate({ seed: first, nodes: 20 }, 30)
const large = await messageRate({ seed: first, nodes: 200 }, 30)
console.log(`messages a node and second: ${small.toFixed(2)} at 20 nodes, ${large.toFixed(2)} at 200`)
if (Math.abs(large / small - 1) > RATE_TOLERANCE) broken.push('the message rate depends on the size of the mesh')

console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`)
for (const promise of broken) console.error(`BROKEN: ${promise}`)
process.exit(broken.length > 0 ? 1 : 0)
