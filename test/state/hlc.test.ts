import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Clock } from '../../src/lib/clock.ts'
import { HybridClock, hlcMs, hlcOf, MAX_LEAD_MS } from '../../src/state/hlc.ts'

/** Some hours in 2026 and around them, in milliseconds since 1970. */
const wall = fc.integer({ min: 1_767_000_000_000, max: 1_767_020_000_000 })
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), ms: wall }),
  fc.record({ kind: fc.constant('next' as const), ms: wall }),
  fc.record({ kind: fc.constant('observe' as const), ms: wall }),
  fc.record({ kind: fc.constant('resume' as const), ms: wall }),
)

test('a clock only rises, whatever the wall clock does; it follows others up to its bound, and itself always', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let now = 1_767_000_000_000
      const clock = new HybridClock({ now: () => now } as Clock)
      let last = 0
      let least = 0
      for (const { kind, ms } of steps) {
        const time = hlcOf(ms, 7)
        if (kind === 'set') now = ms
        else if (kind === 'resume') {
          clock.resume(time)
          least = Math.max(least, time)
        } else if (kind === 'observe') {
          const within = clock.observe(time)
          expect(within).toBe(time <= Math.max(last, least) || hlcMs(time) < now + MAX_LEAD_MS)
          if (within) least = Math.max(least, time)
        } else {
          const next = clock.next()
          expect(next).toBe(Math.max(last + 1, least + 1, hlcOf(now)))
          last = next
        }
      }
    }),
  )
})
