import { equalBytes, hashBytes } from '../lib/bytes.ts'
import { type OpenedAnnouncement, open } from './announcement.ts'

/** Bytes of announcements whose reading is remembered: those of a mesh of 1000 small nodes. */
const MAX_BYTES = 8 * 1024 * 1024

/** By hash, the oldest first. */
const known = new Map<bigint, OpenedAnnouncement>()
/** The same by what they consist of: bytes that come again, from another peer, need no cryptographic hash. */
const byContent = new Map<number, OpenedAnnouncement>()
let bytesKnown = 0

/** What was read of these very bytes before; undefined where they are new, or forgotten. */
export function openedBefore(bytes: Uint8Array): OpenedAnnouncement | undefined {
  const before = byContent.get(hashBytes(bytes))
  return before && equalBytes(before.bytes, bytes) ? before : undefined
}

/**
 * As `open`, but what was read once is read once: nodes that live in one process (the simulator's, tests') share it,
 * which makes 200 of them need a hundredth of the memory. Signatures are still each node's own affair.
 */
export function openOnce(bytes: Uint8Array, hash: bigint): OpenedAnnouncement {
  const before = known.get(hash)
  // A hash of 8 bytes can be met on purpose.
  if (before && Buffer.compare(before.bytes, bytes) === 0) return before
  const opened = open(bytes, hash)
  if (before) return opened
  known.set(hash, opened)
  byContent.set(hashBytes(bytes), opened)
  bytesKnown += bytes.length
  for (const [oldHash, old] of known) {
    if (bytesKnown <= MAX_BYTES) break
    known.delete(oldHash)
    const key = hashBytes(old.bytes)
    if (byContent.get(key) === old) byContent.delete(key)
    bytesKnown -= old.bytes.length
  }
  return opened
}
