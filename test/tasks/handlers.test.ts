import { describe, expect, it } from 'vitest'
import { CoveyError, InvalidInputError } from '../../src/lib/errors.ts'
import { quick, Swarm } from './swarm.ts'

const workersOf = (record: { attempts: readonly { worker: string }[] }): string[] =>
  record.attempts.map(({ worker }) => worker)

describe('schemas', () => {
  const input = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }
  const output = { type: 'object', properties: { by: { type: 'string' } }, required: ['by'] }

  it('are held to at the requester: input that breaks them fails at once, without an attempt', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    for (const id of ['a', 'b']) await swarm.add(id, quick, { input })
    await swarm.converge()
    const record = await swarm.run(requester, { input: { text: 7 } }, 2000)
    expect(record).toMatchObject({ status: 'failed', attempts: [], error: { code: 'INVALID_INPUT' } })
    expect(record.error?.message).toContain('/text')
    expect(swarm.runs).toEqual([])
    expect(await swarm.run(requester, { input: { text: 'x' } })).toMatchObject({ status: 'done' })
  })

  it('choose among workers with different ones', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    await swarm.add('a', quick, { input })
    await swarm.add('b', quick, { input: { type: 'number' } })
    await swarm.converge()
    for (let i = 0; i < 5; i++) expect(workersOf(await swarm.run(requester, { input: i }))).toEqual(['b'])
    for (let i = 0; i < 5; i++)
      expect(workersOf(await swarm.run(requester, { input: { text: `${i}` } }))).toEqual(['a'])
  })

  it('are held to at the worker: a result that breaks them is no result', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    await swarm.add('a', () => ({ by: 7 }), { output })
    await swarm.converge()
    const record = await swarm.run(requester, { maxAttempts: 2 })
    expect(record.status).toBe('failed')
    expect(record.attempts.map(({ error }) => error?.code)).toEqual(['INVALID_OUTPUT', 'INVALID_OUTPUT'])
    expect(record.error?.message).toContain('the result breaks the schema of text.shout')
  })

  it('of a result are checked as it will arrive: undefined is null, a circle is none', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const circle: { self?: unknown } = {}
    circle.self = circle
    const values = [undefined, circle, 'x'.repeat(2 ** 20)]
    await swarm.add('a', (input) => values[input as number] as never)
    await swarm.converge()
    expect(await swarm.run(requester, { input: 0 })).toMatchObject({ status: 'done', result: null })
    for (const [index, what] of [
      [1, 'is no JSON'],
      [2, 'bytes of JSON'],
    ] as const) {
      const record = await swarm.run(requester, { input: index, maxAttempts: 1 })
      expect(record.error).toMatchObject({ code: 'INVALID_OUTPUT' })
      expect(record.error?.message).toContain(what)
    }
  })
})

describe('a handler that throws', () => {
  it('costs an attempt, and the task goes elsewhere', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const failing = (_input: unknown, _context: unknown, _clock: unknown, node: string): never => {
      throw new Error(`boom on ${node}`)
    }
    for (const id of ['a', 'b', 'c']) await swarm.add(id, failing)
    await swarm.converge()
    const record = await swarm.run(requester)
    expect(record).toMatchObject({ status: 'failed', error: { code: 'TASK_FAILED' } })
    expect(workersOf(record).sort()).toEqual(['a', 'b', 'c'])
    expect(record.attempts.map(({ error }) => error?.message).sort()).toEqual(['boom on a', 'boom on b', 'boom on c'])
    expect(swarm.runs.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  })

  it('is tried again on the same node where there is no other', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    await swarm.add('a', (_input, { attempt }) => {
      if (attempt < 3) throw new Error('not yet')
      return 'now'
    })
    await swarm.converge()
    expect(await swarm.run(requester)).toMatchObject({ status: 'done', result: 'now', attempts: [{}, {}, {}] })
  })

  it('cannot speak for its node', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    const codes = ['STOPPED', 'DEADLINE', 'CANCELLED']
    await swarm.add('a', (_input, { attempt }) => {
      throw new CoveyError(codes[attempt - 1] ?? '', 'so it says', 'Do not believe it.')
    })
    await swarm.converge()
    const record = await swarm.run(requester)
    expect(record.attempts.map(({ error }) => error)).toEqual(
      codes.map(() => ({ code: 'TASK_FAILED', message: 'so it says', hint: 'Do not believe it.' })),
    )
  })

  it('because of the input ends the task', async () => {
    const swarm = new Swarm()
    const requester = await swarm.add('r')
    for (const id of ['a', 'b']) {
      await swarm.add(id, () => {
        throw new InvalidInputError('no such language: tlh', 'Use another.')
      })
    }
    await swarm.converge()
    const record = await swarm.run(requester)
    expect(record).toMatchObject({
      status: 'failed',
      error: { code: 'INVALID_INPUT', message: 'no such language: tlh' },
    })
    expect(swarm.runs).toHaveLength(1)
  })
})
