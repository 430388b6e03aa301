import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Effect,
  isOver,
  type Lifecycle,
  type LifecycleEvent,
  MAX_REFUSALS_KEPT,
  MAX_REJOINS,
  MAX_WAIT_MS,
  newLifecycle,
  step,
} from '../../src/tasks/lifecycle.ts'

const init = { id: 't', capability: 'text.shout', maxAttempts: 3, timeoutMs: 60_000 }
const none = new Map()

/** A life cycle with a clock that stands still unless a test moves it. */
class Life {
  readonly task: Lifecycle
  now = 1000

  constructor(options: Partial<typeof init> = {}) {
    this.task = newLifecycle({ ...init, ...options }, this.now)
  }

  tell(event: LifecycleEvent): Effect[] {
    return step(this.task, event, this.now)
  }

  offers(...ranked: string[]): Effect[] {
    return this.tell({ type: 'offers', ranked, refusals: none })
  }

  /** To the moment where `worker` runs it. */
  running(worker: string, ...others: string[]): this {
    this.tell({ type: 'wake' })
    this.offers(worker, ...others)
    this.tell({ type: 'accepted', serial: this.task.awards, worker })
    return this
  }
}

describe('the life cycle of a task', () => {
  it('goes from pending to done', () => {
    const life = new Life()
    expect(life.task.phase).toBe('pending')
    expect(life.tell({ type: 'wake' })).toEqual([{ type: 'call' }])
    expect(life.offers('a', 'b')).toEqual([{ type: 'award', serial: 1, worker: 'a', attempt: 1 }])
    expect(life.task.attempts).toEqual([])
    expect(life.tell({ type: 'accepted', serial: 1, worker: 'a' })).toEqual([])
    expect(life.task.phase).toBe('running')
    life.now += 5
    life.tell({ type: 'progress', serial: 1, fraction: 0.5, message: 'half' })
    expect(life.task.progress).toEqual({ fraction: 0.5, message: 'half' })
    expect(life.tell({ type: 'result', serial: 1, result: 42 })).toEqual([
      { type: 'learn', worker: 'a', ok: true },
      { type: 'ended' },
    ])
    expect(life.task).toMatchObject({
      phase: 'done',
      result: 42,
      endedAt: 1005,
      attempts: [{ number: 1, worker: 'a', startedAt: 1000, endedAt: 1005 }],
    })
    expect(life.task.progress).toBeUndefined()
  })

  it('takes the next bidder after a refusal, and counts no attempt', () => {
    const life = new Life()
    life.tell({ type: 'wake' })
    life.offers('a', 'b')
    expect(life.tell({ type: 'refused', serial: 1, code: 'OVERLOADED', reason: 'full' })).toEqual([
      { type: 'award', serial: 2, worker: 'b', attempt: 1 },
    ])
    expect(life.tell({ type: 'refused', serial: 2, code: 'OVERLOADED', reason: 'full' })).toEqual([
      { type: 'wait', ms: 100 },
    ])
    expect(life.task).toMatchObject({ phase: 'pending', attempts: [] })
  })

  it('waits longer each time that nobody offers it, up to a limit, and at once calls again when woken', () => {
    const life = new Life()
    const waits: number[] = []
    for (let i = 0; i < 9; i++) {
      expect(life.tell({ type: 'wake' })).toEqual([{ type: 'call' }])
      for (const effect of life.offers()) if (effect.type === 'wait') waits.push(effect.ms)
    }
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, MAX_WAIT_MS, MAX_WAIT_MS, MAX_WAIT_MS])
  })

  it('says at the deadline who was asked and why not', () => {
    const life = new Life({ timeoutMs: 500 })
    life.tell({ type: 'wake' })
    const refusals = new Map([['a', { code: 'OVERLOADED', reason: '256 tasks wait already' }]])
    life.tell({ type: 'offers', ranked: [], refusals })
    life.now += 500
    expect(life.tell({ type: 'deadline' })).toEqual([{ type: 'ended' }])
    expect(life.task.error).toMatchObject({ code: 'NO_WORKER' })
    expect(life.task.error?.message).toBe(
      'nobody took text.shout within 500 ms: a refused (OVERLOADED: 256 tasks wait already)',
    )
  })

  it('says at the deadline that nobody offers it', () => {
    const life = new Life({ timeoutMs: 500 })
    life.tell({ type: 'wake' })
    life.offers()
    life.tell({ type: 'deadline' })
    expect(life.task.error?.message).toBe('nobody took text.shout within 500 ms: nobody known offers it')
  })

  it('keeps no more refusals than it can tell', () => {
    const life = new Life()
    life.tell({ type: 'wake' })
    const refusals = new Map(Array.from({ length: 50 }, (_, i) => [`p${i}`, { code: 'BUSY', reason: 'x' }]))
    life.tell({ type: 'offers', ranked: [], refusals })
    expect(life.task.refusals.size).toBe(MAX_REFUSALS_KEPT)
    expect(life.task.refusals.has('p49')).toBe(true)
  })

  it('goes to another worker after a failure', () => {
    const life = new Life().running('a', 'b')
    expect(life.tell({ type: 'failure', serial: 1, code: 'TASK_FAILED', message: 'boom' })).toEqual([
      { type: 'learn', worker: 'a', ok: false },
      { type: 'call' },
    ])
    expect(life.offers('a', 'b')).toEqual([{ type: 'award', serial: 2, worker: 'b', attempt: 2 }])
  })

  it('comes back to the only worker there is, after a pause', () => {
    const life = new Life().running('a')
    life.tell({ type: 'failure', serial: 1, code: 'TASK_FAILED', message: 'boom' })
    expect(life.offers('a')).toEqual([{ type: 'wait', ms: 100 }])
    life.now += 100
    life.tell({ type: 'wake' })
    expect(life.offers('a')).toEqual([{ type: 'award', serial: 2, worker: 'a', attempt: 2 }])
  })

  it('fails after its last attempt with the story of the last one', () => {
    const life = new Life({ maxAttempts: 2 }).running('a', 'b')
    life.tell({ type: 'failure', serial: 1, code: 'TASK_FAILED', message: 'boom' })
    life.offers('b')
    life.tell({ type: 'accepted', serial: 2, worker: 'b' })
    const effects = life.tell({ type: 'failure', serial: 2, code: 'OUT_OF_PAPER', message: 'empty tray' })
    expect(effects).toContainEqual({ type: 'ended' })
    expect(life.task.error).toMatchObject({
      code: 'OUT_OF_PAPER',
      message: 'text.shout ended without a result in each of 2 attempts; last on b: empty tray',
      hint: `What each attempt said: covey task ${life.task.id}.`,
    })
  })

  it('fails with what the last worker says can be done', () => {
    const life = new Life({ maxAttempts: 1 }).running('a')
    const fault = { code: 'OUT_OF_PAPER', message: 'empty tray', hint: 'Fill it.' }
    life.tell({ type: 'failure', serial: 1, ...fault })
    expect(life.task.attempts[0]?.error).toEqual(fault)
    expect(life.task.error?.hint).toBe(`Fill it. What each attempt said: covey task ${life.task.id}.`)

    const final = new Life().running('a', 'b')
    final.tell({ type: 'failure', serial: 1, code: 'INVALID_INPUT', message: 'no such language', hint: 'Use another.' })
    expect(final.task.error?.hint).toBe('Use another.')
  })

  it('does not try on what any node would refuse', () => {
    const refused = new Life()
    refused.tell({ type: 'wake' })
    refused.offers('a', 'b')
    refused.tell({ type: 'refused', serial: 1, code: 'INVALID_INPUT', reason: '/text must be string' })
    expect(refused.task).toMatchObject({ phase: 'failed', attempts: [], error: { code: 'INVALID_INPUT' } })

    const failed = new Life().running('a', 'b')
    failed.tell({ type: 'failure', serial: 1, code: 'INVALID_INPUT', message: 'no such language' })
    expect(failed.task).toMatchObject({
      phase: 'failed',
      attempts: [{ worker: 'a' }],
      error: { code: 'INVALID_INPUT' },
    })

    const invalid = new Life()
    invalid.tell({ type: 'wake' })
    invalid.tell({ type: 'invalid', message: '/text must be string' })
    expect(invalid.task).toMatchObject({ phase: 'failed', attempts: [], error: { code: 'INVALID_INPUT' } })
  })

  it('asks the same worker again when the channel broke, a few times', () => {
    const life = new Life().running('a', 'b')
    for (let i = 0; i < MAX_REJOINS; i++) {
      expect(life.tell({ type: 'broken', serial: 1, message: 'reset' })).toEqual([
        { type: 'rejoin', serial: 1, worker: 'a', attempt: 1 },
      ])
    }
    expect(life.tell({ type: 'broken', serial: 1, message: 'reset' })).toEqual([
      { type: 'release', serial: 1, reason: 'reset' },
      { type: 'learn', worker: 'a', ok: false },
      { type: 'call' },
    ])
    expect(life.task.attempts).toMatchObject([{ worker: 'a', error: { code: 'OUTCOME_UNKNOWN' } }])
  })

  it('asks again where it was handed on to', () => {
    const life = new Life()
    life.tell({ type: 'wake' })
    life.offers('a')
    life.tell({ type: 'accepted', serial: 1, worker: 'z' })
    expect(life.task.attempts).toMatchObject([{ number: 1, worker: 'z' }])
    expect(life.tell({ type: 'broken', serial: 1, message: 'reset' })).toEqual([
      { type: 'rejoin', serial: 1, worker: 'z', attempt: 1 },
    ])
    // Neither gets it again, and neither is blamed: only one of them says who ran it.
    expect(life.tell({ type: 'lost', serial: 1, message: 'gone' })).toEqual([
      { type: 'release', serial: 1, reason: 'gone' },
      { type: 'call' },
    ])
    expect(life.offers('a', 'z', 'b')).toMatchObject([{ worker: 'b' }])
  })

  it('does not believe that nothing ran where a worker first accepts and then refuses', () => {
    const life = new Life().running('a', 'b')
    life.tell({ type: 'refused', serial: 1, code: 'OVERLOADED', reason: 'full' })
    expect(life.task.attempts).toMatchObject([{ worker: 'a', error: { code: 'OUTCOME_UNKNOWN' } }])
  })

  it('calls a worker lost that knows nothing of what it had accepted', () => {
    const life = new Life().running('a', 'b')
    life.tell({ type: 'broken', serial: 1, message: 'reset' })
    life.tell({ type: 'refused', serial: 1, code: 'NOT_OFFERED', reason: 'no agent' })
    expect(life.task.attempts).toMatchObject([{ worker: 'a', error: { code: 'OUTCOME_UNKNOWN' } }])
    expect(life.task.phase).toBe('bidding')
  })

  it('says unknown, not failed, when the deadline finds it running', () => {
    const life = new Life().running('a')
    life.now += 60_000
    expect(life.tell({ type: 'deadline' })).toEqual([
      { type: 'release', serial: 1, reason: 'its deadline is over' },
      { type: 'ended' },
    ])
    expect(life.task).toMatchObject({ phase: 'failed', error: { code: 'OUTCOME_UNKNOWN' } })
    expect(life.task.error?.message).toContain('a was still at it')
  })

  it('takes the word of a worker whose clock reached the deadline first', () => {
    const life = new Life().running('a', 'b')
    life.now += 59_999
    life.tell({ type: 'failure', serial: 1, code: 'DEADLINE', message: 'the deadline is over' })
    expect(life.task).toMatchObject({
      phase: 'failed',
      error: { code: 'OUTCOME_UNKNOWN' },
      attempts: [{ worker: 'a' }],
    })
  })

  it('does not count on a refusal after the channel broke: the award may have been handed on before', () => {
    const life = new Life()
    life.tell({ type: 'wake' })
    life.offers('a', 'b')
    life.tell({ type: 'broken', serial: 1, message: 'reset' })
    life.tell({ type: 'refused', serial: 1, code: 'OVERLOADED', reason: 'full' })
    expect(life.task.attempts).toMatchObject([{ worker: 'a', error: { code: 'OUTCOME_UNKNOWN' } }])
  })

  it('says unknown when any attempt was lost, though the last one failed', () => {
    const life = new Life({ maxAttempts: 2 }).running('a', 'b')
    life.tell({ type: 'lost', serial: 1, message: 'a is dead' })
    life.offers('b')
    life.tell({ type: 'accepted', serial: 2, worker: 'b' })
    life.tell({ type: 'failure', serial: 2, code: 'TASK_FAILED', message: 'boom' })
    expect(life.task.error?.code).toBe('OUTCOME_UNKNOWN')
  })

  it('takes back what is out when it is cancelled', () => {
    const life = new Life().running('a')
    expect(life.tell({ type: 'cancel', reason: 'changed my mind' })).toEqual([
      { type: 'release', serial: 1, reason: 'changed my mind' },
      { type: 'ended' },
    ])
    expect(life.task).toMatchObject({ phase: 'cancelled', error: { code: 'CANCELLED', message: 'changed my mind' } })
  })

  it('does not hold it against a worker that its node left', () => {
    const life = new Life().running('a', 'b')
    expect(life.tell({ type: 'failure', serial: 1, code: 'STOPPED', message: 'stops' })).toEqual([{ type: 'call' }])
  })

  it('does not hear a worker that it has given up', () => {
    const life = new Life().running('a', 'b')
    life.tell({ type: 'lost', serial: 1, message: 'silent' })
    life.offers('b')
    expect(life.tell({ type: 'result', serial: 1, result: 'late' })).toEqual([])
    expect(life.task.phase).toBe('awarding')
    life.tell({ type: 'result', serial: 2, result: 'right' })
    expect(life.task).toMatchObject({ phase: 'done', result: 'right' })
  })

  it('awards nothing after its deadline', () => {
    const life = new Life({ timeoutMs: 100 })
    life.tell({ type: 'wake' })
    life.now += 100
    expect(life.offers('a')).toEqual([{ type: 'ended' }])
    expect(life.task.error?.code).toBe('NO_WORKER')
  })
})

