import type { StateCore } from './core.ts'
import type { Dot } from './dot.ts'
import type { Entry, WriteEvent } from './entry.ts'

/** What an event is known by: the write that it brings in again, or itself. */
export const originOf = ({ origin, replica, sequence }: WriteEvent): Dot => origin ?? { replica, sequence }

/** Whether that entry of the event stands in its cell. */
export function stands(core: StateCore, event: WriteEvent, entry: Entry): boolean {
  return core.siblings(entry).some((sibling) => sibling.event === event)
}

/**
 * An entry as it is brought in again: it supersedes what it superseded, its event and that event's origin, and nothing else.
 * So all who bring it in again do so with one past, and whoever supersedes one of them supersedes them all.
 */
export function again(entry: Entry, { replica, sequence }: WriteEvent): Entry {
  return { ...entry, past: new Map([...entry.past, [replica, Math.max(sequence, entry.past.get(replica) ?? 0)]]) }
}
