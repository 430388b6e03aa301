/** What membership counts, from the start of the node. Numbers of messages, unless it says otherwise. */
export interface MembershipCounters {
  /** All that was sent: probes, their answers, requests to probe, gossip, exchanges. */
  sent: number
  /** Direct probes. */
  probes: number
  /** Direct probes that nobody answered, not even by way of others. */
  failures: number
  /** Requests to others to probe a member. */
  indirect: number
  gossip: number
  /** Comparisons of the whole table. */
  compared: number
  /** Those that found a difference, and exchanged rows. */
  exchanged: number
  /** Members suspected, this node's accusations and others'. */
  suspicions: number
  /** Rumours of this node that it contradicted. */
  refutations: number
  /** Times that this node's own event loop stood still. */
  stalls: number
  /** Messages and rows of peers that were not understood or broke a limit; dropped. */
  malformed: number
  /** Rows that put an incarnation out of reach; dropped. */
  leaps: number
  /** Rows of newcomers for whom the table had no room; dropped. */
  full: number
}

export const newCounters = (): MembershipCounters => ({
  sent: 0,
  probes: 0,
  failures: 0,
  indirect: 0,
  gossip: 0,
  compared: 0,
  exchanged: 0,
  suspicions: 0,
  refutations: 0,
  stalls: 0,
  malformed: 0,
  leaps: 0,
  full: 0,
})
