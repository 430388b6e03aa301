import { describe, expect, it } from 'vitest'
import { BusyError, InvalidInputError, StoppedError } from '../../src/lib/errors.ts'
import { MAX_ENDED_TASKS, MAX_OPEN_TASKS } from '../../src/tasks/own-tasks.ts'
import { endless, quick, Swarm, slow } from './swarm.ts'

const workersOf = (record: { attempts: readonly { worker: string }[] }): string[] =>
  record.attempts.map(({ worker }) => worker)

describe('a task', () => {
  it('runs on a capable peer, with progress, and ends with its result', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    await swarm.add('w', async (input, context, clock, node) => {
      context.progress(0.5, 'half')
      await slow(250)(input, context, clock, node)
      return { heard: input }
    })
    await swarm.converge()
    const handle = requester.tasks.submit({ capability: 'text.shout', input: { text: 'hi' } })
    const seen: string[] = []
    requester.tasks.on('change', ({ status, progress }) => seen.push(`${status} ${progress?.message ?? ''}`.trim()))
    const record = await swarm.world.settle(handle.ended(), 5000)
    expect(record).toMatchObject({
      status: 'done',
      result: { heard: { text: 'hi' } },
      attempts: [{ number: 1, worker: 'w' }],
    })
    expect(record.endedAt).toBeGreaterThanOrEqual(record.submittedAt + 250)
    expect(seen).toEqual(['pending', 'running', 'running half', 'done'])
    expect(requester.tasks.task(handle.id)?.record()).toEqual(record)
    expect(requester.tasks.tasks()).toEqual([record])
    expect(JSON.parse(JSON.stringify(record))).toEqual(record)
  })

  it('runs on the node it was submitted to, if that offers it, without the network', async () => {
    const swarm = new Swarm()
    const node = await swarm.add('r', quick)
    await swarm.converge()
    const record = await swarm.run(node)
    expect(record).toMatchObject({ status: 'done', result: { by: 'r' }, attempts: [{ worker: 'r' }] })
    expect(node.tasks.load()).toMatchObject({ tasksDone: 1, running: 0, capacity: 1 })
  })

  it('shows its changes to whoever iterates, the end last', async () => {
    const swarm = new Swarm()
    const node = await swarm.add('r', slow(100))
    await swarm.converge()
    const handle = node.tasks.submit({ capability: 'text.shout', input: null })
    const seen: string[] = []
    const reader = (async () => {
      for await (const { status } of handle.changes()) seen.push(status)
    })()
    await swarm.world.settle(reader, 1000)
    expect(seen[0]).toBe('pending')
    expect(seen).toContain('running')
    expect(seen.at(-1)).toBe('done')
    expect(seen.filter((status) => status === 'done')).toHaveLength(1)
  })

  it('submitted again with the same id is the same task; another under that id is refused', async () => {
    const swarm = new Swarm()
    const node = await swarm.add('r', quick)
    await swarm.converge()
    const request = { capability: 'text.shout', input: { a: 1 }, id: 'mine' }
    const first = node.tasks.submit(request)
    expect(node.tasks.submit(request)).toBe(first)
    await swarm.world.settle(first.ended(), 1000)
    expect(node.tasks.submit(request)).toBe(first)
    expect(swarm.runs).toHaveLength(1)
    expect(() => node.tasks.submit({ ...request, input: { a: 2 } })).toThrow(InvalidInputError)
    expect(() => node.tasks.submit({ ...request, capability: 'text.whisper' })).toThrow('belongs to a task')
  })

  it('is spread over equal workers by each policy', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    for (const id of ['a', 'b', 'c', 'd']) await swarm.add(id, slow(50))
    await swarm.converge()
    for (const policy of ['auction', 'least-loaded', 'round-robin']) {
      const handles = Array.from({ length: 40 }, () =>
        requester.tasks.submit({ capability: 'text.shout', input: null, policy }),
      )
      const records = await swarm.world.settle(Promise.all(handles.map((handle) => handle.ended())), 5000)
      const counts = new Map<string, number>()
      for (const [worker = ''] of records.map(workersOf)) counts.set(worker, (counts.get(worker) ?? 0) + 1)
      expect([policy, [...counts.values()]]).toEqual([policy, [10, 10, 10, 10]])
    }
  })

  it('goes where an own policy says, which may not name strangers', async () => {
    const swarm = new Swarm(
      {},
      {
        last: (all) => [
          'stranger',
          ...all
            .map(({ peer }) => peer)
            .sort()
            .reverse(),
        ],
      },
    )
    const requester = await swarm.add('r')
    for (const id of ['a', 'b', 'c']) await swarm.add(id, quick)
    await swarm.converge()
    expect(workersOf(await swarm.run(requester, { policy: 'last' }))).toEqual(['c'])
  })

  it('never goes to an excluded node, and never asks it', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const excluded = await swarm.add('a', quick)
    await swarm.add('b', quick)
    await swarm.converge()
    for (let i = 0; i < 10; i++) expect(workersOf(await swarm.run(requester, { exclude: ['a'] }))).toEqual(['b'])
    expect(excluded.bids).toBe(0)
  })

  it('asks no more peers than the fan-out, and still finds one', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    for (let i = 0; i < 20; i++) await swarm.add(`w${i}`, quick)
    await swarm.converge()
    expect(await swarm.run(requester)).toMatchObject({ status: 'done' })
  })
})

