/** What registers take, keep and wait for; each bound with its unit and reason. */

/** The largest value in bytes of JSON: every change sends it to every voter and writes it there, so larger things go by reference. */
export const MAX_VALUE_BYTES = 64 * 1024
/** The longest name in bytes of UTF-8: it is in every message and is a key on every voter's disk. */
export const MAX_REGISTER_NAME_BYTES = 512
/** The longest nonce in bytes of UTF-8: a random id with whatever its maker puts around it. */
export const MAX_NONCE_BYTES = 64
/** Names that begin so are those of this layer. */
export const RESERVED_PREFIX = 'covey.'

/** Past changes whose readings a register keeps: whoever repeats an unknown change does so within a few others. */
export const MAX_PAST = 32
/** Bytes of values of past changes that a register keeps: they are sent with every change. */
export const MAX_PAST_BYTES = 4 * 1024
/** Bytes that tell one nonce from another with a chance of error of one in 2^57 a look (128 of 2^64). */
export const FINGERPRINT_BYTES = 8
/** Changes before those, of which it is known that they were made: 1 KB, and half an hour where a lock is renewed every 15 s. */
export const MAX_FINGERPRINTS = 128
/** The largest contents in bytes: a value, past ones, nonces and fingerprints. Anything above comes from a broken peer. */
export const MAX_CONTENTS_BYTES = MAX_VALUE_BYTES + MAX_PAST_BYTES + MAX_PAST * (MAX_NONCE_BYTES + 8) + 4096

/** How long a call tries where nothing else is said, in milliseconds: longer than a voter's restart. */
export const DEFAULT_TIMEOUT_MS = 5000
/**
 * How long after its start a node that knows no voters waits for who does before it says that there are none, in milliseconds: those of a LAN
 * have met within three seconds.
 */
export const NEWCOMER_MS = 5000
/** The longest that a call may try, in milliseconds. */
export const MAX_TIMEOUT_MS = 3_600_000
/** How long one message may take, in milliseconds: a slow disk and a slow link; then the round is tried anew. */
export const ROUND_TIMEOUT_MS = 1000
/**
 * How long the quorum that is asked first has before the other acceptors are asked too, in times of what its slowest lately took: an
 * answer that is merely late comes within that.
 */
export const HEDGE_ROUNDS = 4
/** The least of that, in milliseconds: a pause of a collector of garbage or of a disk is no failure. */
export const MIN_HEDGE_MS = 20
/** The most of that, in milliseconds: progress is to resume within a second. */
export const MAX_HEDGE_MS = 250
/** How long whoever was late is asked after all others, in milliseconds: one that is stopped costs a hedge each time that it is over. */
export const LATE_MS = 2000
/** Acceptors of which a proposer knows how fast they are: those of this and of former voters. */
export const MAX_TIMED_ACCEPTORS = 64
/**
 * How often those that were not asked are told what was decided of one register since, in milliseconds: several of its changes also where 64 are
 * changed at a time, and so short that who reads it soon finds them all agreed.
 */
export const TELL_EVERY_MS = 50
/** Registers of which one acceptor is still to be told: beyond, the oldest is left to who asks it next. In memory as `MAX_KNOWN`. */
export const MAX_LAGGING = 1024
/** Messages of those to one acceptor under way: enough to fill its commits, and few where it answers nothing. */
export const TELLS_AT_ONCE = 64
/**
 * How long a call waits before its second try, at most and in milliseconds; by chance, and twice as long each time. Where others were in
 * the way, as long as that try took on top.
 */
export const BACKOFF_MS = 8
/** The most that it waits where others were in the way, in tries: about as many proposers contend for one register. */
export const MAX_BACKOFF_ROUNDS = 8
/** The most that it waits between rounds, in milliseconds: progress is to resume within a second. */
export const MAX_BACKOFF_MS = 400
/** Rounds of reading that raise no ballot, before one that does: a change under way is over within two. */
export const QUIET_READS = 4
/** Calls of a node under way or waiting, all registers together: beyond, the caller is told `BUSY`. */
export const MAX_CALLS = 4096

/** Registers whose last contents a proposer keeps, so that it need not be sent them again: at the most 75 MB, usually one or two. */
export const MAX_KNOWN = 1024
/** Registers that an acceptor keeps in memory beside the disk: at the most 90 MB, usually one. */
export const MAX_CACHED_RECORDS = 1024
/** Names in one answer of a scan: well below a frame. */
export const MAX_NAMES = 512

/** How long after a sighting it is on the disk at the latest, in milliseconds, where nothing else is written. */
export const SIGHTINGS_FLUSH_MS = 1000
/** Sightings kept: those of this and of former voters. */
export const MAX_SIGHTINGS = 64

/** How often a voter looks for registers to collect, in milliseconds. */
export const COLLECT_EVERY_MS = 5000
/** How long a register without value is left alone by the first voter, in milliseconds: longer than anybody repeats an unknown change. */
export const COLLECT_AFTER_MS = 600_000
/** The same where there are very many: longer than a call takes by default, with room. */
export const COLLECT_SOONER_MS = 30_000
/**
 * How long a promised ballot is used, in milliseconds: until nothing can have been collected. The voters' time begins when they accept, this one
 * when their answer is heard, and what is sent at its end is still under way: each takes a few rounds.
 */
export const PROMISE_USED_MS = COLLECT_SOONER_MS - 10 * ROUND_TIMEOUT_MS
/** What is very many: about 2 MB on each voter. */
export const MAX_CLEARED = 4096
/** Registers collected together: enough to fill the disks' commits. */
export const COLLECT_AT_ONCE = 64
/** How long collecting one may take, in milliseconds: it needs all voters, and one that is slow can wait. */
export const COLLECT_TIMEOUT_MS = 2000
