import { RESERVED_PREFIX } from '../limits.ts'

/** A member's signed record, by its id. */
export const MEMBERS = `${RESERVED_PREFIX}members`
/** What a member has acknowledged, by its id. */
export const ACKNOWLEDGED = `${RESERVED_PREFIX}acknowledged`
/** Replicas that write no more, by replica. */
export const RETIRED = `${RESERVED_PREFIX}retired`
