import { expect, test } from 'vitest'
import { NO_PAST, type WriteEvent } from '../../src/state/entry.ts'
import { EventLog } from '../../src/state/log.ts'

const event = (sequence: number): WriteEvent => {
  const entries = ['x', 'y'].map((key) => ({
    namespace: 'n',
    key,
    path: '',
    value: 1,
    fence: 0,
    rank: 0,
    past: NO_PAST,
  }))
  return { replica: 'a', sequence, time: sequence, entries: entries as never }
}

test('an event that was dead and comes again lives by its own entries, and is there once', () => {
  const log = new EventLog()
  // With a hole before it, so that it is not where its sequence counts to.
  for (const sequence of [1, 3, 4]) log.add(event(sequence))
  expect(log.entryDied(event(3))).toBe(false)
  expect(log.entryDied(event(3))).toBe(true)
  for (const again of [event(3), event(3)]) {
    log.add(again)
    expect(log.standing(again)).toBe(2)
    expect([...log.within('a', [1, 9])].map(({ sequence }) => sequence)).toEqual([1, 3, 4])
    expect(log.entryDied(again)).toBe(false)
    expect(log.entryDied(again)).toBe(true)
  }
  for (const sequence of [1, 4]) for (let i = 0; i < 2; i++) log.entryDied(event(sequence))
  expect(log.lives('a')).toBe(false)
})
