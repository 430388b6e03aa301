import { describe, expect, it } from 'vitest'
import { decodeRow, encodeRow } from '../../src/membership/codec.ts'
import { MAX_INCARNATION, MAX_INCARNATION_LEAP, MAX_MEMBERS } from '../../src/membership/limits.ts'
import type { Row } from '../../src/membership/row.ts'
import { DEAD_RETENTION_MS, LEFT_RETENTION_MS } from '../../src/membership/rumours.ts'
import { Bench, row } from './bench.ts'

const everybody = () => true

describe('probing', () => {
  it('sends one probe a period, each member in turn', () => {
    const bench = new Bench('a', 'b', 'c', 'd')
    bench.run(8 * 200, everybody)
    expect(bench.pings).toHaveLength(8)
    for (const round of [bench.pings.slice(0, 4), bench.pings.slice(4)]) {
      expect(new Set(round.map(({ target }) => target)).size).toBe(4)
    }
    expect(bench.events).toEqual(['join a', 'join b', 'join c', 'join d'])
  })

  it('asks three others after the direct timeout, and suspects when the period is over', () => {
    const bench = new Bench('a', 'b', 'c', 'd', 'e')
    bench.run(1200, (target) => target !== 'a')
    const helpers = bench.asked.filter(({ target }) => target === 'a').map(({ helper }) => helper)
    expect(new Set(helpers).size).toBe(3)
    expect(helpers).not.toContain('a')
    expect(bench.events).toContain('suspect a')
    expect(bench.state('a')).toBe('suspect')
  })

  it('does not suspect whom a helper reached', () => {
    const bench = new Bench('a', 'b')
    for (let i = 0; i < 20; i++) {
      bench.run(100, () => false)
      for (const { probe, helper } of bench.asked) bench.core.acknowledged(probe, helper, bench.now)
    }
    expect(bench.asked.length).toBeGreaterThan(3)
    expect(bench.events.filter((event) => event.startsWith('suspect'))).toEqual([])
  })

  it('asks whom it asked last with success, whoever else it asks', () => {
    const others = Array.from({ length: 8 }, (_, i) => `n${i}`)
    const bench = new Bench('beyond', 'bridge', ...others)
    let found = 0
    for (let i = 0; i < 600; i++) {
      const before = bench.asked.length
      bench.run(100, (target) => target !== 'beyond')
      const asked = bench.asked.slice(before)
      if (asked.length === 0) continue
      const bridge = asked.find(({ helper }) => helper === 'bridge')
      if (found > 0) expect(bridge).toBeDefined()
      if (!bridge) continue
      bench.core.acknowledged(bridge.probe, 'bridge', bench.now)
      found++
    }
    expect(found).toBeGreaterThan(5)
  })

  it('tells the accused itself, at once and with every later probe of it', () => {
    const bench = new Bench('a', 'b')
    bench.run(600, (target) => target !== 'a')
    const direct = bench.told.find(({ peers }) => peers.length === 1 && peers[0] === 'a')
    expect(direct?.rows[0]).toMatchObject({ id: 'a', state: 'suspect', accusers: ['me'] })
    expect(bench.core.rumours.newsFor('a').map(decodeRow)).toContainEqual(
      expect.objectContaining({ id: 'a', state: 'suspect' }),
    )
  })

  it('buries at the floor with enough confirmations, at the ceiling without, never earlier', () => {
    for (const [accusers, deadline] of [
      [['b', 'c', 'd', 'e'], 4500],
      [['b'], 9000],
    ] as const) {
      const bench = new Bench('a', 'b', 'c', 'd', 'e', 'f')
      bench.hear(row('a', 'suspect', 1, [...accusers]))
      bench.run(deadline - 1, everybody)
      expect(bench.state('a')).toBe('suspect')
      bench.run(2, everybody)
      expect(bench.state('a')).toBe('dead')
      expect(bench.compared).toBe(1)
    }
  })

  it('looks at once when a connection closes, and kills nobody for it', () => {
    const bench = new Bench('a', 'b')
    bench.core.disconnected('a', 0)
    expect(bench.pings.map(({ target }) => target)).toEqual(['a'])
    bench.core.unreachable(bench.pings[0]?.probe as number, 1)
    expect(bench.asked).toEqual([{ helper: 'b', target: 'a', probe: bench.pings[0]?.probe }])
    expect(bench.state('a')).toBe('alive')
    bench.run(250, () => false)
    expect(bench.state('a')).toBe('suspect')
  })

  it('gets slower in its judgement while even helpers are silent, and recovers', () => {
    const bench = new Bench('a', 'b', 'c', 'd', 'e')
    bench.run(8000, () => false)
    expect(bench.core.awareness.score).toBe(8)
    for (const id of ['a', 'b', 'c', 'd', 'e']) bench.hear(row(id, 'alive', 2))
    bench.run(40_000, everybody)
    expect(bench.core.awareness.score).toBe(0)
  })

  it('does not blame itself when helpers say that they got no answer either', () => {
    const bench = new Bench('a', 'b', 'c', 'd')
    for (let i = 0; i < 300; i++) {
      const before = bench.asked.length
      bench.run(10, (target) => target !== 'a')
      for (const { probe } of bench.asked.slice(before)) bench.core.denied(probe)
    }
    expect(bench.core.counters.failures).toBeGreaterThan(2)
    expect(bench.core.awareness.score).toBe(0)
  })
})

