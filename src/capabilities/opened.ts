import { type OpenedAnnouncement, open } from './announcement.ts'

/** Bytes of announcements whose reading is remembered: those of a mesh of 1000 small nodes. */
const MAX_BYTES = 8 * 1024 * 1024

/** By hash, the oldest first. */
const known = new Map<bigint, OpenedAnnouncement>()
let bytesKnown = 0

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
  bytesKnown += bytes.length
  for (const [oldHash, old] of known) {
    if (bytesKnown <= MAX_BYTES) break
    known.delete(oldHash)
    bytesKnown -= old.bytes.length
  }
  return opened
}
