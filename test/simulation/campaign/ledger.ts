import type { Dot, ReplicaId } from '../../../src/state/dot.ts'
import { type Encoded, sameEncoded } from '../../../src/state/encoded.ts'
import type { CellAddress, Sibling, WriteEvent } from '../../../src/state/entry.ts'

/** One entry of one write, as the oracle remembers it: what it knows was told by the run, not by the state's own pasts. */
export interface Mark {
  readonly cell: string
  readonly address: CellAddress
  /** Replica, sequence and time: a dot that is used twice makes two marks. */
  readonly name: string
  /** What was written; a tombstone is undefined. */
  readonly value: Encoded | undefined
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

/** A write as its author made it, or as it was brought in again under another dot. */
interface Written {
  readonly time: number
  /** Whether it was made, not brought in again. */
  readonly made: boolean
  /** Its entries that have shown anywhere. */
  readonly marks: Mark[]
  /** All that its author wrote with it, whatever has become of it on the way. */
  readonly together: readonly Mark[]
}

export const cellName = ({ namespace, key, path }: CellAddress): string => `${namespace}/${key}/${path}`

const nameOf = ({ replica, sequence, time }: WriteEvent): string => `${replica}:${sequence}@${time}`

/** All writes of a run and who saw what of one another. */
export class Ledger {
  /** By replica and sequence, one for each time at which the dot was used. */
  readonly #written = new Map<ReplicaId, Map<number, Written[]>>()
  readonly #all = new Set<Mark>()
  #count = 0
  #collected = 0

  find(cell: CellAddress, event: WriteEvent): Mark | undefined {
    return this.#find(event)?.marks.find((mark) => isAt(mark, cell))
  }

  /** What shows in a cell for the first time, and was made by its author just now. */
  make(address: CellAddress, { event, entry }: Sibling, saw: readonly Mark[]): Mark {
    const mark: Mark = {
      cell: cellName(address),
      address,
      name: nameOf(event),
      value: entry.value,
      number: this.#count++,
      saw,
      seenBy: [],
      acknowledged: false,
      excused: false,
      collected: false,
    }
    for (const former of saw) former.seenBy.push(mark)
    this.#all.add(mark)
    const known = this.#find(event)
    if (known) {
      known.marks.push(mark)
    } else {
      const marks = [mark]
      this.#add(event, { time: event.time, made: true, marks, together: marks })
    }
    return mark
  }

  /**
   * Its author gives out a dot that it has given out before, at the same time: a crash took the former write with it, and the
   * clock goes on after what is left. Forgets the former write; answers whether it was acknowledged, so that this must not be.
   */
  replace(event: WriteEvent): boolean {
    const former = this.#find(event)
    if (!former) return false
    const versions = this.#versions(event) as Written[]
    versions.splice(versions.indexOf(former), 1)
    for (const mark of former.marks) this.#all.delete(mark)
    return former.marks.some(({ acknowledged, excused }) => acknowledged && !excused)
  }

  /**
   * The event brings in again what another wrote: from now on both stand for the same marks. Answers that of the cell;
   * undefined where nobody ever wrote that, or not with this value.
   */
  adopt(cell: CellAddress, { event, entry }: Sibling, origin: Dot): Mark | undefined {
    // A dot that a crash took back is used again.
    const same = this.#versions(origin)?.flatMap((written) => {
      const mark = written.made ? written.marks.find((one) => isAt(one, cell)) : undefined
      return mark && isSame(mark.value, entry.value) ? [{ mark, together: written.together }] : []
    })
    const found = same?.find(({ mark }) => mark.acknowledged) ?? same?.at(-1)
    if (!found) return undefined
    const known = this.#find(event)
    if (known) known.marks.push(found.mark)
    else this.#add(event, { time: event.time, made: false, marks: [found.mark], together: found.together })
    return found.mark
  }

  /** All that its author wrote with that event, whatever has become of it on the way. */
  together(event: WriteEvent): readonly Mark[] {
    return this.#find(event)?.together ?? []
  }

  /** Everybody had its tombstone, and somebody has forgotten it. */
  collect(mark: Mark): void {
    if (!mark.collected) this.#collected++
    mark.collected = true
  }

  /** Whether anything was forgotten until now. */
  get hasCollected(): boolean {
    return this.#collected > 0
  }

  all(): Iterable<Mark> {
    return this.#all
  }

  /** The marks of what stands in a cell. */
  marks(cell: CellAddress, siblings: readonly Sibling[]): Mark[] {
    const marks: Mark[] = []
    for (const { event } of siblings) {
      const mark = this.find(cell, event)
      if (mark) marks.push(mark)
    }
    return marks
  }

  #versions({ replica, sequence }: Dot): Written[] | undefined {
    return this.#written.get(replica)?.get(sequence)
  }

  #find(event: WriteEvent): Written | undefined {
    return this.#versions(event)?.find(({ time }) => time === event.time)
  }

  #add({ replica, sequence }: Dot, written: Written): void {
    let sequences = this.#written.get(replica)
    if (!sequences) {
      sequences = new Map()
      this.#written.set(replica, sequences)
    }
    const versions = sequences.get(sequence)
    if (versions) versions.push(written)
    else sequences.set(sequence, [written])
  }
}

function isAt({ address }: Mark, { namespace, key, path }: CellAddress): boolean {
  return address.key === key && address.path === path && address.namespace === namespace
}

/** Whether two entries are of one value; tombstones are. */
export function isSame(a: Encoded | undefined, b: Encoded | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && sameEncoded(a, b))
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
