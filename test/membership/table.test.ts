import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MemberState } from '../../src/membership/member.ts'
import type { Row } from '../../src/membership/row.ts'
import { keyOf, MemberTable, memberOf } from '../../src/membership/table.ts'

const row: fc.Arbitrary<Row> = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  state: fc.constantFrom<MemberState>('alive', 'suspect', 'dead', 'left'),
  incarnation: fc.nat(3),
  addresses: fc.constant([]),
  accusers: fc.constant([]),
})

describe('MemberTable', () => {
  it('has the same digest as any table with the same present members, however it came to them', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        const table = new MemberTable()
        for (const one of rows) table.set(one, 0)
        const fresh = new MemberTable()
        const latest = [...table.values()].filter(({ state }) => state === 'alive' || state === 'suspect').reverse()
        for (const record of latest) fresh.set({ ...record, accusers: [] }, 0)
        expect(table.digest()).toEqual(fresh.digest())
        expect(table.present).toBe(latest.length)
        expect(table.keys().sort()).toEqual([...table.values()].map((record) => keyOf(record)).sort())
      }),
    )
  })

  it('differs where a state or an incarnation does', () => {
    const digests = [
      ['alive', 1],
      ['suspect', 1],
      ['alive', 2],
    ].map(([state, incarnation]) => {
      const table = new MemberTable()
      table.set(
        { id: 'a', state: state as MemberState, incarnation: incarnation as number, addresses: [], accusers: [] },
        0,
      )
      return table.digest().join()
    })
    expect(new Set(digests).size).toBe(3)
  })

  it('remembers since when a member is in its state, and its median latency', () => {
    const table = new MemberTable()
    const one: Row = { id: 'a', state: 'alive', incarnation: 1, addresses: ['/ip4/1.1.1.1'], accusers: [] }
    table.set(one, 10)
    const record = table.set({ ...one, incarnation: 2, addresses: [] }, 20)
    expect(memberOf(record)).toMatchObject({
      since: 10,
      incarnation: 2,
      addresses: ['/ip4/1.1.1.1'],
      latencyMs: undefined,
    })
    for (const ms of [5, 100, 4, 6, 5]) record.latency.add(ms)
    expect(memberOf(record).latencyMs).toBe(5)
    table.set({ ...one, incarnation: 2, state: 'suspect' }, 30)
    expect(memberOf(record).since).toBe(30)
  })

  it('forgets the oldest round trips', () => {
    const table = new MemberTable()
    const record = table.set({ id: 'a', state: 'alive', incarnation: 1, addresses: [], accusers: [] }, 0)
    for (let i = 0; i < 7; i++) record.latency.add(1000)
    for (let i = 0; i < 4; i++) record.latency.add(2)
    expect(record.latency.median).toBe(2)
  })
})
