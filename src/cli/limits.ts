/** How long a node may take to leave gracefully, in milliseconds; then its process ends as it is. */
export const LEAVE_LIMIT_MS = 8_000

/** How long a node may take to be up, in milliseconds: a cold start of Node and libp2p on a busy machine, several times over. */
export const UP_LIMIT_MS = 60_000
