import { Roster } from '../../../src/state/roster/roster.ts'
import { StateStore } from '../../../src/state/store.ts'
import { MemoryStorage } from '../../../src/storage/memory.ts'
import type { MemoryDisk } from '../../../src/storage/memory-disk.ts'
import { cellName, isKept, type Ledger, type Mark } from './ledger.ts'
import { MESH } from './life.ts'
import type { CampaignNode } from './node.ts'

/** What a process that starts over a disk would show. */
export async function storeOn(disk: MemoryDisk, { host }: CampaignNode): Promise<StateStore> {
  const store = new StateStore({ storage: new MemoryStorage(disk), clock: host.clock, log: host.log })
  await store.load()
  return store
}

/** Who is a member by what such a process would show. */
export function membersBy(store: StateStore, { host }: CampaignNode): readonly string[] {
  const roster = new Roster({ mesh: MESH, store, signer: host.signer, clock: host.clock, log: host.log })
  roster.start()
  return roster.members
}

/** What a disk holds of the ledger's writes, by cell. */
async function marksOn(disk: MemoryDisk, node: CampaignNode, ledger: Ledger): Promise<Map<string, Mark[]>> {
  const store = await storeOn(disk, node)
  const marks = new Map<string, Mark[]>()
  for (const [cell, siblings] of store.core.cells.all()) {
    marks.set(cellName(cell), ledger.marks(cell, siblings))
  }
  // What waits for earlier writes is there, too.
  for (const event of store.core.waiting()) {
    for (const entry of event.entries) {
      const name = cellName(entry)
      const mark = ledger.find(entry, event)
      if (mark) marks.set(name, [...(marks.get(name) ?? []), mark])
    }
  }
  return marks
}

/**
 * A disk is lost, or an older one comes in its place: acknowledged writes that are on none of the disks that remain are
 * lost, and nobody can help it.
 */
export async function excuseLost(
  ledger: Ledger,
  remaining: readonly (readonly [CampaignNode, MemoryDisk])[],
): Promise<void> {
  const disks: Map<string, Mark[]>[] = []
  for (const [node, disk] of remaining) disks.push(await marksOn(disk, node, ledger))
  for (const mark of ledger.all()) {
    if (mark.excused) continue
    if (!disks.some((marks) => isKept(mark, marks.get(mark.cell) ?? []))) mark.excused = true
  }
}
