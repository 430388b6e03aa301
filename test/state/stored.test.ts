import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CoveyError } from '../../src/lib/errors.ts'
import { type Dot, MAX_SEQUENCE } from '../../src/state/dot.ts'
import { bytesOfEncoded, encodedText } from '../../src/state/encoded.ts'
import { type Entry, SingleWrite, type WriteEvent } from '../../src/state/entry.ts'
import { MAX_KEY_CHARS, MAX_PATH_CHARS } from '../../src/state/limits.ts'
import { Numbers, rowKey } from '../../src/state/numbers.ts'
import { decodeFormer, decodeStored, encodeFormer, encodeStored } from '../../src/state/stored.ts'

const replica = fc.tuple(fc.constantFrom('a', 'b', '12D3Koo'), fc.integer({ min: 0, max: 3 })).map(([peer, digit]) => {
  return `${peer}.${String(digit).repeat(16)}`
})
const sequence = fc.oneof(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 2 ** 31, max: MAX_SEQUENCE }))
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(fc.string({ minLength: 1, maxLength: 40 }), fc.string({ minLength: 1, maxLength, unit: 'binary' }))
const value = fc.option(
  fc.oneof(
    fc.string({ maxLength: 300 }).map((body) => encodedText(JSON.stringify(body))),
    fc.uint8Array({ maxLength: 300 }).map((body) => Uint8Array.of(1, ...body)),
  ),
  { nil: undefined },
)

function entry(author: string, own: number): fc.Arbitrary<Entry> {
  const past = fc.array(fc.tuple(replica, fc.integer({ min: 1, max: own - 1 })), { maxLength: 3 }).map((dots) => {
    return new Map(dots)
  })
  const ownPast = fc.integer({ min: 1, max: own - 1 }).map((last) => new Map([[author, last]]))
  return fc.record({
    namespace: fc.string({ minLength: 1, maxLength: 64 }),
    key: text(MAX_KEY_CHARS / 2),
    path: fc.oneof(fc.constant(''), text(MAX_PATH_CHARS / 2)),
    value,
    fence: fc.oneof(fc.constant(0), fc.maxSafeNat()),
    rank: fc.oneof(fc.constant(0), fc.nat()),
    past: fc.oneof(fc.constant(new Map<string, number>()), ownPast, past),
  })
}

const event: fc.Arbitrary<WriteEvent> = fc
  .record({ replica, sequence, time: fc.maxSafeNat(), origin: fc.option(fc.record({ replica, sequence })) })
  .chain(({ replica: author, sequence: own, time, origin }) =>
    fc.array(entry(author, own), { minLength: 1, maxLength: 3 }).map((entries): WriteEvent => {
      const [only] = entries
      if (only && entries.length === 1 && !origin) {
        return new SingleWrite({ replica: author, sequence: own }, time, only, only.past)
      }
      // Whoever brings a write in again has seen it.
      const seen = origin && origin.replica !== author ? origin : undefined
      const after = entries.map((one) => {
        return seen ? { ...one, past: new Map([...one.past, [seen.replica, seen.sequence]]) } : one
      })
      return { replica: author, sequence: own, time, entries: after, ...(seen && { origin: seen }) }
    }),
  )

/** What it says, whatever its class. */
const said = ({ replica: author, sequence: own, time, entries, origin }: WriteEvent): unknown => ({
  dot: [author, own],
  time,
  origin: origin && [origin.replica, origin.sequence],
  entries: entries.map(({ namespace, key, path, value: bytes, fence, rank, past }) => {
    return [namespace, key, path, bytes && [...bytesOfEncoded(bytes)], fence, rank, [...past]]
  }),
})

describe('an event on the disk', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(event, (one) => {
        const { replica: author, sequence: own } = one
        const back = decodeStored({ replica: author, sequence: own }, encodeStored(one))
        expect(said(back)).toEqual(said(one))
        expect(back instanceof SingleWrite).toBe(one.entries.length === 1 && !one.origin)
      }),
    )
  })

  test('that was superseded comes back with its dot, one of its entries and when that was', () => {
    fc.assert(
      fc.property(event, fc.nat(), fc.maxSafeNat(), (one, which, at) => {
        const kept = one.entries[which % one.entries.length] as Entry
        const back = decodeFormer(encodeFormer(one, kept, at))
        expect(back.at).toBe(at)
        expect(said(back.event)).toEqual(said({ ...dotOf(one), time: one.time, entries: [kept], origin: one.origin }))
      }),
    )
  })

  test('that was cut off or has something behind it is said to be damaged', () => {
    fc.assert(
      fc.property(event, fc.nat(), (one, where) => {
        const bytes = encodeStored(one)
        const cut = bytes.subarray(0, where % bytes.length)
        for (const bad of [cut, Buffer.concat([bytes, Buffer.of(0)])]) {
          expect(() => decodeStored(dotOf(one), bad)).toThrow(expect.objectContaining({ code: 'DATA_CORRUPT' }))
        }
      }),
    )
  })

  test('that was changed is read as another or said to be damaged, and nothing else happens', () => {
    fc.assert(
      fc.property(event, fc.nat(), fc.integer({ min: 1, max: 255 }), (one, where, flip) => {
        const bytes = encodeStored(one)
        const at = where % bytes.length
        bytes[at] = (bytes[at] as number) ^ flip
        try {
          decodeStored(dotOf(one), bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(CoveyError)
        }
      }),
    )
  })
})

describe('the number of a replica', () => {
  const a = `a.${'0'.repeat(16)}`
  const b = `b.${'0'.repeat(16)}`

  test('stands for it in the keys of its events, which are ordered by sequence', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.constantFrom(a, b), sequence), { maxLength: 20 }), (dots) => {
        const numbers = new Numbers()
        const keys = dots.map(([of, own]) => rowKey(numbers.give(of), own))
        const again = new Numbers()
        for (const of of new Set(dots.map(([name]) => name))) expect(again.load(of, numbers.row(of, 7))).toBe(7)
        expect(keys.map((key) => again.dotOf(key))).toEqual(dots.map(([of, own]) => ({ replica: of, sequence: own })))
        const ofA = dots.filter(([of]) => of === a).map(([, own]) => own)
        const sorted = ofA.map((own) => rowKey(numbers.give(a), own)).sort(Buffer.compare)
        expect(sorted.map((key) => again.dotOf(key).sequence)).toEqual(ofA.sort((x, y) => x - y))
      }),
    )
  })

  test('is not given again while another has it, nor read where nobody has it', () => {
    const numbers = new Numbers()
    const first = numbers.give(a)
    numbers.delete(a)
    expect(numbers.give(b)).not.toBe(first)
    expect(() => numbers.dotOf(rowKey(first, 1))).toThrow(RangeError)
    expect(() => numbers.load(a, numbers.row(b, 1))).toThrow(RangeError)
    expect(() => numbers.load('nobody', rowKey(9, 1))).toThrow(RangeError)
  })
})

const dotOf = ({ replica: author, sequence: own }: Dot): Dot => ({ replica: author, sequence: own })
