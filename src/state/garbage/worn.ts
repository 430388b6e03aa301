import type { StateCore } from '../core.ts'
import type { Dot } from '../dot.ts'
import type { CellAddress, Entry, WriteEvent } from '../entry.ts'
import { again, originOf, stands } from '../origin.ts'
import type { Carried } from './carry-over.ts'
import { type Cut, forgettable, isShownByAll } from './cut.ts'

/** A batch that keeps tombstones which could go without it. */
interface Holder {
  /** Its own ones. */
  readonly own: Set<Entry>
  /** Those over what is superseded in it. */
  others: number
}

/** A batch, and what is to be written again of it so that it ends. */
export interface Worn extends Carried {
  readonly event: WriteEvent
  readonly origin: Dot
}

/**
 * Batches that keep more than they are worth, since they travel whole: what still stands of such a one is written again, and the
 * rest is forgotten. Otherwise each would keep the next one that deletes something of it, and so on without an end. Only when all
 * members show it: until then it must come whole.
 */
export function wornBatches(
  core: StateCore,
  graves: Iterable<CellAddress>,
  cut: Cut,
  holds: Parameters<typeof forgettable>[2],
): Worn[] {
  const holders = new Map<WriteEvent, Holder>()
  const holderOf = (event: WriteEvent): Holder => {
    const holder = holders.get(event) ?? { own: new Set(), others: 0 }
    holders.set(event, holder)
    return holder
  }
  for (const cell of graves) {
    for (const { event, entry } of forgettable(core.siblings(cell), cut, holds)) {
      const before = core.holders(cell)
      for (const holder of before) holderOf(holder).others++
      if (before.size === 0 && event.entries.length > 1) holderOf(event).own.add(entry)
    }
  }
  const worn: Worn[] = []
  for (const [event, { own, others }] of holders) {
    if (!isShownByAll({ event }, cut)) continue
    const left = event.entries.filter((entry) => !own.has(entry) && stands(core, event, entry))
    if (left.length === 0 || !isWorn(left.length, own.size, others)) continue
    worn.push({
      event,
      entries: left.map((entry) => again(entry, event)),
      // Of two that bring in one write the later one stands.
      time: event.origin ? event.time + 1 : event.time,
      origin: originOf(event),
    })
  }
  return worn
}

/** Whether writing so many entries again is worth it. One value beside one tombstone is not: there are no more of those than values. */
const isWorn = (left: number, own: number, others: number): boolean => own + 2 * others >= 2 * left
