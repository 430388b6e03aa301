import { type CellAddress, type Entry, type Sibling, siblingOf, supersedes, type WriteEvent } from './entry.ts'

/** What one entry did to its cell. */
export interface CellChange extends CellAddress {
  readonly before: readonly Sibling[]
  readonly after: readonly Sibling[]
}

const NONE: readonly Sibling[] = []
const NO_PATHS: ReadonlyMap<string, readonly Sibling[]> = new Map()

/** What stands in a cell, without a list where it is one sibling, as in most: a node that holds many keys holds as many of these. */
type Held = Sibling | readonly Sibling[]

/** The cells of one namespace. */
interface Table {
  /** Cells with an empty path, by key: most have only this one. */
  readonly plain: Map<string, Held>
  /** The other cells, by key and path. */
  readonly pathed: Map<string, Map<string, readonly Sibling[]>>
}

/** All cells of all namespaces with their siblings: concurrent entries, none of which has superseded another. */
export class Cells {
  readonly #tables = new Map<string, Table>()
  /** The cell with an empty path that was last looked at. */
  #lastNamespace = ''
  #lastKey = ''
  #last: readonly Sibling[] = NONE

  get({ namespace, key, path }: CellAddress): readonly Sibling[] {
    if (path !== '') return this.#tables.get(namespace)?.pathed.get(key)?.get(path) ?? NONE
    // A write looks at its cell three times in a row.
    if (key === this.#lastKey && namespace === this.#lastNamespace) return this.#last
    const siblings = listOf(this.#tables.get(namespace)?.plain.get(key))
    this.#remember(namespace, key, siblings)
    return siblings
  }

  /** The cells of a key that have a path, by path. */
  paths(namespace: string, key: string): ReadonlyMap<string, readonly Sibling[]> {
    const pathed = this.#tables.get(namespace)?.pathed
    return pathed && pathed.size > 0 ? (pathed.get(key) ?? NO_PATHS) : NO_PATHS
  }

  /** Every key of a namespace that has a cell, living or deleted; in no order, each once. */
  *keys(namespace: string): Generator<string> {
    const table = this.#tables.get(namespace)
    if (!table) return
    yield* table.plain.keys()
    for (const key of table.pathed.keys()) if (!table.plain.has(key)) yield key
  }

  /** Every cell, in no order. */
  *all(): Generator<readonly [CellAddress, readonly Sibling[]]> {
    for (const [namespace, { plain, pathed }] of this.#tables) {
      for (const [key, held] of plain) yield [{ namespace, key, path: '' }, listOf(held)]
      for (const [key, cells] of pathed) {
        for (const [path, siblings] of cells) yield [{ namespace, key, path }, siblings]
      }
    }
  }

  /** What stands in every cell, in no order. */
  each(visit: (siblings: readonly Sibling[]) => void): void {
    for (const { plain, pathed } of this.#tables.values()) {
      for (const held of plain.values()) visit(listOf(held))
      for (const cells of pathed.values()) for (const siblings of cells.values()) visit(siblings)
    }
  }

  /** What changes for who has these cells and gets the others. */
  difference(others: Cells): CellChange[] {
    const changes: CellChange[] = []
    for (const [cell, after] of others.all()) {
      const before = this.get(cell)
      if (!sameDots(before, after)) changes.push({ ...cell, before, after })
    }
    for (const [cell, before] of this.all()) {
      if (others.get(cell).length === 0) changes.push({ ...cell, before, after: NONE })
    }
    return changes
  }

  /** Namespaces that have a cell. */
  namespaces(): string[] {
    return [...this.#tables.keys()].sort()
  }

  /**
   * Joins an entry into its cell: it takes the place of what it supersedes, and stays out if one there has superseded
   * it. Commutative, associative and idempotent.
   */
  join(event: WriteEvent, entry: Entry): CellChange | undefined {
    const { namespace, key, path } = entry
    const before = this.get(entry)
    const after = joinSiblings(before, siblingOf(event, entry))
    if (after === before) return undefined
    this.#put(entry, after)
    return { namespace, key, path, before, after }
  }

  /** Takes an entry of that event out of its cell; undefined if it does not stand there. */
  withdraw(event: WriteEvent, { namespace, key, path }: CellAddress): CellChange | undefined {
    const before = this.get({ namespace, key, path })
    const after = before.filter((sibling) => sibling.event !== event)
    if (after.length === before.length) return undefined
    if (after.length === 0) this.forget({ namespace, key, path })
    else this.#put({ namespace, key, path }, after)
    return { namespace, key, path, before, after }
  }

  /** Forgets a cell, when everybody has seen its last tombstone. */
  forget({ namespace, key, path }: CellAddress): void {
    const table = this.#tables.get(namespace)
    if (!table) return
    this.#remember('', '', NONE)
    if (path === '') table.plain.delete(key)
    else if (table.pathed.get(key)?.delete(path) && table.pathed.get(key)?.size === 0) table.pathed.delete(key)
    if (table.plain.size === 0 && table.pathed.size === 0) this.#tables.delete(namespace)
  }

  #put({ namespace, key, path }: CellAddress, siblings: readonly Sibling[]): void {
    const table = this.#tableOf(namespace)
    if (path !== '') {
      pathsOf(table, key).set(path, siblings)
      return
    }
    table.plain.set(key, siblings.length === 1 ? (siblings[0] as Sibling) : siblings)
    this.#remember(namespace, key, siblings)
  }

  #remember(namespace: string, key: string, siblings: readonly Sibling[]): void {
    this.#lastNamespace = namespace
    this.#lastKey = key
    this.#last = siblings
  }

  #tableOf(namespace: string): Table {
    let table = this.#tables.get(namespace)
    if (!table) {
      table = { plain: new Map(), pathed: new Map() }
      this.#tables.set(namespace, table)
    }
    return table
  }
}

