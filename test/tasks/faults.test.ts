import { describe, expect, it } from 'vitest'
import { ORPHAN_MS } from '../../src/tasks/worker.ts'
import { endless, quick, Swarm, slow, type TaskNode } from './swarm.ts'

/** A requester and two workers, with one task running on one of them. */
async function running(handle = slow(20_000)): Promise<{
  swarm: Swarm
  requester: TaskNode
  worker: TaskNode
  other: TaskNode
  task: ReturnType<TaskNode['tasks']['submit']>
}> {
  const swarm = new Swarm()
  const requester = await swarm.add('r')
  await swarm.add('a', handle)
  await swarm.add('b', handle)
  await swarm.converge()
  const task = requester.tasks.submit({ capability: 'text.shout', input: null })
  await swarm.world.until(() => task.record().status === 'running', 1000)
  const [{ worker: id } = { worker: '' }] = task.record().attempts
  const worker = swarm.nodes.find((node) => node.id === id) as TaskNode
  const other = swarm.nodes.find((node) => node !== worker && node !== requester) as TaskNode
  return { swarm, requester, worker, other, task }
}

describe('a worker', () => {
  it('that is killed loses the task to the next at once', async () => {
    const { swarm, worker, other, task } = await running()
    const before = swarm.world.now
    worker.host.kill()
    await swarm.world.until(() => task.record().attempts.length === 2, 1000)
    expect(swarm.world.now - before).toBeLessThan(500)
    const record = await swarm.world.settle(task.ended(), 30_000)
    expect(record).toMatchObject({
      status: 'done',
      result: { by: other.id },
      attempts: [
        { number: 1, worker: worker.id, error: { code: 'OUTCOME_UNKNOWN' } },
        { number: 2, worker: other.id },
      ],
    })
    expect(record.attempts[0]?.error?.message).toContain('is gone')
  })

  it('whose machine loses power falls silent and loses the task', async () => {
    const { swarm, worker, other, task } = await running()
    const before = swarm.world.now
    worker.host.crash()
    await swarm.world.until(() => task.record().attempts.length === 2, 20_000)
    expect(swarm.world.now - before).toBeLessThan(9000)
    expect(await swarm.world.settle(task.ended(), 30_000)).toMatchObject({ status: 'done', result: { by: other.id } })
  })

  it('that is paused loses the task, and its late result counts for nothing', async () => {
    const { swarm, worker, other, task } = await running(slow(8000))
    worker.host.pause()
    const record = await swarm.world.settle(task.ended(), 30_000)
    expect(record).toMatchObject({
      status: 'done',
      result: { by: other.id },
      attempts: [{ worker: worker.id, error: { code: 'OUTCOME_UNKNOWN' } }, { worker: other.id }],
    })
    expect(record.attempts[0]?.error?.message).toContain('said nothing for 6000 ms')
    worker.host.resume()
    await swarm.world.run(10_000)
    expect(task.record()).toEqual(record)
    expect(worker.tasks.load()).toMatchObject({ running: 0, queued: 0 })
  })

  it('that stalls for 4 s keeps the task', async () => {
    const { swarm, worker, task } = await running(slow(12_000))
    worker.host.pause()
    await swarm.world.run(4000)
    worker.host.resume()
    const record = await swarm.world.settle(task.ended(), 30_000)
    expect(record).toMatchObject({ status: 'done', attempts: [{ worker: worker.id }] })
    expect(record.attempts).toHaveLength(1)
  })

  it('that membership calls dead loses the task at once', async () => {
    const { swarm, worker, other, task } = await running()
    worker.host.pause()
    swarm.declareDead(worker)
    await swarm.world.until(() => task.record().attempts.length === 2, 500)
    expect(task.record().attempts).toMatchObject([
      { worker: worker.id, error: { message: `${worker.id} is dead` } },
      { worker: other.id },
    ])
  })

  it('whose connection breaks and comes back keeps the task: it runs once', async () => {
    // It runs for longer than an orphan would.
    const { swarm, requester, worker, task } = await running(slow(ORPHAN_MS + 5000))
    for (let i = 0; i < 3; i++) {
      requester.host.network.disconnect(worker.id)
      await swarm.world.run(300)
    }
    const record = await swarm.world.settle(task.ended(), 30_000)
    expect(record).toMatchObject({ status: 'done', result: { by: worker.id } })
    expect(record.attempts).toHaveLength(1)
    expect(swarm.runs).toHaveLength(1)
  })

  it('that is behind a partition loses the task, stops it, and takes others when the partition is healed', async () => {
    const { swarm, requester, worker, other, task } = await running(endless)
    swarm.world.partition([[worker.host]])
    await swarm.world.until(() => task.record().attempts.length === 2, 10_000)
    expect(task.record().attempts[1]).toMatchObject({ worker: other.id })
    swarm.declareDead(worker)
    requester.host.network.disconnect(worker.id)
    await swarm.world.run(10_000)
    swarm.world.heal()
    await swarm.world.until(() => swarm.runs[0]?.aborted === true, ORPHAN_MS + 20_000)
    expect(worker.tasks.load()).toMatchObject({ running: 0 })
  })

  it('that comes back as a new process is asked again and runs it anew', async () => {
    const { swarm, worker, other, task } = await running(slow(2000))
    other.host.kill()
    const next = await swarm.restart(worker, quick)
    const record = await swarm.world.settle(task.ended(), 30_000)
    expect(record).toMatchObject({ status: 'done', result: { by: next.id } })
    expect(record.attempts.length).toBeLessThanOrEqual(2)
  })

  it('stops a task whose requester is gone', async () => {
    const { swarm, requester, worker } = await running(endless)
    requester.host.kill()
    await swarm.world.run(ORPHAN_MS - 1000)
    expect(swarm.runs[0]?.aborted).toBe(false)
    await swarm.world.until(() => swarm.runs[0]?.aborted === true, 2000)
    expect(worker.tasks.load().running).toBe(0)
  })
})

