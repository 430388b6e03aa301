import { describe, expect, it } from 'vitest'
import { encodeJson } from '../../src/lib/json.ts'
import type { Channel } from '../../src/network/rpc.ts'
import { TASK_PROTOCOL } from '../../src/tasks/award.ts'
import { BID_PROTOCOL } from '../../src/tasks/bid.ts'
import { encodeReport, type Report } from '../../src/tasks/report.ts'
import { endless, quick, Swarm, type TaskNode } from './swarm.ts'

const accepted: Report = { type: 'accepted', worker: 'liar', agent: 'shouter', version: '1.0.0' }
const result = (value: Uint8Array): Report => ({ type: 'result', output: value })

/** A node that announces what it never does: what it says to an award is for the test to say. */
async function liar(serve?: (channel: Channel) => void, honest = true) {
  const swarm = new Swarm({}, { liar: (all) => all.map(({ peer }) => peer).sort((a) => (a === 'liar' ? -1 : 1)) })
  const requester = await swarm.add('r')
  const output = { type: 'object', properties: { by: { type: 'string' } }, required: ['by'] }
  const node = await swarm.add('liar', endless, { output })
  if (honest) await swarm.add('honest', quick, { output })
  await swarm.converge()
  let awards = 0
  if (serve) {
    node.rpc.onChannel(TASK_PROTOCOL, (channel) => {
      awards++
      serve(channel)
    })
  }
  return { swarm, requester, node, awards: () => awards }
}

const say =
  (...messages: (Report | Uint8Array)[]) =>
  (channel: Channel): void => {
    for (const message of messages) void channel.send(message instanceof Uint8Array ? message : encodeReport(message))
    channel.end()
  }

const firstAttempt = async (swarm: Swarm, requester: TaskNode) => {
  const record = await swarm.run(requester, { policy: 'liar' })
  expect(record).toMatchObject({ status: 'done', result: { by: 'honest' } })
  return record.attempts[0]
}