describe('a task that nobody takes', () => {
  it('waits until somebody joins who offers it', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const handle = requester.tasks.submit({ capability: 'text.shout', input: null })
    await swarm.world.run(9000)
    expect(handle.record()).toMatchObject({ status: 'pending', attempts: [] })
    await swarm.add('w', quick)
    const joined = swarm.world.now
    const record = await swarm.world.settle(handle.ended(), 5000)
    expect(record).toMatchObject({ status: 'done', result: { by: 'w' } })
    // It is woken, not found by the next turn of the backoff.
    expect(swarm.world.now - joined).toBeLessThan(1500)
  })

  it('fails at its deadline, and says that nobody offers it', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    await swarm.add('w', quick, { capability: 'text.whisper' })
    await swarm.converge()
    const record = await swarm.run(requester, { timeoutMs: 2000 })
    expect(record).toMatchObject({ status: 'failed', attempts: [], error: { code: 'NO_WORKER' } })
    expect(record.error?.message).toBe('nobody took text.shout within 2000 ms: nobody known offers it')
    expect((record.endedAt ?? 0) - record.submittedAt).toBeLessThan(2050)
  })

  it('fails at its deadline with who refused and why', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const worker = await swarm.add('w', endless)
    await swarm.converge()
    // One runs, 256 wait: the worker is full.
    for (let i = 0; i < 257; i++) requester.tasks.submit({ capability: 'text.shout', input: i })
    await swarm.world.until(() => worker.tasks.load().queued === 256, 5000)
    const record = await swarm.run(requester, { timeoutMs: 3000 })
    expect(record).toMatchObject({ status: 'failed', attempts: [], error: { code: 'NO_WORKER' } })
    expect(record.error?.message).toContain('w refused (OVERLOADED')
  })
})

describe('more tasks than the workers have room for', () => {
  it('wait in order, and each follows as soon as one is done', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const worker = await swarm.add('w', slow(10))
    await swarm.converge()
    const ended: number[] = []
    const tasks = Array.from({ length: 400 }, (_, i) => {
      const task = requester.tasks.submit({ capability: 'text.shout', input: i })
      task.ended().then(() => ended.push(i))
      return task
    })
    await swarm.world.until(() => worker.tasks.load().queued === 256, 1000)
    while (ended.length < 130) {
      await swarm.world.until(() => worker.tasks.load().queued < 256, 1000)
      await swarm.world.until(() => worker.tasks.load().queued === 256, 15, 'a full queue, a round trip later')
    }
    await swarm.world.settle(Promise.all(tasks.map((task) => task.ended())), 10_000)
    expect(ended).toHaveLength(400)
    expect(ended.slice(0, 257)).toEqual(Array.from({ length: 257 }, (_, i) => i))
  })

  it('than may be open are refused, and there is room again when some have ended', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const submit = () => requester.tasks.submit({ capability: 'text.shout', input: null })
    const first = submit()
    for (let i = 1; i < MAX_OPEN_TASKS; i++) submit()
    expect(submit).toThrow(BusyError)
    first.cancel()
    submit()
    expect(submit).toThrow(BusyError)
    await swarm.world.settle(requester.tasks.stop(), 1000)
    expect(requester.tasks.tasks()).toHaveLength(MAX_ENDED_TASKS)
    expect(requester.tasks.task(first.id)).toBeUndefined()
  })
})

