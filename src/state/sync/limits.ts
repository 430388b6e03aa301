/** From one compare with a random peer to the next, in milliseconds: a lost push shows elsewhere within a few of them. */
export const EXCHANGE_EVERY_MS = 2000
/** The same after an exchange that brought news, in milliseconds, doubling back: what crossed a healed link spreads on. */
export const EXCITED_MS = 400
/** From one compare with a peer just met to that with the next, in milliseconds: a crowd that starts together has less to tell. */
export const MEET_PAUSE_MS = 150
/** How long a gap may close by itself, in milliseconds: what fills it may be on another connection. */
export const GAP_GRACE_MS = 50
/** The same for what gossip tells, in milliseconds: pushes are mostly there before it. */
export const GOSSIP_GRACE_MS = 300
/** Own writes become one announcement on gossip, in milliseconds: each goes to every node. */
export const GOSSIP_COALESCE_MS = 1000
/**
 * Peers that have the last own writes from an exchange, so that these need no announcement: of a crowd that starts together each
 * would tell all what all know. Where they are fewer, as nearly always outside one, gossip tells whom the pushes missed.
 */
export const SPREAD_ENOUGH = 3
/** From one announcement without news to the next, in milliseconds: for those who were told nothing. */
export const GOSSIP_EVERY_MS = 30_000
/** The same for each member of a large mesh: each hears of one such announcement in so many milliseconds, however many there are. */
export const GOSSIP_EVERY_MS_A_MEMBER = 3000
/** How long a compare and the opening of a session may take, in milliseconds: some round trips of a slow link. */
export const COMPARE_TIMEOUT_MS = 5000
/** A session in which nothing moves for this long is broken off, in milliseconds; what was durable stays. */
export const SESSION_IDLE_MS = 10_000
/** How long a request of a repair may take, in milliseconds: its answer is counted over up to all that is stored. */
export const REPAIR_TIMEOUT_MS = 10_000
/** A receiving session keeps others from sending the same for this long after its last batch, in milliseconds. */
export const RECEIVING_MS = 1000
/** A peer that was busy is asked again after this long, in milliseconds, and up to as much more. */
export const BUSY_RETRY_MS = 250
/** Peers that `syncNow` exchanges with at a time: few, as what one brings another need not; one that is silent takes seconds. */
export const SYNC_NOW_PEERS = 3
/** How often `syncNow` asks a peer that is busy, or that could not send while another did: a person waits. */
export const SYNC_NOW_TRIES = 5
/** Exchanges that this node runs at a time on its own account: one may hang on a dead link. */
export const MAX_EXCHANGES = 3
/** Sessions of peers at a time: each holds a plan and a window of bytes. */
export const MAX_ACCEPTED = 8

/** A batch is closed when it is about this large, in bytes: one send, and some milliseconds of the receiver's time. */
export const BATCH_BYTES = 48 * 1024
/** A batch that an event would make larger than this goes without it, in bytes: the largest event fits a frame alone. */
export const MAX_BATCH_BYTES = 256 * 1024
/** Values of fewer bytes are not compressed: there is little to save, and pushes are in a hurry. */
export const MIN_PACKED_BYTES = 512
/** Values of a batch, unpacked, in bytes: those of the largest event, or of a full batch, several times over. */
export const MAX_UNPACKED_BYTES = 4 * 1024 * 1024
/** Batches that are handed to the storage and not durable yet: enough that commits overlap. */
export const MAX_UNDURABLE = 4

/** An event larger than this is not pushed but fetched by who learns of it, in bytes: it is not sent twice to anybody. */
export const MAX_PUSH_EVENT_BYTES = 8 * 1024
/** What one turn pushes at most, in bytes: a burst goes to each peer in batches instead, at its pace. */
export const MAX_PUSH_BYTES = 32 * 1024
/**
 * Peers that a push is handed on to, where its writer does not reach all: ln(n) + c reach all n with probability exp(-exp(-c))
 * (Kermarrec, Massoulié, Ganesh 2003, "Probabilistic reliable dissemination in large-scale systems"): two pushes of three for 150
 * nodes. Whom one misses gossip tells within a second, where exchanges do not (`SPREAD_ENOUGH`).
 */
export const FORWARD_PEERS = 6
/** Largest message of news, in bytes: a push with its envelope. */
export const MAX_NEWS_BYTES = 2 * MAX_PUSH_BYTES

/** Highest sequence believed of anybody: 100,000 writes a second for 89 years. */
export const MAX_CLAIM = 2 ** 48
/** Namespaces that a batch may name. */
export const MAX_NAMES = 4096
/** Entries that one message may hold: columns of defaults take no bytes, so that bytes alone are no bound. */
export const MAX_MESSAGE_ENTRIES = 32_768
/** What an entry is counted for beside its texts and value, in bytes. */
export const ENTRY_BYTES = 16

/** Ranges of a repair whose hashes are asked at once. */
export const MAX_HASHED_RANGES = 512
/** Parts into which a range that differs is cut. */
export const REPAIR_FANOUT = 16
/** Dots that one repair settles; the next one goes on. */
export const MAX_REPAIR_DOTS = 256
/** Bytes of events in one answer of a repair, and one event more. */
export const REPAIR_BYTES = 64 * 1024
/** Entries that are hashed for a repair before others get their turn: a millisecond or so. */
export const REPAIR_SLICE = 1000

/** Changes that wait to be hashed: beyond it they are hashed at once, so that nobody keeps a list of all writes. */
export const MAX_UNHASHED = 50_000
/** Bad peers and reasons remembered, so that each is logged once. */
export const MAX_COMPLAINTS = 1024
