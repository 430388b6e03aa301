import { InvalidInputError } from '../lib/errors.ts'
import type { Held, PullReply } from '../wire/directory.ts'
import type { Catalogue, CatalogueEntry } from './catalogue.ts'
import { MAX_PEERS, PAGE_BYTES } from './limits.ts'

/** Bytes of a page that an announcement takes besides itself: tags, length, age. */
const HELD_OVERHEAD_BYTES = 16
/** Largest age that the wire holds, in milliseconds. */
const MAX_AGE_MS = 2 ** 32 - 1
const HASH_BYTES = 8
/** Hashes that a pull may name: what a full directory holds and remembers. */
const MAX_HASHES = 2 * MAX_PEERS

/** The hashes of all that `catalogue` holds or remembers, for a pull. */
export function knownHashes(catalogue: Catalogue): Uint8Array<ArrayBuffer> {
  return pack(catalogue.hashes())
}

/**
 * Answers a pull: what the asker did not name, as far as a page goes, and what it did and nobody here knows. Throws
 * `InvalidInputError` on what are no hashes.
 */
export function answerPull(catalogue: Catalogue, hashes: Uint8Array, now: number): PullReply {
  const theirs = new Set(unpack(hashes))
  // Neither sent nor wanted is what both know, nor what has expired here.
  const news: CatalogueEntry[] = []
  for (const entry of catalogue.entries()) if (!theirs.has(entry.hash)) news.push(entry)
  const wanted: bigint[] = []
  for (const hash of theirs) if (!catalogue.knows(hash)) wanted.push(hash)
  const [announcements = []] = pages(news, now)
  return { announcements, more: announcements.length < news.length, wanted: pack(wanted) }
}

/** The announcements that a peer wants in pages, to push them. Unknown ones are passed over. Throws `InvalidInputError`. */
export function pushPages(catalogue: Catalogue, wanted: Uint8Array, now: number): Generator<Held[]> {
  const entries = unpack(wanted).map((hash) => catalogue.byHash(hash))
  return pages(
    entries.filter((entry) => entry !== undefined),
    now,
  )
}

function* pages(entries: readonly CatalogueEntry[], now: number): Generator<Held[]> {
  let page: Held[] = []
  let bytes = 0
  for (const entry of entries) {
    const size = entry.bytes.length + HELD_OVERHEAD_BYTES
    if (bytes + size > PAGE_BYTES && page.length > 0) {
      yield page
      page = []
      bytes = 0
    }
    const ageMs = Math.min(MAX_AGE_MS, Math.max(0, Math.round(now - entry.since)))
    page.push({ announcement: entry.bytes as Uint8Array<ArrayBuffer>, ageMs })
    bytes += size
  }
  if (page.length > 0) yield page
}

function pack(hashes: readonly bigint[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hashes.length * HASH_BYTES)
  const view = new DataView(bytes.buffer)
  hashes.forEach((hash, i) => {
    view.setBigInt64(i * HASH_BYTES, hash)
  })
  return bytes
}

function unpack(bytes: Uint8Array): bigint[] {
  if (bytes.length % HASH_BYTES !== 0 || bytes.length > MAX_HASHES * HASH_BYTES) {
    throw new InvalidInputError(
      `${bytes.length} bytes of hashes of announcements`,
      'The peer that sent them runs another version, or is broken.',
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const hashes: bigint[] = []
  for (let at = 0; at < bytes.length; at += HASH_BYTES) hashes.push(view.getBigInt64(at))
  return hashes
}
