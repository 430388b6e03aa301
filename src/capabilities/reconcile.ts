import type { PeerId } from '../network/network.ts'
import type { Held, PullReply, Version as WireVersion } from '../wire/directory.ts'
import type { Catalogue, CatalogueEntry } from './catalogue.ts'
import { PAGE_BYTES } from './limits.ts'
import { compareVersions } from './version.ts'

/** Bytes of a page that an announcement takes besides itself: tags, length, age. */
const HELD_OVERHEAD_BYTES = 16
/** Largest age that the wire holds, in milliseconds. */
const MAX_AGE_MS = 2 ** 32 - 1

/** All that `catalogue` holds or remembers, for a pull. */
export function wireVersions(catalogue: Catalogue): WireVersion[] {
  const versions: WireVersion[] = []
  for (const [peer, { incarnation, sequence, hash }] of catalogue.versions()) {
    versions.push({ peer, incarnation, sequence, hash })
  }
  return versions
}

/** Answers a pull: what the asker misses, as far as a page goes, and of whom it knows something newer. */
export function answerPull(catalogue: Catalogue, theirs: readonly WireVersion[], now: number): PullReply {
  const known = new Map(theirs.map((version) => [version.peer, version]))
  const news: CatalogueEntry[] = []
  for (const entry of catalogue.entries()) {
    const their = known.get(entry.announcement.peer)
    if (!their || compareVersions(entry, their) > 0) news.push(entry)
  }
  const wanted: PeerId[] = []
  for (const their of known.values()) {
    const own = catalogue.version(their.peer)
    if (!own || compareVersions(their, own) > 0) wanted.push(their.peer)
  }
  const [page] = pages(news, now)
  const announcements = page ?? []
  return { announcements, more: announcements.length < news.length, wanted }
}

/** The announcements of `peers` in pages, to push them. Unknown peers are passed over. */
export function pushPages(catalogue: Catalogue, peers: readonly PeerId[], now: number): Generator<Held[]> {
  const entries = peers.map((peer) => catalogue.get(peer)).filter((entry) => entry !== undefined)
  return pages(entries, now)
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
