import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CoveyError, InvalidInputError } from '../../src/lib/errors.ts'
import { encodeJson, type Json } from '../../src/lib/json.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { MAX_FRAME_BYTES } from '../../src/network/network.ts'
import {
  type Award,
  decodeAward,
  decodeCancel,
  encodeAward,
  encodeCancel,
  MAX_AVOID,
  MAX_HOPS,
} from '../../src/tasks/award.ts'
import { type Bid, decodeAnswer, decodeCall, encodeAnswer, encodeCall } from '../../src/tasks/bid.ts'
import { policiesWith } from '../../src/tasks/policies.ts'
import { decodeReport, encodeReport, type Report } from '../../src/tasks/report.ts'
import { checkRequest, fingerprint, MAX_EXCLUDED, MAX_TIMEOUT_MS, MAX_VALUE_BYTES } from '../../src/tasks/request.ts'
import type { TaskRequest } from '../../src/tasks/task.ts'
import { text } from '../../src/tasks/wire-values.ts'
import { BidAnswer as AnswerCodec } from '../../src/wire/bid.ts'
import { TaskAward as AwardCodec } from '../../src/wire/task.ts'

const award: Award = {
  task: 't1',
  query: { name: 'text.shout', version: '^1.0.0', tags: ['gpu'] },
  attempt: 2,
  remainingMs: 1000.5,
  input: encodeJson({ text: 'hello' }),
  hops: 1,
  avoid: ['a', 'b'],
}
const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return error instanceof CoveyError ? error.code : `not on purpose: ${error}`
  }
  return 'nothing thrown'
}

describe('messages', () => {
  it('come out as they went in', () => {
    expect(decodeAward(encodeAward(award))).toEqual(award)
    const bare = { ...award, query: { name: 'x' }, avoid: [], hops: 0 }
    expect(decodeAward(encodeAward(bare))).toEqual(bare)
    expect(decodeCancel(encodeCancel('enough'))).toBe('enough')
    expect(decodeCall(encodeCall(award.query))).toEqual(award.query)
    const reports: Report[] = [
      { type: 'accepted', worker: 'w', agent: 'shouter', version: '1.2.3' },
      { type: 'refused', code: 'OVERLOADED', reason: 'full' },
      { type: 'progress', fraction: 0, message: '' },
      { type: 'progress', message: 'half' },
      { type: 'alive' },
      { type: 'result', output: encodeJson(null) },
      { type: 'failure', code: 'TASK_FAILED', message: 'boom' },
      { type: 'failure', code: 'OUT_OF_PAPER', message: 'empty tray', hint: 'Fill it.' },
    ]
    for (const report of reports) expect(decodeReport(encodeReport(report))).toEqual(report)
    const bid: Bid = {
      agent: 'x',
      version: '1.0.0',
      fit: 0.5,
      running: 1,
      queued: 2,
      slots: 3,
      room: 4,
      startMs: 5,
      cpu: 0.7,
    }
    expect(decodeAnswer(encodeAnswer({ bid }))).toEqual({ bid })
    expect(decodeAnswer(encodeAnswer({ bid: { ...bid, meanMs: 8 } }))).toEqual({ bid: { ...bid, meanMs: 8 } })
    expect(decodeAnswer(encodeAnswer({ refusal: { code: 'STOPPED', reason: 'x' } }))).toEqual({
      refusal: { code: 'STOPPED', reason: 'x' },
    })
  })

  it('of any bytes are read or refused as BAD_MESSAGE, nothing else', () => {
    const decoders = [decodeAward, decodeReport, decodeCall, decodeAnswer]
    const good = [
      encodeAward(award),
      encodeReport({ type: 'failure', code: 'A', message: 'b' }),
      encodeCall(award.query),
    ]
    const damaged = fc.tuple(fc.constantFrom(...good), fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
      const copy = bytes.slice()
      copy[at % copy.length] = value
      return copy
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
        for (const decode of decoders) expect(['BAD_MESSAGE', 'nothing thrown']).toContain(codeOf(() => decode(bytes)))
      }),
      { numRuns: 500 },
    )
  })

  it('over a limit are refused', () => {
    const bad: Partial<Award>[] = [
      { task: '' },
      { task: 'x'.repeat(129) },
      { attempt: 0 },
      { attempt: 101 },
      { hops: MAX_HOPS + 1 },
      { remainingMs: 0 },
      { remainingMs: Number.NaN },
      { input: new Uint8Array(MAX_VALUE_BYTES + 1) },
      { query: { name: 'x'.repeat(65) } },
      { query: { name: 'x', version: 'not a range' } },
      { query: { name: 'x', tags: Array.from({ length: 33 }, (_, i) => `${i}`) } },
      { avoid: ['x'.repeat(129)] },
    ]
    for (const fields of bad) {
      expect([fields, codeOf(() => decodeAward(encodeAward({ ...award, ...fields })))]).toEqual([fields, 'BAD_MESSAGE'])
    }
    const avoid = Array.from({ length: MAX_AVOID + 1 }, (_, i) => `p${i}`)
    const raw = AwardCodec.encode({ task: 't', capability: 'x', attempt: 1, remainingMs: 1, avoid })
    expect(codeOf(() => decodeAward(raw))).toBe('BAD_MESSAGE')
    expect(codeOf(() => decodeAnswer(new Uint8Array(0)))).toBe('BAD_MESSAGE')
    const large: Report = { type: 'result', output: new Uint8Array(MAX_VALUE_BYTES + 1) }
    expect(codeOf(() => decodeReport(encodeReport(large)))).toBe('BAD_MESSAGE')
  })

  it('at their limits fit a frame', () => {
    const full: Award = {
      ...award,
      task: 'x'.repeat(128),
      query: {
        name: 'x'.repeat(64),
        version: '>=1.0.0',
        tags: Array.from({ length: 32 }, (_, i) => `${i}`.padEnd(64, 'ü')),
      },
      input: new Uint8Array(MAX_VALUE_BYTES),
      avoid: Array.from({ length: MAX_AVOID + 9 }, (_, i) => `${i}`.padEnd(128, 'x')),
    }
    const bytes = encodeAward(full)
    expect(bytes.length).toBeLessThan(MAX_FRAME_BYTES - 16)
    expect(decodeAward(bytes).avoid).toEqual(full.avoid.slice(-MAX_AVOID))
  })

  it('with numbers that make no sense are brought to sense', () => {
    const none = { running: 0, queued: 0, room: 0 }
    const bid = {
      ...none,
      agent: 'a'.repeat(99),
      version: '1',
      fit: 7,
      slots: 0,
      startMs: -1,
      meanMs: Number.NaN,
      cpu: Number.POSITIVE_INFINITY,
    }
    expect(decodeAnswer(AnswerCodec.encode({ bid }))).toEqual({
      bid: {
        agent: `${'a'.repeat(63)}…`,
        version: '1',
        fit: 1,
        running: 0,
        queued: 0,
        slots: 1,
        room: 0,
        startMs: 0,
        meanMs: 0,
        cpu: 0,
      },
    })
    const long: Report = { type: 'progress', fraction: 3, message: 'x'.repeat(5000) }
    expect(decodeReport(encodeReport(long))).toEqual({ type: 'progress', fraction: 1, message: `${'x'.repeat(499)}…` })
  })

  it('are never cut through a character', () => {
    expect(text('ab😀cd', 4)).toBe('ab…')
    expect(text('abcd', 4)).toBe('abcd')
  })

  it('of a later version count as a sign of life', () => {
    expect(decodeReport(new Uint8Array([0xfa, 0x01, 0x00]))).toEqual({ type: 'alive' })
    expect(decodeCancel(new Uint8Array([0xfa, 0x01, 0x00]))).toBeUndefined()
  })
})

