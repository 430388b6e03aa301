import type { Floor } from '../../wire/register.ts'
import { type Ballot, compareBallots, equalBallots, higher } from './ballot.ts'

/** What an acceptor is asked about one register. */
export type AcceptorRequest =
  /** `known`: who asks has the contents of this ballot. */
  | { readonly kind: 'prepare'; readonly ballot: Ballot; readonly known: Ballot | undefined }
  | {
      readonly kind: 'accept'
      readonly ballot: Ballot
      /** Promised with it. */
      readonly next: Ballot | undefined
      readonly contents: Uint8Array<ArrayBuffer>
      /** The register has no value. */
      readonly cleared: boolean
      /** What is known to be decided of the register. */
      readonly decided: Ballot | undefined
    }
  | { readonly kind: 'read'; readonly floor: Floor; readonly known: Ballot | undefined }
  | { readonly kind: 'collect'; readonly ballot: Ballot; readonly revision: number }

/** What an acceptor holds of a register: the highest ballot that it promised, and what it accepted last. */
export interface AcceptorRecord {
  readonly promised: Ballot
  readonly accepted?: Ballot
  readonly contents?: Uint8Array<ArrayBuffer>
  readonly cleared: boolean
  /** The highest ballot that proposers said was decided. True for ever, and no part of what must be kept: it is not on the disk. */
  readonly decided?: Ballot
}

/** Where an acceptor stands after a request: what it says, and what must be durable before it says so. */
export interface Step {
  readonly granted: boolean
  /** Of the register, after the step; undefined where nothing is held. */
  readonly record: AcceptorRecord | undefined
  readonly floor: Floor
  /** What is other than before: nothing; the floor alone; of what is held, only the promise; what is held, and perhaps the floor. */
  readonly changed: 'nothing' | 'floor' | 'promise' | 'record'
}

/**
 * One acceptor's part for one register (CASPaxos, Rystsov 2018, section 2.2), as a function of what it holds. A promise and an
 * acceptance count only once they are durable: whoever acts on the step writes first and answers then.
 *
 * Where nothing is held the floor stands in: all registers that were collected here had lower ballots, so that no message of
 * such a former life is taken for one of the new.
 */
export function accepting(record: AcceptorRecord | undefined, floor: Floor, request: AcceptorRequest): Step {
  const same: Step = { granted: false, record, floor, changed: 'nothing' }
  switch (request.kind) {
    case 'prepare': {
      const { ballot } = request
      if (isOutranked(ballot, record, floor)) return same
      if (!record) return { granted: true, record: { promised: ballot, cleared: true }, floor, changed: 'record' }
      // It came twice.
      if (equalBallots(ballot, record.promised)) return { ...same, granted: true }
      return { granted: true, record: { ...record, promised: ballot }, floor, changed: 'promise' }
    }
    case 'accept': {
      const { ballot, next, contents, cleared } = request
      if (isOutranked(ballot, record, floor)) return same
      const promised = next && compareBallots(next, ballot) > 0 ? next : ballot
      const decided = higher(request.decided, record?.decided)
      const after = { promised, accepted: ballot, contents, cleared, ...(decided && { decided }) }
      return { granted: true, record: after, floor, changed: 'record' }
    }
    case 'read': {
      const raised = raise(floor, request.floor)
      return { granted: true, record, floor: raised, changed: raised === floor ? 'nothing' : 'floor' }
    }
    case 'collect':
      return collecting(record, floor, request.ballot, request.revision)
  }
}

/**
 * All have accepted this ballot of a register without value (the paper's section 3.1), so that no later round can find
 * anything older. Whoever holds just that forgets it, and remembers that there was one.
 */
function collecting(record: AcceptorRecord | undefined, floor: Floor, ballot: Ballot, revision: number): Step {
  const raised = raise(floor, { counter: ballot.counter, revision })
  if (!record) return { granted: true, record, floor: raised, changed: raised === floor ? 'nothing' : 'floor' }
  const untouched = record.cleared && equalBallots(record.accepted, ballot) && equalBallots(record.promised, ballot)
  if (!untouched) return { granted: false, record, floor, changed: 'nothing' }
  return { granted: true, record: undefined, floor: raised, changed: 'record' }
}

/** What of a granted request's answer goes with it: the contents, to whoever has to know them and does not yet. */
export function contentsFor(
  request: AcceptorRequest,
  record: AcceptorRecord | undefined,
): Uint8Array<ArrayBuffer> | undefined {
  if (request.kind !== 'prepare' && request.kind !== 'read') return undefined
  return equalBallots(record?.accepted, request.known) ? undefined : record?.contents
}

function isOutranked(ballot: Ballot, record: AcceptorRecord | undefined, floor: Floor): boolean {
  return record ? compareBallots(ballot, record.promised) < 0 : ballot.counter <= floor.counter
}

/** The higher of both, in each part; the same object where `by` adds nothing. */
export function raise(floor: Floor, by: Floor): Floor {
  const counter = Math.max(floor.counter, by.counter)
  const revision = Math.max(floor.revision, by.revision)
  return counter === floor.counter && revision === floor.revision ? floor : { counter, revision }
}
