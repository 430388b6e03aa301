import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Soup } from './soup.ts'

type Move =
  | { do: 'begin'; proposer: number; kind: 'change' | 'picky' | 'read'; impatient: boolean }
  | { do: 'deliver' | 'repeat' | 'lose'; pick: number }
  | { do: 'restart'; proposer: number; forgets: boolean }

const proposer = fc.nat(2)
const pick = fc.nat(1000)
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant('begin' as const),
      proposer,
      kind: fc.constantFrom('change' as const, 'picky' as const, 'read' as const),
      impatient: fc.nat(7).map((n) => n === 0),
    }),
  },
  { weight: 120, arbitrary: fc.record({ do: fc.constant('deliver' as const), pick }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('repeat' as const, 'lose' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('restart' as const), proposer, forgets: fc.boolean() }) },
)

function play(acceptors: number, moves: readonly Move[]): Soup {
  const soup = new Soup(acceptors, 3)
  for (const it of moves) {
    if (it.do === 'begin') soup.begin(it.proposer, it.kind, it.impatient)
    else if (it.do === 'restart') soup.restart(it.proposer, it.forgets)
    else if (soup.messages.length > 0) {
      // Mostly in order, so that rounds come to an end.
      const index = it.pick % Math.min(soup.messages.length, 8)
      if (it.do === 'lose') soup.lose(index)
      else soup.deliver(index, it.do === 'repeat')
    }
  }
  return soup
}

function check(soup: Soup): void {
  for (const { values, counter } of soup.accepted.values()) expect(values.size, `values of ballot ${counter}`).toBe(1)
  expect(soup.falselyDecided, 'said to be decided').toEqual([])
  const chosen = soup.chosen()
  chosen.reduce((before, after) => {
    expect(after.slice(0, before.length), 'what was decided stays so').toEqual(before)
    return after
  }, [])
  const last = chosen.at(-1) ?? []
  expect(new Set(last).size, 'each change at most once').toBe(last.length)
  for (const { told, wanted, after, applied } of soup.ended) {
    expect(last.slice(0, told!.length), 'what a call was told was decided').toEqual(told)
    if (wanted && !applied) expect(last, 'a change that was declined is not made later').not.toContain(wanted.nonce)
    else if (wanted) expect(told!.at(-1), 'a change is told what it made').toBe(wanted.nonce)
    else expect(told, 'a reading shows what was answered before').toEqual(expect.arrayContaining([...after]))
  }
}

for (const acceptors of [1, 3, 4, 5]) {
  test(`three proposers and ${acceptors} acceptors agree, whatever comes when, twice or not at all`, () => {
    let ended = 0
    fc.assert(
      fc.property(fc.array(move, { minLength: 200, maxLength: 600 }), (moves) => {
        const soup = play(acceptors, moves)
        check(soup)
        ended += soup.ended.length
      }),
      { numRuns: 300, seed: acceptors },
    )
    expect(ended, 'calls that came to an end').toBeGreaterThan(1000)
  })
}

test('a change that was sent, and declines what its next try finds, is not made later all the same', () => {
  const soup = new Soup(3, 3)
  const indexOf = (acceptors: readonly string[], kind?: string): number =>
    soup.messages.findIndex(
      ({ acceptor, body }) => acceptors.includes(acceptor) && (!kind || ('kind' in body && body.kind === kind)),
    )
  /** Asks these until there is nothing more to ask; the others hear nothing. */
  const ask = (...acceptors: string[]): void => {
    for (let next = indexOf(acceptors); next >= 0; next = indexOf(acceptors)) soup.deliver(next, false)
    soup.messages.length = 0
  }
  /** These promise, and only a2 accepts. */
  const askHalf = (...acceptors: string[]): void => {
    while (indexOf(acceptors, 'accept') < 0) soup.deliver(indexOf(acceptors), false)
    soup.deliver(indexOf(['a2'], 'accept'), false)
    soup.messages.length = 0
  }
  // They know of one another's ballots.
  soup.seats.forEach((seat, i) => {
    seat.above = [10, 0, 20][i]!
  })
  soup.begin(1, 'change', false)
  askHalf('a0', 'a1')
  // It changes what it finds at a2 alone; what it finds at the others, which is nothing, it declines.
  soup.begin(0, 'picky', false)
  askHalf('a0', 'a2')
  soup.begin(0, 'picky', true)
  ask('a0', 'a1')
  expect(soup.ended).toMatchObject([{ applied: false, told: [] }])
  soup.begin(2, 'change', false)
  ask('a1', 'a2')
  expect(soup.ended).toMatchObject([{ applied: false }, { applied: true }])
  check(soup)
})

test('a proposer that starts again uses no ballot for another value', () => {
  const soup = new Soup(3, 1)
  const deliverTo = (...acceptors: string[]): void => {
    for (const acceptor of acceptors) {
      const index = soup.messages.findIndex((it) => it.acceptor === acceptor)
      soup.deliver(index, false)
    }
  }
  soup.begin(0, 'change', false)
  // Two promise, and say so; then one accepts.
  deliverTo('a0', 'a1', 'a0', 'a1')
  deliverTo('a0')
  soup.restart(0, true)
  soup.messages.length = 0
  soup.begin(0, 'change', false)
  deliverTo('a1', 'a2', 'a1', 'a2')
  deliverTo('a1', 'a2')
  expect([...soup.accepted.values()].map(({ values }) => values.size)).toEqual([1, 1])
})
