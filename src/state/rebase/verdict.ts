import type { PeerId } from '../../network/network.ts'
import type { Meeting } from '../../wire/roster.ts'
import type { Context } from '../context.ts'
import { contextOf, decodeRuns, encodeRuns, holds, type Runs, runsOf } from '../garbage/runs.ts'
import { type Hlc, hlcOf } from '../hlc.ts'
import { MAX_MEMBERS, MAX_PEER_CHARS } from '../roster/protocol.ts'
import { STALE_MS } from './limits.ts'

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
  /** The oldest acknowledgement of a member that stands there; 0 where one has not said anything. */
  readonly time: Hlc
}

/** Whether a node that says this lets anybody in, whatever they hold: nobody need tell it what that is. */
export function asksNothing({ collected, acknowledged, known }: Hello): boolean {
  return collected.size === 0 && (known || acknowledged.size === 0)
}

/** What a node says of itself when it meets another. */
export function encodeMeeting({ hello, held, partial, empty }: Omit<Side, 'peer'>): Meeting {
  const { collected, acknowledged, members, first, known, time } = hello
  return {
    hello: {
      collected: encodeRuns(collected),
      // Who is known needs none of it.
      acknowledged: known ? [] : encodeRuns(acknowledged),
      members,
      first,
      known,
      time,
    },
    held: encodeRuns(runsOf(held)),
    partial,
    empty,
  }
}

/** Throws `RangeError` on what makes no sense. */
export function readMeeting(peer: PeerId, { hello, held, partial, empty }: Meeting): Side {
  if (!hello || hello.members > MAX_MEMBERS || hello.first.length > MAX_PEER_CHARS)
    throw new RangeError('a bad meeting')
  const { members, first, known, time } = hello
  const collected = decodeRuns(hello.collected)
  const acknowledged = decodeRuns(hello.acknowledged)
  const side = { peer, hello: { collected, acknowledged, members, first, known, time } }
  return { ...side, held: contextOf(decodeRuns(held)), partial, empty }
}

/** One side of a meeting. */
export interface Side {
  readonly peer: PeerId
  readonly hello: Hello
  /** All that it knows, also of replicas that it has dropped. */
  readonly held: Context
  /** Then `held` is only what it knows of the other's own replicas: the other asks for nothing. */
  readonly partial: boolean
  /** It holds nothing at all. */
  readonly empty: boolean
}

/**
 * Who lacks something that the other may have forgotten rebases: it could bring back what was deleted. Where both do, the
 * side does that was left long ago; else that
 * with fewer members, and with as many the one whose first member has the greater id: of two halves of a split all do alike.
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
  if (Math.abs(a.time - b.time) > hlcOf(STALE_MS)) return a.time < b.time
  if (a.members !== b.members) return a.members < b.members
  if (a.first !== b.first) return a.first > b.first
  return own.peer > other.peer
}
