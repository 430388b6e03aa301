import { CoveyError } from '../../lib/errors.ts'
import type { Storage, StorageWrite } from '../../storage/storage.ts'
import { peerOf, type ReplicaId } from '../dot.ts'

const TABLE = 'state.epoch'
const KEY = 'replica'

/** Which replica a node last wrote as; on the disk before its first write. */
export class EpochStore {
  readonly #storage: Storage | undefined

  constructor(storage: Storage | undefined) {
    this.#storage = storage
  }

  /** Undefined where it never wrote. Rejects with `DATA_CORRUPT`, and as the storage does. */
  async read(): Promise<ReplicaId | undefined> {
    const bytes = await this.#storage?.get(TABLE, KEY)
    if (!bytes) return undefined
    const replica = new TextDecoder().decode(bytes)
    if (peerOf(replica) !== undefined) return replica
    throw new CoveyError(
      'DATA_CORRUPT',
      'the stored epoch of this node is none',
      'Restore the data directory from a backup, or start with an empty one: peers bring back what they hold.',
    )
  }

  /** Resolves when it is durable. Rejects as the storage does. */
  async write(replica: ReplicaId): Promise<void> {
    await this.#storage?.commit([epochRow(replica)])
  }
}

export const epochRow = (replica: ReplicaId): StorageWrite => ({
  table: TABLE,
  key: KEY,
  value: new TextEncoder().encode(replica),
})
