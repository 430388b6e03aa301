import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HEDGE_ROUNDS, LATE_MS, MAX_HEDGE_MS, MIN_HEDGE_MS } from '../../../src/consensus/register/limits.ts'
import { Thrift } from '../../../src/consensus/register/thrift.ts'
import { acceptorsOf, type Configuration, isQuorum, type Voter } from '../../../src/consensus/voters/configuration.ts'
import { voters } from './soup.ts'

const everywhere = { self: 'nobody', isConnected: () => true, now: 0 }
const idsOf = (some: readonly Voter[]): string[] => some.map(({ acceptor }) => acceptor).sort()

/** A thrift to which each of these answered many times within so many milliseconds. */
function timed(times: Record<string, number>): Thrift {
  const thrift = new Thrift()
  for (const [acceptor, ms] of Object.entries(times)) for (let i = 0; i < 100; i++) thrift.took(acceptor, ms)
  return thrift
}

test('a majority is asked first, the own acceptor in it', () => {
  const { first, rest } = new Thrift().choose(voters(5), { ...everywhere, self: 'p4' })
  expect(first).toHaveLength(3)
  expect(idsOf(first)).toContain('a4')
  expect(idsOf([...first, ...rest])).toEqual(['a0', 'a1', 'a2', 'a3', 'a4'])
  expect(new Thrift().choose(voters(1), everywhere)).toMatchObject({ first: voters(1).voters, rest: [] })
})

test('those that answer faster come before others; less than twice as fast is chance', () => {
  const choose = (thrift: Thrift) => idsOf(thrift.choose(voters(3), everywhere).first)
  expect(choose(timed({ a0: 20, a1: 2, a2: 3 }))).toEqual(['a1', 'a2'])
  expect(choose(timed({ a0: 3.9, a1: 3.8, a2: 2.1 }))).toEqual(['a0', 'a1'])
  // One slow answer is none of how fast it is.
  const thrift = timed({ a0: 2, a1: 2, a2: 9 })
  thrift.took('a0', 30)
  expect(choose(thrift)).toEqual(['a0', 'a1'])
  expect(choose(timed({ a0: 0, a1: 0, a2: 0 }))).toEqual(['a0', 'a1'])
})

test('whoever was late, also the own one, is asked after the others for a while, and who is not connected too', () => {
  const thrift = new Thrift()
  thrift.missed('a0', 100)
  const choose = (now: number, connected = ['p0', 'p1', 'p2']) => {
    const isConnected = (peer: string): boolean => connected.includes(peer)
    return idsOf(thrift.choose(voters(3), { self: 'p0', isConnected, now }).first)
  }
  expect(choose(101)).toEqual(['a1', 'a2'])
  expect(choose(100 + LATE_MS)).toEqual(['a0', 'a1'])
  expect(choose(100 + LATE_MS, ['p0', 'p2'])).toEqual(['a0', 'a2'])
})

test('where no quorum is fit all are asked at once', () => {
  const thrift = new Thrift()
  thrift.missed('a0', 0)
  thrift.missed('a1', 0)
  expect(thrift.choose(voters(3), everywhere)).toMatchObject({ first: voters(3).voters, rest: [] })
})

test('the others are asked after some times of what the first ones usually take, within bounds', () => {
  const hedgeMs = (ms: number): number => timed({ a0: ms, a1: 1 }).choose(voters(3), everywhere).hedgeMs
  const three = (ms: number): number => timed({ a0: ms, a1: 1, a2: 2 * ms }).choose(voters(3), everywhere).hedgeMs
  expect(hedgeMs(1)).toBe(MIN_HEDGE_MS)
  expect(three(15)).toBeCloseTo(15 * HEDGE_ROUNDS)
  expect(three(1000)).toBe(MAX_HEDGE_MS)
})

describe('laws', () => {
  const ids = fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 9 })
  const side = (some: readonly number[]): Voter[] => some.map((i) => ({ peer: `p${i}`, acceptor: `a${i}` }))
  const configurations = fc
    .record({ old: ids, next: fc.option(ids, { nil: [] }) })
    .map(({ old, next }): Configuration => ({ genesis: 'g'.repeat(20), epoch: 1, voters: side(old), next: side(next) }))
  const past = fc.array(fc.record({ of: fc.nat(11), ms: fc.option(fc.double({ min: 0, max: 3000, noNaN: true })) }))
  const connected = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })

  test('who is asked first is a quorum: without anybody who can be spared, or all; and nobody is forgotten', () => {
    fc.assert(
      fc.property(configurations, past, connected, fc.nat(12), (configuration, answers, links, own) => {
        const thrift = new Thrift()
        for (const { of, ms } of answers) {
          if (ms === null) thrift.missed(`a${of}`, 0)
          else thrift.took(`a${of}`, ms)
        }
        const self = `p${own}`
        const isConnected = (peer: string): boolean => peer === self || links[Number(peer.slice(1))] === true
        const { first, rest, hedgeMs } = thrift.choose(configuration, { self, isConnected, now: 1 })
        const has = (acceptor: string): boolean => first.some((voter) => voter.acceptor === acceptor)
        expect(isQuorum(configuration, has)).toBe(true)
        expect(idsOf([...first, ...rest])).toEqual(idsOf(acceptorsOf(configuration)))
        if (rest.length === 0) return
        for (const { acceptor, peer } of first) {
          expect(isQuorum(configuration, (other) => other !== acceptor && has(other))).toBe(false)
          expect(isConnected(peer)).toBe(true)
        }
        expect(hedgeMs).toBeGreaterThanOrEqual(MIN_HEDGE_MS)
      }),
    )
  })
})
