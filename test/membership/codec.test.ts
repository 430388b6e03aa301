import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashBytes } from '../../src/lib/bytes.ts'
import {
  decodeGossip,
  decodeReply,
  decodeRequest,
  decodeRow,
  EMPTY,
  encodeCompare,
  encodeExchange,
  encodeKeys,
  encodePing,
  encodePingReq,
  encodeRow,
} from '../../src/membership/codec.ts'
import { MAX_ADDRESS_LENGTH, MAX_ADDRESSES, MAX_ID_LENGTH, MAX_INCARNATION } from '../../src/membership/limits.ts'
import { PRESETS } from '../../src/membership/presets.ts'
import type { Row } from '../../src/membership/row.ts'
import { Suspicion } from '../../src/membership/suspicion.ts'
import { keyOf, MemberTable } from '../../src/membership/table.ts'
import { MemberRow, ProbeRequest } from '../../src/wire/probe.ts'

const id = fc.string({ minLength: 1, maxLength: MAX_ID_LENGTH, unit: fc.constantFrom(...'QmABCxyz123') })
const address = fc
  .string({ minLength: 1, maxLength: MAX_ADDRESS_LENGTH - 1, unit: fc.constantFrom(...'ip4/10.') })
  .map((s) => `/${s}`)
const row: fc.Arbitrary<Row> = fc.record({
  id,
  state: fc.constantFrom('alive', 'suspect', 'dead', 'left'),
  incarnation: fc.integer({ min: 0, max: MAX_INCARNATION }),
  addresses: fc.array(address, { maxLength: MAX_ADDRESSES }),
  accusers: fc.array(id, { maxLength: 8 }),
})
const good: Row = { id: 'Qm1', state: 'alive', incarnation: 7, addresses: ['/ip4/1.2.3.4/tcp/1'], accusers: [] }

