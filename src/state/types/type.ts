import type { ReplicaId } from '../dot.ts'
import type { Encoded } from '../encoded.ts'
import type { Sibling } from '../entry.ts'
import type { Policy, ShownValue } from '../policy.ts'

/** All cells of one key. */
export interface KeyCells {
  /** The cell with the empty path. */
  readonly plain: readonly Sibling[]
  /** The others by path; in the order in which they came here, which is no other replica's. */
  readonly paths: ReadonlyMap<string, readonly Sibling[]>
}

export const NO_CELLS: KeyCells = { plain: [], paths: new Map() }

/** What is to be written into one cell of a key; undefined deletes. */
export interface PathWrite {
  readonly path: string
  readonly value: Encoded | undefined
}

/** Who writes. */
export interface Writer {
  readonly replica: ReplicaId
  /** A name that nobody else will choose. */
  newId(): string
}

/**
 * A type that a key can be of. Everything that works on keys (`get`, `list`, `watch`, `snapshot`, `restore`) goes through it, so
 * that a new type is one more of these: `documents/` shows how. Both functions depend on nothing but their arguments.
 */
export interface KeyType {
  readonly name: string
  owns(path: string): boolean
  /** What these cells show; undefined where that is nothing. The same on every replica that holds the same siblings. */
  read(cells: KeyCells, policy: Policy): ShownValue | undefined
  /** What to write so that a reader sees exactly this value. Throws `InvalidInputError` on a value that it cannot hold. */
  put(cells: KeyCells, value: ShownValue, writer: Writer): PathWrite[]
}

/** Whether one of these is no tombstone. */
export function isLive(siblings: readonly Sibling[]): boolean {
  for (let i = 0; i < siblings.length; i++) if ((siblings[i] as Sibling).entry.value !== undefined) return true
  return false
}

/** The type that a key is of: the first that has a living cell. */
export function typeOf(cells: KeyCells, types: readonly KeyType[]): KeyType | undefined {
  const [first] = types
  if (cells.paths.size === 0) return isLive(cells.plain) ? first : undefined
  return types.find((type) => {
    if (type.owns('') && isLive(cells.plain)) return true
    for (const [path, siblings] of cells.paths) if (type.owns(path) && isLive(siblings)) return true
    return false
  })
}

/** Tombstones for every living cell. */
export function removal({ plain, paths }: KeyCells): PathWrite[] {
  const writes: PathWrite[] = isLive(plain) ? [{ path: '', value: undefined }] : []
  for (const [path, siblings] of paths) if (isLive(siblings)) writes.push({ path, value: undefined })
  return writes.sort(byPath)
}

/** Entries of an event stand in one order, whatever order the cells came in: a run is replayed byte for byte. */
export function byPath(a: PathWrite, b: PathWrite): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0
}