describe('a request', () => {
  const policies = policiesWith()
  const check = (fields: Partial<TaskRequest>) =>
    checkRequest({ capability: 'text.shout', input: {}, ...fields }, policies, seededRandom(1))

  it('gets its defaults', () => {
    const { id, query, timeoutMs, maxAttempts, exclude, input } = check({ tags: ['b', 'a', 'b'] })
    expect(id).toMatch(/^[0-9a-z]{20}$/)
    expect(query).toEqual({ name: 'text.shout', tags: ['a', 'b'] })
    expect({ timeoutMs, maxAttempts, exclude }).toEqual({ timeoutMs: 300_000, maxAttempts: 3, exclude: [] })
    expect(new TextDecoder().decode(input)).toBe('{}')
  })

  it('that is wrong is refused with what and what to do', () => {
    const circle: { [key: string]: Json } = {}
    circle.self = circle
    const wrong: Partial<TaskRequest>[] = [
      { id: '' },
      { id: 'x'.repeat(129) },
      { capability: '' },
      { capability: 'x'.repeat(65) },
      { version: 'latest and greatest' },
      { tags: ['x'.repeat(65)] },
      { timeoutMs: 0 },
      { timeoutMs: Number.NaN },
      { timeoutMs: MAX_TIMEOUT_MS + 1 },
      { maxAttempts: 0 },
      { maxAttempts: 1.5 },
      { maxAttempts: 101 },
      { policy: 'fastest' },
      { exclude: Array.from({ length: MAX_EXCLUDED + 1 }, (_, i) => `p${i}`) },
      { input: 'x'.repeat(MAX_VALUE_BYTES) },
      { input: circle },
    ]
    for (const fields of wrong)
      expect(() => check(fields), JSON.stringify(Object.keys(fields))).toThrow(InvalidInputError)
  })

  it('has a fingerprint of what is run and on what', () => {
    const prints = [
      fingerprint({ name: 'a' }, encodeJson(1)),
      fingerprint({ name: 'a' }, encodeJson(2)),
      fingerprint({ name: 'b' }, encodeJson(1)),
    ]
    expect(new Set(prints).size).toBe(3)
    expect(fingerprint({ name: 'a', version: '^1' }, encodeJson(1))).toBe(prints[0])
  })
})
