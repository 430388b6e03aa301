import { describe, expect, test } from 'vitest'
import { StateCore } from '../../../src/state/core.ts'
import type { ReplicaId } from '../../../src/state/dot.ts'
import { onePast, type WriteEvent } from '../../../src/state/entry.ts'
import { isKnown, recordIn, type StandingRetired } from '../../../src/state/garbage/retired.ts'
import { hlcOf } from '../../../src/state/hlc.ts'
import { again } from '../../../src/state/origin.ts'
import { winner } from '../../../src/state/policy.ts'
import { PRUNED_MS } from '../../../src/state/rebase/limits.ts'
import { decodeValue } from '../../../src/state/value.ts'

import {
  A,
  acknowledge,
  B,
  broughtIn,
  C,
  D,
  D1,
  forget,
  pruned,
  rebase,
  record,
  replica,
  retire,
  shown,
  tick,
  write,
  writeAll,
} from './cores.ts'

test('what is known of a replica that is over may have holes: who has what was missing brings in just that', () => {
  const author = new StateCore()
  const events = [1, 2, 3].map((i) => write(author, D, `k${i}`, i)) as [WriteEvent, WriteEvent, WriteEvent]
  const [own, other, truth] = [new StateCore(), new StateCore(), new StateCore()]
  own.receive([events[0], events[2]])
  other.receive(events)
  expect(rebase(own, truth, A)).toEqual(['k1', 'k3'])
  expect(record(truth, D)?.known).toEqual([
    [1, 1],
    [3, 3],
  ])
  // Whoever deletes it, and however long ago: it does not come back with somebody who had it as well.
  write(truth, B, 'k3', undefined)
  expect(rebase(other, truth, C)).toEqual(['k2'])
  expect(record(truth, D)?.known).toEqual([[1, 3]])
  for (const [key, values] of [
    ['k1', [1]],
    ['k2', [2]],
    ['k3', []],
  ] as const) {
    expect(shown(truth, key)).toEqual(values)
  }
})

test('a record that came before what was brought in says nothing yet', () => {
  const [author, first, second] = [new StateCore(), new StateCore(), new StateCore()]
  const lost = write(author, D, 'x', 1)
  first.receive([lost])
  // b has brought it in, and c has seen that; of both only what c says of the record has come to own and to here.
  rebase(first, second, B)
  retire(second, C, D, { final: 1, known: [[1, 1]] })
  const records = [...second.events()].filter((event) => event.replica === C)
  const [own, here] = [new StateCore(), new StateCore()]
  own.receive(records)
  here.receive([lost])
  // Nothing was deleted: it has not come yet.
  rebase(own, here, replica('y'))
  expect(shown(here, 'x')).toEqual([1])
  // And who has it brings it in.
  const [mine, there] = [new StateCore(), new StateCore()]
  mine.receive([lost])
  there.receive(records)
  expect(rebase(mine, there, A)).toEqual(['x'])
})

