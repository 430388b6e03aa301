import type { SyncVector } from '../../wire/sync.ts'
import { StateFormatError } from '../codec.ts'
import { Context, runTo } from '../context.ts'
import type { StateCore } from '../core.ts'
import type { ReplicaId } from '../dot.ts'
import { MAX_RANGES, MAX_REPLICAS } from '../limits.ts'
import type { Range } from '../ranges.ts'
import { ByteWriter, ColumnReader } from './columns.ts'
import { HASH_BYTES } from './hash.ts'
import { MAX_CLAIM } from './limits.ts'
import { replicaHash, replicaHashText } from './names.ts'

/** What one node holds, at one moment: ranges of sequences by replica, replicas in order. */
export type Holdings = ReadonlyMap<ReplicaId, readonly Range[]>

const NOTHING: readonly Range[] = []
/** Room for what is changed, and for longer numbers, in bytes: more is made where it is needed. */
const SPARE_BYTES = 64

/** What was worked out last of each core, with the revision that it is of. Everybody may keep it: it never changes. */
const latest = new WeakMap<StateCore, { revision: number; holdings: Holdings }>()

/** What this node holds now. Of ranges only the first `MAX_RANGES`: who is told less sends more than it must. */
export function holdingsOf(core: StateCore): Holdings {
  const known = latest.get(core)
  if (known?.revision === core.revision) return known.holdings
  const holdings = new Map<ReplicaId, readonly Range[]>()
  for (const replica of core.stored.replicas()) {
    const ranges = core.stored.rangesOf(replica)
    holdings.set(replica, ranges.length > MAX_RANGES ? ranges.slice(0, MAX_RANGES) : ranges)
  }
  latest.set(core, { revision: core.revision, holdings })
  return holdings
}

/** The end of the run from 1, which is what shows; 0 where there is none. */
export function runOf(ranges: readonly Range[]): number {
  const first = ranges[0]
  return first?.[0] === 1 ? first[1] : 0
}

/** What a peer said that it holds. */
export interface PeerHoldings {
  /** By the index of the session's table: what it holds. */
  readonly held: readonly (readonly Range[])[]
  /** The table: hashes of replicas in hexadecimal, those of the opening hello first. */
  readonly hashes: readonly string[]
  /** The same with names; undefined where this node knows nobody of that hash. */
  readonly names: readonly (ReplicaId | undefined)[]
  /** All of it that this node has names for. */
  readonly context: Context
}

/** The vector of an opening hello: all that is held. */
export function openingVector(holdings: Holdings): SyncVector {
  const writer = new VectorWriter(holdings.size)
  for (const [replica, ranges] of holdings) writer.add(replica, ranges)
  return writer.take()
}

/** The replicas that are held here and not named in the opening vector, in order. */
export function unnamed(holdings: Holdings, opening: PeerHoldings): ReplicaId[] {
  const known = new Set(opening.names)
  const added: ReplicaId[] = []
  for (const replica of holdings.keys()) if (!known.has(replica)) added.push(replica)
  return added
}

/**
 * The vector of an answer: what differs from the opening one, then what that did not have.
 *
 * @param added those of `unnamed`
 */
export function answeringVector(
  holdings: Holdings,
  opening: PeerHoldings,
  added: readonly ReplicaId[] = unnamed(holdings, opening),
): SyncVector {
  const writer = new VectorWriter(added.length)
  let before = 0
  opening.names.forEach((replica, index) => {
    const own = (replica !== undefined && holdings.get(replica)) || NOTHING
    if (sameRanges(own, opening.held[index] ?? NOTHING)) return
    writer.change(index - before, own)
    before = index
  })
  for (const replica of added) writer.add(replica, holdings.get(replica) ?? NOTHING)
  return writer.take()
}

/** Reads the opening vector of a peer. Throws `StateFormatError`. */
export function readOpening(vector: SyncVector, own: Holdings): PeerHoldings {
  if (vector.changed.length > 0) throw new StateFormatError('an opening vector with changes')
  return resolve(readHashes(vector.hashes), readHeld(vector, vector.hashes.length / HASH_BYTES), own)
}

/** Reads the answer of a peer to the own opening vector, which was made of `own`. Throws `StateFormatError`. */
export function readAnswer(vector: SyncVector, own: Holdings): PeerHoldings {
  const hashes = [...own.keys()].map((replica) => replicaHashText(replica))
  const held = [...own.values()]
  const changed = readChanged(vector.changed, held.length)
  const added = readHashes(vector.hashes)
  const news = readHeld(vector, changed.length + added.length)
  changed.forEach((index, i) => {
    held[index] = news[i] ?? NOTHING
  })
  return resolve([...hashes, ...added], [...held, ...news.slice(changed.length)], own)
}

/** How many writes show at one end and not at the other. */
export function difference(own: Holdings, theirs: PeerHoldings): { behind: number; ahead: number } {
  let behind = 0
  let ahead = 0
  theirs.held.forEach((ranges, index) => {
    const replica = theirs.names[index]
    const mine = runOf((replica !== undefined && own.get(replica)) || NOTHING)
    const shown = runOf(ranges)
    behind += Math.max(0, mine - shown)
    ahead += Math.max(0, shown - mine)
  })
  return { behind, ahead }
}

function resolve(hashes: readonly string[], held: readonly (readonly Range[])[], own: Holdings): PeerHoldings {
  const byHash = byHashOf(own)
  const names = hashes.map((hash) => byHash.get(hash))
  const context = new Context()
  names.forEach((replica, index) => {
    if (replica === undefined) return
    for (const [from, to] of held[index] ?? NOTHING) context.add(replica, from, to)
  })
  return { held, hashes, names, context }
}

const hashed = new WeakMap<Holdings, ReadonlyMap<string, ReplicaId>>()

function byHashOf(own: Holdings): ReadonlyMap<string, ReplicaId> {
  const known = hashed.get(own)
  if (known) return known
  const byHash = new Map<string, ReplicaId>()
  for (const replica of own.keys()) byHash.set(replicaHashText(replica), replica)
  hashed.set(own, byHash)
  return byHash
}

function readHashes(bytes: Uint8Array): string[] {
  if (bytes.length % HASH_BYTES !== 0 || bytes.length > MAX_REPLICAS * HASH_BYTES) {
    throw new StateFormatError(`a vector of ${bytes.length} bytes of hashes`)
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
  const hashes: string[] = []
  for (let at = 0; at < text.length; at += 2 * HASH_BYTES) hashes.push(text.slice(at, at + 2 * HASH_BYTES))
  if (new Set(hashes).size !== hashes.length) throw new StateFormatError('a vector with a replica twice')
  return hashes
}

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

  add(replica: ReplicaId, ranges: readonly Range[]): void {
    this.#hashes.append(replicaHash(replica))
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