const peer = fc.constantFrom('a', 'b', 'c', 'd')
const serial = fc.integer({ min: 0, max: 8 })
const code = fc.constantFrom('TASK_FAILED', 'INVALID_INPUT', 'STOPPED', 'OVERLOADED', 'ID_CONFLICT')
const anyEvent: fc.Arbitrary<LifecycleEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<LifecycleEvent>({ type: 'wake' }) },
  {
    weight: 4,
    arbitrary: fc.uniqueArray(peer).map((ranked): LifecycleEvent => ({ type: 'offers', ranked, refusals: none })),
  },
  fc.constant<LifecycleEvent>({ type: 'invalid', message: 'x' }),
  { weight: 3, arbitrary: fc.record({ type: fc.constant('accepted' as const), serial, worker: peer }) },
  fc.record({ type: fc.constant('refused' as const), serial, code, reason: fc.constant('x') }),
  fc.record({ type: fc.constant('progress' as const), serial, fraction: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ type: fc.constant('result' as const), serial, result: fc.integer() }),
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('failure' as const), serial, code, message: fc.constant('x') }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('broken' as const), serial, message: fc.constant('x') }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('lost' as const), serial, message: fc.constant('x') }) },
  fc.constant<LifecycleEvent>({ type: 'cancel', reason: 'x' }),
)
/** Events, most of them of the award that is out, and the time before each. */
const script = fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 3000 }), fc.boolean()), { maxLength: 60 })