describe('of two records of a replica each is judged by itself', () => {
  /** b has brought in the second write of d, and c has seen that; of both only what c says has come, beside what a says. */
  const story = (): [lost: WriteEvent, records: WriteEvent[]] => {
    const [author, first, second, third] = [new StateCore(), new StateCore(), new StateCore(), new StateCore()]
    write(author, D, 'w', 1)
    const lost = write(author, D, 'x', 1)
    first.receive([...author.events()])
    rebase(first, second, B)
    retire(second, C, D, { final: 2, known: [[1, 2]] })
    retire(third, A, D, { dropped: true, final: 1, known: [[1, 1]] })
    return [lost, [...second.events(), ...third.events()].filter(({ replica: as }) => as === C || as === A)]
  }

  test('what is dropped by one is known, what is known by another only where all of that shows', () => {
    const [lost, records] = story()
    const core = new StateCore()
    core.receive([...records, lost])
    const said = recordIn(core, D) as StandingRetired
    expect([said.dropped, said.known]).toEqual([true, [[1, 2]]])
    expect([isKnown(core, said, 1), isKnown(core, said, 2)]).toEqual([true, false])
  })

  test('who has it brings it in, and deletes nothing that has not come', () => {
    const [lost, records] = story()
    const [mine, there, here] = [new StateCore(), new StateCore(), new StateCore()]
    const before = { ...lost, sequence: 1, entries: [] }
    mine.receive([before, lost])
    there.receive(records)
    expect(rebase(mine, there, replica('y'))).toEqual(['x'])
    here.receive([before, lost])
    const own = new StateCore()
    own.receive(records)
    rebase(own, here, replica('z'))
    expect(shown(here, 'x')).toEqual([1])
  })

  test('what is known beyond both stands beside the one, in the place of the other, and is no more certain than that', () => {
    const [, records] = story()
    const [own, truth] = [new StateCore(), new StateCore()]
    truth.receive(records)
    for (const sequence of [1, 2, 3]) own.receive([{ replica: D, sequence, time: 1, entries: [] }])
    rebase(own, truth, replica('y'))
    const said = recordIn(truth, D) as StandingRetired
    expect(said.records.map(({ dropped, known }) => [dropped, known])).toEqual([
      [true, [[1, 1]]],
      [false, [[1, 3]]],
    ])
    expect([1, 2, 3].map((sequence) => isKnown(truth, said, sequence))).toEqual([true, false, false])
  })

  test('what is not certain here is not known by a rebase', () => {
    const [, records] = story()
    const [own, truth] = [new StateCore(), new StateCore()]
    own.receive(records)
    rebase(own, truth, replica('y'))
    expect(record(truth, D)?.known).toEqual([[1, 1]])
  })
})

describe('what is dead here stays dead there', () => {
  test('a write that another has replaced, of a replica of which nothing is brought in', () => {
    const [own, truth, away] = [new StateCore(), new StateCore(), new StateCore()]
    const old = write(away, D, 'x', 1)
    own.receive([old])
    write(own, A, 'x', 2)
    expect(rebase(own, truth, replica('y'))).toEqual(['x'])
    expect(rebase(away, truth, C)).toEqual([])
    expect(shown(truth, 'x')).toEqual([2])
  })

  test('a part of a batch that stands there without it, written again', () => {
    const [own, truth] = [new StateCore(), new StateCore()]
    const batch = writeAll(truth, D, ['x', 'y'], 1)
    own.receive([batch])
    // Here it is known by another that brought it in, and its delete too.
    const entries = batch.entries.map((entry) => again(entry, batch))
    own.write({ replica: A, sequence: 1, time: tick(), entries, origin: D1 })
    write(own, A, 'x', undefined)
    // There its delete is forgotten, as nothing carries it any more.
    write(truth, B, 'x', undefined)
    const rest = entries.filter(({ key }) => key === 'y')
    truth.write({ replica: B, sequence: 2, time: tick(), entries: rest, origin: D1 })
    forget(truth, 'x')
    // Of x only its delete.
    expect(rebase(own, truth, C)).toEqual(['y', 'x'])
    expect([shown(truth, 'x'), shown(truth, 'y')]).toEqual([[], [1]])
  })

  test('a part of a batch that nobody has there, where its delete is known and forgotten', () => {
    const [own, truth] = [new StateCore(), new StateCore()]
    const batch = writeAll(own, A, ['x', 'y'], 1)
    const gone = write(own, D, 'x', undefined)
    truth.receive([gone])
    forget(truth, 'x')
    expect(rebase(own, truth, C)).toEqual(['y'])
    expect(batch.entries).toHaveLength(2)
    expect([shown(truth, 'x'), shown(truth, 'y')]).toEqual([[], [1]])
  })

  test('a write of a replica that was dropped here, and that lives there', () => {
    const [own, truth] = [new StateCore(), new StateCore()]
    write(truth, D, 'x', 1)
    retire(own, A, D, { dropped: true, final: 1, known: [[1, 1]] })
    rebase(own, truth, B)
    expect(shown(truth, 'x')).toEqual([])
  })

  test('a write of a replica that was dropped here, and of which nobody has heard there', () => {
    const [own, truth, away] = [new StateCore(), new StateCore(), new StateCore()]
    write(away, D, 'x', 1)
    retire(own, A, D, { dropped: true, final: 1, known: [[1, 1]] })
    rebase(own, truth, B)
    expect(record(truth, D)).toMatchObject({ dropped: true, final: 1, known: [[1, 1]] })
    expect(rebase(away, truth, C)).toEqual([])
  })
})

