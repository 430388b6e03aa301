/** What a node says of how busy it is, asked for when somebody wants to see it. A bid says the same of one agent. */
export interface NodeLoad {
  /** Fraction of one core used by the process over the last seconds; 1.5 is one and a half cores. */
  cpu: number
  /** Resident memory in bytes. */
  memoryBytes: number
  /** Tasks running now. */
  running: number
  /** Tasks accepted and waiting for their turn. */
  queued: number
  /** How many tasks its agents run at once at most. */
  capacity: number
  tasksDone: number
  tasksFailed: number
  /** Mean time from award to result in milliseconds; undefined before the first. */
  meanResponseMs: number | undefined
  /** Its wall clock when a peer answered, in milliseconds since 1970: for people to compare, never for a decision. */
  wallClockMs?: number
  /** The version of covey that it runs; undefined where a peer does not say. For people, never for a decision. */
  version?: string
}
