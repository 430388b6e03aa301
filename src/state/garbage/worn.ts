import type { StateCore } from '../core.ts'
import type { Dot } from '../dot.ts'
import type { CellAddress, Entry, WriteEvent } from '../entry.ts'
import { again, originOf, stands } from '../origin.ts'
import { goesAlong } from './along.ts'
import type { Carried } from './carry-over.ts'
import { type Cut, forgettable, isShownByAll } from './cut.ts'
import type { Runs } from './runs.ts'

/** A batch, and what is to be written again of it so that it ends. */
export interface Worn extends Carried {
  readonly event: WriteEvent
  readonly origin: Dot
}

/** What tombstones that could go are kept by batches, which travel whole. */
interface Kept {
  /** By each batch of its own ones. */
  readonly own: ReadonlyMap<WriteEvent, ReadonlySet<Entry>>
  /** The writes of those that stand over what is superseded in a batch. */
  readonly others: ReadonlyMap<WriteEvent, ReadonlySet<WriteEvent>>
}

/**
 * Batches that keep more than they are worth: such a one is written again without what is deleted in it, which can be forgotten then.
 * Otherwise it would keep the next that deletes something of it, that the next one, and so on without an end. Only when all members show
 * it, and with all of it that something else has replaced: a batch must not show by half.
 * @param settled what this node has told the others that all show
 */
export function wornBatches(
  core: StateCore,
  graves: Iterable<CellAddress>,
  cut: Cut,
  holds: Parameters<typeof forgettable>[2],
  settled: Runs,
): Worn[] {
  const kept = keptBy(core, graves, cut, holds)
  const worn: Worn[] = []
  for (const event of new Set([...kept.own.keys(), ...kept.others.keys()])) {
    if (!isShownByAll({ event }, cut) || !hasValue(core, event)) continue
    const own = kept.own.get(event)
    const left = event.entries.filter((entry) => !own?.has(entry) && goesAlong(core, event, entry, settled))
    if (!isWorn(left.length, own?.size ?? 0, weightOf(core, event, kept, left.length))) continue
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

function keptBy(
  core: StateCore,
  graves: Iterable<CellAddress>,
  cut: Cut,
  holds: Parameters<typeof forgettable>[2],
): Kept {
  const own = new Map<WriteEvent, Set<Entry>>()
  const others = new Map<WriteEvent, Set<WriteEvent>>()
  for (const cell of graves) {
    const gone = forgettable(core.siblings(cell), cut, holds)
    const holders = core.holders(cell)
    for (const { event, entry } of gone) {
      for (const holder of holders) setOf(others, holder).add(event)
      if (holders.size === 0 && event.entries.length > 1) setOf(own, event).add(entry)
    }
  }
  return { own, others }
}

/** How many entries go with the batch, up to `most`: what it keeps may in turn be all that keeps others. */
function weightOf(core: StateCore, event: WriteEvent, { others }: Kept, most: number): number {
  const seen = new Set([event])
  let weight = 0
  // While it is walked it grows.
  for (const holder of seen) {
    for (const held of others.get(holder) ?? []) {
      if (weight >= most) return weight
      if (seen.has(held)) continue
      if (hasValue(core, held)) {
        weight++
        continue
      }
      weight += held.entries.length
      seen.add(held)
    }
  }
  return weight
}

/** Whether writing so many entries again is worth it. One value beside one tombstone is not: there are no more of those than values. */
const isWorn = (left: number, own: number, weight: number): boolean => left > 0 && own + 2 * weight >= 2 * left

const hasValue = (core: StateCore, event: WriteEvent): boolean =>
  event.entries.some((entry) => entry.value !== undefined && stands(core, event, entry))

function setOf<K, V>(sets: Map<K, Set<V>>, key: K): Set<V> {
  const set = sets.get(key) ?? new Set()
  sets.set(key, set)
  return set
}