describe('what was deleted and forgotten here goes there too, though its key was written anew', () => {
  const cell = { namespace: 'n', key: 'x', path: '' }
  const seen = (core: StateCore): unknown => {
    const value = winner(core.siblings(cell), 'latest')?.entry.value
    return value && decodeValue(value)
  }
  /** Own has written x = 1, which truth has; then deleted it and forgotten that; then written x = 2. */
  const story = (): [StateCore, StateCore, WriteEvent] => {
    const [own, truth] = [new StateCore(), new StateCore()]
    truth.receive([write(own, D, 'x', 1)])
    write(own, A, 'x', undefined)
    own.forget([[cell, own.siblings(cell)]])
    return [own, truth, write(own, B, 'x', 2)]
  }

  test('and nobody there knows of that', () => {
    const [own, truth] = story()
    expect(rebase(own, truth, C)).toEqual(['x'])
    expect([shown(truth, 'x'), seen(truth)]).toEqual([[2], 2])
  })

  test('and that is there beside it', () => {
    const [own, truth, anew] = story()
    truth.receive([anew])
    expect(rebase(own, truth, C)).toEqual([])
    expect([shown(truth, 'x'), seen(truth)]).toEqual([[2], 2])
  })

  test('and what was written there beside it shows', () => {
    const [own, truth] = [new StateCore(), new StateCore()]
    truth.receive([write(own, D, 'x', 1), write(new StateCore(), B, 'x', 3)])
    write(own, A, 'x', undefined)
    own.forget([[cell, own.siblings(cell)]])
    rebase(own, truth, C)
    expect([shown(truth, 'x'), seen(truth)]).toEqual([[3], 3])
  })

  test('and what was written beside it elsewhere shows after another rebase, too', () => {
    const [own, truth] = story()
    const elsewhere = new StateCore()
    rebase(own, truth, C)
    write(elsewhere, replica('e'), 'x', 3)
    rebase(truth, elsewhere, replica('f'))
    expect(shown(elsewhere, 'x')).toEqual([3, 2])
    // Whoever deletes the one shows the other.
    const third = new StateCore()
    third.receive([...elsewhere.events()].filter(({ origin }) => origin?.replica !== B))
    expect(seen(third)).toBe(3)
  })

  test('but not what still stands here beside another', () => {
    const [own, truth] = [new StateCore(), new StateCore()]
    const events = [write(new StateCore(), D, 'x', 1), write(new StateCore(), B, 'x', 2)]
    for (const core of [own, truth]) core.receive(events)
    rebase(own, truth, C)
    expect(shown(truth, 'x')).toEqual([2, 1])
  })
})

test('what was void here is not known: who has it all the same brings it in', () => {
  const author = new StateCore()
  const events = [1, 2].map((i) => write(author, D, `k${i}`, i)) as [WriteEvent, WriteEvent]
  const [own, truth] = [new StateCore(), new StateCore()]
  own.receive(events.slice(1))
  retire(own, A, D, { final: 2, voids: [[1, 1]] })
  own.markVoid(D, [[1, 1]])
  expect(rebase(own, truth, B)).toEqual(['k2'])
  expect(record(truth, D)).toMatchObject({ known: [[2, 2]], voids: [[1, 1]] })
  expect(rebase(author, truth, C)).toEqual(['k1'])
  // And then it is known, whoever else has it.
  expect(record(truth, D)?.known).toEqual([[1, 2]])
  expect(rebase(author, truth, A)).toEqual([])
})

