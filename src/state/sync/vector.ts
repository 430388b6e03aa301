import type { SyncVector } from '../../wire/sync.ts'
import { StateFormatError } from '../codec.ts'
import { runTo } from '../context.ts'
import type { ReplicaId } from '../dot.ts'
import { MAX_RANGES, MAX_REPLICAS } from '../limits.ts'
import type { Range } from '../ranges.ts'
import { ByteWriter, ColumnReader } from './columns.ts'
import { HASH_BYTES } from './hash.ts'
import { type Holdings, runOf } from './holdings.ts'
import { MAX_CLAIM } from './limits.ts'
import { type ReplicaHash, replicaHash } from './names.ts'

const NOTHING: readonly Range[] = []
/** Room for what is changed, and for longer numbers, in bytes: more is made where it is needed. */
const SPARE_BYTES = 64

/** What a peer said that it holds, by the index of the session's table: replicas of the opening hello first. */
export class PeerHoldings {
  readonly held: readonly (readonly Range[])[]
  /** The table: hashes of replicas in hexadecimal. */
  readonly hashes: readonly string[]
  /** The same with names; undefined where this node knows nobody of that hash. */
  readonly names: readonly (ReplicaId | undefined)[]
  readonly #own: Holdings
  /** Where in the table those stand that this node held, in its own order; -1 where it is not in it. */
  readonly #indexes: Int32Array
  /** Replicas are mostly asked for in order. */
  #next = 0

  constructor(
    held: readonly (readonly Range[])[],
    hashes: readonly string[],
    names: readonly (ReplicaId | undefined)[],
    own: Holdings,
    indexes: Int32Array,
  ) {
    this.held = held
    this.hashes = hashes
    this.names = names
    this.#own = own
    this.#indexes = indexes
  }

