/**
 * A second implementation of what protocols/sync/README.md says of batches, vectors and hashes, made from that page alone and as plainly as
 * can be: what one of the two writes the other reads.
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { uncompress } from 'snappyjs'
import { expect, test } from 'vitest'
import { encodeEvent } from '../../../src/state/codec.ts'
import { Context } from '../../../src/state/context.ts'
import { NO_PAST, type WriteEvent } from '../../../src/state/entry.ts'
import { readBatch } from '../../../src/state/sync/batch-reader.ts'
import { batchOf } from '../../../src/state/sync/batch-writer.ts'
import { hashEntry } from '../../../src/state/sync/content.ts'
import { hash64, writeHash } from '../../../src/state/sync/hash.ts'
import { holdingsOf } from '../../../src/state/sync/holdings.ts'
import { NameReader, NameWriter } from '../../../src/state/sync/names.ts'
import { openingVector } from '../../../src/state/sync/vector.ts'
import { SyncBatch, SyncVector } from '../../../src/wire/sync.ts'
import { event, plain } from './events.ts'

const PAGE = readFileSync(new URL('../../../protocols/sync/README.md', import.meta.url), 'utf8')
const utf8 = (text: string): number[] => [...Buffer.from(text)]
const hex = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString('hex')

/** One column: numbers that are taken one by one. */
class Column {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  varint(): number {
    if (this.#bytes.length === 0) return 0
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(this.#bytes[this.#at++] as number)
      value |= (byte & 127n) << shift
      if (byte < 128n) return Number(value)
    }
  }

