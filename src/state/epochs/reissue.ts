import type { StateCore } from '../core.ts'
import type { ReplicaId } from '../dot.ts'
import type { Entry, Past, WriteEvent } from '../entry.ts'
import { COUNTER_PREFIX } from '../paths.ts'

/**
 * The living writes of a replica after `since`, each as the entries to be written again under another epoch: of the same
 * value, superseding what they superseded and themselves. Writes of a batch stay together. The own part of a counter stays where
 * it is, since it would count twice.
 */
export function reissued(core: StateCore, replica: ReplicaId, since: number, until: number): Entry[][] {
  const batches: Entry[][] = []
  if (until <= since) return batches
  for (const event of core.within(replica, since + 1, until)) {
    const entries = event.entries
      .filter((entry) => !entry.path.startsWith(COUNTER_PREFIX) && stands(core, event, entry))
      .map((entry) => ({ ...entry, past: withDot(entry.past, replica, event.sequence) }))
    if (entries.length > 0) batches.push(entries)
  }
  return batches
}

function stands(core: StateCore, event: WriteEvent, entry: Entry): boolean {
  return core.siblings(entry).some((sibling) => sibling.event === event)
}

function withDot(past: Past, replica: ReplicaId, sequence: number): Past {
  return new Map([...past, [replica, Math.max(sequence, past.get(replica) ?? 0)]])
}
