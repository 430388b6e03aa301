import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LINGER_MS, PARTY_TTL_MS, REMEMBERED_GENERATIONS } from '../../src/consensus/barrier/limits.ts'
import {
  arrive,
  type BarrierRecord,
  breakUp,
  type Decision,
  decisionOf,
  readBarrier,
  stay,
  writeBarrier,
} from '../../src/consensus/barrier/record.ts'
import { Bench, type BenchNode } from './bench.ts'

const REGISTER = 'barrier/start'

const nodes = (bench: Bench, count: number): BenchNode[] => Array.from({ length: count }, (_, i) => bench.node(`n${i}`))

describe('a barrier', () => {
  it('lets all through when the last one comes, again and again, and leaves nothing behind', async () => {
    const bench = new Bench()
    const parties = nodes(bench, 3).map(({ barriers }) => barriers.barrier('start', 3))
    const generations: number[] = []
    for (let i = 0; i < 3; i++) {
      const [a, b, c] = parties
      const first = [a?.wait(), b?.wait()]
      let isOver = false
      void Promise.race(first).then(() => {
        isOver = true
      })
      await bench.world.run(15_000)
      expect(isOver).toBe(false)
      const passed = await bench.settle(Promise.all([...first, c?.wait()]))
      expect(new Set(passed).size).toBe(1)
      generations.push(passed[0] as number)
    }
    expect(generations).toEqual([...generations].sort((a, b) => a - b))
    expect(new Set(generations).size).toBe(3)
    await bench.world.run(LINGER_MS + 1_000)
    expect(bench.registers.reading(REGISTER).value).toBeUndefined()
  })

  it('is broken for all, with the reason, when one has waited for long enough', async () => {
    const bench = new Bench()
    const [a, b] = nodes(bench, 2).map(({ barriers }) => barriers.barrier('start', 3))
    const waits = [a?.wait({ waitMs: 3_000 }), b?.wait({ waitMs: 60_000 })]
    const ends = await bench.settle(Promise.allSettled(waits))
    for (const end of ends) {
      expect(end).toMatchObject({
        reason: { code: 'BARRIER_BROKEN', message: 'barrier "start" is broken: node n0 waited 3 s, 2 of 3 were there' },
      })
    }
  })

  it('is broken when one dies, and all may come again', async () => {
    const bench = new Bench()
    const [a, b, c] = nodes(bench, 3)
    const wait = (node: BenchNode | undefined) => node?.barriers.barrier('start', 4).wait({ waitMs: 60_000 })
    wait(c)?.catch(() => undefined)
    await bench.world.run(100)
    const first = [wait(a), wait(b)]
    c?.host.kill()
    const ends = await bench.settle(Promise.allSettled(first))
    expect(bench.world.now).toBeLessThan(PARTY_TTL_MS * 1.2)
    for (const end of ends)
      expect(end).toMatchObject({ reason: { message: expect.stringContaining('node n2 is silent') } })
    await bench.settle(Promise.all([wait(a), wait(b), wait(bench.node('n3')), wait(bench.node('n4'))]))
  })

  it('is broken when one goes away', async () => {
    const bench = new Bench()
    const [a, b] = nodes(bench, 2)
    const wait = b?.barriers.barrier('start', 2)
    const gone = new AbortController()
    const left = wait?.wait({ signal: gone.signal })
    await bench.world.run(100)
    gone.abort()
    await expect(bench.settle(left as Promise<number>)).rejects.toMatchObject({ code: 'BARRIER_BROKEN' })
    const waiting = a?.barriers.barrier('start', 2).wait() as Promise<number>
    await bench.world.run(100)
    await bench.settle(a?.barriers.stop() as Promise<void>)
    await expect(waiting).rejects.toMatchObject({ message: expect.stringContaining('node n0 went away') })
  })

  it('leaves one that is cut off without knowing, and that one alone', async () => {
    const bench = new Bench()
    const [a, b] = nodes(bench, 2)
    const cut = a?.barriers.barrier('start', 2).wait({ waitMs: 3_000 }) as Promise<number>
    await bench.world.run(100)
    bench.registers.cut.add('n0')
    const passed = await bench.settle(b?.barriers.barrier('start', 2).wait() as Promise<number>)
    expect(passed).toBeGreaterThan(0)
    await expect(bench.settle(cut)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  })

  it('counts a party once whose first answer was lost, also where that one released it', async () => {
    const bench = new Bench()
    const [a, b] = nodes(bench, 2)
    const first = a?.barriers.barrier('start', 2).wait() as Promise<number>
    await bench.world.run(100)
    const second = b?.barriers.barrier('start', 2).wait() as Promise<number>
    await bench.world.run(0)
    bench.registers.cut.add('n1')
    const generation = await bench.settle(first)
    bench.registers.cut.delete('n1')
    expect(await bench.settle(second)).toBe(generation)
    expect(readBarrier(bench.registers.reading(REGISTER).value)?.arrived).toEqual([])
  })

  it('is never come to by one that goes away before its voters answer, and that hears its own reason', async () => {
    const bench = new Bench()
    const [a, b] = nodes(bench, 2)
    bench.registers.cut.add('n0').add('n1')
    const controller = new AbortController()
    const gone = a?.barriers.barrier('start', 2).wait({ signal: controller.signal }) as Promise<number>
    const stopped = b?.barriers.barrier('start', 2).wait() as Promise<number>
    await bench.world.run(100)
    controller.abort(new Error('no more'))
    void b?.barriers.stop()
    expect(await bench.settle(Promise.allSettled([gone, stopped]))).toMatchObject([
      { reason: { message: 'no more' } },
      { reason: { code: 'STOPPED' } },
    ])
  })

  it('that parties number differently is an error that all see', async () => {
    const bench = new Bench()
    const [a, b] = nodes(bench, 2)
    const three = a?.barriers.barrier('start', 3).wait() as Promise<number>
    await bench.world.run(100)
    await expect(bench.settle(b?.barriers.barrier('start', 2).wait() as Promise<number>)).rejects.toMatchObject({
      code: 'PARTIES_MISMATCH',
    })
    await expect(bench.settle(three)).rejects.toMatchObject({ message: expect.stringContaining('expects 2 parties') })
  })

  it('refuses what is no number of parties, and a wait that is none', async () => {
    const { barriers } = new Bench().node('a')
    for (const parties of [0, 65, 1.5]) {
      expect(() => barriers.barrier('start', parties)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    }
    await expect(barriers.barrier('start', 2).wait({ waitMs: -1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

describe('whatever happens to the record of a barrier', () => {
  const step = fc.tuple(fc.constantFrom('arrive', 'stay', 'break', 'empty'), fc.nat(7))

  it('a generation is decided once, is released by as many as it waits for, and later ones have higher numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 80, size: 'max' }), (parties, steps) => {
        let record: BarrierRecord | undefined
        let revision = 0
        const arrivals = new Map<number, Set<string>>()
        const decisions = new Map<number, Decision>()
        for (const [what, number] of steps) {
          const id = `p${number}`
          const before = record
          let next: BarrierRecord | undefined
          if (what === 'arrive') next = arrive(record, revision + 1, { id, node: id, parties })
          else if (what === 'stay') next = record && stay(record, id)
          else if (what === 'break') next = record && breakUp(record, record.generation, 'broken')
          else if (record?.arrived.length === 0) {
            record = undefined
            revision++
            continue
          }
          if (!next) continue
          record = readBarrier(writeBarrier(next)) as BarrierRecord
          revision++
          if (what === 'arrive') {
            const there = arrivals.get(record.generation) ?? new Set()
            arrivals.set(record.generation, there.add(id))
            if (record.generation !== before?.generation)
              expect(record.generation).toBeGreaterThan(before?.generation ?? 0)
          }
          expect(record.decided.length).toBeLessThanOrEqual(REMEMBERED_GENERATIONS)
          for (const decision of record.decided) {
            const known = decisions.get(decision.generation)
            if (known) expect(decision).toEqual(known)
            decisions.set(decision.generation, decision)
            if (decision.broken === undefined) expect(arrivals.get(decision.generation)?.size).toBe(parties)
          }
          if (record.arrived.length > 0) expect(decisionOf(record, record.generation)).toBeUndefined()
        }
      }),
      { numRuns: 500 },
    )
  })
})
