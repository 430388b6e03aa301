/** Confirmations and whole copies; protocols/roster/README.md. */
export const ROSTER_PROTOCOL = '/covey/roster/1.0.0'

/** Members of one mesh: some hundred machines, and as many again that were there once. */
export const MAX_MEMBERS = 2000
/** Longest id of a peer, in characters. */
export const MAX_PEER_CHARS = 128
/** Longest reason of an eviction, in characters: a sentence. */
export const MAX_REASON_CHARS = 256
/** Longest signature, in bytes: Ed25519 takes 64. */
export const MAX_SIGNATURE_BYTES = 256
