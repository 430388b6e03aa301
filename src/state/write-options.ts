import { InvalidInputError } from '../lib/errors.ts'
import type { CellWrite } from './core.ts'
import type { Sibling } from './entry.ts'
import { StaleFenceError } from './errors.ts'
import { MAX_KEY_CHARS } from './limits.ts'
import type { Policy } from './policy.ts'
import type { KeyCells, PathWrite } from './types/type.ts'
import type { Version } from './version.ts'

/** What may be said of a write. */
export interface WriteOptions {
  /**
   * Only if the key is at this version, or holds nothing where it is null; else `VersionConflictError`. This is *local*
   * optimism: it protects from what this node has heard of. Two nodes that write at once both succeed, and their writes are concurrent.
   * For a value that must never be written twice use a register, which a quorum of voters decides.
   */
  readonly expect?: Version | null
  /** The fencing token of the lock under which it is written. Orders before the clock: a newer holder's write wins. */
  readonly fence?: number
  /** How much it counts among concurrent writes, in a `priority` namespace only; 0 to 2^32 - 1, default 0. */
  readonly rank?: number
}

export const NO_OPTIONS: WriteOptions = {}

const MAX_RANK = 0xffff_ffff

/** Throws `InvalidInputError` on what is no key. */
export function checkKey(key: string): void {
  if (typeof key === 'string' && key.length > 0 && key.length <= MAX_KEY_CHARS && key.isWellFormed()) return
  const what =
    typeof key !== 'string' ? typeof key : key.length > MAX_KEY_CHARS ? `text of ${key.length} characters` : 'that'
  throw new InvalidInputError(`${what} is no key`, `A key is a text of 1 to ${MAX_KEY_CHARS} characters.`)
}

/** Throws `InvalidInputError` on a fence or rank that is none. */
export function checkOptions({ fence, rank }: WriteOptions, policy: Policy): void {
  if (fence !== undefined && !(Number.isSafeInteger(fence) && fence >= 0)) {
    throw new InvalidInputError(`a fence of ${fence}`, 'Pass the fence that the lock gave.')
  }
  if (rank === undefined) return
  if (policy !== 'priority') {
    throw new InvalidInputError('a rank in a namespace that has none', "Declare it with the policy 'priority'.")
  }
  if (!(Number.isInteger(rank) && rank >= 0 && rank <= MAX_RANK)) {
    throw new InvalidInputError(`a rank of ${rank}`, `Use a whole number from 0 to ${MAX_RANK}.`)
  }
}

/** The highest fence in a cell. */
export function fenceOf({ plain, paths }: KeyCells, path: string): number {
  const siblings = path === '' ? plain : (paths.get(path) ?? [])
  let newest = 0
  for (let i = 0; i < siblings.length; i++) newest = Math.max(newest, (siblings[i] as Sibling).entry.fence)
  return newest
}

/** The writes of one key with their addresses. Throws `StaleFenceError` where a newer holder of the lock has written. */
export function addressed(
  namespace: string,
  key: string,
  cells: KeyCells,
  writes: readonly PathWrite[],
  options: WriteOptions,
): CellWrite[] {
  const [first] = writes
  if (first && writes.length === 1) return [address(namespace, key, cells, first, options)]
  return writes.map((write) => address(namespace, key, cells, write, options))
}

function address(
  namespace: string,
  key: string,
  cells: KeyCells,
  { path, value }: PathWrite,
  { fence = 0, rank = 0 }: WriteOptions,
): CellWrite {
  const newest = fenceOf(cells, path)
  if (newest > fence) throw new StaleFenceError(key, fence, newest)
  return { namespace, key, path, value, fence, rank }
}
