import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MemberState } from '../../src/membership/member.ts'
import { overrides } from '../../src/membership/row.ts'

const word = fc.record({
  state: fc.constantFrom<MemberState>('alive', 'suspect', 'dead', 'left'),
  incarnation: fc.nat(5),
})

describe('precedence of rows', () => {
  it.each<[MemberState, number, MemberState, number, boolean]>([
    ['alive', 2, 'suspect', 1, true],
    ['alive', 1, 'suspect', 1, false],
    ['alive', 2, 'alive', 1, true],
    ['alive', 1, 'alive', 1, false],
    ['suspect', 1, 'alive', 1, true],
    ['suspect', 1, 'alive', 2, false],
    ['suspect', 2, 'suspect', 1, true],
    ['suspect', 1, 'suspect', 1, false],
    ['dead', 1, 'alive', 1, true],
    ['dead', 1, 'suspect', 1, true],
    ['dead', 1, 'alive', 2, false],
    ['alive', 2, 'dead', 1, true],
    ['alive', 1, 'dead', 1, false],
    ['left', 1, 'dead', 1, true],
    ['dead', 1, 'left', 1, false],
    ['alive', 2, 'left', 1, true],
  ])('%s(%i) over %s(%i): %s', (a, i, b, j, expected) => {
    expect(overrides({ state: a, incarnation: i }, { state: b, incarnation: j })).toBe(expected)
  })

  it('is a strict total order: rows in any order end in the same belief', () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        const same = a.state === b.state && a.incarnation === b.incarnation
        expect(Number(overrides(a, b)) + Number(overrides(b, a)) + Number(same)).toBe(1)
        if (overrides(a, b) && overrides(b, c)) expect(overrides(a, c)).toBe(true)
      }),
    )
  })
})
