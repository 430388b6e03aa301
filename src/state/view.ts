import { hash } from 'node:crypto'
import { canonicalJson } from '../lib/canonical.ts'
import type { Json } from '../lib/json.ts'
import type { PeerId } from '../network/network.ts'
import { type Dot, peerOf } from './dot.ts'
import type { Sibling, WriteEvent } from './entry.ts'
import { hlcMs } from './hlc.ts'
import { originOf } from './origin.ts'
import { byLatest, type Policy, type ShownValue, winner } from './policy.ts'
import { isLive, type KeyCells, type KeyType, typeOf } from './types/type.ts'
import { decodeValue, type StateValue } from './value.ts'
import { type Version, versionOf } from './version.ts'

/** A key, what it shows and where that comes from. As JSON it has all of these, bytes in base 64. */
export interface StateEntry {
  readonly key: string
  readonly value: ShownValue
  /** What the key holds: a `value`, a `counter`, a `set`, a `document`. */
  readonly type: string
  readonly version: Version
  /** The write that is shown; of several, the latest. */
  readonly dot: Dot
  /** Milliseconds since 1970 by the writer's clock, never behind what it had seen. */
  readonly updatedAt: number
  readonly updatedBy: PeerId
  /** SHA-256 of the value's canonical JSON, or of its bytes, in hexadecimal. */
  readonly checksum: string
  /** All writes that stand here and have not seen one another, in the order of their replicas; one, if nothing was concurrent. */
  readonly siblings: readonly SiblingView[]
}

/** One of the writes that stand in a key. */
export interface SiblingView {
  /** Which part of a merged value, a counter or a set it wrote; empty for a value as a whole. */
  readonly path: string
  /** undefined: it deleted. */
  readonly value: StateValue | undefined
  readonly dot: Dot
  readonly updatedAt: number
  readonly updatedBy: PeerId
  readonly fence: number
  readonly rank: number
}

/** How the keys of a namespace are read. */
export interface Reading {
  readonly policy: Policy
  /** In the order in which they count where a key is of several. */
  readonly types: readonly KeyType[]
}

/** The entry of a key as these cells have it, which must not change any more; undefined where it shows nothing. */
export function viewOf(key: string, cells: KeyCells, { policy, types }: Reading): StateEntry | undefined {
  const type = typeOf(cells, types)
  const value = type?.read(cells, policy)
  return type && value !== undefined ? new EntryView(key, value, type, cells, policy) : undefined
}

export function siblingView({ event, entry }: Sibling): SiblingView {
  return {
    path: entry.path,
    value: entry.value && decodeValue(entry.value),
    dot: { replica: event.replica, sequence: event.sequence },
    updatedAt: hlcMs(event.time),
    updatedBy: authorOf(event),
    fence: entry.fence,
    rank: entry.rank,
  }
}

/** The peer that wrote, whoever has brought it in again; a replica id that has none was refused at the edge. */
export function authorOf(event: WriteEvent): PeerId {
  const { replica } = originOf(event)
  return peerOf(replica) ?? replica
}

/** Values as JSON: bytes in base 64 under one name. */
export function asJson(value: ShownValue): Json {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return (value as readonly StateValue[]).map(asJson)
  return value as Json
}

/** Works out on demand what only some readers ask for. */
class EntryView implements StateEntry {
  readonly key: string
  readonly value: ShownValue
  readonly #type: KeyType
  readonly #cells: KeyCells
  readonly #policy: Policy
  #shown: Sibling | undefined

  constructor(key: string, value: ShownValue, type: KeyType, cells: KeyCells, policy: Policy) {
    this.key = key
    this.value = value
    this.#type = type
    this.#cells = cells
    this.#policy = policy
  }

  get type(): string {
    return this.#type.name
  }

  get version(): Version {
    return versionOf(this.#cells)
  }

  get dot(): Dot {
    const { replica, sequence } = this.#write().event
    return { replica, sequence }
  }

  get updatedAt(): number {
    return hlcMs(this.#write().event.time)
  }

  get updatedBy(): PeerId {
    return authorOf(this.#write().event)
  }

  get checksum(): string {
    const { value } = this
    return hash('sha256', value instanceof Uint8Array ? value : canonicalJson(asJson(value)), 'hex')
  }

  get siblings(): readonly SiblingView[] {
    const cells = [...this.#cellsOfType()].sort(([a], [b]) => (a < b ? -1 : 1))
    return cells.flatMap(([, siblings]) => siblings.map(siblingView))
  }

  toJSON(): Json {
    const { key, value, type, version, dot, updatedAt, updatedBy, checksum, siblings } = this
    return {
      key,
      value: asJson(value),
      type,
      version,
      dot: { ...dot },
      updatedAt,
      updatedBy,
      checksum,
      siblings: siblings.map((sibling) => ({
        ...sibling,
        dot: { ...sibling.dot },
        value: sibling.value === undefined ? null : asJson(sibling.value),
        deleted: sibling.value === undefined,
      })),
    }
  }

  *#cellsOfType(): Generator<[string, readonly Sibling[]]> {
    const { plain, paths } = this.#cells
    if (this.#type.owns('') && isLive(plain)) yield ['', plain]
    for (const cell of paths) if (this.#type.owns(cell[0]) && isLive(cell[1])) yield cell
  }

  /** The write that is shown: the winner of its cell, and the latest of those of several cells. */
  #write(): Sibling {
    if (this.#shown) return this.#shown
    let latest: Sibling | undefined
    for (const [, siblings] of this.#cellsOfType()) {
      const shown = winner(siblings, this.#policy)
      if (shown && (!latest || byLatest(shown, latest) > 0)) latest = shown
    }
    this.#shown = latest as Sibling
    return this.#shown
  }
}
