import { RetiredEpoch } from '../../wire/roster.ts'
import { MAX_SEQUENCE, type ReplicaId } from '../dot.ts'
import type { Sibling } from '../entry.ts'
import type { Hlc } from '../hlc.ts'
import { decodeValue, encodeValue } from '../value.ts'

/** A replica that writes no more. */
export interface Retired {
  /** Its last sequence, as far as whoever retired it knew. */
  readonly final: number
  /** Nothing of it lives anywhere: it is named in no vector any more. */
  readonly dropped: boolean
}

/** As it stands here. */
export interface StandingRetired extends Retired {
  /** When the newest of its records was written. */
  readonly time: Hlc
}

export const encodeRetired = ({ final, dropped }: Retired): Uint8Array =>
  encodeValue(RetiredEpoch.encode({ final, dropped }))

/** What a replica's cell says; undefined where it is empty. A cell with nothing but tombstones was dropped before. */
export function readRetired(siblings: readonly Sibling[]): StandingRetired | undefined {
  if (siblings.length === 0) return undefined
  const records = siblings.map(({ entry }) => entry.value && decode(entry.value)).filter((one) => one !== undefined)
  return {
    final: Math.max(0, ...records.map(({ final }) => final)),
    time: Math.max(...siblings.map(({ event }) => event.time)),
    dropped: records.length === 0 || records.some(({ dropped }) => dropped),
  }
}

function decode(value: Uint8Array): Retired | undefined {
  try {
    const bytes = decodeValue(value)
    const retired = bytes instanceof Uint8Array ? RetiredEpoch.decode(bytes) : undefined
    return retired && retired.final <= MAX_SEQUENCE ? retired : { final: 0, dropped: false }
  } catch {
    // Unreadable: over, of unknown length, and nobody may drop it.
    return { final: 0, dropped: false }
  }
}

/** The replicas whose records stand, with what they say. */
export type RetiredReplicas = ReadonlyMap<ReplicaId, StandingRetired>
