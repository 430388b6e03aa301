import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { World } from '../../src/network/simulated/world.ts'
import {
  KEPT_MS,
  KeptOutcomes,
  MAX_KEPT_BYTES,
  MAX_KEPT_OUTCOMES,
  type Outcome,
} from '../../src/tasks/kept-outcomes.ts'
import { PROGRESS_MS, type Progress, ProgressThinner } from '../../src/tasks/progress.ts'
import { MAX_QUEUED_BYTES, MAX_QUEUED_TASKS, type Queued, WorkerQueue } from '../../src/tasks/worker-queue.ts'

const job = (bytes = 1): Queued => ({ bytes })

describe('the queue of a worker', () => {
  it('runs as many as there are slots, then queues in order, then refuses with a reason', () => {
    const queue = new WorkerQueue<Queued>()
    queue.open('a', 2)
    const jobs = Array.from({ length: MAX_QUEUED_TASKS + 2 }, () => job())
    const places = jobs.map((it) => queue.add('a', it))
    expect(places.slice(0, 2)).toEqual(['running', 'running'])
    expect(new Set(places.slice(2))).toEqual(new Set(['waiting']))
    expect(queue.counts('a')).toEqual({ running: 2, queued: MAX_QUEUED_TASKS, slots: 2, room: 0 })
    expect(queue.add('a', job())).toEqual({ code: 'OVERLOADED', reason: `${MAX_QUEUED_TASKS} tasks wait already` })
    expect(queue.remove('a', jobs[1] as Queued)).toBe(jobs[2])
    expect(queue.remove('a', jobs[0] as Queued)).toBe(jobs[3])
  })

  it('bounds the bytes that wait on all agents together', () => {
    const queue = new WorkerQueue<Queued>()
    queue.open('a', 1)
    queue.open('b', 1)
    const large = () => job(MAX_QUEUED_BYTES / 2)
    for (const agent of ['a', 'b']) expect(queue.add(agent, large())).toBe('running')
    for (const agent of ['a', 'b']) expect(queue.add(agent, large())).toBe('waiting')
    expect(queue.add('a', job(1))).toMatchObject({ code: 'OVERLOADED' })
    expect(queue.counts('a').room).toBe(0)
  })

  it('knows nothing of agents that were not opened', () => {
    expect(new WorkerQueue<Queued>().add('x', job())).toMatchObject({ code: 'NOT_OFFERED' })
  })

  it('never runs more than it has slots, and loses nobody', () => {
    const operations = fc.array(fc.oneof(fc.constant('add' as const), fc.nat(30)), { maxLength: 200 })
    fc.assert(
      fc.property(operations, fc.integer({ min: 1, max: 4 }), (list, slots) => {
        const queue = new WorkerQueue<Queued>()
        queue.open('a', slots)
        const running: Queued[] = []
        const waiting: Queued[] = []
        for (const operation of list) {
          if (operation === 'add') {
            const it = job(8)
            if (queue.add('a', it) === 'running') running.push(it)
            else waiting.push(it)
          } else {
            const all = [...running, ...waiting]
            const it = all[operation % Math.max(1, all.length)]
            if (!it) continue
            const next = queue.remove('a', it)
            if (running.includes(it)) {
              running.splice(running.indexOf(it), 1)
              expect(next).toBe(waiting.shift())
              if (next) running.push(next)
            } else {
              waiting.splice(waiting.indexOf(it), 1)
              expect(next).toBeUndefined()
            }
          }
          expect(queue.counts('a')).toMatchObject({ running: running.length, queued: waiting.length })
          expect(running.length).toBeLessThanOrEqual(slots)
          if (waiting.length > 0) expect(running.length).toBe(slots)
        }
      }),
    )
  })
})

describe('kept outcomes', () => {
  const outcome = (bytes: number): Outcome => ({
    fingerprint: 'f',
    attempt: 1,
    report: { type: 'result', output: new Uint8Array(bytes) },
  })

  it('are forgotten after their time', () => {
    const kept = new KeptOutcomes()
    kept.keep('t', outcome(1), 0)
    expect(kept.get('t', KEPT_MS - 1)).toMatchObject({ attempt: 1 })
    expect(kept.get('t', KEPT_MS)).toBeUndefined()
    expect(kept.size).toBe(0)
  })

  it('are bounded in number, the oldest going first', () => {
    const kept = new KeptOutcomes()
    for (let i = 0; i <= MAX_KEPT_OUTCOMES; i++) kept.keep(`t${i}`, outcome(1), 0)
    expect(kept.size).toBe(MAX_KEPT_OUTCOMES)
    expect(kept.get('t0', 0)).toBeUndefined()
    expect(kept.get(`t${MAX_KEPT_OUTCOMES}`, 0)).toBeDefined()
  })

  it('are bounded in bytes', () => {
    const kept = new KeptOutcomes()
    const quarter = MAX_KEPT_BYTES / 4
    for (let i = 0; i < 6; i++) kept.keep(`t${i}`, outcome(quarter), 0)
    expect(kept.size).toBe(4)
    kept.keep('t5', outcome(1), 0)
    kept.keep('t6', outcome(quarter - 1), 0)
    expect(kept.size).toBe(5)
  })
})

describe('progress', () => {
  it('is thinned out: the first at once, then the latest of each interval, the last one always', async () => {
    const world = new World({ seed: 1 })
    const { clock } = world.host('n')
    const seen: [number, Progress][] = []
    const thinner = new ProgressThinner(clock, (progress) => seen.push([clock.monotonic(), progress]))
    for (let i = 0; i < 30; i++) {
      thinner.push({ fraction: i / 30 })
      await world.run(10)
    }
    thinner.push({ message: 'nearly' })
    thinner.push({ message: 'done' })
    thinner.stop()
    thinner.push({ message: 'after' })
    await world.run(10 * PROGRESS_MS)
    expect(seen.map(([at]) => at)).toEqual([0, 100, 200, 300, 300])
    expect(seen.at(-1)?.[1]).toEqual({ message: 'done' })
    expect(seen[1]?.[1]).toEqual({ fraction: 9 / 30 })
  })
})