  /** The same with what this end adds to the table, of which the peer holds nothing. */
  with(added: readonly ReplicaId[]): PeerHoldings {
    const hashes = added.map((replica) => replicaHash(replica).text)
    const names = [...this.names, ...added]
    return new PeerHoldings(this.held, [...this.hashes, ...hashes], names, this.#own, this.#indexes)
  }

  rangesOf(replica: ReplicaId): readonly Range[] {
    const at = this.#own.indexOf(replica, this.#next)
    if (at === -1) return NOTHING
    this.#next = at + 1
    return this.held[this.#indexes[at] as number] ?? NOTHING
  }
}

/** The vector of an opening hello: all that is held. */
export function openingVector(holdings: Holdings): SyncVector {
  const writer = new VectorWriter(holdings.size)
  for (let i = 0; i < holdings.size; i++) writer.add(holdings.hash(i), holdings.ranges[i] ?? NOTHING)
  return writer.take()
}

/** The opening vector of a peer as its listener understands it. */
export interface Heard {
  readonly peer: PeerHoldings
  /** The replicas that are held here and not named in it, in order. */
  readonly added: readonly ReplicaId[]
  /** What answers it: what differs from it, then what it did not have. */
  readonly answer: SyncVector
}

/** Reads the opening vector of a peer. Throws `StateFormatError`. */
export function readOpening(vector: SyncVector, own: Holdings): Heard {
  if (vector.changed.length > 0) throw new StateFormatError('an opening vector with changes')
  const hashes = readHashes(vector.hashes)
  const held = readHeld(vector, hashes.length)
  const writer = new VectorWriter(Math.max(0, own.size - hashes.length))
  const indexes = new Int32Array(own.size).fill(-1)
  const strange = new Set<string>()
  let before = 0
  const names = hashes.map((hash, index) => {
    const at = own.find(hash)
    if (at === -1 ? strange.has(hash) : indexes[at] !== -1) throw twice()
    if (at === -1) strange.add(hash)
    else indexes[at] = index
    const mine = at === -1 ? NOTHING : (own.ranges[at] as readonly Range[])
    if (!sameRanges(mine, held[index] ?? NOTHING)) {
      writer.change(index - before, mine)
      before = index
    }
    return at === -1 ? undefined : own.replica(at)
  })
  const added: ReplicaId[] = []
  for (let at = 0; at < own.size; at++) {
    if (indexes[at] !== -1) continue
    added.push(own.replica(at))
    writer.add(own.hash(at), own.ranges[at] ?? NOTHING)
  }
  return { peer: new PeerHoldings(held, hashes, names, own, indexes), added, answer: writer.take() }
}

/** Reads the answer of a peer to the own opening vector, which was made of `own`. Throws `StateFormatError`. */
export function readAnswer(vector: SyncVector, own: Holdings): PeerHoldings {
  const hashes: string[] = []
  const names: (ReplicaId | undefined)[] = []
  const indexes = new Int32Array(own.size)
  for (let i = 0; i < own.size; i++) {
    hashes.push(own.hash(i).text)
    names.push(own.replica(i))
    indexes[i] = i
  }
  const held = [...own.ranges]
  const changed = readChanged(vector.changed, held.length)
  const added = readHashes(vector.hashes)
  if (new Set(added).size !== added.length) throw twice()
  const news = readHeld(vector, changed.length + added.length)
  changed.forEach((index, i) => {
    held[index] = news[i] ?? NOTHING
  })
  added.forEach((hash, i) => {
    const at = own.find(hash)
    hashes.push(hash)
    names.push(at === -1 ? undefined : own.replica(at))
    held.push(news[changed.length + i] ?? NOTHING)
  })
  return new PeerHoldings(held, hashes, names, own, indexes)
}

/** How many writes show at one end and not at the other. */
export function difference(own: Holdings, theirs: PeerHoldings): { behind: number; ahead: number } {
  let behind = 0
  let ahead = 0
  theirs.held.forEach((ranges, index) => {
    const replica = theirs.names[index]
    const mine = runOf(replica === undefined ? NOTHING : own.of(replica))
    const shown = runOf(ranges)
    behind += Math.max(0, mine - shown)
    ahead += Math.max(0, shown - mine)
  })
  return { behind, ahead }
}

function readHashes(bytes: Uint8Array): string[] {
  if (bytes.length % HASH_BYTES !== 0 || bytes.length > MAX_REPLICAS * HASH_BYTES) {
    throw new StateFormatError(`a vector of ${bytes.length} bytes of hashes`)
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
  const hashes: string[] = []
  for (let at = 0; at < text.length; at += 2 * HASH_BYTES) hashes.push(text.slice(at, at + 2 * HASH_BYTES))
  return hashes
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

function readHeld({ ranges }: SyncVector, count: number): (readonly Range[])[] {
  const column = new ColumnReader(ranges)
  const held: (readonly Range[])[] = []
  for (let i = 0; i < count; i++) held.push(readRanges(column))
  column.end()
  return held
}

function readRanges(column: ColumnReader): readonly Range[] {
  const count = column.next()
  if (count === 0) return NOTHING
  if (count > MAX_RANGES) throw new StateFormatError(`${count} ranges of one replica`)
  const ranges: Range[] = []
  let before = 0
  for (let i = 0; i < count; i++) {
    // The first may begin at 1; the others do not touch the one before.
    const from = before + column.next() + (i === 0 ? 1 : 2)
    const to = from + column.next()
    if (to > MAX_CLAIM) throw new StateFormatError(`a claim of ${to} writes`)
    // Of nearly all replicas everything is held, from the first on.
    if (count === 1 && from === 1) return runTo(to)
    ranges.push([from, to])
    before = to
  }
  return ranges
}

function sameRanges(a: readonly Range[], b: readonly Range[]): boolean {
  return a === b || (a.length === b.length && a.every((range, i) => range[0] === b[i]?.[0] && range[1] === b[i]?.[1]))
}

/** Writes a `SyncVector`: changes first, then what is added. */
class VectorWriter {
  readonly #changed = new ByteWriter()
  readonly #hashes: ByteWriter
  readonly #ranges: ByteWriter

  /** @param added how many replicas are to be added */
  constructor(added: number) {
    this.#hashes = new ByteWriter(added * HASH_BYTES)
    // Of nearly all everything is held, from the first on: three bytes.
    this.#ranges = new ByteWriter(added * 3 + SPARE_BYTES)
  }

  /** @param step from the index of the last change */
  change(step: number, ranges: readonly Range[]): void {
    this.#changed.varint(step)
    this.#held(ranges)
  }

  add({ bytes }: ReplicaHash, ranges: readonly Range[]): void {
    this.#hashes.append(bytes)
    this.#held(ranges)
  }

  take(): SyncVector {
    return {
      changed: this.#changed.take(),
      hashes: this.#hashes.take(),
      ranges: this.#ranges.take(),
    }
  }

  #held(ranges: readonly Range[]): void {
    this.#ranges.varint(ranges.length)
    let before = -1
    for (const [from, to] of ranges) {
      this.#ranges.varint(from - before - 2)
      this.#ranges.varint(to - from)
      before = to
    }
  }
}
