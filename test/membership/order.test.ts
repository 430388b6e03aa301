import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/lib/random.ts'
import { ProbeOrder } from '../../src/membership/order.ts'

const ids = (count: number) => Array.from({ length: count }, (_, i) => `m${i}`)

describe('ProbeOrder', () => {
  it('is empty without members', () => {
    expect(new ProbeOrder(seededRandom(1)).next()).toBeUndefined()
  })

  it('visits everybody once a round, in another order each', () => {
    const order = new ProbeOrder(seededRandom(1))
    for (const id of ids(20)) order.add(id)
    const rounds = [1, 2, 3].map(() => ids(20).map(() => order.next()))
    for (const round of rounds) expect(new Set(round).size).toBe(20)
    expect(rounds[0]).not.toEqual(rounds[1])
  })

  it('never names who was removed, and visits each member within two rounds, whatever comes and goes', () => {
    const step = fc.record({ id: fc.constantFrom(...ids(8)), what: fc.constantFrom('add', 'remove', 'next') })
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { maxLength: 100 }), (seed, steps) => {
        const order = new ProbeOrder(seededRandom(seed))
        const members = new Set<string>()
        for (const { id, what } of steps) {
          if (what === 'add') {
            order.add(id)
            members.add(id)
          } else if (what === 'remove') {
            order.remove(id)
            members.delete(id)
          } else {
            const next = order.next()
            expect(next === undefined ? members.size === 0 : members.has(next)).toBe(true)
          }
        }
        const seen = new Set<string | undefined>()
        // What is left of this round may hold a member twice, if it went and came back.
        for (let i = 0; i < 4 * members.size + 20; i++) seen.add(order.next())
        expect([...seen].filter((id) => id !== undefined).sort()).toEqual([...members].sort())
      }),
    )
  })
})
