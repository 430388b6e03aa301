import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Cells } from '../../src/state/cells.ts'
import { StateCore } from '../../src/state/core.ts'
import type { WriteEvent } from '../../src/state/entry.ts'
import { again, originOf } from '../../src/state/origin.ts'

const CELL = { namespace: 'n', key: 'k', path: '' }
const NAMES = ['a', 'b', 'c', 'd']

/** One step of one writer: it writes, deletes, hears of what another has, or brings in again some event that it knows. */
interface Step {
  who: number
  what: 'write' | 'delete' | 'hear' | 'again'
  other: number
  which: number
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    who: fc.nat(NAMES.length - 1),
    what: fc.constantFrom('write' as const, 'delete' as const, 'hear' as const, 'again' as const),
    other: fc.nat(NAMES.length - 1),
    which: fc.nat(20),
  }),
  { maxLength: 24 },
)

/** All events that come of it. Whoever hears of another hears all of it, as with writes of one author in their order. */
function play(all: readonly Step[]): WriteEvent[] {
  const cores = NAMES.map(() => new StateCore())
  const known = NAMES.map((): WriteEvent[] => [])
  const counts = NAMES.map(() => 0)
  const events: WriteEvent[] = []
  all.forEach(({ who, what, other, which }, time) => {
    const core = cores[who] as StateCore
    const mine = known[who] as WriteEvent[]
    if (what === 'hear') {
      for (const event of known[other] as WriteEvent[]) {
        if (!core.lacks(event)) continue
        core.receive([event])
        mine.push(event)
      }
      return
    }
    const dot = { replica: NAMES[who] as string, sequence: (counts[who] as number) + 1 }
    let event: WriteEvent
    if (what === 'again') {
      const former = mine[which % Math.max(1, mine.length)]
      // What an author has of its own it need not bring in again.
      if (!former || former.replica === dot.replica || originOf(former).replica === dot.replica) return
      const entries = former.entries.map((entry) => again(entry, former))
      event = { ...dot, time, entries, origin: originOf(former) }
    } else {
      event = core.compose(dot, time, [{ ...CELL, value: what === 'write' ? new Uint8Array([time]) : undefined }])
    }
    counts[who] = dot.sequence
    core.write(event)
    mine.push(event)
    events.push(event)
  })
  return events
}

const joined = (events: readonly WriteEvent[]): string => {
  const cells = new Cells()
  for (const event of events) for (const entry of event.entries) cells.join(event, entry)
  return cells
    .get(CELL)
    .map(({ event }) => `${event.replica}:${event.sequence}`)
    .join()
}

test('a cell is the same in whatever order its entries come, also of writes that were brought in again', () => {
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat(1000)), (all, dice) => {
      const events = play(all)
      const shuffled = events.map((event) => [dice.next().value as number, event] as const)
      shuffled.sort(([a], [b]) => a - b)
      const other = shuffled.map(([, event]) => event)
      expect(joined(other)).toBe(joined(events))
      expect(joined([...other, ...events])).toBe(joined(events))
    }),
    { numRuns: 500 },
  )
})

test('of one write that several bring in again one stands, and never beside itself', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const events = play(all)
      const cells = new Cells()
      for (const event of events) for (const entry of event.entries) cells.join(event, entry)
      const origins = cells.get(CELL).map(({ event }) => JSON.stringify(originOf(event)))
      expect(new Set(origins).size).toBe(origins.length)
    }),
    { numRuns: 500 },
  )
})
