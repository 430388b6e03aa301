import { MAX_FRAME_BYTES } from '../network/network.ts'

/**
 * How long an announcement holds, in milliseconds. Membership sees deaths in seconds: this only clears what it never
 * knew.
 */
export const ANNOUNCEMENT_TTL_MS = 30 * 60_000
/** How often a node renews its own, in milliseconds: two renewals may be lost before it expires. */
export const REFRESH_EVERY_MS = ANNOUNCEMENT_TTL_MS / 3
/** Longest ttl that is taken from a peer, in milliseconds: a day, so that nobody's word stays for good. */
export const MAX_TTL_MS = 24 * 3_600_000
/**
 * How long the version of an expired announcement is remembered, so that a copy elsewhere does not bring it back, in
 * milliseconds.
 */
export const EXPIRED_KEPT_MS = 30 * 60_000
/** How often expired announcements are looked for, in milliseconds: a walk over all of them, so rare beside the ttl. */
export const SWEEP_EVERY_MS = 60_000

/** Largest announcement in bytes: some 60 capabilities with schemas of 1 KiB. */
export const MAX_ANNOUNCEMENT_BYTES = 64 * 1024
/**
 * Largest that is published on gossip, in bytes: it copies a message to eight peers a hop. Larger ones are exchanged
 * only.
 */
export const MAX_GOSSIP_BYTES = 32 * 1024
/** Nodes whose announcements are kept: four times the largest mesh that is simulated. */
export const MAX_PEERS = 4096
/** Bytes of announcements kept in all: 4096 of 16 KiB each. */
export const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024
/** Agents of one node. */
export const MAX_AGENTS = 64
/** Capabilities of one agent. */
export const MAX_CAPABILITIES = 64
/** Tags of one capability. */
export const MAX_TAGS = 32
/** Addresses in one announcement: a few interfaces, IPv4 and IPv6. */
export const MAX_ADDRESSES = 16
/** Length of a multiaddr in characters. */
export const MAX_ADDRESS_CHARS = 256
/** Length of the name of a node, an agent or a capability, and of a tag, in characters. */
export const MAX_NAME_CHARS = 64
/** Length of a description in characters: what fits a tool list of a language model. */
export const MAX_DESCRIPTION_CHARS = 2048
/** JSON text of one schema in bytes. */
export const MAX_SCHEMA_BYTES = 16 * 1024
/** Nesting of a schema: far above what people write, far below what a recursion over it can take. */
export const MAX_SCHEMA_DEPTH = 64

/** Announcements of one page in bytes: a page and the list of wanted peers (under 256 KiB) stay below a frame. */
export const PAGE_BYTES = Math.floor(MAX_FRAME_BYTES / 2)
/** Pages of one exchange, either way: a whole directory at its limit. */
export const MAX_PAGES = Math.ceil(MAX_DIRECTORY_BYTES / (PAGE_BYTES - MAX_ANNOUNCEMENT_BYTES))
/** How long one request of an exchange may take, in milliseconds: a page over a slow link. */
export const EXCHANGE_TIMEOUT_MS = 5000
/** How often a node compares directories with a random peer, in milliseconds. An equal one costs 12 bytes each way. */
export const EXCHANGE_EVERY_MS = 10_000
/** The same while a living member's announcement is missing; doubles up to the above, since it may never come. */
export const GAP_EXCHANGE_MS = 1000
/**
 * From one exchange with a peer just met to that with the next, in milliseconds: in a crowd that starts together the first brings
 * little, and each that waits finds more that is done already.
 */
export const MEET_PAUSE_MS = 150
/** Exchanges that a node runs at once: more would fetch the same announcements several times. */
export const MAX_EXCHANGES = 2

/**
 * Least time between two announcements of one node in milliseconds: many changes become one, two nodes with one key do
 * not storm.
 */
export const ANNOUNCE_GAP_MS = 1000
/** How long after its first connection a node publishes again, in milliseconds: gossip forms its mesh once a second. */
export const REPUBLISH_AFTER_MS = 2500
/**
 * Compares in a row that found the same, after which a node need not publish again: were it known to half of the mesh alone, seven
 * times in eight it would; and whoever lacks it asks around.
 */
export const AGREED_ENOUGH = 3

/** How long after a change a node tells the DHT, in milliseconds: its routing table is empty right after the start. */
export const PROVIDE_AFTER_MS = 5000
/**
 * How often DHT records are renewed, in milliseconds: they must reach nodes that joined since, and expire after two
 * days.
 */
export const PROVIDE_EVERY_MS = 30 * 60_000
/** Providers taken from one DHT answer: enough to find one that lives. */
export const MAX_FOUND = 16
/** DHT searches at once, one a capability name; beyond them only what is known is answered. */
export const MAX_SEARCHES = 16

/** Bad announcements remembered by hash, so that their signatures are not checked again and again. */
export const MAX_REMEMBERED_BAD = 1024
/** Peers and reasons that were logged already; beyond it they are only counted. */
export const MAX_LOGGED = 1024