describe('rows on the wire', () => {
  it('come back as they went', () => {
    fc.assert(
      fc.property(row, (one) => {
        expect(decodeRow(encodeRow(one))).toEqual(one)
      }),
    )
  })

  it('are told apart where their bytes have one hash', () => {
    const met = new Map<number, Uint8Array>()
    for (let incarnation = 1; ; incarnation++) {
      const bytes = encodeRow({ ...good, incarnation })
      const other = met.get(hashBytes(bytes))
      met.set(hashBytes(bytes), bytes)
      if (!other) continue
      const both = [other, bytes, other].map((one) => decodeRow(one)?.incarnation)
      expect(both[1]).toBe(incarnation)
      expect(both[0]).toBeLessThan(incarnation)
      expect(both[2]).toBe(both[0])
      return
    }
  })

  it('are encoded anew by whoever knows another address or an accuser', () => {
    const table = new MemberTable()
    const mine: Row = { ...good, id: 'Qm2' }
    const shared = decodeRow(encodeRow(mine)) as Row
    const record = table.set(shared, 0)
    expect(table.encoded(record)).toEqual(encodeRow(mine))
    const moved = { ...shared, incarnation: 8, addresses: ['/ip4/1.2.3.5/tcp/1'], encoded: undefined, key: undefined }
    expect(table.encoded(table.set(moved, 1))).toEqual(encodeRow(moved))
    // Who names no accuser is it.
    const accused: Row = { ...moved, state: 'suspect', encoded: undefined, key: undefined }
    const suspect = table.set(accused, 2)
    suspect.suspicion = new Suspicion(8, 2, 3, PRESETS.lan)
    suspect.suspicion.accuse('a')
    expect(table.encoded(suspect)).toEqual(encodeRow({ ...accused, accusers: ['a'] }))
    // Who buries names no address: the one that is known stays, and travels on.
    const buried: Row = { ...mine, incarnation: 8, state: 'dead', addresses: [] }
    const dead = table.set(buried, 3)
    dead.suspicion = undefined
    expect(table.encoded(dead)).toEqual(encodeRow({ ...buried, addresses: moved.addresses }))
    expect(table.encoded(new MemberTable().set(shared, 3))).toEqual(encodeRow(mine))
  })

  it.each<[string, Partial<Row>]>([
    ['no id', { id: '' }],
    ['a long id', { id: 'x'.repeat(MAX_ID_LENGTH + 1) }],
    ['a long address', { addresses: [`/${'x'.repeat(MAX_ADDRESS_LENGTH)}`] }],
    ['an address that is none', { addresses: ['example.org'] }],
    ['many addresses', { addresses: new Array(MAX_ADDRESSES + 1).fill('/ip4/1.2.3.4') }],
    ['a long accuser', { accusers: ['x'.repeat(MAX_ID_LENGTH + 1)] }],
    ['an incarnation without room above', { incarnation: MAX_INCARNATION + 2 }],
  ])('are refused with %s', (_, change) => {
    expect(decodeRow(encodeRow(good))).toEqual(good)
    expect(decodeRow(encodeRow({ ...good, ...change }))).toBeUndefined()
  })

  it.each([
    ['2^53', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]],
    ['2^64 - 1', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a varint without end', new Array(20).fill(0xff)],
  ])('are refused with an incarnation of %s', (_, varint) => {
    const bytes = MemberRow.encode({ id: 'Qm1' })
    expect(decodeRow(new Uint8Array([...bytes, 24, 1]))?.incarnation).toBe(1)
    expect(decodeRow(new Uint8Array([...bytes, 24, ...varint]))).toBeUndefined()
  })

  it('are refused with a state from the future, alone', () => {
    const bytes = MemberRow.encode({ id: 'Qm1', incarnation: 7 })
    expect(decodeRow(new Uint8Array([...bytes, 16, 9]))).toBeUndefined()
    expect(decodeRow(new Uint8Array([...bytes, 16, 2]))?.state).toBe('dead')
  })

  it('may have fields from the future', () => {
    expect(decodeRow(new Uint8Array([...encodeRow(good), 0x7a, 1, 65]))).toEqual(good)
  })
})

describe('messages on the wire', () => {
  it('come back as they went', () => {
    const rows = [encodeRow(good)]
    const keys = [keyOf(good), 0, 2 ** 52 - 1]
    expect(encodePing([])).toBe(EMPTY)
    expect(decodeRequest(EMPTY)).toEqual({ kind: 'ping', rows: [] })
    expect(decodeRequest(encodePing(rows))).toEqual({ kind: 'ping', rows })
    expect(decodeRequest(encodePingReq('Qm2', rows))).toEqual({ kind: 'ping-req', target: 'Qm2', rows })
    expect(decodeRequest(encodeExchange(keys, rows))).toEqual({ kind: 'exchange', want: keys, rows })
    const digest = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])
    expect(decodeRequest(encodeCompare(digest))).toEqual({ kind: 'compare', digest })
    expect(decodeReply(encodeKeys(keys))).toEqual({ reached: false, keys, rows: [] })
    expect(decodeReply(encodeKeys([]))?.keys).toEqual([])
  })

  it('are refused without a target, or with a digest or keys of a wrong length', () => {
    expect(decodeRequest(encodePingReq('', []))).toBeUndefined()
    expect(decodeRequest(encodeCompare(new Uint8Array(7)))).toBeUndefined()
    expect(
      decodeRequest(
        ProbeRequest.encode({ kind: ProbeRequest.decode(encodeExchange([], [])).kind, want: new Uint8Array(9) }),
      ),
    ).toBeUndefined()
  })

  it('are refused or read, but never throw, whatever the bytes are', () => {
    let refused = 0
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const decode of [decodeRow, decodeRequest, decodeReply, decodeGossip]) refused += Number(!decode(bytes))
      }),
    )
    expect(refused).toBeGreaterThan(0)
  })
})
