import type { StateStore } from '../store.ts'
import { ByteWriter } from './columns.ts'
import { ContentHash } from './content.ts'
import { HASH_BYTES, hash64, hexOf, writeHash } from './hash.ts'
import { replicaHash } from './names.ts'

/** Bytes of a digest on the wire: the hash of the vector, then that of the content. */
export const DIGEST_BYTES = 2 * HASH_BYTES

/** What a node shows, in 16 bytes: equal digests mean that there is nothing to exchange. */
export interface Digest {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The hash of the vector, 16 hexadecimal digits. */
  readonly vector: string
  /** The hash of the living values, 16 hexadecimal digits. */
  readonly content: string
}

/** The digest of another node; undefined on bytes that are none. */
export function digestOf(bytes: Uint8Array): Digest | undefined {
  if (bytes.length !== DIGEST_BYTES) return undefined
  return { bytes: Uint8Array.from(bytes), vector: hexOf(bytes), content: hexOf(bytes, HASH_BYTES) }
}

export const sameDigest = (a: Digest, b: Digest): boolean => a.vector === b.vector && a.content === b.content

/** Keeps the digest of a store. Work follows what changed since the last question. */
export class Digests {
  readonly #store: StateStore
  readonly #content: ContentHash
  #digest: Digest | undefined
  #revision = -1

  constructor(store: StateStore) {
    this.#store = store
    this.#content = new ContentHash(store.core)
    store.on('change', (changes) => this.#content.note(changes))
  }

  /** Of what shows now. */
  get(): Digest {
    const { core } = this.#store
    if (this.#digest && this.#revision === core.revision) return this.#digest
    const bytes = new Uint8Array(DIGEST_BYTES)
    const vector = new ByteWriter()
    for (const replica of core.stored.replicas()) {
      const limit = core.visible(replica)
      if (limit === 0) continue
      vector.append(replicaHash(replica))
      vector.varint(limit)
    }
    writeHash(hash64(vector.view()), bytes, 0)
    writeHash(this.#content.get(), bytes, HASH_BYTES)
    this.#revision = core.revision
    this.#digest = { bytes, vector: hexOf(bytes), content: hexOf(bytes, HASH_BYTES) }
    return this.#digest
  }
}
