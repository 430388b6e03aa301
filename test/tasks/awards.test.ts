import { describe, expect, it } from 'vitest'
import { decodeJson, encodeJson } from '../../src/lib/json.ts'
import type { Channel } from '../../src/network/rpc.ts'
import { type Award, encodeAward, encodeCancel, MAX_HOPS, TASK_PROTOCOL } from '../../src/tasks/award.ts'
import { decodeReport, type Report } from '../../src/tasks/report.ts'
import { ABORT_GRACE_MS, MAX_WATCHERS } from '../../src/tasks/worker.ts'
import { endless, quick, Swarm, slow, type TaskNode } from './swarm.ts'

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

/** A peer that speaks the task protocol by hand. */
class Hand {
  readonly swarm: Swarm
  readonly node: TaskNode
  constructor(swarm: Swarm, node: TaskNode) {
    this.swarm = swarm
    this.node = node
  }

  /** Opens a channel with an award and collects the reports until the worker ends it or it breaks. */
  async give(
    to: TaskNode,
    body: Award | Uint8Array,
  ): Promise<{ channel: Channel; reports: Report[]; over: () => boolean }> {
    const bytes = body instanceof Uint8Array ? body : encodeAward(body)
    const opening = this.node.rpc.channel(to.id, TASK_PROTOCOL, bytes, { timeoutMs: 1000 })
    const channel = await this.swarm.world.settle(opening, 1000)
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

  /** Gives an award and waits for its last report. */
  async outcome(to: TaskNode, body: Award | Uint8Array): Promise<Report | undefined> {
    const { reports, over } = await this.give(to, body)
    await this.swarm.world.until(over, 10_000, 'the end of the channel')
    return reports.at(-1)
  }
}

async function pair(...args: Parameters<Swarm['add']> extends [string, ...infer Rest] ? Rest : never) {
  const swarm = new Swarm()
  const requester = await swarm.add('r')
  const worker = await swarm.add('w', ...args)
  await swarm.converge()
  return { swarm, worker, requester, hand: new Hand(swarm, requester) }
}

const result = (report: Report | undefined) => (report?.type === 'result' ? decodeJson(report.output) : report)

describe('the same task awarded twice to one worker', () => {
  it('joins the one that runs: one run, both get the result', async () => {
    const { swarm, worker, hand } = await pair(slow(500))
    const first = await hand.give(worker, award())
    await swarm.world.run(100)
    const second = await hand.give(worker, award({ attempt: 2 }))
    await swarm.world.until(() => first.over() && second.over(), 5000)
    for (const { reports } of [first, second]) {
      expect(reports[0]).toEqual({ type: 'accepted', worker: 'w', agent: 'shouter', version: '1.0.0' })
      expect(result(reports.at(-1))).toEqual({ by: 'w' })
    }
    expect(swarm.runs).toHaveLength(1)
  })

  it('gets the kept result when it has run, though it be another attempt', async () => {
    const { swarm, worker, hand } = await pair(quick)
    expect(result(await hand.outcome(worker, award()))).toEqual({ by: 'w' })
    expect(result(await hand.outcome(worker, award({ attempt: 2 })))).toEqual({ by: 'w' })
    expect(swarm.runs).toHaveLength(1)
  })

  it('gets the kept failure for the same attempt, and runs again for a later one', async () => {
    const { swarm, worker, hand } = await pair((_input, { attempt }) => {
      if (attempt === 1) throw new Error('boom')
      return 'well'
    })
    const failure = { type: 'failure', code: 'TASK_FAILED', message: 'boom' }
    expect(await hand.outcome(worker, award())).toEqual(failure)
    expect(await hand.outcome(worker, award())).toEqual(failure)
    expect(swarm.runs).toHaveLength(1)
    expect(result(await hand.outcome(worker, award({ attempt: 2 })))).toBe('well')
    expect(swarm.runs).toHaveLength(2)
  })

  it('with other input is refused, running or kept', async () => {
    const { swarm, worker, hand } = await pair(slow(500))
    const first = await hand.give(worker, award())
    const other = award({ input: encodeJson('something else') })
    expect(await hand.outcome(worker, other)).toMatchObject({ type: 'refused', code: 'ID_CONFLICT' })
    await swarm.world.until(first.over, 5000)
    expect(await hand.outcome(worker, other)).toMatchObject({ type: 'refused', code: 'ID_CONFLICT' })
    expect(swarm.runs).toHaveLength(1)
  })

  it('is aborted when the last who waits has cancelled, not before', async () => {
    const { swarm, worker, hand } = await pair(endless)
    const first = await hand.give(worker, award())
    const second = await hand.give(worker, award())
    await swarm.world.settle(first.channel.send(encodeCancel('not I')), 100)
    await swarm.world.run(1000)
    expect(swarm.runs).toMatchObject([{ aborted: false }])
    await swarm.world.settle(second.channel.send(encodeCancel('nor I')), 100)
    await swarm.world.until(() => swarm.runs[0]?.aborted === true, 100)
    expect(worker.tasks.load().running).toBe(0)
  })

  it('is waited for by a bounded number', async () => {
    const { swarm, worker, hand } = await pair(slow(2000))
    for (let i = 0; i < MAX_WATCHERS; i++) await hand.give(worker, award())
    expect(await hand.outcome(worker, award())).toMatchObject({ type: 'refused', code: 'OVERLOADED' })
    await swarm.world.run(3000)
    expect(swarm.runs).toHaveLength(1)
  })
})

describe('an award that makes no sense', () => {
  it('is refused with a reason, and the next one is served', async () => {
    const { worker, hand } = await pair(quick, { input: { type: 'string' } })
    const refusals: [Award | Uint8Array, string][] = [
      [new Uint8Array([255, 255, 255]), 'BAD_MESSAGE'],
      [new Uint8Array(0), 'BAD_MESSAGE'],
      [award({ hops: MAX_HOPS + 1 }), 'BAD_MESSAGE'],
      [award({ query: { name: 'text.whisper' } }), 'NOT_OFFERED'],
      [award({ query: { name: 'text.shout', version: '^2.0.0' } }), 'NOT_OFFERED'],
      [award({ avoid: ['w'] }), 'CYCLE'],
      [award({ input: encodeJson(7) }), 'INVALID_INPUT'],
      [award({ input: new TextEncoder().encode('{"open') }), 'INVALID_INPUT'],
      [award({ input: new Uint8Array([0xff, 0xfe]) }), 'INVALID_INPUT'],
    ]
    for (const [body, code] of refusals)
      expect(await hand.outcome(worker, body)).toMatchObject({ type: 'refused', code })
    expect(result(await hand.outcome(worker, award()))).toEqual({ by: 'w' })
  })

  it('an order that makes none is as if the connection had broken', async () => {
    const { swarm, worker, hand } = await pair(slow(500))
    const first = await hand.give(worker, award())
    await swarm.world.settle(first.channel.send(new Uint8Array([255, 255])), 100)
    await swarm.world.until(first.over, 100)
    expect(result(await hand.outcome(worker, award()))).toEqual({ by: 'w' })
    expect(swarm.runs).toHaveLength(1)
  })
})

describe('a worker', () => {
  it('gives up at the deadline of the award', async () => {
    const { swarm, worker, hand } = await pair(endless)
    expect(await hand.outcome(worker, award({ remainingMs: 700 }))).toMatchObject({ type: 'failure', code: 'DEADLINE' })
    expect(swarm.runs).toMatchObject([{ aborted: true }])
  })

  it('says that it lives while a task runs or waits', async () => {
    const { swarm, worker, hand } = await pair(endless)
    const first = await hand.give(worker, award())
    const second = await hand.give(worker, award({ task: 't2' }))
    await swarm.world.run(10_000)
    for (const { reports } of [first, second]) {
      expect(reports.filter(({ type }) => type === 'alive').length).toBeGreaterThanOrEqual(4)
    }
  })

  it('gives the slot of a handler that does not return to others, but not its task', async () => {
    const never = new Promise<never>(() => {})
    const { swarm, worker, hand } = await pair((input) => (input === 'hang' ? never : 'ok'))
    const hanging = award({ input: encodeJson('hang') })
    const first = await hand.give(worker, hanging)
    await swarm.world.settle(first.channel.send(encodeCancel('enough')), 100)
    await swarm.world.until(first.over, 100)
    const next = await hand.give(worker, award({ task: 't2' }))
    await swarm.world.run(ABORT_GRACE_MS / 2)
    expect(next.reports.map(({ type }) => type)).not.toContain('result')
    expect(await hand.outcome(worker, { ...hanging, attempt: 2 })).toMatchObject({
      type: 'refused',
      code: 'OVERLOADED',
    })
    await swarm.world.until(next.over, ABORT_GRACE_MS)
    expect(result(next.reports.at(-1))).toBe('ok')
    expect(await hand.outcome(worker, { ...hanging, attempt: 2 })).toMatchObject({
      type: 'refused',
      code: 'OVERLOADED',
    })
  })

  it('takes what one of its agents has room for, though a less busy one is full', async () => {
    const { swarm, worker, hand } = await pair(endless, { concurrency: 4 })
    worker.tasks.host(swarm.agent(worker.host, endless, { name: 'second' }))
    // The first agent takes 260; full with them it is, slot by slot, still less busy than the second with its 257.
    const opening = Array.from({ length: 260 + 257 }, (_, i) =>
      hand.node.rpc.channel('w', TASK_PROTOCOL, encodeAward(award({ task: `filler ${i}` })), { timeoutMs: 1000 }),
    )
    await swarm.world.settle(Promise.all(opening), 1000)
    expect(worker.tasks.load()).toMatchObject({ running: 5, queued: 512 })
    expect(await hand.outcome(worker, award())).toMatchObject({ type: 'refused', code: 'OVERLOADED' })
  })

  it('runs no more at once than its agent allows', async () => {
    let most = 0
    let now = 0
    const { swarm, requester } = await pair(
      async (input, context, clock, node) => {
        most = Math.max(most, ++now)
        await slow(20)(input, context, clock, node)
        now--
        return null
      },
      { concurrency: 3 },
    )
    const handles = Array.from({ length: 50 }, (_, i) => requester.tasks.submit({ capability: 'text.shout', input: i }))
    await swarm.world.settle(Promise.all(handles.map((handle) => handle.ended())), 10_000)
    expect(most).toBe(3)
  })

  it('reports progress no more often than ten times a second, cut to size', async () => {
    const { swarm, worker, hand } = await pair(async (_input, { progress, signal }, clock) => {
      for (let i = 0; i <= 500 && !signal.aborted; i++) {
        progress(i / 500, `${i} ${'x'.repeat(2000)}`)
        await new Promise<void>((resolve) => clock.after(2, resolve))
      }
      return null
    })
    const { reports, over } = await hand.give(worker, award())
    await swarm.world.until(over, 5000)
    const progress = reports.filter((report) => report.type === 'progress')
    expect(progress.length).toBeGreaterThanOrEqual(10)
    expect(progress.length).toBeLessThanOrEqual(12)
    expect(Math.max(...progress.map(({ message }) => message?.length ?? 0))).toBe(500)
    expect(progress.at(-1)?.fraction).toBe(1)
  })

  it('holds little for a peer that reads nothing', async () => {
    const { swarm, worker, requester } = await pair(async (_input, { progress, signal }, clock) => {
      for (let i = 0; !signal.aborted && i < 3000; i++) {
        progress(0.5, 'x'.repeat(500))
        await new Promise<void>((resolve) => clock.after(100, resolve))
      }
      return 'x'.repeat(100_000)
    })
    // Opens the channel and never reads from it: 600 reports of 500 bytes are more than a window.
    const opening = requester.rpc.channel('w', TASK_PROTOCOL, encodeAward(award({ remainingMs: 1e6 })), {
      timeoutMs: 1000,
    })
    const channel = await swarm.world.settle(opening, 1000)
    await swarm.world.run(200_000)
    expect(worker.tasks.load().running).toBe(1)
    const types: string[] = []
    const reading = (async () => {
      for await (const message of channel) types.push(decodeReport(message).type)
    })()
    await swarm.world.settle(reading, 200_000)
    expect(types.at(-1)).toBe('result')
    expect(types.length).toBeLessThan(2000)
  })
})