describe('a stall of this node itself', () => {
  it('accuses nobody for what could not be heard meanwhile, and extends its suspicions', () => {
    const bench = new Bench('a', 'b', 'c')
    bench.hear(row('c', 'suspect', 1, ['a', 'b']))
    bench.run(1000, () => false)
    const suspects = bench.events.filter((event) => event.startsWith('suspect')).length
    bench.now += 8000
    bench.core.tick(bench.now)
    expect(bench.core.counters.stalls).toBe(1)
    expect(bench.state('c')).toBe('suspect')
    expect(bench.events.filter((event) => event.startsWith('suspect'))).toHaveLength(suspects)
    bench.run(2000, everybody)
    expect(bench.state('c')).toBe('suspect')
    expect(bench.core.counters.stalls).toBe(1)
    bench.run(3000, everybody)
    expect(bench.state('c')).toBe('dead')
  })

  it('is noticed by whatever comes first, also by a message', () => {
    const bench = new Bench('a')
    bench.run(1000, everybody)
    bench.core.observe(bench.now + 3000)
    bench.core.observe(bench.now + 3000)
    expect(bench.core.counters.stalls).toBe(1)
    expect(bench.core.awareness.score).toBe(1)
  })
})

describe('refutation', () => {
  it('answers an accusation at once to all connected peers, with a higher incarnation', () => {
    const bench = new Bench('a', 'b')
    bench.hear(row('me', 'suspect', 1, ['a']))
    expect(bench.told.at(-1)).toMatchObject({ peers: ['a', 'b'], rows: [{ id: 'me', state: 'alive', incarnation: 2 }] })
    expect(bench.core.awareness.score).toBe(1)
  })

  it('does not answer an old tale anew, but corrects whoever told it', () => {
    const bench = new Bench('a', 'b')
    bench.hear(row('me', 'suspect', 1, ['a']))
    const told = bench.told.length
    bench.hear(row('me', 'suspect', 1, ['b']), 'b')
    expect(bench.told).toHaveLength(told)
    expect(bench.core.rumours.newsFor('b').map(decodeRow)).toContainEqual(
      expect.objectContaining({ id: 'me', incarnation: 2 }),
    )
    bench.core.rumours.newsFor('b')
    expect(bench.core.rumours.self.incarnation).toBe(2)
  })

  it('waits for the disk where a rumour is beyond the durable block', () => {
    const bench = new Bench('a')
    bench.hear(row('me', 'dead', 500))
    expect(bench.told).toEqual([])
    expect(bench.core.rumours.self).toMatchObject({ state: 'alive', incarnation: 1 })
    bench.core.rumours.reserved(bench.reserved[0] as number, bench.now)
    expect(bench.told.at(-1)?.rows[0]).toMatchObject({ state: 'alive', incarnation: 501 })
  })

  it('outranks a ghost that claims to be alive at a higher incarnation', () => {
    const bench = new Bench('a')
    bench.hear(row('me', 'alive', 9))
    expect(bench.core.rumours.self.incarnation).toBe(10)
  })

  it('distrusts old connections when it is called dead', () => {
    const bench = new Bench('a', 'b', 'c')
    bench.run(10_000, everybody)
    bench.core.connected('fresh', bench.now)
    bench.core.table.get('c')!.heardAt = 0
    bench.hear(row('me', 'dead', 1), 'a')
    expect(bench.reconnected.sort()).toEqual(['a', 'c'])
  })

  it('reconnects to whom it hears and who does not hear it', () => {
    const bench = new Bench('a', 'b')
    for (let i = 0; i < 200 && bench.reconnected.length === 0; i++) {
      bench.run(50, (target) => target !== 'a')
      bench.core.heard('a', bench.now)
      for (const { probe, helper } of bench.asked) bench.core.acknowledged(probe, helper, bench.now)
    }
    expect(bench.reconnected).toEqual(['a'])
    expect(bench.now).toBeGreaterThanOrEqual(4500)
  })
})

