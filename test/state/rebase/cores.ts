/** Two cores, and what a node that begins anew over one of them does with the other. */
import { StateCore } from '../../../src/state/core.ts'
import type { ReplicaId } from '../../../src/state/dot.ts'
import type { WriteEvent } from '../../../src/state/entry.ts'
import { encodeAcknowledged } from '../../../src/state/garbage/acknowledgement.ts'
import { MAX_DROPPED_KEPT } from '../../../src/state/garbage/limits.ts'
import { encodeRetired, NOT_RETIRED, type Retired, readRetired } from '../../../src/state/garbage/retired.ts'
import { Known } from '../../../src/state/rebase/known.ts'
import { reentries } from '../../../src/state/rebase/reentry.ts'
import { ACKNOWLEDGED, RETIRED } from '../../../src/state/roster/names.ts'
import { decodeValue, encodeValue } from '../../../src/state/value.ts'

export const replica = (peer: string): ReplicaId => `${peer}.0000000000000000`
export const [A, B, C, D] = [replica('a'), replica('b'), replica('c'), replica('d')]
export const D1 = { replica: D, sequence: 1 }
let time = 0

/** Each write is later than those before. */
export const tick = (): number => ++time

/** Writes one key there as that replica, over whatever it shows. */
export function write(
  core: StateCore,
  as: ReplicaId,
  key: string,
  value: number | undefined,
  namespace = 'n',
): WriteEvent {
  const cell = { namespace, key, path: '', value: value === undefined ? undefined : encodeValue(value) }
  const dot = { replica: as, sequence: core.stored.contiguous(as) + 1 }
  const event = core.compose(dot, ++time, [cell])
  core.write(event)
  return event
}

/** The same with several keys, in one event. */
export function writeAll(core: StateCore, as: ReplicaId, keys: readonly string[], value: number): WriteEvent {
  const cells = keys.map((key) => ({ namespace: 'n', key, path: '', value: encodeValue(value) }))
  const event = core.compose({ replica: as, sequence: core.stored.contiguous(as) + 1 }, ++time, cells)
  core.write(event)
  return event
}

/** Forgets the tombstones of a key. */
export function forget(core: StateCore, key: string): void {
  const cell = { namespace: 'n', key, path: '' }
  core.forget([[cell, core.siblings(cell)]])
}

/** A record as `as` has written it. */
export function retire(core: StateCore, as: ReplicaId, over: ReplicaId, record: Partial<Retired>): void {
  const dot = { replica: as, sequence: core.stored.contiguous(as) + 1 }
  const value = encodeRetired({ ...NOT_RETIRED, ...record })
  core.write(core.compose(dot, ++time, [{ namespace: RETIRED, key: over, path: '', value }]))
}

/** A core that has dropped so many replicas that of older ones not even the record is left. */
export function pruned(): StateCore {
  const core = new StateCore()
  for (let i = 0; i < MAX_DROPPED_KEPT; i++) retire(core, replica('e'), replica(`old${i}`), { final: 1, dropped: true })
  return core
}

/** What b, writing as `as`, says that it shows. */
export function acknowledge(core: StateCore, as: ReplicaId, at: number, shown: [ReplicaId, number][]): WriteEvent {
  const said = { shown: new Map(shown), settled: new Map(), idle: new Set<ReplicaId>(), above: new Map() }
  const cell = { namespace: ACKNOWLEDGED, key: 'b', path: '', value: encodeAcknowledged(said) }
  const event = core.compose({ replica: as, sequence: core.stored.contiguous(as) + 1 }, at, [cell])
  core.write(event)
  return event
}

/** The keys that y would bring in again over `truth`, where b is a member. */
export function broughtIn(own: StateCore, truth: StateCore): string[] {
  const writes = reentries(own, truth, new Known(own, truth, ['b']), 'y')
  return writes.flatMap(({ origin, entries }) => (origin ? entries.map(({ key }) => key) : []))
}

/** Begins anew as `as`, over `truth`, with what `own` has. Answers the keys that are brought in again. */
export function rebase(own: StateCore, truth: StateCore, as: ReplicaId): string[] {
  const writes = reentries(own, truth, new Known(own, truth, []), as.slice(0, 1))
  for (const [i, { after = 0, time: dated, ...one }] of writes.entries()) {
    time = Math.max(time, after) + 1
    truth.write({ replica: as, sequence: i + 1, time: dated ?? time, ...one })
  }
  return writes.flatMap(({ origin, entries }) => (origin ? entries.map(({ key }) => key) : []))
}

export const record = (core: StateCore, over: ReplicaId): Retired | undefined =>
  readRetired(core.siblings({ namespace: RETIRED, key: over, path: '' }))

export const shown = (core: StateCore, key: string): unknown[] =>
  core
    .siblings({ namespace: 'n', key, path: '' })
    .flatMap(({ entry }) => (entry.value ? [decodeValue(entry.value)] : []))
