/** What membership takes from peers and keeps, each bound with its unit and reason. */

/** Members known at once, dead and left ones included: ten times the largest mesh that is promised, about 2 MB. */
export const MAX_MEMBERS = 4096
/** Characters of a peer id: libp2p's longest text form in use has 60. */
export const MAX_ID_LENGTH = 128
/** Addresses of one member: IPv4 and IPv6 of a few interfaces, a relay. Of its own a node tells the first that fit. */
export const MAX_ADDRESSES = 8
/** Characters of one multiaddr with its peer id; a relayed one has two ids and about 180. */
export const MAX_ADDRESS_LENGTH = 256
/** Accusers that one row names: more than any preset's `confirmations` and the first accuser need. */
export const MAX_ACCUSERS = 8
/** Bytes of one row: what the bounds above allow at most, so that nothing valid is refused. */
export const MAX_ROW_BYTES = 16 + (MAX_ID_LENGTH + 3) * (1 + MAX_ACCUSERS) + (MAX_ADDRESS_LENGTH + 3) * MAX_ADDRESSES
/** Bytes of rows in one message of an exchange: below the largest frame (1 MiB) with room for keys. The next takes the rest. */
export const EXCHANGE_BYTES = 768 * 1024

/**
 * How far above what is known of a member (0 of a stranger) a rumour may put its incarnation. A node raises its own by 64
 * a start and by 1 a refutation, so that one start a second takes two years for it; whatever leaps further is no node's
 * work, and believing it would use up the numbers that a node needs to contradict.
 */
export const MAX_INCARNATION_LEAP = 2 ** 32
/** Beyond this an incarnation is refused unread: there must be room above it, below 2^53, for refutations. */
export const MAX_INCARNATION = 2 ** 52
