import { InvalidInputError } from '../lib/errors.ts'
import type { CellChange } from './cells.ts'
import { isConflict } from './policy.ts'
import { SortedKeys } from './sorted-keys.ts'
import { isLive, type KeyCells, typeOf } from './types/type.ts'
import { type Version, versionOf } from './version.ts'
import { type Reading, type SiblingView, type StateEntry, siblingView, viewOf } from './view.ts'

/** Entries of a page where no limit is named. */
const PAGE_ENTRIES = 100
/** The most entries of a page. */
export const MAX_PAGE_ENTRIES = 10_000

export interface ListOptions {
  /** Only keys that begin with it. */
  readonly prefix?: string
  /** Only keys behind this one: the `next` of the page before. */
  readonly after?: string | undefined
  /** 1 to `MAX_PAGE_ENTRIES`; default 100. */
  readonly limit?: number
}

export interface Page {
  /** In the order of their keys, by UTF-16 code units. */
  readonly entries: readonly StateEntry[]
  /** What to pass as `after` for the next page; undefined where there is none. */
  readonly next: string | undefined
}

/** A key whose concurrent values nobody has chosen from. */
export interface Conflict {
  readonly key: string
  /** What `expect` takes from whoever has looked at the siblings. */
  readonly version: Version
  readonly siblings: readonly SiblingView[]
}

/** Where a listing reads. */
export interface Keys {
  all(): Iterable<string>
  /** The cells of a key as they are now. */
  cells(key: string): KeyCells
}

/** The keys of a namespace in order, and those in conflict; each is followed from when it is first asked for. */
export class Listing {
  readonly #keys: Keys
  readonly #reading: Reading
  #sorted: SortedKeys | undefined
  /** Keys that are or were in conflict. */
  #contested: Set<string> | undefined

  constructor(keys: Keys, reading: Reading) {
    this.#keys = keys
    this.#reading = reading
  }

  changed(changes: readonly CellChange[]): void {
    for (const { key, before, after } of changes) {
      if (this.#sorted && isLive(before) !== isLive(after)) this.#sorted.changed(key)
      if (after.length > 1) this.#contested?.add(key)
    }
  }

  /** The first key behind `after` that begins with the prefix and shows something. */
  next(prefix: string, after: string | undefined, reading: Reading = this.#reading): StateEntry | undefined {
    this.#sorted ??= new SortedKeys(
      this.#keys.all(),
      (key) => typeOf(this.#keys.cells(key), this.#reading.types) !== undefined,
    )
    for (let key = this.#sorted.next(prefix, after); key !== undefined; key = this.#sorted.next(prefix, key)) {
      const entry = viewOf(key, this.#keys.cells(key), reading)
      if (entry) return entry
    }
    return undefined
  }

  /** Throws `InvalidInputError` on a bad limit. */
  page({ prefix = '', after, limit = PAGE_ENTRIES }: ListOptions): Page {
    if (!(Number.isInteger(limit) && limit > 0 && limit <= MAX_PAGE_ENTRIES)) {
      throw new InvalidInputError(`a page of ${limit} entries`, `Ask for 1 to ${MAX_PAGE_ENTRIES}.`)
    }
    const entries: StateEntry[] = []
    let last = after
    while (entries.length < limit) {
      const entry = this.next(prefix, last)
      if (!entry) return { entries, next: undefined }
      entries.push(entry)
      last = entry.key
    }
    return { entries, next: this.next(prefix, last) && last }
  }

  conflicts(): Conflict[] {
    this.#contested ??= new Set(this.#keys.all())
    const conflicts: Conflict[] = []
    for (const key of [...this.#contested].sort()) {
      const cells = this.#keys.cells(key)
      if (!isConflict(cells.plain, this.#reading.policy)) this.#contested.delete(key)
      else conflicts.push({ key, version: versionOf(cells), siblings: cells.plain.map(siblingView) })
    }
    return conflicts
  }
}
