import { describe, expect, it } from 'vitest'
import { DEAD_DIALS_PER_SECOND, Dials, MAX_DIALLING, MAX_STRANGERS, REDIAL_MS } from '../../src/membership/dials.ts'

/** Runs the queue until `end`, every dial failing after `takes`. Returns who was dialled when. */
function run(dials: Dials, end: number, takes: number): { peer: string; at: number }[] {
  const started: { peer: string; at: number }[] = []
  let failing: { peer: string; at: number }[] = []
  for (let now = 0; now <= end; now++) {
    for (const one of failing.filter(({ at }) => at === now)) dials.failed(one.peer, now)
    failing = failing.filter(({ at }) => at > now)
    for (let peer = dials.take(now); peer !== undefined; peer = dials.take(now)) {
      started.push({ peer, at: now })
      failing.push({ peer, at: now + takes })
    }
  }
  return started
}

describe('Dials', () => {
  it('dials a member every second, or as soon as the last dial is over', () => {
    const quick = new Dials()
    quick.want('a', 'member', 100)
    expect(run(quick, 3500, 10).map(({ at }) => at)).toEqual([100, 1100, 2100, 3100])
    const slow = new Dials()
    slow.want('a', 'member', 0)
    expect(run(slow, 5000, 2000).map(({ at }) => at)).toEqual([0, 2000, 4000])
  })

  it('takes the earlier of two times, and nothing that was dropped', () => {
    const dials = new Dials()
    dials.want('a', 'member', 500)
    dials.want('a', 'member', 100)
    dials.want('a', 'member', 900)
    dials.want('b', 'member', 50)
    dials.drop('b')
    expect(dials.due).toBe(100)
    expect(run(dials, 600, 10)).toEqual([{ peer: 'a', at: 100 }])
  })

  it('dials all of a few dead every second, and of many in turn no more than its pace allows', () => {
    const few = new Dials()
    for (let i = 0; i < 10; i++) few.want(`d${i}`, 'dead', 0)
    const times = run(few, 5 * REDIAL_MS, 10)
    for (let i = 0; i < 10; i++) expect(times.filter(({ peer }) => peer === `d${i}`).length).toBeGreaterThanOrEqual(4)
    const many = new Dials()
    for (let i = 0; i < 64; i++) many.want(`d${i}`, 'dead', 0)
    const started = run(many, 8000 - 1, 2000)
    expect(started.length).toBeLessThanOrEqual(8 * DEAD_DIALS_PER_SECOND)
    for (let i = 0; i < 64; i++) expect(started.filter(({ peer }) => peer === `d${i}`)).toHaveLength(2)
  })

  it('bounds the dials under way, but does not keep the living waiting for the dead', () => {
    const dials = new Dials()
    for (let i = 0; i < 50; i++) dials.want(`d${i}`, 'dead', 0)
    for (let i = 0; i < 50; i++) dials.want(`m${i}`, 'member', 0)
    const started = run(dials, 0, 1000)
    expect(started.filter(({ peer }) => peer.startsWith('m'))).toHaveLength(MAX_DIALLING)
    dials.drop('m0')
    expect(dials.take(1)).toBe('m16')
  })

  it('gives a stranger up after a few tries with growing pauses', () => {
    const dials = new Dials()
    dials.want('s', 'stranger', 0)
    expect(run(dials, 200_000, 10).map(({ at }) => at)).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 63_000])
    expect(dials.has('s')).toBe(false)
  })

  it('remembers a bounded number of strangers, and those that became members do not count', () => {
    const dials = new Dials()
    for (let i = 0; i < MAX_STRANGERS + 10; i++) dials.want(`s${i}`, 'stranger', 0)
    expect(dials.has(`s${MAX_STRANGERS}`)).toBe(false)
    dials.want('s0', 'member', 0)
    dials.want('s1', 'stranger', 0)
    dials.want('late', 'stranger', 0)
    expect(dials.has('late')).toBe(true)
    expect(dials.reasonOf('s0')).toBe('member')
    dials.want('s0', 'stranger', 0)
    expect(dials.reasonOf('s0')).toBe('member')
  })
})