  signed(): number {
    if (this.#bytes.length === 0) return 0
    const first = this.#bytes[this.#at++] as number
    const magnitude = (first & 63) + (first & 128 ? this.varint() * 64 : 0)
    return first & 64 ? -magnitude : magnitude
  }
}

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
const signed = (value: number): number[] => {
  const magnitude = Math.abs(value)
  const first = (magnitude % 64) + (value < 0 ? 64 : 0)
  return magnitude < 64 ? [first] : [first + 128, ...varint(Math.floor(magnitude / 64))]
}

/** Reads a batch with a table that begins empty. */
function read(batch: SyncBatch): unknown[] {
  const names = new Map(batch.names.map(({ index, replica }) => [index, replica]))
  const column = new Proxy({} as Record<keyof SyncBatch, Column>, {
    get: (made, name: keyof SyncBatch) => {
      made[name] ??= new Column(batch[name] as Uint8Array)
      return made[name]
    },
  })
  const texts = { key: { before: [] as number[], at: 0 }, path: { before: [] as number[], at: 0 } }
  const text = (which: 'key' | 'path'): string => {
    const state = texts[which]
    const shared = column[`${which}Shared`].varint()
    const length = column[`${which}Lengths`].varint()
    const more = batch[`${which}Text`].subarray(state.at, state.at + length)
    state.before = [...state.before.slice(0, shared), ...more]
    state.at += length
    return Buffer.from(state.before).toString()
  }
  const values = batch.packedValues.length > 0 ? uncompress(batch.packedValues) : batch.values
  let valuesAt = 0
  const expected = new Map<string, number>()
  let time = 0
  return Array.from({ length: batch.events }, () => {
    const replica = names.get(column.authors.varint()) as string
    const sequence = (expected.get(replica) ?? 1) + column.sequences.signed()
    expected.set(replica, sequence + 1)
    time += column.times.signed()
    const count = column.entries.varint() + 1
    const from = column.origins.varint()
    const origin = from === 0 ? undefined : { replica: names.get(from - 1), sequence: column.originSequences.varint() }
    const entries = Array.from({ length: count }, () => {
      const namespace = batch.namespaces[column.spaces.varint()]
      const key = text('key')
      const path = text('path')
      const size = column.sizes.varint()
      const value = size === 0 ? undefined : Uint8Array.from(values.subarray(valuesAt, valuesAt + size - 1))
      valuesAt += Math.max(0, size - 1)
      const fence = column.fences.varint()
      const rank = column.ranks.varint()
      const seen = Array.from({ length: column.pasts.varint() }, (): [string, number] => [
        names.get(column.pastReplicas.varint()) as string,
        column.pastSequences.varint(),
      ])
      return { namespace, key, path, value, fence, rank, past: new Map(seen) }
    })
    return { replica, sequence, time, entries, origin }
  })
}

/** Writes a batch without any of what is optional: nothing shared, nothing left out, nothing packed. */
function write(events: readonly WriteEvent[]): SyncBatch {
  const names: string[] = []
  const index = (replica: string): number =>
    names.includes(replica) ? names.indexOf(replica) : names.push(replica) - 1
  const namespaces: string[] = []
  const out: Record<string, number[]> = {}
  const put = (column: string, bytes: readonly number[]): void => {
    out[column] = [...(out[column] ?? []), ...bytes]
  }
  const expected = new Map<string, number>()
  let time = 0
  for (const { replica, sequence, time: at, entries, origin } of events) {
    put('authors', varint(index(replica)))
    put('sequences', signed(sequence - (expected.get(replica) ?? 1)))
    expected.set(replica, sequence + 1)
    put('times', signed(at - time))
    time = at
    put('entries', varint(entries.length - 1))
    put('origins', varint(origin ? index(origin.replica) + 1 : 0))
    if (origin) put('originSequences', varint(origin.sequence))
    for (const { namespace, key, path, value, fence, rank, past } of plain({ replica, sequence, time: at, entries })
      .entries) {
      put('spaces', varint(namespaces.push(namespace) - 1))
      for (const [column, text] of [
        ['key', key],
        ['path', path],
      ] as const) {
        put(`${column}Shared`, [0])
        put(`${column}Lengths`, varint(utf8(text).length))
        put(`${column}Text`, utf8(text))
      }
      put('sizes', varint(value ? value.length + 1 : 0))
      put('values', [...(value || [])])
      put('fences', varint(fence))
      put('ranks', varint(rank))
      put('pasts', varint(past.size))
      for (const [of, last] of past) {
        put('pastReplicas', varint(index(of)))
        put('pastSequences', varint(last))
      }
    }
  }
  const columns = Object.fromEntries(Object.entries(out).map(([name, bytes]) => [name, Uint8Array.from(bytes)]))
  const said = names.map((replica, i) => ({ index: i, replica }))
  return { ...SyncBatch.decode(new Uint8Array(0)), ...columns, names: said, namespaces, events: events.length }
}

/** MurmurHash3_x86_32 as Appleby describes it. */
function murmur(bytes: readonly number[], seed: number): number {
  const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by))
  const scrambled = (word: number): number => Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
  let hash = seed
  const full = bytes.length - (bytes.length % 4)
  const word = (at: number): number => bytes.slice(at, at + 4).reduce((sum, byte, i) => sum | (byte << (8 * i)), 0)
  for (let at = 0; at < full; at += 4) hash = Math.imul(rotated(hash ^ scrambled(word(at)), 13), 5) + 0xe6546b64
  if (full < bytes.length) hash ^= scrambled(word(full))
  hash ^= bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const hash = (bytes: readonly number[]): number[] =>
  [murmur(bytes, 0), murmur(bytes, 0x9747b28c)].flatMap((half) => [24, 16, 8, 0].map((by) => (half >>> by) & 255))
const counted = (text: string): number[] => [...varint(utf8(text).length), ...utf8(text)]

function entryHashes(write: WriteEvent): string[] {
  const { replica, sequence, time, entries } = plain(write)
  return entries.map(({ namespace, key, path, value, fence, rank }) => {
    const head = [...hash(utf8(replica)), ...varint(sequence), ...varint(time)]
    return hex(
      hash([...head, ...[namespace, key, path].flatMap(counted), ...varint(fence), ...varint(rank), ...(value || [])]),
    )
  })
}

/** The sum over the replicas, each half by itself. */
function vectorHash(vector: readonly (readonly [string, number])[]): number[] {
  const hashes = vector.map(([replica, run]) => Buffer.from(hash([...hash(utf8(replica)), ...varint(run)])))
  return [0, 4].flatMap((half) => {
    const sum = hashes.reduce((total, bytes) => (total + bytes.readUInt32BE(half)) % 2 ** 32, 0)
    return [24, 16, 8, 0].map((by) => (sum >>> by) & 255)
  })
}

const bytesOf = (made: { high: number; low: number }): Uint8Array => {
  const out = new Uint8Array(8)
  writeHash(made, out, 0)
  return out
}

const fewEvents = fc.array(event, { maxLength: 6 })

test('a batch is read by who knows the page alone', () => {
  fc.assert(
    fc.property(fewEvents, (events) => {
      const bytes = SyncBatch.encode(batchOf(events, new NameWriter()))
      expect(read(SyncBatch.decode(Buffer.from(bytes)))).toEqual(events.map(plain))
    }),
  )
})

test('a batch that is written without all that is optional is read like any other', () => {
  fc.assert(
    fc.property(fewEvents, (events) => {
      const bytes = SyncBatch.encode(write(events))
      expect(readBatch(SyncBatch.decode(Buffer.from(bytes)), new NameReader()).map(plain)).toEqual(events.map(plain))
    }),
  )
})

test('hashes are those of the page', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(hex(bytesOf(hash64(bytes)))).toBe(hex(hash([...bytes])))
    }),
  )
  fc.assert(
    fc.property(event, (write) => {
      expect(write.entries.map((entry) => hex(bytesOf(hashEntry({ event: write, entry }))))).toEqual(entryHashes(write))
    }),
  )
})

