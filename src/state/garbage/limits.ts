/**
 * From one look at what is to be acknowledged, retired and forgotten to the next, in milliseconds. An acknowledgement names
 * every replica: with a hundred members they cost each node about 2 KB a second while something is deleted, and nothing else.
 */
export const PASS_MS = 10 * 60_000
/**
 * From a write that is missing of a replica that is over to the question who has it, in milliseconds: an exchange brings
 * within two seconds what anybody connected has.
 */
export const HOLE_GRACE_MS = 3000
/** A member that is away for longer is evicted, so that garbage need not wait for it, in milliseconds: a long holiday. */
export const RETENTION_MS = 30 * 24 * 3_600_000
/** A member without writes acknowledges this often in one retention: nobody need be connected to all others to be known alive. */
export const HEARTBEATS_PER_RETENTION = 10
/** Evicted members that are remembered: a year of losing a machine a day. One that was forgotten returns as a stranger. */
export const MAX_EVICTED_KEPT = 365
/**
 * Dropped replicas whose last sequence is kept, the newest: a member that returns from long ago, or an old disk that was put
 * back, still names them, and learns from it that they are known here. Each is a cell of some hundred bytes.
 */
export const MAX_DROPPED_KEPT = 256
/** Records that one pass changes at most, so that they fit one event with room to spare. */
export const MAX_PASS_WRITES = 512
/** Former epochs of one node in which something of its still lives; of more, what lives is written again in the present one. */
export const MAX_FORMER_EPOCHS = 4
