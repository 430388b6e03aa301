import { type CellAddress, type Entry, type Sibling, supersedes, type WriteEvent } from './entry.ts'

/** What one entry did to its cell. */
export interface CellChange extends CellAddress {
  readonly before: readonly Sibling[]
  readonly after: readonly Sibling[]
}

const NONE: readonly Sibling[] = []
/** Cannot stand in a key, so that no two cells share a name. */
const SEPARATOR = '\u0000'

/** All cells of all namespaces with their siblings: concurrent entries, none of which has superseded another. */
export class Cells {
  readonly #namespaces = new Map<string, Map<string, readonly Sibling[]>>()

  get({ namespace, key, path }: CellAddress): readonly Sibling[] {
    return this.#namespaces.get(namespace)?.get(nameOf(key, path)) ?? NONE
  }

  /**
   * Joins an entry into its cell: it takes the place of what it supersedes, and stays out if one there has superseded
   * it. Commutative, associative and idempotent.
   */
  join(event: WriteEvent, entry: Entry): CellChange | undefined {
    let cells = this.#namespaces.get(entry.namespace)
    if (!cells) {
      cells = new Map()
      this.#namespaces.set(entry.namespace, cells)
    }
    const name = nameOf(entry.key, entry.path)
    const before = cells.get(name) ?? NONE
    const after = joinSiblings(before, { event, entry })
    if (after === before) return undefined
    cells.set(name, after)
    return { namespace: entry.namespace, key: entry.key, path: entry.path, before, after }
  }

  /** Forgets a cell, when everybody has seen its last tombstone. */
  forget({ namespace, key, path }: CellAddress): void {
    const cells = this.#namespaces.get(namespace)
    cells?.delete(nameOf(key, path))
    if (cells?.size === 0) this.#namespaces.delete(namespace)
  }

  /** How many cells there are in a namespace. */
  count(namespace: string): number {
    return this.#namespaces.get(namespace)?.size ?? 0
  }
}

/** The siblings with one more; the same array if nothing changes. Sorted by dot, so that every replica has one order. */
export function joinSiblings(before: readonly Sibling[], added: Sibling): readonly Sibling[] {
  if (before.length === 1) {
    const only = before[0] as Sibling
    // By far the most common: one writer after the other.
    if (supersedes(added.entry, only.event) && !supersedes(only.entry, added.event)) return [added]
  }
  for (const { event, entry } of before) {
    if (supersedes(entry, added.event) || sameDot(event, added.event)) return before
  }
  const left = before.filter(({ event }) => !supersedes(added.entry, event))
  left.push(added)
  return left.sort(byDot)
}

function byDot({ event: a }: Sibling, { event: b }: Sibling): number {
  return a.replica === b.replica ? a.sequence - b.sequence : a.replica < b.replica ? -1 : 1
}

const sameDot = (a: WriteEvent, b: WriteEvent): boolean => a.sequence === b.sequence && a.replica === b.replica
const nameOf = (key: string, path: string): string => (path === '' ? key : key + SEPARATOR + path)
