import type { CellAddress, Sibling, WriteEvent } from './entry.ts'

/** Tombstones of one cell. */
export type Graves = readonly [cell: CellAddress, siblings: readonly Sibling[]]

export const hasGrave = (siblings: readonly Sibling[]): boolean =>
  siblings.some(({ entry: { value } }) => value === undefined)

/** The events of which nothing else stands: a tombstone goes with its event, or stays for as long as that travels. */
export function departing(graves: readonly Graves[], standing: (event: WriteEvent) => number): Set<WriteEvent> {
  const counts = new Map<WriteEvent, number>()
  for (const [, siblings] of graves) {
    for (const { event } of siblings) counts.set(event, (counts.get(event) ?? 0) + 1)
  }
  return new Set([...counts.keys()].filter((event) => counts.get(event) === standing(event)))
}
