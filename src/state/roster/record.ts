import { encodeJson } from '../../lib/json.ts'
import type { Signer } from '../../lib/signer.ts'
import type { PeerId } from '../../network/network.ts'
import { MemberRecord, Step } from '../../wire/roster.ts'
import { MAX_MEMBERS, MAX_PEER_CHARS, MAX_REASON_CHARS, MAX_SIGNATURE_BYTES } from './protocol.ts'

/** What happened to a membership last. */
export interface Membership {
  readonly peer: PeerId
  /** Rises with every join; a leave or an eviction ends the term of its number. */
  readonly term: number
  readonly step: Step
  /** The member itself, or whoever evicted it. */
  readonly by: PeerId
  /** Milliseconds since 1970 by the signer's clock: for people. */
  readonly time: number
  readonly reason: string
}

export { Step }

/** The record signed by `signer`, which is `by`. `mesh` is signed too: a record is worth nothing in another mesh. */
export function encodeMembership(mesh: string, membership: Membership, signer: Signer): Uint8Array {
  const { term, step, by, time, reason } = membership
  const signature = signer.sign(statement(mesh, membership)) as Uint8Array<ArrayBuffer>
  return MemberRecord.encode({ term, step, by, time, reason, signature })
}

/** The membership of `peer` that the bytes stand for; undefined where they are malformed, or not signed by who must have. */
export function readMembership(mesh: string, peer: PeerId, bytes: Uint8Array, signer: Signer): Membership | undefined {
  const read = readOnce(mesh, peer, bytes)
  return read && signer.verify(read.membership.by, read.statement, read.signature) ? read.membership : undefined
}

/** What was read of a record before its signature is checked. */
interface Read {
  readonly membership: Membership
  readonly statement: Uint8Array
  readonly signature: Uint8Array
}

/** Records that were read last, by peer: nodes that live in one process (the simulator's, tests') read the same. */
const known = new Map<PeerId, { mesh: string; bytes: Uint8Array; read: Read }>()

function readOnce(mesh: string, peer: PeerId, bytes: Uint8Array): Read | undefined {
  const before = known.get(peer)
  if (before && before.mesh === mesh && Buffer.compare(before.bytes, bytes) === 0) return before.read
  const read = readRecord(mesh, peer, bytes)
  if (!read) return undefined
  if (known.size >= MAX_MEMBERS) known.clear()
  known.set(peer, { mesh, bytes, read })
  return read
}

function readRecord(mesh: string, peer: PeerId, bytes: Uint8Array): Read | undefined {
  let record: MemberRecord
  try {
    record = MemberRecord.decode(bytes)
  } catch {
    // Whatever the decoder dislikes, it is no record.
    return undefined
  }
  const { term, step, by, time, reason, signature } = record
  if (!(Number.isSafeInteger(term) && term >= 1 && Number.isSafeInteger(time) && time >= 0)) return undefined
  if (by.length > MAX_PEER_CHARS || reason.length > MAX_REASON_CHARS || signature.length > MAX_SIGNATURE_BYTES) {
    return undefined
  }
  // Who joins or leaves says so itself; who is evicted does not.
  if ((by === peer) !== (step !== Step.EVICT)) return undefined
  const membership = { peer, term, step, by, time, reason }
  return { membership, statement: statement(mesh, membership), signature }
}

/** Which of two records of one peer holds: that of the later term, and in one term its end. Total, the same everywhere. */
export function compareMemberships(a: Membership, b: Membership): number {
  return (
    a.term - b.term ||
    Number(a.step !== Step.JOIN) - Number(b.step !== Step.JOIN) ||
    a.time - b.time ||
    (a.by === b.by ? 0 : a.by < b.by ? -1 : 1)
  )
}

function statement(mesh: string, { peer, term, step, by, time, reason }: Membership): Uint8Array {
  return encodeJson(['covey member', mesh, peer, term, step, by, time, reason])
}
