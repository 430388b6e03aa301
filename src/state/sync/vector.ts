import type { SyncVector } from '../../wire/sync.ts'
import { StateFormatError } from '../codec.ts'
import { runTo } from '../context.ts'
import { MAX_RANGES, MAX_REPLICAS } from '../limits.ts'
import type { Range } from '../ranges.ts'
import { ByteWriter, ColumnReader } from './columns.ts'
import { HASH_BYTES, hexOf } from './hash.ts'
import { type Holdings, runOf } from './holdings.ts'
import { MAX_CLAIM } from './limits.ts'
import { type Difference, PeerHoldings } from './peer-holdings.ts'

const NOTHING: readonly Range[] = []
/** Room for what is changed, and for longer numbers, in bytes: more is made where it is needed. */
const SPARE_BYTES = 64

/** The vector of an opening hello: all that is held. */
export function openingVector(holdings: Holdings): SyncVector {
  const writer = new VectorWriter(holdings.size)
  for (const ranges of holdings.ranges) writer.held(ranges)
  return { ...writer.take(), hashes: holdings.hashes }
}

/** The opening vector of a peer as its listener understands it. */
export interface Heard {
  readonly peer: PeerHoldings
  /** What answers it: what differs from it, then what it did not have. */
  readonly answer: SyncVector
}

/** Reads the opening vector of a peer. Throws `StateFormatError`. */
export function readOpening(vector: SyncVector, own: Holdings): Heard {
  if (vector.changed.length > 0) throw new StateFormatError('an opening vector with changes')
  const { hashes } = vector
  const count = countHashes(hashes)
  const column = new ColumnReader(vector.ranges)
  const writer = new VectorWriter(Math.max(0, own.size - count))
  const places: number[] = []
  const indexes = new Int32Array(own.size).fill(-1)
  const strangers = new Strangers()
  const differences: Difference[] = []
  let before = 0
  for (let index = 0, next = 0; index < count; index++) {
    // Both lists are in the order of ids: whom both know comes at the same time, mostly.
    const at = isSameHash(hashes, index, own.hashes, next) ? next : own.find(hexOf(hashes, index * HASH_BYTES), next)
    if (at === -1) {
      strangers.add(index, hashes, index)
    } else {
      if (indexes[at] !== -1) throw twice()
      indexes[at] = index
      next = at + 1
    }
    places.push(at)
    const mine = own.ranges[at] ?? NOTHING
    const theirs = readRanges(column, mine)
    if (theirs === mine) continue
    writer.change(index - before, mine)
    before = index
    differences.push({ index, replica: own.roll.replicas[at], mine, theirs })
  }
  column.end()
  for (let at = 0; at < own.size; at++) {
    if (indexes[at] !== -1) continue
    const index = places.length
    indexes[at] = index
    places.push(at)
    writer.add(own, at)
    differences.push({
      index,
      replica: own.replica(at),
      mine: own.ranges[at] as readonly Range[],
      theirs: NOTHING,
    })
  }
  const seats = {
    size: places.length,
    places,
    indexes,
    strangers: strangers.hashes,
  }
  return { peer: new PeerHoldings(own, seats, differences), answer: writer.take() }
}

/** Reads the answer of a peer to the own opening vector, which was made of `own`. Throws `StateFormatError`. */
export function readAnswer(vector: SyncVector, own: Holdings): PeerHoldings {
  const changed = readChanged(vector.changed, own.size)
  const added = countHashes(vector.hashes)
  const column = new ColumnReader(vector.ranges)
  const strangers = new Strangers()
  const differences: Difference[] = []
  for (const index of changed) {
    const mine = own.ranges[index] as readonly Range[]
    const theirs = readRanges(column, mine)
    if (theirs !== mine) differences.push({ index, replica: own.replica(index), mine, theirs })
  }
  for (let i = 0; i < added; i++) {
    const index = own.size + i
    strangers.add(index, vector.hashes, i)
    const theirs = readRanges(column, NOTHING)
    if (theirs !== NOTHING) differences.push({ index, replica: undefined, mine: NOTHING, theirs })
  }
  column.end()
  return new PeerHoldings(own, { size: own.size + added, strangers: strangers.hashes }, differences)
}

