import type { Dot } from '../../../src/state/dot.ts'
import type { CellAddress, Entry, Sibling, WriteEvent } from '../../../src/state/entry.ts'
import { decodeValue } from '../../../src/state/value.ts'

/** One entry of one write, as the oracle remembers it: what it knows was told by the run, not by the state's own pasts. */
export interface Mark {
  readonly cell: string
  readonly address: CellAddress
  /** Replica, sequence and time: a dot that is used twice makes two marks. */
  readonly name: string
  /** What was written, as text; a tombstone has none. */
  readonly value: string | undefined
  /** The rank of its making: nobody has seen what was made after it. */
  readonly number: number
  /** What stood in the cell on the writer's node and went when this came. */
  readonly saw: readonly Mark[]
  /** Who saw this. */
  readonly seenBy: Mark[]
  acknowledged: boolean
  /** Only one disk had it, and that is gone or an older one again. */
  excused: boolean
  /** Everybody had its tombstone, and somebody has forgotten it. */
  collected: boolean
}

export const cellName = ({ namespace, key, path }: CellAddress): string => `${namespace}/${key}/${path}`

const textOf = ({ value }: Entry): string | undefined => value && JSON.stringify(decodeValue(value))

const nameOf = ({ replica, sequence, time }: WriteEvent): string => `${replica}:${sequence}@${time}`

/** All writes of a run and who saw what of one another. */
export class Ledger {
  readonly #marks = new Map<string, Mark>()
  readonly #byName = new Map<string, Mark[]>()
  readonly #byDot = new Map<string, Mark[]>()
  #count = 0

  find(cell: string, event: WriteEvent): Mark | undefined {
    return this.#marks.get(`${cell} ${nameOf(event)}`)
  }

  make(address: CellAddress, { event, entry }: Sibling, saw: readonly Mark[]): Mark {
    const cell = cellName(address)
    const name = nameOf(event)
    const number = this.#count++
    const mark: Mark = {
      cell,
      address,
      name,
      value: textOf(entry),
      number,
      saw,
      seenBy: [],
      acknowledged: false,
      excused: false,
      collected: false,
    }
    for (const former of saw) former.seenBy.push(mark)
    this.#marks.set(`${cell} ${name}`, mark)
    const dot = `${cell} ${event.replica}:${event.sequence}`
    this.#byDot.set(dot, [...(this.#byDot.get(dot) ?? []), mark])
    const together = this.#byName.get(name)
    if (together) together.push(mark)
    else this.#byName.set(name, [mark])
    return mark
  }

  /**
   * The event brings in again what another wrote: from now on both stand for the same marks. Answers that of the cell;
   * undefined where nobody ever wrote that, or not with this value.
   */
  adopt(address: CellAddress, { event, entry }: Sibling, origin: Dot): Mark | undefined {
    const cell = cellName(address)
    const value = textOf(entry)
    // A dot that a crash took back is used again.
    const same = this.#byDot.get(`${cell} ${origin.replica}:${origin.sequence}`)?.filter((mark) => mark.value === value)
    const mark = same?.find(({ acknowledged }) => acknowledged) ?? same?.at(-1)
    if (!mark) return undefined
    this.#marks.set(`${cell} ${nameOf(event)}`, mark)
    this.#byName.set(nameOf(event), this.#byName.get(mark.name) ?? [])
    return mark
  }

  /** All that its author wrote with that event, whatever has become of it on the way. */
  together(event: WriteEvent): readonly Mark[] {
    return this.#byName.get(nameOf(event)) ?? []
  }

  all(): Iterable<Mark> {
    return new Set(this.#marks.values())
  }

  /** The marks of what stands in a cell. */
  marks(cell: string, siblings: readonly Sibling[]): Mark[] {
    return siblings.flatMap(({ event }) => this.find(cell, event) ?? [])
  }
}

/** Whether the writer of `later` had seen `earlier`, directly or through others. */
export function descends(later: Mark, earlier: Mark): boolean {
  if (later.number <= earlier.number) return false
  const seen = new Set<Mark>()
  const open = [later]
  for (let mark = open.pop(); mark; mark = open.pop()) {
    for (const former of mark.saw) {
      if (former === earlier) return true
      if (former.number <= earlier.number || seen.has(former)) continue
      seen.add(former)
      open.push(former)
    }
  }
  return false
}

/** Whether a write is where these marks stand, or who saw it is, or who saw it has been forgotten by all. */
export function isKept(mark: Mark, standing: readonly Mark[]): boolean {
  if (mark.collected || standing.includes(mark)) return true
  const seen = new Set<Mark>()
  const open = [mark]
  for (let one = open.pop(); one; one = open.pop()) {
    for (const later of one.seenBy) {
      if (later.collected || standing.includes(later)) return true
      if (seen.has(later)) continue
      seen.add(later)
      open.push(later)
    }
  }
  return false
}
