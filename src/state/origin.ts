import type { StateCore } from './core.ts'
import type { Dot } from './dot.ts'
import type { Entry, Past, WriteEvent } from './entry.ts'
import type { Hlc } from './hlc.ts'

/** Of what is written again. */
export interface Reentered {
  /** As old as another; else the present time. */
  readonly time?: Hlc | undefined
  readonly origin?: Dot | undefined
  /** What brought in the same before: of the two the later one stands, whatever this node's clock says. */
  readonly after?: Hlc | undefined
}

/**
 * When an event is to be dated that is brought in again: a value as of now, since all that a member writes is later than what it has
 * acknowledged; a delete as it was, or it would hide what was written beside it since.
 */
export function datedAgain(event: WriteEvent): Pick<Reentered, 'time' | 'after'> {
  if (event.entries.some(({ value }) => value !== undefined)) return { after: afterOf(event) }
  // Of two that bring in one write the later one stands.
  return { time: event.origin ? event.time + 1 : event.time }
}

/** Of an event that is brought in once more. */
export const afterOf = ({ origin, time }: WriteEvent): Hlc | undefined => (origin ? time : undefined)

/** `next` by the own clock, or later. */
export const laterThan = (next: Hlc, after: Hlc | undefined): Hlc => Math.max(next, (after ?? -1) + 1)

/** What an event is known by: the write that it brings in again, or itself. */
export const originOf = ({ origin, replica, sequence }: WriteEvent): Dot => origin ?? { replica, sequence }

export const isSame = (a: Dot, b: Dot): boolean => a.sequence === b.sequence && a.replica === b.replica

/** Whether that entry of the event stands in its cell. */
export function stands(core: StateCore, event: WriteEvent, entry: Entry): boolean {
  return core.siblings(entry).some((sibling) => sibling.event === event)
}

/**
 * An entry as it is brought in again: it supersedes what it superseded and its origin, and nothing else. So all who bring it
 * in again do so with one past, and whoever supersedes one of them supersedes them all. The dot of an event that brought it in
 * before is left out: several of one replica may stand in a cell, and a past that names one covers those before it.
 */
export const again = (entry: Entry, event: WriteEvent): Entry => ({ ...entry, past: pastThrough(entry, event) })

/** The past of whatever stands for that entry alone, and not for others that its event's replica brought in as well. */
export function pastThrough({ past }: Entry, { origin, replica, sequence }: WriteEvent): Past {
  return origin ? past : new Map([...past, [replica, Math.max(sequence, past.get(replica) ?? 0)]])
}
