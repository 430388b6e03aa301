/** A part of a copy is closed when it is about this large, in bytes: one send, and some milliseconds of the receiver's time. */
export const PART_BYTES = 128 * 1024
/** Events of one part: small ones in numbers that a receiver joins within a turn. */
export const MAX_PART_EVENTS = 2048
/** How long the opening of a copy may take, in milliseconds. */
export const COPY_TIMEOUT_MS = 10_000
/** A copy of which no part moves for this long has broken off, in milliseconds: a peer that was cut off says nothing, and breaks nothing. */
export const COPY_IDLE_MS = 10_000
/** Copies that are sent at a time: each holds the list of all events. */
export const MAX_COPIES_SENT = 2
/** Largest copy that is taken, in encoded bytes: it is in memory twice while it is taken over. */
export const MAX_COPY_BYTES = 2 * 1024 * 1024 * 1024
/** How long a meeting may take, in milliseconds: some round trips of a slow link. */
export const MEETING_TIMEOUT_MS = 5000
/** From a meeting that failed, or came too early, to the next, in milliseconds. */
export const MEETING_RETRY_MS = 2000
/**
 * An acknowledgement that is this much later than another by its clock is later, though nothing is left of the epoch in which that was
 * given: more epochs than are remembered end in a day in no mesh, in milliseconds.
 */
export const PRUNED_MS = 24 * 3_600_000
/** Whose members have last spoken this much earlier than the other's was left behind, whatever it has, in milliseconds. */
export const STALE_MS = 7 * 24 * 3_600_000
