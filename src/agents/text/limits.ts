/** Longest text a built-in agent takes, in Unicode characters: with four bytes each it still fits one frame of 1 MiB. */
export const MAX_TEXT_CHARS = 200_000

/**
 * Longest piece handed to a library in one go, in UTF-16 units. Measured: the slowest of them needs 20 ms for 2,000
 * once it is warm, and nothing else on the node runs meanwhile, probes of its neighbours included.
 */
export const MAX_PIECE_CHARS = 2_000

/** How long an agent may hold the event loop before it lets others run, in milliseconds: a tenth of a `lan` probe period. */
export const MAX_HOLD_MS = 20
