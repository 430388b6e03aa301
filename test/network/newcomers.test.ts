import { expect, test } from 'vitest'
import type { Clock } from '../../src/lib/clock.ts'
import { Newcomers } from '../../src/network/newcomers.ts'
import { Scheduler } from '../../src/network/simulated/scheduler.ts'

const PAUSE_MS = 100

function clockOf(scheduler: Scheduler): Clock {
  const after = (ms: number, run: () => void) => scheduler.schedule(scheduler.now + ms, undefined, run)
  const now = (): number => scheduler.now
  return { now, monotonic: now, after, soon: (run) => void after(0, run), turn: now }
}

test('the first is greeted at once, the others a pause apart, the lowest id first, and nobody twice or after it went', async () => {
  const scheduler = new Scheduler()
  const greeted: [peer: string, at: number][] = []
  const newcomers = new Newcomers(clockOf(scheduler), PAUSE_MS, (peer) => greeted.push([peer, scheduler.now]))
  for (const peer of ['d', 'c', 'e', 'a', 'b', 'a']) newcomers.add(peer)
  newcomers.delete('b')
  await scheduler.run(10 * PAUSE_MS)
  newcomers.add('f')
  await scheduler.run(20 * PAUSE_MS)
  expect(greeted).toEqual([
    ['d', 0],
    ['a', PAUSE_MS],
    ['c', 2 * PAUSE_MS],
    ['e', 3 * PAUSE_MS],
    ['f', 10 * PAUSE_MS],
  ])
  newcomers.add('g')
  newcomers.add('h')
  newcomers.stop()
  await scheduler.run(30 * PAUSE_MS)
  expect(greeted.slice(5)).toEqual([['g', 20 * PAUSE_MS]])
})