describe('the life cycle under any order of events', () => {
  it('keeps its promises', () => {
    fc.assert(
      fc.property(script, fc.integer({ min: 1, max: 4 }), (events, maxAttempts) => {
        const life = new Life({ maxAttempts })
        let ends = 0
        let open: number | undefined
        for (const [scripted, ms, current] of [...events, [{ type: 'deadline' }, 60_000, false] as const]) {
          life.now += ms
          const event = current && 'serial' in scripted ? { ...scripted, serial: life.task.awards } : scripted
          const before = JSON.stringify(life.task)
          const wasOver = isOver(life.task)
          const effects = life.tell(event)
          if (wasOver) {
            // The end is the end: no second result, no further effect.
            expect(effects).toEqual([])
            expect(JSON.stringify(life.task)).toBe(before)
            continue
          }
          for (const effect of effects) {
            if (effect.type === 'ended') ends++
            if (effect.type === 'award') {
              expect(life.now).toBeLessThan(life.task.deadline)
              expect(effect.attempt).toBeLessThanOrEqual(maxAttempts)
              open = effect.serial
            }
            if (effect.type === 'release') expect(effect.serial).toBe(open)
            if (effect.type === 'wait') expect(effect.ms).toBeLessThanOrEqual(MAX_WAIT_MS)
          }
          checkInvariants(life.task)
        }
        expect(isOver(life.task)).toBe(true)
        expect(ends).toBe(1)
      }),
      { numRuns: 2000 },
    )
  })

  it('reaches each end', () => {
    const ends = new Set<string>()
    fc.assert(
      fc.property(script, (events) => {
        const life = new Life()
        for (const [event, ms, current] of events) {
          life.now += ms
          life.tell(current && 'serial' in event ? { ...event, serial: life.task.awards } : event)
        }
        ends.add(life.task.phase)
      }),
      { numRuns: 1000, seed: 7 },
    )
    expect([...ends]).toEqual(expect.arrayContaining(['done', 'failed', 'cancelled']))
  })
})

function checkInvariants(task: Lifecycle): void {
  expect(task.attempts.length).toBeLessThanOrEqual(task.maxAttempts)
  expect(task.attempts.map(({ number }) => number)).toEqual(task.attempts.map((_, i) => i + 1))
  const unended = task.attempts.filter(({ endedAt }) => endedAt === undefined)
  expect(unended.length).toBeLessThanOrEqual(1)
  expect(task.phase === 'running').toBe(unended.length === 1)
  expect(task.current !== undefined).toBe(task.phase === 'awarding' || task.phase === 'running')
  expect(task.result !== undefined).toBe(task.phase === 'done')
  expect(task.error !== undefined).toBe(task.phase === 'failed' || task.phase === 'cancelled')
  expect(task.endedAt !== undefined).toBe(isOver(task))
}
