/** Limits of votes (protocols/vote), each with its unit and reason. Bytes of text are those of its JSON in UTF-8. */

/** A question, in bytes: a page, with the context that a language model needs. */
export const MAX_QUESTION_BYTES = 8 * 1024
/** Least options: a choice of one is none. */
export const MIN_OPTIONS = 2
/** Most options: more nobody ranks. */
export const MAX_OPTIONS = 32
/** All options of a vote together, in bytes: a ranked ballot repeats them, and a receipt holds two of each voter. */
export const MAX_OPTIONS_BYTES = 2 * 1024
/** Voters of one vote: the largest mesh that is simulated. A call and a receipt of so many fit one message. */
export const MAX_ELECTORATE = 1024
/** Weight of one voter: sums of whole numbers are exact, in whatever order. */
export const MAX_WEIGHT = 1_000_000
/** Longest vote, in milliseconds: it lives in memory only. */
export const MAX_DEADLINE_MS = 24 * 3_600_000
/** The reason in a ballot, in bytes: a paragraph. */
export const MAX_REASON_BYTES = 1024
/** Bytes of an encoded vote: the above, and what stands around them. */
export const MAX_VOTE_BYTES = 192 * 1024
/** Bytes of a ballot's body: all options, the reason, two ids. */
export const MAX_BALLOT_BYTES = 4 * 1024
/** Bytes of a receipt as JSON: all of its voters with two ballots each at their largest. */
export const MAX_RECEIPT_BYTES = 8 * 1024 * 1024
/** Longest text form of a peer id, in characters. */
export const MAX_ID_CHARS = 128
/** Longest name of a mesh, capability or tag, and longest range, in characters. */
export const MAX_WORD_CHARS = 256
/** Why a voter was not heard, in characters: a sentence, once a voter in the receipt. */
export const MAX_MESSAGE_CHARS = 200

/** Own votes that are open: people and agents ask a few at a time. */
export const MAX_OPEN_VOTES = 64
/** Own votes that are over, remembered so that a late ballot is told so. */
export const MAX_CLOSED_VOTES = 1024
/** Different valid ballots of one voter that are kept: two prove that it signed more than one. */
export const MAX_BALLOTS_A_VOTER = 2
/** Votes that a voter remembers its ballot of; at its largest each takes 4 KiB. */
export const MAX_HELD_BALLOTS = 4096
/** For how long after a vote's deadline its ballot is remembered, in milliseconds: longer than any message is on its way. */
export const HELD_AFTER_MS = 10 * 60_000
/** Handlers that a node runs at once: each may ask a language model. */
export const MAX_DELIBERATIONS = 64

/** One dial of a peer that is not connected, in milliseconds: TCP's first retransmission of a SYN is after one second. */
export const DIAL_MS = 2000
/**
 * Calls and ballots at once to peers that were not connected: membership keeps 64 connections and closes the longest unused beyond
 * them, so that more would lose each other's.
 */
export const MAX_VISITS = 32
/** How long the answer to a call waits for the ballot, in milliseconds: beyond what a program takes, a ballot comes by itself. */
export const PROMPT_MS = 250
/** How long one call or ballot waits for its answer, in milliseconds: the above, and the way there and back. */
export const ANSWER_MS = 2000
/** How long until what was not answered is sent again, in milliseconds; doubled from time to time, up to the second. */
export const RETRY_MS = [100, 2000] as const
/** How long after its answer a voter that sent no ballot is called again, in milliseconds: it may have restarted. */
export const RECALL_MS = 5000