describe('absurd claims', () => {
  it('an incarnation out of reach is not believed of others', () => {
    const bench = new Bench('a')
    for (const incarnation of [MAX_INCARNATION, 2 + MAX_INCARNATION_LEAP]) bench.hear(row('a', 'dead', incarnation))
    expect(bench.state('a')).toBe('alive')
    expect(bench.core.counters.leaps).toBe(2)
    bench.hear(row('stranger', 'alive', MAX_INCARNATION))
    expect(bench.state('stranger')).toBeUndefined()
  })

  it('nor of itself: what nobody believes needs no answer, and answering would use up the numbers', () => {
    const bench = new Bench('a')
    bench.hear(row('me', 'dead', MAX_INCARNATION))
    expect(bench.core.rumours.self).toMatchObject({ state: 'alive', incarnation: 1 })
    expect(bench.reserved).toEqual([])
    bench.hear(row('me', 'suspect', 1, ['a']))
    expect(bench.core.rumours.self.incarnation).toBe(2)
  })

  it('the highest that others do believe is answered with one that they believe as well', () => {
    const [mine, theirs] = [new Bench('a'), new Bench('me2')]
    const slander = row('me', 'dead', 1 + MAX_INCARNATION_LEAP)
    theirs.hear(row('me', 'alive', 1))
    theirs.hear(slander)
    expect(theirs.state('me')).toBe('alive')
    const other = new Bench('a', 'x')
    other.hear(row('x', 'dead', 1 + MAX_INCARNATION_LEAP))
    expect(other.state('x')).toBe('dead')
    mine.hear(slander)
    mine.core.rumours.reserved(mine.reserved[0] as number, 0)
    const answer = mine.told.at(-1)?.rows[0] as Row
    expect(answer.incarnation).toBe(2 + MAX_INCARNATION_LEAP)
    other.hear({ ...answer, id: 'x' })
    expect(other.state('x')).toBe('alive')
  })

  it('counts what it cannot read and goes on with the rest', () => {
    const bench = new Bench('a')
    bench.core.rumours.receive([new Uint8Array([255, 255]), encodeRow(row('b', 'alive'))], 'a', 0)
    expect(bench.core.counters.malformed).toBe(1)
    expect(bench.state('b')).toBe('alive')
  })

  it('keeps a bounded number of members; the dead make room', () => {
    const bench = new Bench()
    for (let i = 0; i < MAX_MEMBERS + 10; i++) bench.hear(row(`m${i}`, 'alive'))
    expect(bench.core.table.size).toBe(MAX_MEMBERS)
    expect(bench.core.counters.full).toBe(11)
    bench.hear(row('m7', 'dead'))
    bench.hear(row('late', 'alive'))
    expect(bench.state('late')).toBe('alive')
    expect(bench.state('m7')).toBeUndefined()
    expect(bench.core.table.size).toBe(MAX_MEMBERS)
  })
})

describe('rows about others', () => {
  it('tell of joins, suspicions, refutations, deaths and returns, each once', () => {
    const bench = new Bench()
    for (const one of [
      row('a', 'alive', 1),
      row('a', 'alive', 1),
      row('a', 'suspect', 1, ['x']),
      row('a', 'suspect', 1, ['x']),
      row('a', 'alive', 2),
      row('a', 'suspect', 1, ['y']),
      row('a', 'dead', 2),
      row('a', 'suspect', 2, ['z']),
      row('a', 'alive', 3),
      row('a', 'left', 3),
      row('a', 'dead', 3),
      row('a', 'suspect', 4, ['x']),
    ]) {
      bench.hear(one)
    }
    const events = ['join', 'suspect', 'refute', 'dead', 'join', 'left', 'join', 'suspect']
    expect(bench.events).toEqual(events.map((event) => `${event} a`))
  })

  it('are told on, as often as the limit says, and then silence', () => {
    const bench = new Bench('a', 'b', 'c', 'd')
    bench.run(2000, everybody)
    const before = bench.told.length
    bench.hear(row('x', 'suspect', 1, ['a']))
    bench.run(400, everybody)
    const about = bench.told
      .slice(before)
      .flatMap(({ peers, rows }) => peers.flatMap(() => rows.filter((one) => one?.id === 'x')))
    expect(about.length).toBeGreaterThanOrEqual(4)
    expect(about.length).toBeLessThanOrEqual(4 + 3)
    const quiet = bench.told.length
    bench.run(2000, everybody)
    expect(bench.told).toHaveLength(quiet)
  })

  it('of the dead and gone are nothing new to who never knew them, and are forgotten in time', () => {
    const bench = new Bench('a', 'b')
    bench.hear(row('x', 'dead', 3))
    expect(bench.state('x')).toBeUndefined()
    bench.hear(row('a', 'dead', 1))
    bench.hear(row('b', 'left', 1))
    bench.core.rumours.forget(LEFT_RETENTION_MS)
    expect([bench.state('a'), bench.state('b')]).toEqual(['dead', undefined])
    bench.core.rumours.forget(DEAD_RETENTION_MS)
    expect(bench.state('a')).toBeUndefined()
    expect(bench.core.rumours.self.state).toBe('alive')
  })

  it('do not resurrect a node that leaves', () => {
    const bench = new Bench('a')
    const said = decodeRow(bench.core.leave(0))
    expect(said).toMatchObject({ id: 'me', state: 'left', incarnation: 1 })
    bench.hear(row('me', 'suspect', 1, ['a']))
    bench.hear(row('me', 'dead', 5))
    bench.core.rumours.setAddresses(['/ip4/1.2.3.4'], 0)
    bench.run(5000, everybody)
    expect(bench.core.rumours.self).toMatchObject({ state: 'left', incarnation: 1 })
    expect(bench.pings).toEqual([])
  })
})
