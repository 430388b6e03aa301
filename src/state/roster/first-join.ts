import { MemberRecord } from '../../wire/roster.ts'
import { peerOf } from '../dot.ts'
import type { WriteEvent } from '../entry.ts'
import { decodeValue } from '../value.ts'
import { MEMBERS } from './names.ts'
import { Step } from './record.ts'

/**
 * Whether it is the join with which a new member begins. With the first write in a mesh all join at once, and nobody waits to hear of it.
 * Who leaves, or evicts another, may be gone before anybody asks.
 */
export function isFirstJoin({ replica, sequence, entries: [entry, ...others] }: WriteEvent): boolean {
  if (sequence !== 1 || others.length > 0 || entry?.namespace !== MEMBERS || entry.key !== peerOf(replica)) return false
  const record = entry.value === undefined ? undefined : decodeValue(entry.value)
  return record instanceof Uint8Array && MemberRecord.decode(record).step === Step.JOIN
}
