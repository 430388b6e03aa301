import type { CellChange } from '../cells.ts'
import type { StateCore } from '../core.ts'
import type { Sibling, WriteEvent } from '../entry.ts'
import { ByteWriter } from './columns.ts'
import { type Hash64, HashSum, hash64 } from './hash.ts'
import { MAX_UNHASHED } from './limits.ts'
import { replicaHash } from './names.ts'

/** Bytes of the entry that is hashed: one for all, since a hundred thousand may be hashed in a row. */
const scratch = new ByteWriter()

/** The hash of what stands in a cell: of its dot, time, cell, fence, rank and bytes. A tombstone has none. */
export function hashEntry({ event, entry }: Sibling): Hash64 {
  const out = scratch
  out.clear()
  out.append(replicaHash(event.replica).bytes)
  out.varint(event.sequence)
  out.varint(event.time)
  out.text(entry.namespace)
  out.text(entry.key)
  out.text(entry.path)
  out.varint(entry.fence)
  out.varint(entry.rank)
  if (entry.value) out.encoded(entry.value)
  return hash64(out.room, out.length)
}

const NONE: readonly Sibling[] = []

/**
 * What of a cell is hashed: all that stands beside a value. Tombstones alone show nothing, and are forgotten not everywhere at
 * once; one that stands beside a value may hide it, so that who has forgotten it shows something else.
 */
const counted = (siblings: readonly Sibling[]): readonly Sibling[] =>
  siblings.some(({ entry }) => entry.value) ? siblings : NONE

/** The sum over the entries of an event that count in their cells. */
export function hashStanding(core: StateCore, event: WriteEvent): Hash64 {
  const sum = new HashSum()
  for (const entry of event.entries) {
    for (const sibling of counted(core.siblings(entry))) if (sibling.event === event) sum.add(hashEntry(sibling), 1)
  }
  return sum
}

/**
 * The sum over all that counts, kept up lazily: changes are noted as they come, and hashed when somebody asks, so that
 * what was overwritten in between costs no hash.
 */
export class ContentHash {
  readonly #core: StateCore
  #sum: HashSum | undefined
  #noted: CellChange[] = []

  constructor(core: StateCore) {
    this.#core = core
  }

  note(changes: readonly CellChange[]): void {
    // Before the first question nothing is known; then everything is counted once.
    if (!this.#sum) return
    for (const change of changes) this.#noted.push(change)
    if (this.#noted.length >= MAX_UNHASHED) this.#fold(this.#sum)
  }

  /** Other cells are there than `note` told of: counts anew when it is asked next. */
  reset(): void {
    this.#sum = undefined
    this.#noted = []
  }

  get(): Hash64 {
    if (this.#sum) this.#fold(this.#sum)
    else this.#sum = this.#countAll()
    return this.#sum
  }

  #fold(sum: HashSum): void {
    if (this.#noted.length === 0) return
    const balance = new Map<Sibling, number>()
    const count = (sibling: Sibling, sign: number): void => {
      balance.set(sibling, (balance.get(sibling) ?? 0) + sign)
    }
    for (const change of this.#noted) {
      const [before, after] = [counted(change.before), counted(change.after)]
      for (const sibling of before) if (!after.includes(sibling)) count(sibling, -1)
      for (const sibling of after) if (!before.includes(sibling)) count(sibling, 1)
    }
    this.#noted = []
    for (const [sibling, sign] of balance) if (sign !== 0) sum.add(hashEntry(sibling), sign)
  }

  #countAll(): HashSum {
    const sum = new HashSum()
    this.#core.cells.each((siblings) => {
      for (const sibling of counted(siblings)) sum.add(hashEntry(sibling), 1)
    })
    return sum
  }
}
