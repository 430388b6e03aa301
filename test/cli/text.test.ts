import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import type { NodeLoad } from '../../src/capabilities/load.ts'
import { checkClocks } from '../../src/cli/doctor/clocks.ts'
import { endpointOf } from '../../src/cli/doctor/ports.ts'
import { checkPeerVersions } from '../../src/cli/doctor/versions.ts'
import { failureOf, UsageError } from '../../src/cli/failure.ts'
import { duration, jsonText, plural, size, table } from '../../src/cli/output.ts'
import { parseDuration, readInput, readValue } from '../../src/cli/parse.ts'
import { NodeError } from '../../src/control/node-error.ts'
import { CoveyError } from '../../src/lib/errors.ts'
import type { PeerView } from '../../src/mesh/mesh.ts'

describe('what people read', () => {
  it.each([
    [undefined, '-'],
    [0.84, '0.8 ms'],
    [12.3, '12 ms'],
    [1400, '1.4 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [90_000_000, '1 d 1 h'],
  ])('%s ms is %s', (ms, text) => expect(duration(ms)).toBe(text))

  it.each([
    [512, '512 B'],
    [85_200_000, '85.2 MB'],
  ])('%s bytes are %s', (bytes, text) => expect(size(bytes)).toBe(text))

  it('one is one and two are many', () => {
    expect([plural(1, 'task'), plural(2, 'task'), plural(0, 'entry', 'entries')]).toEqual([
      '1 task',
      '2 tasks',
      '0 entries',
    ])
  })

  it('values are JSON that no terminal obeys, and that is still the same value', () => {
    const value = { 'a\u001b[2J': ['\u009b1m\u007f', 'äöü\n'] }
    const text = jsonText(value)
    expect(text).toMatch(/^[ -~äöü]*$/)
    expect(JSON.parse(text)).toEqual(value)
  })

  it('off a terminal a table is lines of tab-separated cells', () => {
    expect(process.stdout.isTTY).toBeFalsy()
    expect(table(['a', 'b'], [['1', 'two\nlines\t']])).toBe('a\tb\n1\ttwo lines ')
  })
})

describe('what people write', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['30', 30_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
  ])('%s is %s ms', (text, ms) => expect(parseDuration(text)).toBe(ms))
  it.each(['', 'soon', '0', '-1s', '5 parsecs', '5x'])('%j is no time', (text) => {
    expect(() => parseDuration(text)).toThrow(UsageError)
  })

  it('input is JSON or null', () => {
    expect(readInput('{"a":[1]}')).toEqual({ a: [1] })
    expect(readInput(undefined)).toBeNull()
  })
  it.each(['{a:1}', '', '@/no/such/file', 'x'.repeat(1024 * 1024 + 1)])('%.20s is refused', (text) => {
    expect(() => readInput(text)).toThrow(UsageError)
  })
})

describe('values of the state that people write', () => {
  it('are told of in one line where they are none', () => {
    expect(() => readValue('no\nJSON')).toThrow(/^the value is not JSON: [^\n]+$/)
  })
  it('are JSON', () => expect(readValue('{"a":[1]}')).toEqual({ a: [1] }))
  it.each(['{a:1}', '', '@/no/such/file', `"${'x'.repeat(1024 * 1024)}"`])('%.20s is refused', (text) => {
    expect(() => readValue(text)).toThrow(UsageError)
  })
  it('are not deeper than a reader can bear', () => {
    expect(readValue('['.repeat(100) + ']'.repeat(100))).toBeDefined()
    for (const depth of [101, 200_000]) {
      expect(() => readValue('['.repeat(depth) + ']'.repeat(depth))).toThrow('nested more than 100 deep')
    }
  })
})

