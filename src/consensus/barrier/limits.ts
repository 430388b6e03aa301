/** The most parties: each is in the register's value, and renews its presence. */
export const MAX_PARTIES = 64
/** How long a party may be silent before it breaks the barrier, in milliseconds. */
export const PARTY_TTL_MS = 6_000
/** How many decided generations a record remembers: so many later ones may be over before a party has looked. */
export const REMEMBERED_GENERATIONS = 8
/** How long a decided generation stays in the register with nobody waiting for the next, in milliseconds: parties look far sooner. */
export const LINGER_MS = 60_000
/** The longest reason of a break that is kept, in characters. */
export const MAX_REASON_CHARS = 300