test('the examples of the page are what is sent', () => {
  const [a, b] = ['a.0000000000000001', 'b.0000000000000002'] as const
  const json = (text: string): Uint8Array => Uint8Array.from([0, ...utf8(text)])
  const plainEntry = { namespace: 'n', key: 'k', path: '', fence: 0, rank: 0, past: NO_PAST }
  const one = { replica: b, sequence: 7, time: 4096000, entries: [{ ...plainEntry, value: json('1') }] }
  const two = {
    replica: a,
    sequence: 1,
    time: 4096001,
    entries: [
      { ...plainEntry, value: undefined, past: new Map([[b, 7]]) },
      { ...plainEntry, namespace: 'm', key: 'kilo', path: '/x', value: Uint8Array.from([1, 255]), fence: 2, rank: 3 },
    ],
  }
  const three = {
    replica: a,
    sequence: 3,
    time: 4096003,
    entries: [{ ...plainEntry, key: 'kilo', value: json('"é"'), past: new Map([[b, 6]]) }],
    origin: { replica: b, sequence: 6 },
  }
  const events: WriteEvent[] = [one, two, three]
  const batch = batchOf(events, new NameWriter())
  expect(read(batch)).toEqual(events.map(plain))
  const stored = new Context()
  stored.add(a, 1, 3)
  stored.add(b, 1, 300)
  stored.add(b, 302)
  const examples = {
    'no bytes': hex(hash([])),
    hello: hex(hash(utf8('hello'))),
    a: hex(hash(utf8(a))),
    b: hex(hash(utf8(b))),
    vector: hex(
      vectorHash([
        [a, 3],
        [b, 300],
      ]),
    ),
    hello_vector: hex(SyncVector.encode(openingVector(holdingsOf(stored)))),
    entry: entryHashes(one)[0],
    event: hex(hash([...encodeEvent(three)])),
    batch: hex(SyncBatch.encode(batch)),
  }
  expect(hex(bytesOf(holdingsOf(stored).vectorHash))).toBe(examples.vector)
  const table = PAGE.slice(PAGE.indexOf('## Examples'), PAGE.indexOf('## Limits'))
  for (const [what, bytes] of Object.entries(examples)) expect(table, `${what} is ${bytes}`).toContain(`\`${bytes}\``)
})
