import type { PeerId } from '../network/network.ts'
import type { Dot } from './dot.ts'
import { hasSeen, type Sibling } from './entry.ts'
import { hlcMs } from './hlc.ts'
import type { KeyCells } from './types/type.ts'
import { decodeValue, type StateValue } from './value.ts'
import { dotVersion, type Version } from './version.ts'
import { authorOf } from './view.ts'

/** A write as a key's history tells it. */
export interface HistoryItem {
  /** What `rollback` takes. */
  readonly version: Version
  readonly dot: Dot
  /** Milliseconds since 1970 by the writer's clock. */
  readonly updatedAt: number
  readonly updatedBy: PeerId
  /** The writes that it replaced, as far as they are known here; none for the first one of a key. */
  readonly parents: readonly Dot[]
  /** What it wrote: one for a value as a whole, several for a merged value or a set. */
  readonly changes: readonly HistoryChange[]
  /** Whether something of it still stands. */
  readonly current: boolean
}

export interface HistoryChange {
  readonly path: string
  /** undefined: it deleted. */
  readonly value: StateValue | undefined
}

/** The writes of a key, the newest first: those that stand, and those that stood. */
export function historyOf(cells: KeyCells, former: readonly Sibling[]): HistoryItem[] {
  const standing = [...cells.plain, ...[...cells.paths.values()].flat()]
  const writes = new Map<string, Sibling[]>()
  for (const sibling of [...former, ...standing]) {
    const version = dotVersion(sibling.event)
    const siblings = writes.get(version)
    if (siblings) siblings.push(sibling)
    else writes.set(version, [sibling])
  }
  const current = new Set(standing.map(({ event }) => dotVersion(event)))
  return [...writes]
    .map(([version, siblings]) => itemOf(version, siblings, writes, current.has(version)))
    .sort((a, b) => b.time - a.time || (a.item.version < b.item.version ? 1 : -1))
    .map(({ item }) => item)
}

function itemOf(
  version: Version,
  siblings: readonly Sibling[],
  writes: ReadonlyMap<string, readonly Sibling[]>,
  current: boolean,
): { item: HistoryItem; time: number } {
  const { event } = siblings[0] as Sibling
  const item: HistoryItem = {
    version,
    dot: { replica: event.replica, sequence: event.sequence },
    updatedAt: hlcMs(event.time),
    updatedBy: authorOf(event),
    parents: parentsOf(siblings, writes),
    changes: siblings
      .map(({ entry }) => ({ path: entry.path, value: entry.value && decodeValue(entry.value) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    current,
  }
  return { item, time: event.time }
}

/** What the entries replaced: the dots of their pasts that no other of these dots had replaced before. */
function parentsOf(siblings: readonly Sibling[], writes: ReadonlyMap<string, readonly Sibling[]>): Dot[] {
  const parents = new Map<string, Dot>()
  for (const { entry } of siblings) {
    const dots = [...entry.past].map(([replica, sequence]): Dot => ({ replica, sequence }))
    const known = dots.flatMap((dot) => writes.get(dotVersion(dot))?.filter((s) => s.entry.path === entry.path) ?? [])
    for (const dot of dots) {
      if (!known.some((other) => hasSeen(other.entry, dot))) parents.set(dotVersion(dot), dot)
    }
  }
  return [...parents.values()].sort((a, b) => (a.replica < b.replica ? -1 : 1))
}
