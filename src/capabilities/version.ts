/** Which state of a node's announcement: only its owner raises incarnation and sequence. */
export interface Version {
  incarnation: number
  sequence: number
  /** The first 8 bytes of the SHA-256 of the signed announcement, as a signed big-endian number. */
  hash: bigint
}

/**
 * Above 0 where `a` replaces `b`: by incarnation, then sequence. An owner never signs one version twice; should two
 * processes share a key, the greater hash wins everywhere, so that all nodes still end with the same.
 */
export function compareVersions(a: Version, b: Version): number {
  if (a.incarnation !== b.incarnation) return a.incarnation - b.incarnation
  if (a.sequence !== b.sequence) return a.sequence - b.sequence
  if (a.hash === b.hash) return 0
  return a.hash > b.hash ? 1 : -1
}
