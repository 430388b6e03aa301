import type { CellAddress, Entry, WriteEvent } from './entry.ts'

/**
 * Where living events still carry an entry that is superseded. They travel whole, so that what stands in such a cell must
 * stay, a tombstone too: without it the dead entry would come to life wherever the event arrives anew.
 */
export class Husks {
  readonly #byCell = new Map<string, Set<WriteEvent>>()
  /** How many values still stand of each event that has an entry here. */
  readonly #values = new Map<WriteEvent, number>()
  #freed = 0

  /** Rises when tombstones may go that could not before: a cell has none any more, or an event is left with tombstones alone. */
  get freed(): number {
    return this.#freed
  }

  /** An entry of the event was superseded while others of it live. */
  add(event: WriteEvent, cell: Entry): void {
    const name = cellName(cell)
    if (cell.value !== undefined) {
      const values = (this.#values.get(event) ?? event.entries.filter(({ value }) => value !== undefined).length) - 1
      this.#values.set(event, values)
      if (values === 0) this.#freed++
    }
    const events = this.#byCell.get(name)
    if (events) events.add(event)
    else this.#byCell.set(name, new Set([event]))
  }

  /** The event is dead as a whole. */
  delete(event: WriteEvent): void {
    this.#values.delete(event)
    for (const entry of event.entries) {
      const name = cellName(entry)
      const events = this.#byCell.get(name)
      if (!events?.delete(event) || events.size > 0) continue
      this.#byCell.delete(name)
      this.#freed++
    }
  }

  /** The events that carry one of this cell. */
  of(cell: CellAddress): ReadonlySet<WriteEvent> {
    return this.#byCell.get(cellName(cell)) ?? NONE
  }
}

const NONE: ReadonlySet<WriteEvent> = new Set()

/** One text for a cell; no part of it holds a zero character but by malice, and then two cells are kept for longer. */
export const cellName = ({ namespace, key, path }: CellAddress): string => `${namespace}\0${key}\0${path}`
