import { describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { InvalidInputError } from '../../src/lib/errors.ts'
import { encodeJson } from '../../src/lib/json.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { Award } from '../../src/tasks/award.ts'
import type { Report } from '../../src/tasks/report.ts'
import { START_SLICE_MS, Worker } from '../../src/tasks/worker.ts'

const award = (task: string): Award => ({
  task,
  query: { name: 'do.it' },
  attempt: 1,
  remainingMs: 60_000,
  input: encodeJson(task),
  hops: 0,
  avoid: [],
})

const stopped = (): Worker =>
  new Worker({ network: { self: 'w' }, clock: systemClock, log: silentLog, usage: () => ({ cpu: 0 }) })

function worker(): Worker {
  const it = stopped()
  it.start()
  return it
}

describe('a worker in real time', () => {
  it('lets I/O have its turn between handlers that compute', async () => {
    const it = worker()
    let turns = 0
    const turnAtStart: number[] = []
    const count = (): void => {
      turns++
      if (turnAtStart.length < 10) systemClock.soon(count)
    }
    it.host({
      name: 'cruncher',
      concurrency: 10,
      capabilities: [{ name: 'do.it', version: '1.0.0' }],
      handle: () => {
        turnAtStart.push(turns)
        const until = systemClock.monotonic() + START_SLICE_MS
        while (systemClock.monotonic() < until);
        return null
      },
    })
    systemClock.soon(count)
    for (let i = 0; i < 10; i++) it.award(award(`t${i}`), { report() {}, break() {} })
    await vi.waitFor(() => expect(turnAtStart).toHaveLength(10))
    // Each takes a slice, so that at most two start in one turn.
    expect(new Set(turnAtStart).size).toBeGreaterThanOrEqual(5)
    expect(turnAtStart[0]).toBe(0)
    it.stop()
  })

  it('tells what it hosts, and takes no two agents of one name, nor what is none', () => {
    const it = worker()
    const agent = { name: 'a', capabilities: [{ name: 'do.it', version: '1.0.0' }], handle: () => null }
    it.host(agent)
    expect(it.descriptions()).toEqual([
      { name: 'a', concurrency: 1, capabilities: [{ name: 'do.it', version: '1.0.0' }] },
    ])
    expect(() => it.host(agent)).toThrow(InvalidInputError)
    expect(() => it.host({ ...agent, name: '' })).toThrow(InvalidInputError)
    expect(() => it.host({ ...agent, name: 'b', capabilities: [] })).toThrow(InvalidInputError)
  })

  it('takes nothing before it starts, though peers may ask', () => {
    const it = stopped()
    it.host({ name: 'a', capabilities: [{ name: 'do.it', version: '1.0.0' }], handle: () => null })
    expect(it.bid({ name: 'do.it' })).toMatchObject({ refusal: { code: 'STOPPED' } })
    expect(it.award(award('t'), { report() {}, break() {} })).toMatchObject({ code: 'STOPPED' })
    it.start()
    expect(it.bid({ name: 'do.it' })).toMatchObject({ bid: { agent: 'a' } })
    it.stop()
  })

  it('says that a schema is none, and does not die of it', () => {
    const it = worker()
    const schema = { type: 'no such type' }
    it.host({ name: 'a', capabilities: [{ name: 'do.it', version: '1.0.0', input: schema }], handle: () => null })
    const reports: Report[] = []
    const refusal = it.award(award('t'), { report: (report) => reports.push(report), break() {} })
    expect(refusal).toMatchObject({ code: 'BAD_SCHEMA' })
    expect(refusal?.reason).toContain('the schema of do.it is none')
    expect(reports).toEqual([])
  })
})
