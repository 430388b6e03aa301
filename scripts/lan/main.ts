/**
 * Real nodes on three hosts of a network of namespaces: `npm run lan`. Needs root, Linux and iproute2. They find one
 * another with no address given, one runs another's task, a partition of a minute heals, a stall of four seconds kills
 * nobody, and what is written on both sides of a partition is everywhere after it. Exit code 1 if one of these is not so.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Lab, labUnavailable } from './lab.ts'
import { findOneAnother, HEAL_LIMIT_MS, partition, runElsewhere, stall, startNodes, writeApart } from './trials.ts'

const PARTITION_MS = 60_000
const STALL_MS = 4_000

let failed = false
const report = (ok: boolean, text: string) => {
  failed ||= !ok
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${text}`)
}
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`

const unavailable = labUnavailable()
if (unavailable !== undefined) {
  console.error(`no network of namespaces here: ${unavailable}`)
  process.exit(1)
}

const lab = Lab.create(['anna', 'berta', 'carl'])
const folder = mkdtempSync(join(tmpdir(), 'covey-lan-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const nodes = await startNodes(lab, folder)
report(true, `three hosts found one another ${seconds(await findOneAnother(nodes))} after the last was up`)

const { worker, address } = await runElsewhere(nodes)
report(worker === 'carl' && address === lab.hosts[2]?.address, `a task of anna ran on ${worker}, at ${address}`)

const stalled = await stall(nodes, STALL_MS)
report(
  !stalled.states.includes('dead'),
  `berta stood still for ${seconds(STALL_MS)} and was seen ${stalled.states.join(', ')}; ` +
    `alive to all ${seconds(stalled.recoveredMs)} after`,
)

console.log(`      anna is cut off for ${seconds(PARTITION_MS)} ...`)
const { buriedMs, lonelyMs, healedMs } = await partition(lab, nodes, PARTITION_MS)
report(
  healedMs <= HEAL_LIMIT_MS,
  `the others gave anna up after ${seconds(buriedMs)}, anna gave them up after ${seconds(lonelyMs)}; ` +
    `all were one again ${seconds(healedMs)} after its end`,
)

console.log(`      anna is cut off for ${seconds(PARTITION_MS)} again, and all write ...`)
const apart = await writeApart(lab, nodes, PARTITION_MS)
report(
  apart.equalMs <= HEAL_LIMIT_MS && apart.missing.length === 0,
  `${apart.writes} writes into three namespaces on both sides: all nodes held the same ${seconds(apart.equalMs)} after ` +
    `the partition, ${apart.missing.length} keys are missing`,
)
for (const key of apart.missing) console.log(`      ${key}`)

await Promise.all(nodes.map((node) => node.stop()))
lab.destroy()
process.exitCode = failed ? 1 : 0
