import { InvalidInputError } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import type { PeerId } from '../network/network.ts'
import type { ShownValue } from './policy.ts'
import { type KeyType, NO_CELLS, type Writer } from './types/type.ts'
import { checkKey } from './write-options.ts'

/** What a namespace showed at one moment on one node: plain JSON, to be kept anywhere. */
export interface Snapshot {
  readonly format: 'covey-snapshot'
  readonly version: 1
  readonly namespace: string
  readonly policy: string
  /** Milliseconds since 1970 by the clock of the node that took it. */
  readonly takenAt: number
  readonly takenBy: PeerId
  readonly entries: readonly SnapshotEntry[]
}

export interface SnapshotEntry {
  readonly key: string
  readonly type: string
  /** The value, or in its place bytes in base 64. */
  readonly value?: Json
  readonly base64?: string
}

/** What is to be put back into a key. */
export interface Restored {
  readonly type: KeyType
  readonly value: ShownValue
}

export function snapshotEntry(key: string, type: string, value: ShownValue): SnapshotEntry {
  return value instanceof Uint8Array
    ? { key, type, base64: Buffer.from(value).toString('base64') }
    : { key, type, value: value as Json }
}

/** The keys of a snapshot. Throws `InvalidInputError` if anything in it is wrong, so that none of it is written by half. */
export function readSnapshot(snapshot: Snapshot, types: readonly KeyType[], writer: Writer): Map<string, Restored> {
  if (snapshot?.format !== 'covey-snapshot' || snapshot.version !== 1 || !Array.isArray(snapshot.entries)) {
    throw new InvalidInputError('that is no snapshot, or one of a later covey', 'Use what snapshot() gave.')
  }
  const restored = new Map<string, Restored>()
  for (const entry of snapshot.entries as readonly (SnapshotEntry | null)[]) {
    const { key = '', type: name, value, base64 } = entry ?? {}
    checkKey(key)
    if (restored.has(key)) throw new InvalidInputError(`the snapshot has ${key} twice`, 'Take a new one.')
    const type = types.find((one) => one.name === name)
    const held = typeof base64 === 'string' ? new Uint8Array(Buffer.from(base64, 'base64')) : value
    if (!type || held === undefined) {
      throw new InvalidInputError(`the snapshot has ${key} as ${name}, which is unknown here`, 'Update covey.')
    }
    type.put(NO_CELLS, held, writer)
    restored.set(key, { type, value: held })
  }
  return restored
}
