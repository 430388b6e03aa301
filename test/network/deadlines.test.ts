import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Clock } from '../../src/lib/clock.ts'
import { Deadlines, Timed } from '../../src/network/deadlines.ts'
import { World } from '../../src/network/simulated/world.ts'

class Item extends Timed {
  readonly number: number

  constructor(number: number) {
    super()
    this.number = number
  }
}

test('every deadline that is not taken back expires once, never early and at most 6 ms late', async () => {
  const plan = fc.array(fc.record({ after: fc.nat(300), takenBackAt: fc.option(fc.nat(400)) }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(plan, async (items) => {
      const { clock, ...world } = hostOf()
      const expired = new Map<number, number>()
      const deadlines = new Deadlines<Item>(clock, ({ number }) => {
        expect(expired.has(number)).toBe(false)
        expired.set(number, clock.monotonic())
      })
      items.forEach(({ after, takenBackAt }, number) => {
        const item = new Item(number)
        deadlines.add(item, clock.monotonic() + after)
        if (takenBackAt !== null) clock.after(takenBackAt, () => deadlines.delete(item))
      })
      await world.run(1000)
      items.forEach(({ after, takenBackAt }, item) => {
        const at = expired.get(item)
        if (takenBackAt === null || takenBackAt > after + 6) expect(at).toBeDefined()
        if (takenBackAt !== null && takenBackAt < after) expect(at).toBeUndefined()
        if (at !== undefined) {
          expect(at).toBeGreaterThanOrEqual(after)
          expect(at).toBeLessThanOrEqual(after + 6)
        }
      })
    }),
    { numRuns: 50 },
  )
})

test('deadlines far away share one timer, and nobody is woken for a near one that was taken back', async () => {
  const { clock, run } = hostOf()
  const fired: number[] = []
  let timers = 0
  const counting: Clock = {
    ...clock,
    monotonic: () => clock.monotonic(),
    after: (ms, fn) => {
      timers++
      return clock.after(ms, () => {
        fired.push(clock.monotonic())
        fn()
      })
    },
  }
  const deadlines = new Deadlines<Item>(counting, () => expect.unreachable())
  const answered = async (after: number): Promise<void> => {
    const item = new Item(0)
    deadlines.add(item, clock.monotonic() + after)
    await run(1)
    deadlines.delete(item)
  }
  for (let i = 0; i < 100; i++) await answered(30_000)
  expect(timers).toBe(1)
  await run(40_000)
  expect(fired).toHaveLength(1)
  for (let i = 0; i < 10; i++) await answered(100)
  await run(1000)
  expect(fired).toHaveLength(1)
})

test('what is added and taken back while others of the same moment expire keeps its deadline', async () => {
  const { clock, run } = hostOf()
  const expired: number[] = []
  const items = [0, 1, 2].map((number) => new Item(number))
  const deadlines: Deadlines<Item> = new Deadlines<Item>(clock, ({ number }) => {
    expired.push(number)
    if (expired.length > 1) return
    deadlines.add(items[2] as Item, 10)
    deadlines.delete(items[1 - number] as Item)
  })
  deadlines.add(items[0] as Item, 10)
  deadlines.add(items[1] as Item, 10)
  await run(100)
  expect(expired).toHaveLength(2)
  expect(expired).toContain(2)
})

test('nothing expires after the stop', async () => {
  const { clock, run } = hostOf()
  const deadlines = new Deadlines<Item>(clock, () => expect.unreachable())
  deadlines.add(new Item(1), 50)
  deadlines.stop()
  await run(100)
})

function hostOf() {
  const world = new World({ seed: 1, multicast: false })
  return { clock: world.host('a').clock, run: (ms: number) => world.run(ms) }
}
