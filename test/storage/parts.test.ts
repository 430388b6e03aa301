import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CoveyError } from '../../src/lib/errors.ts'
import { explainFailure, failureOf, plainFailure } from '../../src/storage/failure.ts'
import { Line } from '../../src/storage/line.ts'
import { Pace } from '../../src/storage/pace.ts'
import { packEntries, packWrites, unpackEntries, unpackWrites } from '../../src/storage/packing.ts'

describe('packing', () => {
  const bytes = fc.uint8Array({ maxLength: 50 })

  test('gives back what was packed, from every commit in order; of a row written again and again the last', () => {
    const write = fc.record({
      table: fc.constantFrom('a', 'b', 'c'),
      key: fc.oneof(bytes, fc.constantFrom('x', 'y'), fc.string({ unit: 'binary' })),
      value: fc.option(bytes, { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(fc.array(write)), (commits) => {
        const rows = commits.flat()
        const size = rows.reduce(
          (sum, { key, value }) => sum + 12 + Buffer.from(key as string).length + (value?.length ?? 0),
          0,
        )
        const packed = packWrites(commits, size)
        if (rows.length > 0) expect(() => packWrites(commits, size - 1)).toThrow(RangeError)
        const unpacked = [...unpackWrites(packed.bytes)].map(({ table, key, value }) => ({
          table: packed.tables[table],
          key: Buffer.from(key),
          value: value && Buffer.from(value),
        }))
        const last = commits.flat().filter(({ table, key }, i, all) => {
          return (
            typeof key !== 'string' || !all.slice(i + 1).some((later) => later.table === table && later.key === key)
          )
        })
        const expected = last.map(({ table, key, value }) => ({
          table,
          key: Buffer.from(key as string),
          value: value && Buffer.from(value),
        }))
        expect(unpacked).toEqual(expected)
      }),
    )
  })

  test('gives back the entries of a page', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key: bytes, value: bytes })), (entries) => {
        const back = unpackEntries(packEntries(entries))
        expect(back.map(({ key, value }) => [...key, -1, ...value])).toEqual(
          entries.map(({ key, value }) => [...key, -1, ...value]),
        )
      }),
    )
  })
})

describe('a line', () => {
  test('lets go by count and bytes, in order, and one that is larger than all the room alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.oneof(fc.nat(150), fc.constant('done')), { maxLength: 60 }),
        (maxCount, maxBytes, steps) => {
          const line = new Line<{ bytes: number; number: number }>(maxCount, maxBytes)
          const under: { bytes: number; number: number }[] = []
          let added = 0
          let next = 0
          const take = (): void => {
            for (const item of line.take()) {
              expect(item.number).toBe(next++)
              under.push(item)
            }
            const sum = under.reduce((all, { bytes }) => all + bytes, 0)
            expect(under.length <= maxCount && (sum <= maxBytes || under.length === 1)).toBe(true)
            // Nobody waits where there is room, so that nobody waits for ever.
            if (next < added) expect(under.length).toBeGreaterThan(0)
            expect(line.idle).toBe(added === next && under.length === 0)
          }
          for (const step of steps) {
            if (step === 'done') line.done(under.splice(0, 1))
            else line.add({ bytes: step as number, number: added++ })
            take()
          }
          while (under.length > 0) {
            line.done(under.splice(0, 1))
            take()
          }
          expect(next).toBe(added)
        },
      ),
    )
  })

  test('cleared, it gives those who still wait', () => {
    const line = new Line<{ bytes: number }>(1, 10)
    for (let i = 0; i < 3; i++) line.add({ bytes: i })
    const [first] = line.take()
    expect(line.clear()).toEqual([{ bytes: 1 }, { bytes: 2 }])
    expect(line.idle).toBe(false)
    line.done(first ? [first] : [])
    expect(line.idle).toBe(true)
  })
})

