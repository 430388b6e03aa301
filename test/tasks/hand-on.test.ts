import { describe, expect, it } from 'vitest'
import { encodeJson } from '../../src/lib/json.ts'
import { type Award, decodeAward, encodeAward, encodeCancel, MAX_HOPS, TASK_PROTOCOL } from '../../src/tasks/award.ts'
import { decodeReport, type Report } from '../../src/tasks/report.ts'
import { ORPHAN_MS } from '../../src/tasks/worker.ts'
import { MAX_QUEUED_TASKS } from '../../src/tasks/worker-queue.ts'
import { endless, Swarm, slow, type TaskNode } from './swarm.ts'

const award = (fields: Partial<Award> = {}): Award => ({
  task: 't1',
  query: { name: 'text.shout' },
  attempt: 1,
  remainingMs: 60_000,
  input: encodeJson('hi'),
  hops: 0,
  avoid: [],
  ...fields,
})

/** Gives an award by hand; the reports grow while time passes. */
async function give(swarm: Swarm, from: TaskNode, to: TaskNode, body: Award) {
  const channel = await swarm.world.settle(
    from.rpc.channel(to.id, TASK_PROTOCOL, encodeAward(body), { timeoutMs: 1000 }),
    1000,
  )
  const reports: Report[] = []
  let over = false
  const read = async (): Promise<void> => {
    for await (const message of channel) reports.push(decodeReport(message))
    channel.end()
  }
  const ended = (): void => {
    over = true
  }
  read().then(ended, ended)
  return { channel, reports, over: () => over }
}

/** Fills the only slot and the queue of a worker with tasks that never end, in a few milliseconds. */
async function fill(swarm: Swarm, from: TaskNode, worker: TaskNode): Promise<void> {
  const avoid = swarm.nodes.map(({ id }) => id).filter((id) => id !== worker.id)
  const opening = Array.from({ length: MAX_QUEUED_TASKS + 1 }, (_, i) => {
    const body = encodeAward(award({ task: `filler ${worker.id} ${i}`, avoid }))
    return from.rpc.channel(worker.id, TASK_PROTOCOL, body, { timeoutMs: 1000 })
  })
  await swarm.world.settle(Promise.all(opening), 1000)
  expect(worker.tasks.load()).toMatchObject({ running: 1, queued: MAX_QUEUED_TASKS })
}

async function overloaded(free: Parameters<Swarm['add']>[1] = slow(500)) {
  const swarm = new Swarm()
  const requester = await swarm.add('r')
  const full = await swarm.add('full', endless)
  const other = await swarm.add('free', free)
  await swarm.converge()
  await fill(swarm, requester, full)
  return { swarm, requester, full, other }
}

describe('an overloaded worker', () => {
  it('hands an award on to a capable peer and relays what that reports', async () => {
    const { swarm, requester, full } = await overloaded(async (input, context, clock, node) => {
      context.progress(0.5, 'half')
      return slow(500)(input, context, clock, node)
    })
    const { reports, over } = await give(swarm, requester, full, award())
    await swarm.world.until(over, 5000)
    expect(reports.map(({ type }) => type)).toEqual(['accepted', 'progress', 'result'])
    expect(reports[0]).toMatchObject({ worker: 'free' })
    expect(swarm.runs.filter(({ task }) => task === 't1')).toMatchObject([{ node: 'free' }])
  })

  it('refuses with a reason where there is nobody else', async () => {
    const { swarm, requester, full } = await overloaded()
    const { reports, over } = await give(swarm, requester, full, award({ avoid: ['free'] }))
    await swarm.world.until(over, 5000)
    expect(reports).toMatchObject([{ type: 'refused', code: 'OVERLOADED' }])
  })

  it('refuses an award that was handed on often enough', async () => {
    const { swarm, requester, full } = await overloaded()
    const { reports, over } = await give(swarm, requester, full, award({ hops: MAX_HOPS }))
    await swarm.world.until(over, 5000)
    expect(reports).toMatchObject([{ type: 'refused', code: 'OVERLOADED', reason: '256 tasks wait already' }])
  })

  it('never hands it back: with all full the award comes to an end', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const nodes = []
    for (const id of ['a', 'b', 'c', 'd', 'e']) nodes.push(await swarm.add(id, endless))
    await swarm.converge()
    for (const node of nodes) await fill(swarm, requester, node)
    const { reports, over } = await give(swarm, requester, nodes[0] as TaskNode, award())
    await swarm.world.until(over, 10_000)
    expect(reports).toMatchObject([{ type: 'refused', code: 'OVERLOADED' }])
  })

  it('passes a cancellation on', async () => {
    const { swarm, requester, full } = await overloaded(endless)
    const { channel, reports } = await give(swarm, requester, full, award())
    await swarm.world.until(() => reports.length > 0, 1000)
    await swarm.world.settle(channel.send(encodeCancel('enough')), 100)
    const ofTask = () => swarm.runs.filter(({ task }) => task === 't1')
    await swarm.world.until(() => ofTask().every(({ aborted }) => aborted), 100)
    expect(ofTask()).toMatchObject([{ node: 'free', aborted: true }])
  })

  it('passes it on when its requester is gone: the run is an orphan and ends', async () => {
    const { swarm, requester, full } = await overloaded(endless)
    const { channel, reports } = await give(swarm, requester, full, award())
    await swarm.world.until(() => reports.length > 0, 1000)
    channel.abort(new Error('gone'))
    const ofTask = () => swarm.runs.filter(({ task }) => task === 't1')
    await swarm.world.run(ORPHAN_MS - 1000)
    expect(ofTask()).toMatchObject([{ node: 'free', aborted: false }])
    await swarm.world.until(() => ofTask().every(({ aborted }) => aborted), 2000)
  })
})

