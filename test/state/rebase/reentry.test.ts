import { describe, expect, test } from 'vitest'
import { StateCore } from '../../../src/state/core.ts'
import type { ReplicaId } from '../../../src/state/dot.ts'
import { onePast, type WriteEvent } from '../../../src/state/entry.ts'
import { encodeAcknowledged } from '../../../src/state/garbage/acknowledgement.ts'
import {
  encodeRetired,
  isKnown,
  NOT_RETIRED,
  type Retired,
  readRetired,
  recordIn,
  type StandingRetired,
} from '../../../src/state/garbage/retired.ts'
import { hlcOf } from '../../../src/state/hlc.ts'
import { winner } from '../../../src/state/policy.ts'
import { Known } from '../../../src/state/rebase/known.ts'
import { PRUNED_MS } from '../../../src/state/rebase/limits.ts'
import { reentries } from '../../../src/state/rebase/reentry.ts'
import { ACKNOWLEDGED, RETIRED } from '../../../src/state/roster/names.ts'
import { decodeValue, encodeValue } from '../../../src/state/value.ts'

const replica = (peer: string): ReplicaId => `${peer}.0000000000000000`
const [A, B, C, D] = [replica('a'), replica('b'), replica('c'), replica('d')]
let time = 0

/** Writes one key there as that replica, over whatever it shows. */
function write(core: StateCore, as: ReplicaId, key: string, value: number | undefined, namespace = 'n'): WriteEvent {
  const cell = { namespace, key, path: '', value: value === undefined ? undefined : encodeValue(value) }
  const dot = { replica: as, sequence: core.stored.contiguous(as) + 1 }
  const event = core.compose(dot, ++time, [cell])
  core.write(event)
  return event
}

/** A record as `as` has written it. */
function retire(core: StateCore, as: ReplicaId, over: ReplicaId, record: Partial<Retired>): void {
  const dot = { replica: as, sequence: core.stored.contiguous(as) + 1 }
  const value = encodeRetired({ ...NOT_RETIRED, ...record })
  core.write(core.compose(dot, ++time, [{ namespace: RETIRED, key: over, path: '', value }]))
}

/** What b, writing as `as`, says that it shows. */
function acknowledge(core: StateCore, as: ReplicaId, at: number, shown: [ReplicaId, number][]): WriteEvent {
  const said = { shown: new Map(shown), settled: new Map(), idle: new Set<ReplicaId>(), above: new Map() }
  const cell = { namespace: ACKNOWLEDGED, key: 'b', path: '', value: encodeAcknowledged(said) }
  const event = core.compose({ replica: as, sequence: core.stored.contiguous(as) + 1 }, at, [cell])
  core.write(event)
  return event
}

/** The keys that y would bring in again over `truth`, where b is a member. */
function broughtIn(own: StateCore, truth: StateCore): string[] {
  const writes = reentries(own, truth, new Known(own, truth, ['b']), 'y')
  return writes.flatMap(({ origin, entries }) => (origin ? entries.map(({ key }) => key) : []))
}

/** Begins anew as `as`, over `truth`, with what `own` has. Answers the keys that are brought in again. */
function rebase(own: StateCore, truth: StateCore, as: ReplicaId): string[] {
  const writes = reentries(own, truth, new Known(own, truth, []), as.slice(0, 1))
  for (const [i, { after = 0, time: dated, ...one }] of writes.entries()) {
    time = Math.max(time, after) + 1
    truth.write({ replica: as, sequence: i + 1, time: dated ?? time, ...one })
  }
  return writes.flatMap(({ origin, entries }) => (origin ? entries.map(({ key }) => key) : []))
}

const record = (core: StateCore, over: ReplicaId): Retired | undefined =>
  readRetired(core.siblings({ namespace: RETIRED, key: over, path: '' }))

const shown = (core: StateCore, key: string): unknown[] =>
  core
    .siblings({ namespace: 'n', key, path: '' })
    .flatMap(({ entry }) => (entry.value ? [decodeValue(entry.value)] : []))

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
    const [own, truth] = [new StateCore(), new StateCore()]
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
  const [own, truth] = [new StateCore(), new StateCore()]
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
  const [own, truth] = [new StateCore(), new StateCore()]
  write(own, D, 'x', 1)
  acknowledge(truth, replica('b2'), 5, [])
  const before = write(own, B, 'y', 1)
  truth.receive([acknowledge(own, B, 10, [[D, 1]])])
  expect(broughtIn(own, truth)).toContain('x')
  truth.receive([before])
  acknowledge(truth, replica('b3'), 20, [])
  expect(broughtIn(own, truth)).toEqual([])
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
