import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Agenda } from '../../../src/network/simulated/agenda.ts'
import { SimulatedEvent } from '../../../src/network/simulated/scheduler.ts'

const DAY_MS = 24 * 60 * 60_000

type Step = { kind: 'push'; afterMs: number } | { kind: 'cancel'; which: number } | { kind: 'read'; forMs: number }

/** Latencies, timeouts, and what is beyond any ring. */
const span = fc.oneof(
  fc.double({ min: 0, max: 5, noNaN: true }),
  fc.integer({ min: 0, max: 3000 }),
  fc.integer({ min: 0, max: DAY_MS }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: span.map((afterMs): Step => ({ kind: 'push', afterMs })) },
  { weight: 2, arbitrary: fc.nat().map((which): Step => ({ kind: 'cancel', which })) },
  { weight: 1, arbitrary: span.map((forMs): Step => ({ kind: 'read', forMs })) },
)

test('reads as a sorted list does, whatever is pushed, cancelled and read meanwhile', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const agenda = new Agenda()
      let waiting: SimulatedEvent[] = []
      let now = 0
      let sequence = 0
      const read = (until: number): void => {
        const due = waiting.filter(({ at, cancelled }) => at <= until && !cancelled)
        due.sort((a, b) => a.at - b.at || a.sequence - b.sequence)
        for (const event of due) expect(agenda.take(agenda.peek(until) as SimulatedEvent)).toBe(event)
        expect(agenda.peek(until)).toBeUndefined()
        waiting = waiting.filter((event) => !due.includes(event))
        now = until
      }
      for (const one of steps) {
        if (one.kind === 'push') {
          const event = new SimulatedEvent(now + one.afterMs, sequence++, undefined, () => {})
          waiting.push(event)
          agenda.push(event)
        } else if (one.kind === 'cancel') waiting[one.which % waiting.length]?.cancel()
        else read(now + one.forMs)
      }
      read(Number.MAX_SAFE_INTEGER)
    }),
    { numRuns: 500 },
  )
})

test('a month in which nothing is due but what was cancelled is over at once', () => {
  const agenda = new Agenda()
  const far = new SimulatedEvent(15 * DAY_MS, 0, undefined, () => {})
  agenda.push(far)
  far.cancel()
  expect(agenda.peek(30 * DAY_MS)).toBeUndefined()
})
