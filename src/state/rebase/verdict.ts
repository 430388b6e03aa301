import type { PeerId } from '../../network/network.ts'
import { RosterHello } from '../../wire/roster.ts'
import type { Context } from '../context.ts'
import { decodeRuns, encodeRuns, holds, type Runs } from '../garbage/runs.ts'
import { MAX_REPLICAS } from '../limits.ts'
import { MAX_MEMBERS, MAX_PEER_CHARS } from '../roster/protocol.ts'

/**
 * Whether two nodes may exchange: they may; this one has to begin anew over the other's state first; or the other has to,
 * and nothing of it may be taken until it has.
 */
export type Verdict = 'go on' | 'rebase first' | 'wait'

/** What one node tells the other before they exchange. */
export interface Hello {
  /** Deletions up to here may have been forgotten. */
  readonly collected: Runs
  /** What a stranger must have: all that this node has told others that it has. */
  readonly acknowledged: Runs
  readonly members: number
  /** The smallest id of a member; empty where there is none. */
  readonly first: PeerId
  /** Whether the receiver is a member as the sender knows it. */
  readonly known: boolean
}

export function encodeHello({ collected, acknowledged, members, first, known }: Hello): Uint8Array {
  return RosterHello.encode({
    collected: encodeRuns(collected),
    // Who is known needs none of it.
    acknowledged: known ? [] : encodeRuns(acknowledged),
    members,
    first,
    known,
  })
}

/** Throws on what is no hello. */
export function decodeHello(bytes: Uint8Array): Hello {
  const limits = { collected: MAX_REPLICAS, acknowledged: MAX_REPLICAS }
  const { collected, acknowledged, members, first, known } = RosterHello.decode(bytes, { limits })
  if (members > MAX_MEMBERS || first.length > MAX_PEER_CHARS) throw new RangeError('a roster that is none')
  return { collected: decodeRuns(collected), acknowledged: decodeRuns(acknowledged), members, first, known }
}

/** One side of a meeting. */
export interface Side {
  readonly peer: PeerId
  readonly hello: Hello
  readonly held: Context
}

/**
 * Who lacks something that the other may have forgotten rebases: it could bring back what was deleted. Where both do, the
 * side with fewer members does, and with as many the one whose first member has the greater id: of two halves of a split all do alike.
 */
export function verdict(own: Side, other: Side): Verdict {
  const must = isBehind(own, other.hello)
  const otherMust = isBehind(other, own.hello)
  if (must && otherMust) return yields(own, other) ? 'rebase first' : 'wait'
  return must ? 'rebase first' : otherMust ? 'wait' : 'go on'
}

function isBehind({ held }: Side, { collected, acknowledged, known }: Hello): boolean {
  return !holds(held, collected) || (!known && !holds(held, acknowledged))
}

function yields(own: Side, other: Side): boolean {
  const [a, b] = [own.hello, other.hello]
  if (a.members !== b.members) return a.members < b.members
  if (a.first !== b.first) return a.first > b.first
  return own.peer > other.peer
}
