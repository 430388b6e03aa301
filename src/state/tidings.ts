import type { CellChange } from './cells.ts'
import type { Sibling } from './entry.ts'
import { hlcMs } from './hlc.ts'
import { byLatest, winner } from './policy.ts'
import { type KeyCells, NO_CELLS } from './types/type.ts'
import { authorOf, type Reading, viewOf } from './view.ts'
import type { Watcher, WatchItem } from './watch.ts'

/** One key's changes of one moment. */
interface KeyChange {
  /** What its changed cells held before, by path. */
  readonly before: Map<string, readonly Sibling[]>
  /** The latest of the writes that changed it. */
  latest: Sibling
}

/** Works out what watchers are told: one item for each key that shows something else, made once for all of them. */
export class Tidings {
  readonly #reading: Reading
  readonly #cells: (key: string) => KeyCells

  /** `cells` gives the cells of a key as they are now, to keep. */
  constructor(reading: Reading, cells: (key: string) => KeyCells) {
    this.#reading = reading
    this.#cells = cells
  }

  /** A watcher for which it cannot be told, because a resolver threw, ends with that error. */
  tell(changes: readonly CellChange[], watchers: ReadonlySet<Watcher>): void {
    for (const [key, change] of byKey(changes)) {
      const eager = [...watchers].filter((watcher) => watcher.wants(key))
      if (eager.length === 0) continue
      try {
        const item = this.#item(key, change)
        if (item) for (const watcher of eager) watcher.tell(item)
      } catch (error) {
        const failed = error instanceof Error ? error : new Error(String(error))
        for (const watcher of eager) watcher.fail(failed)
      }
    }
  }

  #item(key: string, { before, latest }: KeyChange): WatchItem | undefined {
    const cells = this.#cells(key)
    if (this.#sameWinner(before, cells)) return undefined
    const entry = viewOf(key, cells, this.#reading)
    if (entry) return { type: 'set', key, entry }
    if (!viewOf(key, formerly(cells, before), this.#reading)) return undefined
    const { event } = latest
    const dot = { replica: event.replica, sequence: event.sequence }
    return { type: 'delete', key, dot, updatedAt: hlcMs(event.time), updatedBy: authorOf(event) }
  }

  /** Whether the write that shows is the same, though another has come that loses against it. */
  #sameWinner(before: KeyChange['before'], { plain, paths }: KeyCells): boolean {
    const { policy } = this.#reading
    if (paths.size > 0 || (policy !== 'latest' && policy !== 'priority' && policy !== 'merge')) return false
    return winner(before.get('') ?? [], policy)?.event === winner(plain, policy)?.event
  }
}

/** In the order in which the keys come. */
function byKey(changes: readonly CellChange[]): Map<string, KeyChange> {
  const keys = new Map<string, KeyChange>()
  for (const { key, path, before, after } of changes) {
    // Nothing is left where an event was withdrawn for another of the same dot.
    const writes = after.length > 0 ? after : before
    const latest = writes.reduce((best, sibling) => (byLatest(sibling, best) > 0 ? sibling : best))
    const change = keys.get(key)
    if (!change) {
      keys.set(key, { before: new Map([[path, before]]), latest })
      continue
    }
    if (!change.before.has(path)) change.before.set(path, before)
    if (byLatest(latest, change.latest) > 0) change.latest = latest
  }
  return keys
}

function formerly({ plain, paths }: KeyCells, before: KeyChange['before']): KeyCells {
  const former = new Map(paths)
  for (const [path, siblings] of before) if (path !== '') former.set(path, siblings)
  return { plain: before.get('') ?? plain, paths: former.size > 0 ? former : NO_CELLS.paths }
}