test('of several that brought in one write the last stands everywhere, whatever their clocks say', () => {
  const author = new StateCore()
  const lost = write(author, D, 'x', 1)
  const again = (as: ReplicaId, at: number): WriteEvent => ({
    replica: as,
    sequence: 1,
    time: at,
    origin: { replica: D, sequence: 1 },
    entries: lost.entries.map((entry) => ({ ...entry, past: onePast(D, 1) })),
  })
  const [own, truth, other] = [new StateCore(), new StateCore(), new StateCore()]
  // By a node whose clock is far ahead.
  const ahead = again(A, 1_000_000_000)
  for (const core of [own, other]) core.receive([ahead])
  truth.receive([again(B, 1)])
  retire(truth, B, D, { final: 1, known: [[1, 1]] })
  expect(rebase(own, truth, C)).toEqual(['x'])
  other.receive([...truth.events()])
  for (const core of [truth, other]) {
    expect(core.siblings({ namespace: 'n', key: 'x', path: '' }).map(({ event }) => event.replica)).toEqual([C])
  }
  // What has replaced it there has replaced it for all.
  write(truth, B, 'x', 2)
  expect(rebase(other, truth, replica('y'))).toEqual([])
})

test('what a member has acknowledged in another life is not forgotten there, though its clock was set back', () => {
  const story = (before: ReplicaId, later: number): string[] => {
    const [own, truth] = [new StateCore(), pruned()]
    write(own, D, 'x', 1)
    acknowledge(own, before, 10, [[D, 1]])
    acknowledge(truth, B, 20, [])
    acknowledge(truth, B, later, [])
    return broughtIn(own, truth)
  }
  // Said before what it says there, and since then it has dropped the replica.
  expect(story(B, 30)).toEqual([])
  // By a life of which nobody there has heard: it may have been later.
  expect(story(replica('b2'), 30)).toEqual(['x'])
  // Months later nothing need be left of that life.
  expect(story(replica('b2'), 10 + hlcOf(30 * PRUNED_MS))).toEqual([])
})

test('what a member has acknowledged is not forgotten where that stands beside a word of another life', () => {
  const [own, truth] = [new StateCore(), pruned()]
  write(own, D, 'x', 1)
  acknowledge(truth, replica('b2'), 5, [])
  truth.receive([acknowledge(own, B, 10, [[D, 1]])])
  // Neither has seen the other: what both say is less than either, and nobody has dropped what only one of them names.
  expect(broughtIn(own, truth)).toEqual(['x'])
  // One that has seen both, and does not name it.
  acknowledge(truth, replica('b3'), 20, [])
  expect(broughtIn(own, truth)).toEqual([])
})

test('nor where it has come and does not show yet', () => {
  const [own, truth] = [new StateCore(), pruned()]
  write(own, D, 'x', 1)
  acknowledge(truth, replica('b2'), 5, [])
  const before = write(own, B, 'y', 1)
  truth.receive([acknowledge(own, B, 10, [[D, 1]])])
  expect(broughtIn(own, truth)).toContain('x')
  truth.receive([before])
  acknowledge(truth, replica('b3'), 20, [])
  expect(broughtIn(own, truth)).toEqual([])
})

test('what a member has acknowledged and does not name any more went with its disk where no record was pruned yet', () => {
  const [own, truth] = [new StateCore(), new StateCore()]
  write(own, D, 'x', 1)
  acknowledge(own, B, 10, [[D, 1]])
  acknowledge(truth, B, 20, [])
  acknowledge(truth, B, 30, [])
  expect(broughtIn(own, truth)).toEqual(['x'])
})

test('what covey itself keeps of another is left to that one: it is not known', () => {
  const [own, truth] = [new StateCore(), new StateCore()]
  write(own, D, 'x', 1)
  write(own, D, 'd', 1, 'covey.members')
  write(own, D, 'y', 1)
  rebase(own, truth, A)
  expect(record(truth, D)?.known).toEqual([
    [1, 1],
    [3, 3],
  ])
  expect(truth.siblings({ namespace: 'covey.members', key: 'd', path: '' })).toEqual([])
})

test('where nothing is left behind no record is written of another replica', () => {
  const [own, truth] = [new StateCore(), new StateCore()]
  for (const core of [own, truth]) core.receive([{ replica: D, sequence: 1, time: 1, entries: [] }])
  rebase(own, truth, A)
  expect(record(truth, D)).toBeUndefined()
})
