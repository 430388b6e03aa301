import fc from 'fast-check'
import { replicaId } from '../../../src/state/dot.ts'
import { bytesOfEncoded } from '../../../src/state/encoded.ts'
import { type Entry, NO_PAST, type WriteEvent } from '../../../src/state/entry.ts'

/** Three of three peers. */
export const replicas = ['a', 'b', 'c'].map((peer, i) => replicaId(peer, new Uint8Array(8).fill(i)))
const whole = fc.maxSafeNat()
const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((it) => it.isWellFormed())

const entry: fc.Arbitrary<Entry> = fc.record({
  namespace: text.filter((it) => it !== ''),
  key: text.filter((it) => it !== ''),
  path: fc.oneof(fc.constant(''), text),
  value: fc.option(fc.uint8Array({ maxLength: 100 }), { nil: undefined }),
  fence: fc.oneof(fc.constant(0), whole),
  rank: fc.nat(2 ** 32 - 1),
  past: fc.oneof(
    fc.constant(NO_PAST),
    // Of foreign replicas: of the own one it must be below the event.
    fc.integer({ min: 1 }).map((sequence) => new Map([[replicas[2] as string, sequence]])),
  ),
})
const plainEvent: fc.Arbitrary<WriteEvent> = fc.record({
  replica: fc.constantFrom(...replicas.slice(0, 2)),
  sequence: fc.oneof(
    fc.integer({ min: 1, max: 1000 }),
    whole.map((it) => Math.max(1, it)),
  ),
  time: whole,
  entries: fc.array(entry, { minLength: 1, maxLength: 4 }),
})
/** Any event; some bring in another write again, which all of their entries have seen. */
export const event = fc
  .tuple(plainEvent, fc.option(fc.integer({ min: 1, max: 1000 })))
  .map(([write, sequence]): WriteEvent => {
    if (sequence === null) return write
    const origin = { replica: replicas[2] as string, sequence }
    const entries = write.entries.map((one) => ({ ...one, past: new Map([[origin.replica, sequence]]) }))
    return { ...write, entries, origin }
  })

/** Whatever class it is of, and however its values are kept. */
export const plain = ({ replica, sequence, time, entries, origin }: WriteEvent) => ({
  replica,
  sequence,
  time,
  entries: entries.map(({ namespace, key, path, value, fence, rank, past }) => {
    return { namespace, key, path, value: value && bytesOfEncoded(value), fence, rank, past: new Map(past) }
  }),
  origin,
})
