import type { StateCore } from '../../../src/state/core.ts'
import { peerOf, type ReplicaId } from '../../../src/state/dot.ts'
import { recordIn } from '../../../src/state/garbage/retired.ts'
import { RETIRED } from '../../../src/state/roster/names.ts'
import type { CampaignNode } from './node.ts'

/** The last sequence of a replica that a node holds, above a gap or not, or has a record of. */
function lastOf(core: StateCore, replica: ReplicaId): number {
  const record = recordIn(core, replica)
  const held = core.stored.rangesOf(replica).at(-1)?.[1] ?? 0
  return Math.max(held, record?.final ?? 0, record?.known.at(-1)?.[1] ?? 0)
}

/**
 * How far whoever a node could ask knows its replicas, when it starts: the members that its disk names, those whom these name,
 * and so on. What is in none of these no rule could tell it: it would look the same had there never been another.
 */
export function knownOf(node: CampaignNode, nodes: readonly CampaignNode[]): ReadonlyMap<ReplicaId, number> {
  const known = new Map<ReplicaId, number>()
  const named = new Set([node.name])
  // While it is walked it grows.
  for (const name of named) {
    const one = nodes.find((other) => other.name === name)
    if (!one) continue
    for (const member of one.members) named.add(member)
    if (one === node) continue
    for (const replica of [...one.core.stored.replicas(), ...one.core.cells.keys(RETIRED)]) {
      if (peerOf(replica) !== node.name) continue
      known.set(replica, Math.max(known.get(replica) ?? 0, lastOf(one.core, replica)))
    }
  }
  return known
}

/** Who of these holds more of a replica than so many. */
export function holdersBeyond(
  nodes: readonly CampaignNode[],
  replica: ReplicaId,
  sequence: number,
): readonly CampaignNode[] {
  return nodes.filter(({ name, core }) => name !== peerOf(replica) && lastOf(core, replica) > sequence)
}
