/**
 * How long the first write after a start waits for members to confirm the own counter, in milliseconds: a node finds a LAN
 * and dials it within two seconds. Then it takes a fresh epoch, which costs a name in every vector until all know it is over.
 */
export const CONFIRM_WAIT_MS = 3000
/** How long one member may take to answer, in milliseconds: it looks up one number. */
export const CONFIRM_TIMEOUT_MS = 1000
/** A member that was busy or broke off is asked again after this long, in milliseconds. */
export const CONFIRM_RETRY_MS = 250
/** Bytes of an epoch: two of one peer meet after some four billion. */
export const EPOCH_BYTES = 8