describe('failures', () => {
  const system = (code: string) => Object.assign(new Error(code), { code })
  const sqlite = (errcode: number) =>
    Object.assign(new Error('from SQLite'), {
      code: 'ERR_SQLITE_ERROR',
      errcode,
    })

  test.each<[string, unknown]>([
    ['DATA_READ_ONLY', system('EACCES')],
    ['DATA_READ_ONLY', system('EROFS')],
    ['DATA_READ_ONLY', sqlite(8 | (4 << 8))],
    ['DATA_FULL', system('ENOSPC')],
    ['DATA_FULL', sqlite(13)],
    ['DATA_IN_USE', sqlite(5)],
    ['DATA_CORRUPT', sqlite(26)],
    ['DATA_CORRUPT', sqlite(11 | (2 << 8))],
    ['DATA_FAILED', sqlite(10 | (4 << 8))],
    ['DATA_FAILED', 'thrown text'],
  ])('%s is what a person is told of %o', (code, error) => {
    const explained = explainFailure(error, '/data/alice')
    expect(explained).toMatchObject({ code, cause: error })
    expect(explained.message).toContain('/data/alice')
    expect(explained.hint).not.toBe('')
    expect(explainFailure(explained, '/other')).toBe(explained)
    const travelled = failureOf(structuredClone(plainFailure(explained)))
    expect(travelled).toBeInstanceOf(CoveyError)
    expect(travelled).toMatchObject({
      code,
      message: explained.message,
      hint: explained.hint,
    })
  })
})

describe('the pace of commits', () => {
  /**
   * Writers that each write again once they hear that they are durable: a row each takes `gatherMs` to come, a transaction
   * `syncMs` and a hundredth of that a row. Answers how large the transactions became.
   */
  function transactions({
    writers,
    gatherMs,
    syncMs,
  }: {
    writers: number
    gatherMs: number
    syncMs: number
  }): number[] {
    const pace = new Pace()
    const sizes: number[] = []
    const queue: number[] = []
    let now = 0
    let free = 0
    let answered = writers
    while (sizes.length < 50) {
      let gathered = 0
      for (let i = 0; i < answered; i++) {
        now += gatherMs
        gathered++
        if (!pace.gather(1, now)) continue
        pace.send(gathered, false)
        queue.push(gathered)
        gathered = 0
        if (free < now) free = now
      }
      if (gathered > 0) {
        pace.send(gathered, true)
        queue.push(gathered)
      }
      answered = queue.shift() as number
      const took = syncMs + (answered * syncMs) / 100
      free = Math.max(free, now) + took
      // It is heard of when the turn is over.
      now = Math.max(now, free)
      sizes.push(answered)
      pace.done(answered, took)
    }
    return sizes.slice(10)
  }

  test('halves where gathering takes long beside a transaction, so that the one half gathers while the other is written', () => {
    expect(new Set(transactions({ writers: 64, gatherMs: 0.004, syncMs: 0.2 }))).toEqual(new Set([32]))
    expect(new Set(transactions({ writers: 1000, gatherMs: 0.004, syncMs: 0.4 }))).toEqual(new Set([500]))
  })

  test('one transaction for all where the disk is slow: a second sync would cost more than it saves', () => {
    expect(new Set(transactions({ writers: 64, gatherMs: 0.004, syncMs: 5 }))).toEqual(new Set([64]))
  })

  test('few are never parted', () => {
    expect(new Set(transactions({ writers: 15, gatherMs: 1, syncMs: 0.1 }))).toEqual(new Set([15]))
  })

  test('nothing goes ahead while an order is written and another waits', () => {
    const pace = new Pace()
    pace.gather(100, 0)
    pace.send(100, true)
    pace.done(100, 0.1)
    const bursts = [0, 1, 2].map((burst) => {
      for (let i = 0; i < 99; i++) {
        if (!pace.gather(1, burst * 99 + i)) continue
        pace.send(i + 1, false)
        return true
      }
      return false
    })
    expect(bursts).toEqual([true, true, false])
  })
})
