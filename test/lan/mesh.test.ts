import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Lab, labUnavailable } from '../../scripts/lan/lab.ts'
import {
  findOneAnother,
  HEAL_LIMIT_MS,
  partition,
  runElsewhere,
  stall,
  startNodes,
  writeApart,
} from '../../scripts/lan/trials.ts'
import type { NodeProcess } from '../../scripts/nodes.ts'

const reason = labUnavailable()
if (reason !== undefined) console.warn(`tests of nodes on a LAN are skipped: ${reason}`)

/** A minute is for `npm run lan`; this is long enough for both sides to bury the other. */
const PARTITION_MS = 8_000
/** The stall that must not look like a death. */
const STALL_MS = 4_000

/** These run the program in dist, which `npm test` builds. */
describe.skipIf(reason !== undefined)('three hosts on a network with real multicast', () => {
  let lab: Lab
  let folder: string
  let nodes: NodeProcess[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'covey-lan-test-'))
    lab = Lab.create(['anna', 'berta', 'carl'])
    nodes = await startNodes(lab, folder)
    await findOneAnother(nodes)
  })

  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    lab?.destroy()
    rmSync(folder, { recursive: true, force: true })
  })

  it('find one another with no address given, and one runs a task of another', async () => {
    expect(await runElsewhere(nodes)).toEqual({ worker: 'carl', address: lab.hosts[2]?.address })
  })

  it('bury nobody who stands still for four seconds', async () => {
    const { states } = await stall(nodes, STALL_MS)
    expect(states).not.toContain('dead')
    expect(states).toContain('suspect')
  })

  it('are one mesh again soon after a partition', { timeout: 40_000 }, async () => {
    const { healedMs } = await partition(lab, nodes, PARTITION_MS)
    expect(healedMs).toBeLessThan(HEAL_LIMIT_MS)
  })

  it('hold the same soon after a partition on both sides of which all have written', { timeout: 60_000 }, async () => {
    const { equalMs, missing } = await writeApart(lab, nodes, PARTITION_MS)
    expect(missing).toEqual([])
    expect(equalMs).toBeLessThan(HEAL_LIMIT_MS)
  })
})
