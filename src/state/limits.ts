/** Longest namespace, in characters: it stands in every entry. */
export const MAX_NAMESPACE_CHARS = 64
/** Namespaces whose names begin so are covey's own. */
export const RESERVED_PREFIX = 'covey.'
/** Longest key, in characters: a path, a URL, a hash; not a document. */
export const MAX_KEY_CHARS = 1024
/** Longest path inside a key, in characters: a pointer into a JSON value of a hundred levels. */
export const MAX_PATH_CHARS = 4096
/** Entries of one batch: with its envelope it fits one frame even with long keys. */
export const MAX_BATCH_ENTRIES = 4096
/** Largest write event, encoded, in bytes: it fits one frame, so that a batch never arrives by half. */
export const MAX_EVENT_BYTES = 1024 * 1024 + 8 * 1024
/** Replicas that a past or a context may name: ten epochs of each of a thousand members. */
export const MAX_REPLICAS = 10_000
/** Longest replica id, in characters: a peer id, a dot and an epoch. */
export const MAX_REPLICA_CHARS = 145
/** Ranges of one replica in a context from a peer: each is a hole left by a lost message. */
export const MAX_RANGES = 10_000
