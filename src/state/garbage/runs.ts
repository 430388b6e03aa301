import { decodeJson, encodeJson } from '../../lib/json.ts'
import type { Run } from '../../wire/roster.ts'
import { Context } from '../context.ts'
import { MAX_SEQUENCE, peerOf, type ReplicaId } from '../dot.ts'
import { MAX_REPLICAS } from '../limits.ts'

/** Everything of each replica up to a sequence. */
export type Runs = ReadonlyMap<ReplicaId, number>

/** What all of these cover. Of nobody: nothing. */
export function meet(all: readonly Runs[]): Runs {
  const [first, ...others] = all
  const met = new Map<ReplicaId, number>()
  for (const [replica, last] of first ?? []) {
    const lowest = others.reduce((low, runs) => Math.min(low, runs.get(replica) ?? 0), last)
    if (lowest > 0) met.set(replica, lowest)
  }
  return met
}

/** What any of these covers. */
export function joinRuns(...all: readonly Runs[]): Map<ReplicaId, number> {
  const joined = new Map<ReplicaId, number>()
  for (const runs of all) {
    for (const [replica, last] of runs) if (last > (joined.get(replica) ?? 0)) joined.set(replica, last)
  }
  return joined
}

/** What is held without a gap. A replica of which only later dots are held has none, and is not named. */
export function runsOf(context: Context): Runs {
  const runs = new Map<ReplicaId, number>()
  for (const replica of context.replicas()) {
    const last = context.contiguous(replica)
    if (last > 0) runs.set(replica, last)
  }
  return runs
}

/** Whether the context holds all of it. */
export function holds(context: Context, runs: Runs): boolean {
  for (const [replica, last] of runs) if (context.contiguous(replica) < last) return false
  return true
}

export function contextOf(runs: Runs): Context {
  const context = new Context()
  for (const [replica, last] of runs) context.add(replica, 1, last)
  return context
}

export const encodeRuns = (runs: Runs): Run[] =>
  [...runs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([replica, sequence]) => ({ replica, sequence }))

/** Throws `RangeError` on what are no runs. */
export function decodeRuns(rows: readonly Run[]): Runs {
  if (rows.length > MAX_REPLICAS) throw new RangeError(`${rows.length} runs`)
  const runs = new Map<ReplicaId, number>()
  for (const { replica, sequence } of rows) {
    if (peerOf(replica) === undefined) throw new RangeError('a bad replica id')
    if (!(Number.isInteger(sequence) && sequence >= 1 && sequence <= MAX_SEQUENCE))
      throw new RangeError('a bad sequence')
    runs.set(replica, sequence)
  }
  return runs
}

export const encodeNumber = (value: number): Uint8Array => encodeJson(value)

/** Throws `RangeError` on what is no sequence. */
export function decodeNumber(bytes: Uint8Array): number {
  const value = decodeJson(bytes)
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_SEQUENCE) return value
  throw new RangeError('a stored sequence is none')
}
