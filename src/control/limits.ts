/** Limits of the local API. Whoever may open the socket is the node's own user, so these guard against mistakes. */

/** The largest message either way, in bytes: a 1 MiB value, escaped as JSON at its worst, and an envelope. */
export const MAX_CONTROL_MESSAGE_BYTES = 8 * 1024 * 1024

/** Programs connected at once: a shell loop in the background reaches dozens; more than this is a leak. */
export const MAX_CONTROL_CONNECTIONS = 256

/** Requests of one connection that are not answered yet; the node reads no further until one is. */
export const MAX_OPEN_REQUESTS = 1024

/** How long a program waits for the node to accept its connection, in milliseconds: it is on the same machine. */
export const CONNECT_TIMEOUT_MS = 3_000

/** The longest path a Unix socket takes, in bytes: Linux has room for 108 with the closing zero, macOS for 104. */
export const MAX_SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103

/** Values in one answer, in bytes of JSON: half of what a message may have, so that one more value always fits. */
export const MAX_ANSWER_BYTES = MAX_CONTROL_MESSAGE_BYTES / 2

/** Entries of a page of keys where no limit is named: what a person reads. */
export const DEFAULT_PAGE_ENTRIES = 100

/** Entries that go in one part of a snapshot, in bytes of JSON: few messages, and none that is felt. */
export const SNAPSHOT_PART_BYTES = 256 * 1024

/**
 * All entries of a snapshot, in bytes of JSON: a node parses one at once when it restores it, which takes a second or two for
 * so much; much more would be a text longer than the runtime has.
 */
export const MAX_SNAPSHOT_BYTES = 128 * 1024 * 1024

/**
 * The timer of vscode-jsonrpc that tells of half a message is off: nobody listens, and after a connection that broke in the middle of one it would
 * start itself again for ever, and keep the process.
 */
export const NO_PARTIAL_TIMER = 0
