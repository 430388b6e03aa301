import type { StateStore } from '../store.ts'
import { ContentHash } from './content.ts'
import { HASH_BYTES, type Hash64, hexOf, writeHash } from './hash.ts'
import { type Holdings, holdingsOf } from './holdings.ts'

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

/** The hash of a vector or of a content. */
export interface HashText {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** 16 hexadecimal digits. */
  readonly text: string
}

/**
 * Keeps the digest of a store. Work follows what changed since the last question; vectors are cheap, so that contents need
 * be hashed only where vectors are equal.
 */
export class Digests {
  readonly #store: StateStore
  readonly #content: ContentHash
  #vector: HashText | undefined
  /** What the vector's hash was taken from. */
  #holdings: Holdings | undefined

  constructor(store: StateStore) {
    this.#store = store
    this.#content = new ContentHash(store.core)
    store.on('change', (changes) => this.#content.note(changes))
    // Somebody may have asked while it was read.
    store.on('loaded', () => this.#content.reset())
  }

  /** Of what shows now. */
  vector(): HashText {
    const holdings = holdingsOf(this.#store.core.stored)
    if (!this.#vector || this.#holdings !== holdings) {
      this.#holdings = holdings
      this.#vector = textOf(holdings.vectorHash)
    }
    return this.#vector
  }

  /** Of the values that stand now. */
  content(): HashText {
    return textOf(this.#content.get())
  }

  /** Both. */
  get(): Digest {
    const vector = this.vector()
    const content = this.content()
    const bytes = new Uint8Array(DIGEST_BYTES)
    bytes.set(vector.bytes)
    bytes.set(content.bytes, HASH_BYTES)
    return { bytes, vector: vector.text, content: content.text }
  }
}

function textOf(hash: Hash64): HashText {
  const bytes = new Uint8Array(HASH_BYTES)
  writeHash(hash, bytes, 0)
  return { bytes, text: hexOf(bytes) }
}

/** The text of a hash from the wire; undefined on bytes that are none. */
export const hashTextOf = (bytes: Uint8Array): string | undefined =>
  bytes.length === HASH_BYTES ? hexOf(bytes) : undefined