function pathsOf({ pathed }: Table, key: string): Map<string, readonly Sibling[]> {
  let cells = pathed.get(key)
  if (!cells) {
    cells = new Map()
    pathed.set(key, cells)
  }
  return cells
}

const isList = (held: Held): held is readonly Sibling[] => Array.isArray(held)

function listOf(held: Held | undefined): readonly Sibling[] {
  if (held === undefined) return NONE
  return isList(held) ? held : [held]
}

/** The siblings with one more; the same array if nothing changes. Sorted by dot, so that every replica has one order. */
export function joinSiblings(before: readonly Sibling[], added: Sibling): readonly Sibling[] {
  if (before.length === 0) return [added]
  if (before.length === 1) {
    const only = before[0] as Sibling
    // By far the most common: one writer after the other.
    if (supersedes(added, only.event) && !supersedes(only, added.event)) return [added]
  }
  for (const sibling of before) {
    if (supersedes(sibling, added.event) || sameDot(sibling.event, added.event)) return before
  }
  const left = before.filter(({ event }) => !supersedes(added, event))
  left.push(added)
  return left.sort(byDot)
}

/** Whether that event is among them. */
export function standsIn(siblings: readonly Sibling[], event: WriteEvent): boolean {
  for (let i = 0; i < siblings.length; i++) if ((siblings[i] as Sibling).event === event) return true
  return false
}

function byDot({ event: a }: Sibling, { event: b }: Sibling): number {
  return a.replica === b.replica ? a.sequence - b.sequence : a.replica < b.replica ? -1 : 1
}

const sameDots = (a: readonly Sibling[], b: readonly Sibling[]): boolean =>
  a.length === b.length && a.every(({ event }, i) => sameDot(event, (b[i] as Sibling).event))

const sameDot = (a: WriteEvent, b: WriteEvent): boolean => a.sequence === b.sequence && a.replica === b.replica
