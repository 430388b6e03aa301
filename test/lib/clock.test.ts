import { expect, test } from 'vitest'
import { every, sleep, systemClock } from '../../src/lib/clock.ts'
import { World } from '../../src/network/simulated/world.ts'

const start = () => {
  const world = new World({ seed: 1, multicast: false })
  return { world, clock: world.host('a').clock }
}

test('sleep lasts as long as asked, and ends at once when aborted', async () => {
  const { world, clock } = start()
  await world.settle(sleep(clock, 500), 500)
  expect(world.now).toBe(500)
  const controller = new AbortController()
  const cut = sleep(clock, 500, controller.signal)
  controller.abort(new Error('enough'))
  await expect(cut).rejects.toThrow('enough')
  await expect(sleep(clock, 500, controller.signal)).rejects.toThrow('enough')
})

test('every runs at its pace until cancelled, also from within', async () => {
  const { world, clock } = start()
  const times: number[] = []
  const timer = every(
    clock,
    () => 100,
    () => {
      times.push(world.now)
      if (times.length === 3) timer.cancel()
    },
  )
  await world.run(1000)
  expect(times).toEqual([100, 200, 300])
})

test('a turn has one number, and the next another', async () => {
  const first = systemClock.turn()
  await Promise.resolve()
  expect(systemClock.turn()).toBe(first)
  await new Promise<void>((resolve) => systemClock.soon(resolve))
  expect(systemClock.turn()).not.toBe(first)
})