/** Those in the table of whom this end has nothing. */
class Strangers {
  readonly hashes = new Map<number, string>()
  readonly #seen = new Set<string>()

  /** @param at which of the hashes it is */
  add(index: number, hashes: Uint8Array, at: number): void {
    const hash = hexOf(hashes, at * HASH_BYTES)
    if (this.#seen.has(hash)) throw twice()
    this.#seen.add(hash)
    this.hashes.set(index, hash)
  }
}

function countHashes({ length }: Uint8Array): number {
  if (length % HASH_BYTES !== 0 || length > MAX_REPLICAS * HASH_BYTES) {
    throw new StateFormatError(`a vector of ${length} bytes of hashes`)
  }
  return length / HASH_BYTES
}

function isSameHash(a: Uint8Array, i: number, b: Uint8Array, j: number): boolean {
  for (let at = 0; at < HASH_BYTES; at++) if (a[i * HASH_BYTES + at] !== b[j * HASH_BYTES + at]) return false
  return true
}

const twice = (): StateFormatError => new StateFormatError('a vector with a replica twice')

function readChanged(bytes: Uint8Array, size: number): number[] {
  const changed: number[] = []
  const column = new ColumnReader(bytes)
  let index = 0
  while (bytes.length > 0 && !column.isAtEnd) {
    const step = column.next()
    index += step
    if (index >= size || (step === 0 && changed.length > 0)) throw new StateFormatError('changes out of order')
    changed.push(index)
  }
  return changed
}

/** The ranges that come next: `mine` itself where they are the same. */
function readRanges(column: ColumnReader, mine: readonly Range[]): readonly Range[] {
  const count = column.next()
  if (count === 0) return mine.length === 0 ? mine : NOTHING
  if (count > MAX_RANGES) throw new StateFormatError(`${count} ranges of one replica`)
  const ranges: Range[] = []
  let before = 0
  for (let i = 0; i < count; i++) {
    // The first may begin at 1; the others do not touch the one before.
    const from = before + column.next() + (i === 0 ? 1 : 2)
    const to = from + column.next()
    if (to > MAX_CLAIM) throw new StateFormatError(`a claim of ${to} writes`)
    // Of nearly all replicas everything is held, from the first on.
    if (count === 1 && from === 1) return isRun(mine, to) ? mine : runTo(to)
    ranges.push([from, to])
    before = to
  }
  return sameRanges(ranges, mine) ? mine : ranges
}

const isRun = (ranges: readonly Range[], to: number): boolean => ranges.length === 1 && runOf(ranges) === to

function sameRanges(a: readonly Range[], b: readonly Range[]): boolean {
  return a.length === b.length && a.every((range, i) => range[0] === b[i]?.[0] && range[1] === b[i]?.[1])
}

/** Writes a `SyncVector`: changes first, then what is added. */
class VectorWriter {
  readonly #changed = new ByteWriter()
  readonly #hashes = new ByteWriter()
  readonly #ranges: ByteWriter

  /** @param added about how many replicas are to be added */
  constructor(added: number) {
    // Of nearly all everything is held, from the first on: three bytes.
    this.#ranges = new ByteWriter(added * 3 + SPARE_BYTES)
  }

  /** @param step from the index of the last change */
  change(step: number, ranges: readonly Range[]): void {
    this.#changed.varint(step)
    this.held(ranges)
  }

  /** @param at where the replica stands */
  add({ hashes, ranges }: Holdings, at: number): void {
    this.#hashes.append(hashes, at * HASH_BYTES, (at + 1) * HASH_BYTES)
    this.held(ranges[at] ?? NOTHING)
  }

  /** Views of what was written: nothing more may be. */
  take(): SyncVector {
    return { changed: this.#changed.view(), hashes: this.#hashes.view(), ranges: this.#ranges.view() }
  }

  /** What is held of whom comes next. */
  held(ranges: readonly Range[]): void {
    this.#ranges.varint(ranges.length)
    let before = -1
    for (const [from, to] of ranges) {
      this.#ranges.varint(from - before - 2)
      this.#ranges.varint(to - from)
      before = to
    }
  }
}
