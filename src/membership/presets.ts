/**
 * The timing of failure detection. All durations are milliseconds.
 *
 * Common formulas (P probe period, D direct timeout, S tolerated stall, m members, LH local health score 0..8):
 *
 *   period             = P * (1 + LH)                                           Lifeguard, section IV.A
 *   direct timeout     = D * (1 + LH), indirect until the period is over         SWIM, section 3.1
 *   suspicion floor    = S + refutation margin                                  so that a stall of S can be refuted
 *   suspicion          = max(floor, ceiling - (ceiling - floor) * log(c + 1) / log(k + 1)), c of k confirmations
 *                                                                               Lifeguard, section IV.B
 *   told how often     = 4 * ceil(log10(m + 1)) times a node                     SWIM, section 4.1, memberlist's factor
 *   death known by all ~ first probe + P + floor + spreading
 *
 * The first probe of a dead member comes after t with probability 1 - (1 - t / (P * n))^n ~ 1 - e^(-t / P) where n nodes
 * probe n members round-robin: 4.6 P at p99, whatever the size of the mesh. The margin holds the refutation's way: to the
 * connected peers at once, to the others in ceil(log2 m) ticks of gossip.
 */
export interface Preset {
  readonly name: 'local' | 'lan' | 'wan'
  /** From one probe to the next, at full health. */
  readonly probePeriodMs: number
  /** How long a direct answer may take before others are asked to try. */
  readonly directTimeoutMs: number
  /** The shortest time from the first accusation to death, whatever the confirmations. */
  readonly suspicionFloorMs: number
  /** The time from accusation to death when nobody else confirms it. */
  readonly suspicionCeilingMs: number
  /** Independent confirmations that bring the suspicion from its ceiling to its floor. */
  readonly confirmations: number
  /** From one round of gossip to the next while there is something to tell. */
  readonly gossipIntervalMs: number
  /** Peers told in one round of gossip. */
  readonly gossipFanout: number
  /** From one comparison of the whole table with a random peer to the next. */
  readonly exchangeIntervalMs: number
}

/**
 * One box: no cable fails, but processes stall each other: as `lan`, with half its tolerance (S = 2000, margin 500),
 * because a process that dies here shows in milliseconds by its closed connections.
 */
const local: Preset = {
  name: 'local',
  probePeriodMs: 200,
  directTimeoutMs: 100,
  suspicionFloorMs: 2500,
  suspicionCeilingMs: 5000,
  confirmations: 3,
  gossipIntervalMs: 50,
  gossipFanout: 3,
  exchangeIntervalMs: 10_000,
}

/**
 * One network, links up to some 5 ms. S = 4000: a garbage collection, a synchronous step of an agent, a laptop under load.
 * Margin 500: ten gossip ticks, enough for 1000 nodes. P = 200 brings the first probe at p99 to 0.9 s, so that
 * 0.9 + 0.2 + 4.5 + 0.2 stays below 6 s; D = 100 is twenty round trips, and leaves as much for the indirect way.
 */
const lan: Preset = {
  name: 'lan',
  probePeriodMs: 200,
  directTimeoutMs: 100,
  suspicionFloorMs: 4500,
  suspicionCeilingMs: 9000,
  confirmations: 3,
  gossipIntervalMs: 50,
  gossipFanout: 3,
  exchangeIntervalMs: 10_000,
}

/**
 * Across networks: round trips up to 300 ms, and a lost packet costs a retransmission of 200 to 400 ms, hence D = 700 and
 * room for two more in P = 2000. S = 8000, margin 2000: ten gossip ticks. Death known by all: 9.2 + 2 + 10 + 1 s at p99.
 */
const wan: Preset = {
  name: 'wan',
  probePeriodMs: 2000,
  directTimeoutMs: 700,
  suspicionFloorMs: 10_000,
  suspicionCeilingMs: 30_000,
  confirmations: 3,
  gossipIntervalMs: 200,
  gossipFanout: 3,
  exchangeIntervalMs: 30_000,
}

export const PRESETS = { local, lan, wan } as const