describe('a task that was handed on', () => {
  /** A requester that awards to `full`, because its bid is fresh, though others have filled it since. */
  async function handedOn() {
    const swarm = new Swarm({}, { full: (all) => ['full', ...all.map(({ peer }) => peer)] })
    const requester = await swarm.add('r')
    const filler = await swarm.add('f')
    const full = await swarm.add('full', (input, ...rest) => (input === 'prime' ? null : endless(input, ...rest)))
    const free = await swarm.add('free', slow(2000))
    await swarm.converge()
    await swarm.run(requester, { input: 'prime', policy: 'full' })
    await fill(swarm, filler, full)
    const task = requester.tasks.submit({ capability: 'text.shout', input: null, policy: 'full' })
    await swarm.world.until(() => task.record().status === 'running', 1000)
    return { swarm, requester, full, free, task }
  }
  const ofTask = (swarm: Swarm, id: string) => swarm.runs.filter(({ task }) => task === id)

  it('is known to run elsewhere, and ends with the result from there', async () => {
    const { swarm, task } = await handedOn()
    expect(task.record().attempts).toMatchObject([{ number: 1, worker: 'free' }])
    const record = await swarm.world.settle(task.ended(), 5000)
    expect(record).toMatchObject({ status: 'done', result: { by: 'free' } })
    expect(record.attempts).toHaveLength(1)
  })

  it('does not need the node on the way: when that dies the requester asks where it runs', async () => {
    const { swarm, full, task } = await handedOn()
    full.host.kill()
    const record = await swarm.world.settle(task.ended(), 10_000)
    expect(record).toMatchObject({ status: 'done', result: { by: 'free' } })
    expect(record.attempts).toHaveLength(1)
    expect(ofTask(swarm, task.id)).toHaveLength(1)
  })

  it('nor when that stops in order', async () => {
    const { swarm, full, task } = await handedOn()
    await swarm.world.settle(full.tasks.stop(), 2000)
    const record = await swarm.world.settle(task.ended(), 10_000)
    expect(record).toMatchObject({ status: 'done', result: { by: 'free' }, attempts: [{ worker: 'free' }] })
    expect(ofTask(swarm, task.id)).toHaveLength(1)
  })

  it('is lost when the node that runs it dies', async () => {
    const { swarm, free, task } = await handedOn()
    free.host.kill()
    await swarm.world.until(() => task.record().attempts[0]?.error !== undefined, 1000)
    expect(task.record().attempts).toMatchObject([{ worker: 'free', error: { code: 'OUTCOME_UNKNOWN' } }])
  })
})

describe('awards on the wire', () => {
  it('carry their way', async () => {
    const { swarm, requester, full, other } = await overloaded()
    const seen: Award[] = []
    other.rpc.onChannel(TASK_PROTOCOL, (channel, body) => {
      seen.push(decodeAward(body))
      channel.abort(new Error('watched only'))
    })
    const { over } = await give(swarm, requester, full, award({ hops: 1, avoid: ['x'] }))
    await swarm.world.until(over, 5000)
    expect(seen).toMatchObject([{ task: 't1', hops: 2, avoid: ['x', 'r', 'full'], attempt: 1 }])
    expect(seen[0]?.remainingMs).toBeLessThan(60_000)
  })
})
