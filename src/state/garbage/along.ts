import type { StateCore } from '../core.ts'
import { type Entry, supersedes, type WriteEvent } from '../entry.ts'
import { stands } from '../origin.ts'
import type { Runs } from './runs.ts'

/**
 * Whether an entry goes along when its event is written again: a batch must not show by half, so that what something else has
 * replaced goes too. Not so what is deleted by a tombstone of which this node has said that all show it: others may have forgotten
 * that one when the batch comes, since theirs may have died, and what it deleted would show again. Nobody needs the entry: all have
 * the tombstone, or what is left of it, which is nothing.
 * @param settled what this node has told the others that all show
 */
export function goesAlong(core: StateCore, event: WriteEvent, entry: Entry, settled: Runs): boolean {
  if (stands(core, event, entry)) return true
  const over = core.siblings(entry).filter((sibling) => supersedes(sibling, event))
  const isForgotten = over.some(
    (sibling) =>
      sibling.entry.value === undefined && (settled.get(sibling.event.replica) ?? 0) >= sibling.event.sequence,
  )
  return over.length > 0 && !isForgotten
}
