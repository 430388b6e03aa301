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