describe('a worker that keeps to no rule', () => {
  it('and answers what breaks the schema it announced, has not answered', async () => {
    const { swarm, requester } = await liar(say(accepted, result(encodeJson({ by: 7 }))))
    const attempt = await firstAttempt(swarm, requester)
    expect(attempt).toMatchObject({ worker: 'liar', error: { code: 'INVALID_OUTPUT' } })
    expect(attempt?.error?.message).toContain('/by')
  })

  it('and answers no JSON, has not answered', async () => {
    const { swarm, requester } = await liar(say(accepted, result(new Uint8Array([0x7b, 0xff]))))
    expect(await firstAttempt(swarm, requester)).toMatchObject({ error: { code: 'INVALID_OUTPUT' } })
  })

  it('and sends nonsense, is asked a few times more and given up', async () => {
    const { swarm, requester, awards } = await liar(say(accepted, new Uint8Array([255, 255, 255])))
    expect(await firstAttempt(swarm, requester)).toMatchObject({ worker: 'liar', error: { code: 'OUTCOME_UNKNOWN' } })
    expect(awards()).toBe(4)
  })

  it('and ends without an outcome, is asked a few times more and given up', async () => {
    const { swarm, requester, awards } = await liar(say(accepted))
    expect(await firstAttempt(swarm, requester)).toMatchObject({ error: { code: 'OUTCOME_UNKNOWN' } })
    expect(awards()).toBe(4)
  })

  it('and accepts, then says nothing, loses the task', async () => {
    const { swarm, requester } = await liar((channel) => void channel.send(encodeReport(accepted)))
    expect(await firstAttempt(swarm, requester)).toMatchObject({ error: { message: 'liar said nothing for 6000 ms' } })
  })

  it('and does not even accept, loses it sooner', async () => {
    const { swarm, requester } = await liar(() => {})
    expect(await firstAttempt(swarm, requester)).toMatchObject({ error: { message: 'liar said nothing for 3000 ms' } })
  })

  /** A worker that has 100 awards at once and needs so long to say anything of each; of the first `ignored` it says nothing. */
  async function overwhelmed(everyMs: number, ignored: number) {
    const waiting: Channel[] = []
    const made = await liar((channel) => void waiting.push(channel), false)
    const { swarm, requester, node } = made
    const answer = (): void => {
      const [accept, tell] = [waiting.shift(), say(accepted, result(encodeJson({ by: 'liar' })))]
      if (accept) tell(accept)
      node.host.clock.after(everyMs, answer)
    }
    const tasks = Array.from({ length: 100 }, (_, i) =>
      requester.tasks.submit({ capability: 'text.shout', input: i, timeoutMs: 60_000, maxAttempts: 1 }),
    )
    await swarm.world.run(500)
    expect(waiting).toHaveLength(100)
    waiting.splice(0, ignored)
    answer()
    const records = await swarm.world.settle(Promise.all(tasks.map((task) => task.ended())), 60_000)
    return { records, awards: made.awards() }
  }

  it('and is slow with all that it has, is given none of it again', async () => {
    const { records, awards } = await overwhelmed(100, 0)
    expect(new Set(records.map(({ status }) => status))).toEqual(new Set(['done']))
    expect(awards).toBe(100)
  })

  it('and tells of others but never of one, loses that one in the end', async () => {
    const { records } = await overwhelmed(100, 1)
    const lost = records.filter(({ status }) => status === 'failed')
    expect(lost).toMatchObject([{ error: { code: 'OUTCOME_UNKNOWN' } }])
    const [attempt] = lost[0]?.attempts ?? []
    // The others are done after 10 s, and from then on it says nothing at all.
    const took = (attempt?.endedAt ?? 0) - (attempt?.startedAt ?? 0)
    expect(took).toBeGreaterThan(10_000)
    expect(took).toBeLessThan(15_000)

    const [first] = (await overwhelmed(400, 1)).records
    expect(first?.error?.message).toContain('said nothing for 30000 ms')
  })

  it('and answers twice, has answered once', async () => {
    const { swarm, requester } = await liar(
      say(accepted, result(encodeJson({ by: 'first' })), result(encodeJson({ by: 'second' }))),
    )
    const record = await swarm.run(requester, { policy: 'liar' })
    expect(record).toMatchObject({ status: 'done', result: { by: 'first' } })
    await swarm.world.run(1000)
    expect(requester.tasks.task(record.id)?.record()).toEqual(record)
  })

  it('and names somebody who does not exist, loses the task when its channel breaks', async () => {
    const { swarm, requester } = await liar(say({ ...accepted, worker: 'nobody' }))
    expect(await firstAttempt(swarm, requester)).toMatchObject({ worker: 'nobody', error: { code: 'OUTCOME_UNKNOWN' } })
  })

  it('and bids, but always refuses, is not asked again and again', async () => {
    const refusal: Report = { type: 'refused', code: 'OVERLOADED', reason: 'never' }
    const { swarm, requester, awards } = await liar(say(refusal), false)
    const tasks = Array.from({ length: 200 }, (_, i) =>
      requester.tasks.submit({ capability: 'text.shout', input: i, timeoutMs: 3000 }),
    )
    const records = await swarm.world.settle(Promise.all(tasks.map((task) => task.ended())), 5000)
    expect(new Set(records.map(({ error }) => error?.code))).toEqual(new Set(['NO_WORKER']))
    // 3 s hold 30 rounds of fresh bids; only what was awarded before the first refusal of a round came back is asked.
    expect(awards()).toBeLessThan(200 * 6)
  })

  it('and bids nonsense, is passed over', async () => {
    const { swarm, requester, node } = await liar()
    node.rpc.handle(BID_PROTOCOL, () => new Uint8Array([255, 255]))
    const record = await swarm.run(requester, { policy: 'liar' })
    expect(record).toMatchObject({ status: 'done', result: { by: 'honest' }, attempts: [{ worker: 'honest' }] })
    const alone = await swarm.run(requester, { policy: 'liar', exclude: ['honest'], timeoutMs: 1000 })
    expect(alone.error?.message).toContain('liar refused (BAD_MESSAGE: malformed bid')
  })

  it('and throws at a call for bids, is passed over', async () => {
    const { swarm, requester, node } = await liar()
    node.rpc.handle(BID_PROTOCOL, () => {
      throw new Error('no bids today')
    })
    expect(await swarm.run(requester, { policy: 'liar' })).toMatchObject({ attempts: [{ worker: 'honest' }] })
  })
})
