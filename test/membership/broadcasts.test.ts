import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Broadcasts, retransmitLimit } from '../../src/membership/broadcasts.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const texts = (rows: readonly Uint8Array[]) => rows.map((row) => new TextDecoder().decode(row))

describe('Broadcasts', () => {
  it('tells the least told first, among those the newest', () => {
    const broadcasts = new Broadcasts()
    broadcasts.add('a', bytes('a1'))
    broadcasts.add('b', bytes('b1'))
    expect(texts(broadcasts.take(2, 1, 3))).toEqual(['b1'])
    expect(texts(broadcasts.take(2, 1, 3))).toEqual(['a1'])
    broadcasts.add('c', bytes('c1'))
    expect(texts(broadcasts.take(2, 1, 3))).toEqual(['c1'])
    expect(texts(broadcasts.take(6, 1, 3)).sort()).toEqual(['a1', 'b1', 'c1'])
  })

  it('keeps only the latest about a member', () => {
    const broadcasts = new Broadcasts()
    broadcasts.add('a', bytes('old'))
    broadcasts.add('a', bytes('new'))
    expect(broadcasts.size).toBe(1)
    expect(texts(broadcasts.take(100, 1, 2))).toEqual(['new'])
  })

  it('lets a small one pass one that does not fit', () => {
    const broadcasts = new Broadcasts()
    broadcasts.add('a', bytes('a'))
    broadcasts.add('b', bytes('much too long'))
    expect(texts(broadcasts.take(4, 1, 2))).toEqual(['a'])
    expect(texts(broadcasts.take(100, 1, 2))).toEqual(['much too long', 'a'])
  })

  it('tells in full who joins alone', () => {
    const broadcasts = new Broadcasts()
    broadcasts.addHearsay('a', bytes('joined'))
    for (let i = 0; i < 9; i++) expect(texts(broadcasts.take(1000, 1, 9))).toEqual(['joined'])
    expect(broadcasts.takeComparison()).toBe(false)
    expect(broadcasts.idle).toBe(true)
  })

  it('compares tables instead where a crowd joins, and tells the rest as ever', () => {
    const broadcasts = new Broadcasts()
    broadcasts.add('accused', bytes('accused'))
    for (let i = 0; i < 20; i++) broadcasts.addHearsay(`joined ${i}`, bytes('joined'))
    for (let i = 0; i < 3; i++) expect(texts(broadcasts.take(1000, 1, 3))).toEqual(['accused'])
    expect(broadcasts.idle).toBe(false)
    for (let i = 0; i < 6; i++) expect(broadcasts.takeComparison()).toBe(true)
    expect(broadcasts.idle).toBe(true)
  })

  it('compares until a crowd is over, counted from its last news, and then tells again', () => {
    const broadcasts = new Broadcasts()
    for (let i = 0; i < 17; i++) broadcasts.addHearsay(`joined ${i}`, bytes('joined'))
    for (let i = 0; i < 5; i++) broadcasts.takeComparison()
    broadcasts.addHearsay('late', bytes('late'))
    for (let i = 0; i < 6; i++) expect(broadcasts.takeComparison()).toBe(true)
    expect(broadcasts.takeComparison()).toBe(false)
    broadcasts.addHearsay('later', bytes('later'))
    expect(texts(broadcasts.take(1000, 1, 3))).toEqual(['later'])
  })

  it('tells what follows about a member of a crowd', () => {
    const broadcasts = new Broadcasts()
    for (let i = 0; i < 20; i++) broadcasts.addHearsay(`joined ${i}`, bytes('joined'))
    broadcasts.add('joined 3', bytes('left'))
    expect(texts(broadcasts.take(1000, 1, 3))).toEqual(['left'])
  })

  it('tells each as often as the limit says and within the budget, whatever comes between', () => {
    const step = fc.oneof(
      fc.record({ add: fc.constantFrom('a', 'b', 'c', 'd'), size: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ take: fc.integer({ min: 1, max: 40 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const limit = 4
        const broadcasts = new Broadcasts()
        const told = new Map<Uint8Array, number>()
        const current = new Map<string, Uint8Array>()
        const count = (rows: readonly Uint8Array[]) => {
          for (const row of rows) told.set(row, (told.get(row) ?? 0) + 1)
        }
        for (const one of steps) {
          if ('add' in one) {
            const row = new Uint8Array(one.size)
            current.set(one.add, row)
            broadcasts.add(one.add, row)
          } else {
            const rows = broadcasts.take(one.take, 1, limit)
            expect(rows.reduce((sum, row) => sum + row.length, 0)).toBeLessThanOrEqual(one.take)
            count(rows)
          }
        }
        for (let i = 0; i < limit; i++) count(broadcasts.take(1000, 1, limit))
        expect(broadcasts.size).toBe(0)
        for (const row of current.values()) expect(told.get(row)).toBe(limit)
        for (const times of told.values()) expect(times).toBeLessThanOrEqual(limit)
      }),
    )
  })

  it('grows with the logarithm of the mesh', () => {
    expect([1, 9, 30, 200, 1000].map(retransmitLimit)).toEqual([4, 4, 8, 12, 16])
  })
})