describe('a cancelled task', () => {
  it('is aborted at its worker, running or waiting', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const worker = await swarm.add('w', endless)
    await swarm.converge()
    const running = requester.tasks.submit({ capability: 'text.shout', input: 1 })
    const waiting = requester.tasks.submit({ capability: 'text.shout', input: 2 })
    await swarm.world.until(() => waiting.record().status === 'running', 1000)
    expect(worker.tasks.load()).toMatchObject({ running: 1, queued: 1 })
    waiting.cancel()
    running.cancel('changed my mind')
    expect(running.record()).toMatchObject({
      status: 'cancelled',
      error: { code: 'CANCELLED', message: 'changed my mind' },
    })
    await swarm.world.until(() => worker.tasks.load().running === 0 && worker.tasks.load().queued === 0, 1000)
    expect(swarm.runs).toEqual([{ node: 'w', task: running.id, attempt: 1, aborted: true }])
    // A second time changes nothing.
    expect(requester.tasks.cancel(running.id)).toBe(false)
    expect(requester.tasks.cancel('unknown')).toBe(false)
  })

  it('that nobody has taken yet is simply over', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const handle = requester.tasks.submit({ capability: 'text.shout', input: null })
    expect(requester.tasks.cancel(handle.id, 'enough')).toBe(true)
    const worker = await swarm.add('w', quick)
    await swarm.converge()
    await swarm.world.run(10_000)
    expect(handle.record()).toMatchObject({ status: 'cancelled', attempts: [] })
    expect(worker.tasks.load().tasksDone).toBe(0)
  })

  it('on the own node is aborted there', async () => {
    const swarm = new Swarm()
    const node = await swarm.add('r', endless)
    await swarm.converge()
    const handle = node.tasks.submit({ capability: 'text.shout', input: null })
    await swarm.world.until(() => swarm.runs.length === 1, 1000)
    handle.cancel()
    expect(swarm.runs).toMatchObject([{ aborted: true }])
    await swarm.world.until(() => node.tasks.load().running === 0, 1000)
  })
})

describe('the deadline', () => {
  it('ends the task at the requester as unknown, and aborts it at the worker', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    await swarm.add('w', endless)
    await swarm.converge()
    const record = await swarm.run(requester, { timeoutMs: 1500 })
    expect(record).toMatchObject({ status: 'failed', error: { code: 'OUTCOME_UNKNOWN' }, attempts: [{ worker: 'w' }] })
    expect((record.endedAt ?? 0) - record.submittedAt).toBeLessThanOrEqual(1510)
    await swarm.world.until(() => swarm.runs[0]?.aborted === true, 100)
  })

  it('is the same on the own node', async () => {
    const swarm = new Swarm()
    const node = await swarm.add('r', endless)
    await swarm.converge()
    const record = await swarm.run(node, { timeoutMs: 1500 })
    expect(record).toMatchObject({ status: 'failed', error: { code: 'OUTCOME_UNKNOWN' }, attempts: [{ worker: 'r' }] })
    expect(swarm.runs).toMatchObject([{ aborted: true }])
  })

  it('is the deadline of all attempts together', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    await swarm.add('w', () => {
      throw new Error('boom')
    })
    await swarm.converge()
    const record = await swarm.run(requester, { timeoutMs: 250, maxAttempts: 50 })
    expect(record).toMatchObject({ status: 'failed', error: { code: 'TASK_FAILED' } })
    expect(record.attempts.length).toBeLessThan(5)
  })
})

describe('a node that stops', () => {
  it('cancels what it submitted', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const worker = await swarm.add('w', endless)
    await swarm.converge()
    const handle = requester.tasks.submit({ capability: 'text.shout', input: null })
    await swarm.world.until(() => swarm.runs.length === 1, 1000)
    await swarm.world.settle(requester.tasks.stop(), 1000)
    expect(handle.record()).toMatchObject({
      status: 'cancelled',
      error: { message: 'the node it was submitted to stopped' },
    })
    await swarm.world.until(() => worker.tasks.load().running === 0, 1000)
    expect(swarm.runs).toMatchObject([{ aborted: true }])
    expect(() => requester.tasks.submit({ capability: 'text.shout', input: null })).toThrow(StoppedError)
    await swarm.world.settle(requester.tasks.stop(), 1000)
  })

  it('aborts what it runs and tells who waits, so that it goes on elsewhere at once', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const a = await swarm.add('a', endless)
    await swarm.converge()
    const handle = requester.tasks.submit({ capability: 'text.shout', input: null })
    await swarm.world.until(() => swarm.runs.length === 1, 1000)
    await swarm.add('b', quick)
    await swarm.converge()
    const before = swarm.world.now
    // Once it has stopped, whoever waits has heard of it: the process may go.
    await swarm.world.settle(a.tasks.stop(), 400)
    a.host.kill()
    const record = await swarm.world.settle(handle.ended(), 1000)
    expect(swarm.world.now - before).toBeLessThan(400)
    expect(record).toMatchObject({
      status: 'done',
      result: { by: 'b' },
      attempts: [{ worker: 'a', error: { code: 'STOPPED' } }, { worker: 'b' }],
    })
    expect(swarm.runs[0]).toMatchObject({ aborted: true })
  })

  it('can be started again', async () => {
    const swarm = new Swarm()
    const node = await swarm.add('r', quick)
    await swarm.converge()
    await swarm.world.settle(node.tasks.stop(), 1000)
    node.tasks.start()
    expect(await swarm.run(node)).toMatchObject({ status: 'done' })
  })
})
