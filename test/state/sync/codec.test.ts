import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/lib/random.ts'
import { StateFormatError } from '../../../src/state/codec.ts'
import type { WriteEvent } from '../../../src/state/entry.ts'
import { NO_PAST } from '../../../src/state/entry.ts'
import { readBatch } from '../../../src/state/sync/batch-reader.ts'
import { BatchWriter, weightOf } from '../../../src/state/sync/batch-writer.ts'
import { ColumnReader, ColumnWriter } from '../../../src/state/sync/columns.ts'
import { hash64 } from '../../../src/state/sync/hash.ts'
import { NameReader, NameWriter } from '../../../src/state/sync/names.ts'
import { TextReader, TextWriter } from '../../../src/state/sync/texts.ts'
import { SyncBatch } from '../../../src/wire/sync.ts'
import { event, plain, replicas } from './events.ts'

const whole = fc.maxSafeNat()
const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((it) => it.isWellFormed())

test('columns of numbers give back what was put in, up to 53 bits and with signs', () => {
  const numbers = fc.array(fc.oneof(fc.nat(300), whole))
  fc.assert(
    fc.property(numbers, (values) => {
      const writer = new ColumnWriter()
      for (const value of values) writer.push(value)
      const reader = new ColumnReader(writer.take())
      expect(values.map(() => reader.next())).toEqual(values)
      reader.end()
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: -300, max: 300 }), fc.maxSafeInteger())), (values) => {
      const writer = new ColumnWriter()
      for (const value of values) writer.signed(value)
      const reader = new ColumnReader(writer.take())
      expect(values.map(() => reader.signed())).toEqual(values.map((value) => value + 0))
      reader.end()
    }),
  )
})

test('columns of texts give back what was put in, whatever they share', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          text,
          text.map((it) => `key-${it}`),
          text.map((it) => `key-\u{1f426}${it}`),
        ),
      ),
      (texts) => {
        const writer = new TextWriter()
        for (const one of texts) writer.push(one)
        const reader = new TextReader(writer.take(), 1000)
        expect(texts.map(() => reader.next())).toEqual(texts)
        reader.end()
      },
    ),
  )
})

test('a batch gives back its events, and weighs no less than half of its bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 3 }), (batches) => {
      const names = new NameWriter()
      const reader = new NameReader()
      for (const events of batches) {
        const writer = new BatchWriter(names)
        for (const one of events) writer.push(one)
        const bytes = SyncBatch.encode(writer.take())
        expect(readBatch(SyncBatch.decode(Buffer.from(bytes)), reader).map(plain)).toEqual(events.map(plain))
        const texts = events.flatMap(({ entries }) => entries).reduce((sum, { namespace }) => sum + namespace.length, 0)
        expect(bytes.length).toBeLessThan(200 + 3 * texts + 2 * events.reduce((sum, one) => sum + weightOf(one), 0))
      }
    }),
  )
})

test('bytes that are no batch throw, and nothing else happens', () => {
  const events = fc.sample(event, { numRuns: 5, seed: 1 })
  const writer = new BatchWriter(new NameWriter())
  for (const one of events) writer.push(one)
  const good = SyncBatch.encode(writer.take())
  let refused = 0
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = Uint8Array.from(good)
      for (const [at, value] of changes) bytes[at] = value
      try {
        for (const { sequence, entries } of readBatch(SyncBatch.decode(bytes), new NameReader())) {
          expect(sequence >= 1 && entries.length >= 1).toBe(true)
        }
      } catch (error) {
        // What the readers raise on purpose; a TypeError would be a fault of theirs.
        expect(error).not.toBeInstanceOf(TypeError)
        refused++
      }
    }),
    { numRuns: 2000 },
  )
  expect(refused).toBeGreaterThan(500)
})

test('hashes are those of the spec', () => {
  const of = (it: string) => hash64(new TextEncoder().encode(it))
  // MurmurHash3_x86_32 with seeds 0 and 0x9747b28c, from Appleby's own code.
  expect(of('')).toEqual({ high: 0, low: 0xebb6c228 | 0 })
  expect(of('hello')).toEqual({ high: 0x248bfa47, low: of('hello').low })
  expect(of('The quick brown fox jumps over the lazy dog').low).toBe(0x2fa826cd)
})

test('values that repeat are packed, and what unpacks to too much is refused', () => {
  const event = (value: Uint8Array): WriteEvent => ({
    replica: replicas[0] as string,
    sequence: 1,
    time: 1,
    entries: [{ namespace: 'n', key: 'k', path: '', value, fence: 0, rank: 0, past: NO_PAST }],
  })
  const batchOf = (value: Uint8Array): SyncBatch => {
    const writer = new BatchWriter(new NameWriter())
    writer.push(event(value))
    return writer.take()
  }
  const same = new Uint8Array(100_000).fill(7)
  const batch = batchOf(same)
  expect(batch.values.length).toBe(0)
  expect(batch.packedValues.length).toBeLessThan(10_000)
  expect(readBatch(batch, new NameReader()).map(plain)).toEqual([plain(event(same))])
  const noise = seededRandom(1).bytes(100_000)
  expect(batchOf(noise).packedValues.length).toBe(0)
  const bomb = batchOf(new Uint8Array(5 * 1024 * 1024))
  expect(() => readBatch(bomb, new NameReader())).toThrow(StateFormatError)
  expect(() => readBatch({ ...batch, values: new Uint8Array(1) }, new NameReader())).toThrow(StateFormatError)
  for (const at of [0, 1, 5, 100]) {
    const broken = Uint8Array.from(batch.packedValues)
    broken[at] = 255
    expect(() => readBatch({ ...batch, packedValues: broken }, new NameReader())).toThrow(StateFormatError)
  }
})
