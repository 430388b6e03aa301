import { InvalidInputError, messageOf } from '../../lib/errors.ts'
import {
  type Ballot,
  ConfirmReply,
  type Floor,
  RegisterNotice,
  RegisterRequest,
  VotingReply,
  type VotingRequest,
  Ballot as WireBallot,
  AcceptorRecord as WireRecord,
} from '../../wire/register.ts'
import { isConfiguration, MAX_PEER_CHARS, MAX_VOTERS } from '../voters/configuration.ts'
import type { AcceptorRecord, AcceptorRequest } from './acceptor.ts'
import { compareBallots, MAX_COUNTER } from './ballot.ts'
import { MAX_CONTENTS_BYTES, MAX_NAMES, MAX_REGISTER_NAME_BYTES, MAX_SIGHTINGS } from './limits.ts'

export const REGISTER_PROTOCOL = '/covey/register/1.0.0'

const VOTERS = { voters: MAX_VOTERS, next: MAX_VOTERS }
const REQUEST_LIMITS = {
  voting: { sightings: MAX_SIGHTINGS },
  identify: { voters: VOTERS },
  configure: { voters: VOTERS },
}
const REPLY_LIMITS = { names: MAX_NAMES, voters: VOTERS }

/** A request of a peer. Throws `InvalidInputError` on bytes that are none. */
export function decodeRequest(body: Uint8Array): RegisterRequest {
  const request = decoded(() => RegisterRequest.decode(body, { limits: REQUEST_LIMITS }))
  if (request.voting) checkVoting(request.voting)
  const voters = request.configure ? request.configure.voters : request.identify?.voters
  if ((request.configure || request.identify?.voters) && !isConfiguration(voters))
    throw bad('a configuration that is none')
  return request
}

/** Where nothing was collected. */
export const NO_FLOOR: Floor = { counter: 0, revision: 0 }

/** What an acceptor said; every answer has a floor. */
export type AcceptorReply = VotingReply & { floor: Floor }

/** What an acceptor said. Throws `InvalidInputError` on bytes that are no answer. */
export function decodeReply(body: Uint8Array): AcceptorReply {
  const reply = decoded(() => VotingReply.decode(body, { limits: REPLY_LIMITS }))
  const { promised, accepted, decided, floor = NO_FLOOR } = reply
  if (![promised, accepted, decided].every((it) => isBallot(it, true))) throw bad('a ballot that is none')
  if (!isFloor(floor)) throw bad('a floor that is none')
  if (reply.voters && !isConfiguration(reply.voters)) throw bad('a configuration that is none')
  if ((reply.contents?.length ?? 0) > MAX_CONTENTS_BYTES) throw bad('contents that are too large')
  return { ...reply, floor }
}

/** What a peer has seen of an acceptor. Throws `InvalidInputError` on bytes that are no answer. */
export function decodeConfirm(body: Uint8Array): ConfirmReply {
  const reply = decoded(() => ConfirmReply.decode(body))
  if (!isCount(reply.counter)) throw bad('a counter that is none')
  return reply
}

/** A notice of a peer; undefined for what is none. */
export function decodeNotice(body: Uint8Array): RegisterNotice | undefined {
  try {
    const notice = RegisterNotice.decode(body, { limits: { voters: VOTERS } })
    if (notice.voters && !isConfiguration(notice.voters)) return undefined
    return [notice.watch, notice.changed].every((name) => name === undefined || isName(name)) ? notice : undefined
  } catch {
    // Nobody waits for an answer: what a bad peer sends is dropped.
    return undefined
  }
}

function checkVoting({ name, prepare, accept, read, collect, list }: VotingRequest): void {
  if (!list && !isName(name)) throw bad(`a name that is empty or over ${MAX_REGISTER_NAME_BYTES} bytes`)
  const kinds = [prepare, accept, read, collect, list].filter((it) => it !== undefined).length
  if (kinds !== 1) throw bad(`${kinds} kinds of request in one`)
}

/** What is asked about the register; undefined where its names are asked for. Throws `InvalidInputError` on anything else. */
export function requestOf({ prepare, accept, read, collect }: VotingRequest): AcceptorRequest | undefined {
  if (prepare) return { kind: 'prepare', ballot: checkBallot(prepare.ballot), known: prepare.known }
  if (read) {
    const { floor = NO_FLOOR } = read
    if (!isFloor(floor)) throw bad('a floor that is none')
    return { kind: 'read', floor, known: read.known }
  }
  if (collect) {
    if (!isCount(collect.revision)) throw bad('a revision that is none')
    return { kind: 'collect', ballot: checkBallot(collect.ballot), revision: collect.revision }
  }
  if (!accept) return undefined
  const { contents, cleared } = accept
  if (contents.length > MAX_CONTENTS_BYTES) throw bad(`contents over ${MAX_CONTENTS_BYTES} bytes`)
  const [next, decided] = [accept.next, accept.decided].map((it) => it && checkBallot(it))
  return { kind: 'accept', ballot: checkBallot(accept.ballot), next, contents, cleared, decided }
}

/** The way to the wire. */
export function questionOf(name: string, request: AcceptorRequest): Question {
  switch (request.kind) {
    case 'prepare':
      return { name, prepare: { ballot: request.ballot, ...(request.known && { known: request.known }) } }
    case 'accept': {
      const { ballot, next, contents, cleared, decided } = request
      return { name, accept: { ballot, contents, cleared, ...(next && { next }), ...(decided && { decided }) } }
    }
    case 'read':
      return { name, read: { floor: request.floor, ...(request.known && { known: request.known }) } }
    case 'collect':
      return { name, collect: { ballot: request.ballot, revision: request.revision } }
  }
}

/** What is asked of an acceptor, without the envelope. */
export type Question = Pick<VotingRequest, 'name' | 'prepare' | 'accept' | 'read' | 'collect' | 'list'>

/**
 * A record as it was stored, with a promise beside it that may be newer. Throws where it is none: the disk gave back what was never
 * written.
 */
export function decodeRecord(bytes: Uint8Array, promise?: Uint8Array): AcceptorRecord {
  const { promised, accepted, contents, cleared } = WireRecord.decode(bytes)
  const first = checkBallot(promised)
  const since = promise ? checkBallot(WireBallot.decode(promise)) : first
  return {
    promised: compareBallots(since, first) > 0 ? since : first,
    cleared,
    ...(accepted && { accepted }),
    ...(contents && { contents }),
  }
}

function checkBallot(ballot: Ballot | undefined): Ballot {
  if (!ballot || !isBallot(ballot)) throw bad('a ballot that is none')
  return ballot
}

export const isName = (name: string): boolean => name.length > 0 && Buffer.byteLength(name) <= MAX_REGISTER_NAME_BYTES

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= MAX_COUNTER

function isBallot(ballot: Ballot | undefined, orNone = false): boolean {
  if (!ballot) return orNone
  const { counter, peer, process } = ballot
  return isCount(counter) && counter > 0 && peer.length > 0 && peer.length <= MAX_PEER_CHARS && process.length <= 64
}

const isFloor = (floor: Floor | undefined): boolean =>
  floor !== undefined && isCount(floor.counter) && isCount(floor.revision)

function decoded<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    throw bad(messageOf(error), error)
  }
}

const bad = (what: string, cause?: unknown): InvalidInputError =>
  new InvalidInputError(
    `not a message of registers: ${what}`,
    'The peer that sent it runs another version, or is broken.',
    { cause },
  )