describe('failures', () => {
  it('tell what a program may want to know besides', () => {
    const error = new NodeError('VERSION_CONFLICT', 'no', 'look', { current: null })
    expect(failureOf(error)).toMatchObject({ code: 'VERSION_CONFLICT', exitCode: 1, details: { current: null } })
  })

  it('wrong usage is 2, the rest 1', () => {
    const parsed = new CommanderError(
      1,
      'commander.unknownCommand',
      "error: unknown command 'statsu'\n(Did you mean status?)",
    )
    expect(failureOf(parsed)).toEqual({
      code: 'USAGE',
      message: "unknown command 'statsu'",
      hint: 'Did you mean status?',
      exitCode: 2,
    })
    expect(failureOf(new UsageError('a', 'b'))).toMatchObject({ code: 'INVALID_INPUT', exitCode: 2 })
    expect(failureOf(new CoveyError('X', 'a', 'b'))).toEqual({ code: 'X', message: 'a', hint: 'b', exitCode: 1 })
    expect(failureOf(new TypeError('oops'))).toMatchObject({ code: 'INTERNAL', message: 'oops', exitCode: 1 })
  })
})

describe('doctor', () => {
  const peer = (name: string, wallClockMs: number | undefined, self = false): PeerView => ({
    id: name,
    name,
    state: 'alive',
    self,
    addresses: [],
    agents: [],
    load: {
      cpu: 0,
      memoryBytes: 0,
      running: 0,
      queued: 0,
      capacity: 0,
      tasksDone: 0,
      tasksFailed: 0,
      meanResponseMs: undefined,
      ...(wallClockMs !== undefined && { wallClockMs }),
    },
    latencyMs: undefined,
  })
  const asked = { from: 100_000, to: 100_400 }

  it('clocks agree while no difference is certain', () => {
    expect(checkClocks([peer('bob', 100_200), peer('me', 0, true)], asked).result).toBe('ok')
    expect(checkClocks([peer('bob', 101_399)], asked).result).toBe('ok')
    expect(checkClocks([peer('bob', 99_001)], asked).result).toBe('ok')
  })

  it.each([
    [101_401, /^bob is 1\.0 s ahead of this machine$/],
    [90_000, /^bob is 10\.0 s behind this machine$/],
  ])('a clock at %s is told of', (clock, message) => {
    const check = checkClocks([peer('carol', 100_100), peer('bob', clock)], asked)
    expect(check).toMatchObject({ result: 'warning', message: expect.stringMatching(message) })
  })

  it('nothing is said of peers that do not tell their time', () => {
    expect(checkClocks([peer('bob', undefined), peer('me', 1, true)], asked).result).toBe('skipped')
  })

  it('tells which peers run another version, and counts those that do not fit a line', () => {
    const running = (name: string, version: string | undefined, self = false): PeerView => {
      const view = peer(name, undefined, self)
      return { ...view, load: { ...(view.load as NodeLoad), ...(version !== undefined && { version }) } }
    }
    const me = running('me', '0.2.0', true)
    expect(checkPeerVersions([me, running('old', undefined)], '0.2.0').result).toBe('skipped')
    expect(checkPeerVersions([me, running('bob', '0.2.0'), running('old', undefined)], '0.2.0')).toMatchObject({
      result: 'ok',
      message: 'all 1 that answered run covey 0.2.0',
    })
    expect(checkPeerVersions([running('bob', '0.2.0'), running('carol', '0.1.9')], '0.2.0')).toMatchObject({
      result: 'warning',
      message: 'carol runs covey 0.1.9',
    })
    const many = Array.from({ length: 7 }, (_, i) => running(`p${i}`, '0.3.0'))
    expect(checkPeerVersions(many, '0.2.0').message).toMatch(/^p0 runs covey 0\.3\.0, .*, 2 more another than 0\.2\.0$/)
  })

  it('finds host and port of an address', () => {
    expect(endpointOf('/ip4/192.0.2.1/tcp/4001/p2p/12D3')).toEqual({ host: '192.0.2.1', port: 4001 })
    expect(endpointOf('/ip4/192.0.2.1/udp/4001')).toBeUndefined()
  })
})
