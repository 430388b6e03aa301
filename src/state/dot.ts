import type { PeerId } from '../network/network.ts'

/**
 * Who wrote: a peer in one epoch, `PEER.EPOCH` with the epoch as 16 hexadecimal digits. A peer that cannot prove how far
 * it had counted takes a new epoch: using a dot twice would lose one of the two writes for ever, everywhere.
 */
export type ReplicaId = string

/** One write event: the `sequence`-th of `replica`, counted from 1 (Preguiça et al. 2010, "Dotted Version Vectors"). */
export interface Dot {
  readonly replica: ReplicaId
  readonly sequence: number
}

const EPOCH = /^[0-9a-f]{16}$/
/** Longest peer id in a replica id, in characters. */
const MAX_PEER_CHARS = 128

/** A new epoch needs 8 random bytes: two of one peer meet after some four billion. */
export function replicaId(peer: PeerId, epoch: Uint8Array): ReplicaId {
  return `${peer}.${[...epoch].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** The peer behind a replica; undefined where the text is no replica id. */
export function peerOf(replica: ReplicaId): PeerId | undefined {
  const at = replica.length - 17
  if (at < 1 || at > MAX_PEER_CHARS || replica[at] !== '.' || !EPOCH.test(replica.slice(at + 1))) return undefined
  return replica.slice(0, at)
}

/** The largest sequence: what a number counts exactly. A peer that claims more is lying or broken. */
export const MAX_SEQUENCE = Number.MAX_SAFE_INTEGER