describe('a requester that stalls itself', () => {
  it('accuses nobody for its own sleep', async () => {
    const { swarm, requester, worker, task } = await running(slow(20_000))
    requester.host.pause()
    await swarm.world.run(15_000)
    requester.host.resume()
    const record = await swarm.world.settle(task.ended(), 30_000)
    expect(record).toMatchObject({ status: 'done', attempts: [{ worker: worker.id }] })
    expect(record.attempts).toHaveLength(1)
  })
})

describe('attempts', () => {
  it('are capped, and every one of them is in the record', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    for (const id of ['a', 'b', 'c', 'd']) await swarm.add(id, endless)
    await swarm.converge()
    const task = requester.tasks.submit({ capability: 'text.shout', input: null, maxAttempts: 3 })
    const killed: string[] = []
    while (killed.length < 3) {
      await swarm.world.until(() => task.record().status === 'running', 5000)
      const worker = task.record().attempts.at(-1)?.worker ?? ''
      swarm.nodes.find(({ id }) => id === worker)?.host.kill()
      killed.push(worker)
      await swarm.world.until(() => task.record().status !== 'running', 5000)
    }
    const record = await swarm.world.settle(task.ended(), 1000)
    expect(record).toMatchObject({ status: 'failed', error: { code: 'OUTCOME_UNKNOWN' } })
    expect(record.attempts.map(({ worker }) => worker)).toEqual(killed)
    expect(new Set(killed).size).toBe(3)
    expect(record.attempts.every(({ endedAt, error }) => endedAt !== undefined && error !== undefined)).toBe(true)
  })
})

describe('bids', () => {
  it('that come late are ignored, and the next rounds do not wait for who sent them', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const late = await swarm.add('a', quick)
    await swarm.add('b', quick)
    await swarm.converge()
    late.host.pause()
    const began = swarm.world.now
    const first = await swarm.run(requester)
    expect(first).toMatchObject({ status: 'done', result: { by: 'b' } })
    expect(swarm.world.now - began).toBeGreaterThanOrEqual(250)
    // Its bid arrives now: too late to be given the task.
    late.host.resume()
    await swarm.world.run(1000)
    expect(swarm.runs.map(({ node }) => node)).toEqual(['b'])
    late.host.pause()
    const second = swarm.world.now
    await swarm.run(requester)
    expect(swarm.world.now - second).toBeGreaterThanOrEqual(250)
    await swarm.world.run(1000)
    const again = swarm.world.now
    await swarm.run(requester)
    expect(swarm.world.now - again).toBeLessThan(50)
    // Heard of again, it is waited for again, and gets its share.
    late.host.resume()
    await swarm.world.run(1000)
    for (let i = 0; i < 20; i++) await swarm.run(requester)
    expect(swarm.runs.some(({ node }) => node === 'a')).toBe(true)
  })

  it('are shared by the tasks of a moment', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const worker = await swarm.add('a', quick)
    await swarm.converge()
    const count = 200
    const handles = Array.from({ length: count }, (_, i) =>
      requester.tasks.submit({ capability: 'text.shout', input: i }),
    )
    await swarm.world.settle(Promise.all(handles.map((handle) => handle.ended())), 5000)
    expect(swarm.runs).toHaveLength(count)
    expect(worker.bids).toBeGreaterThan(0)
    expect(worker.bids).toBeLessThan(5)
  })
})
