import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { CoveyError } from '../../src/lib/errors.ts'
import { World } from '../../src/network/simulated/world.ts'
import { MemoryStorage, type StorageStep } from '../../src/storage/memory.ts'
import { MemoryDisk } from '../../src/storage/memory-disk.ts'
import type { StorageWrite } from '../../src/storage/storage.ts'
import { storageSuite } from './acceptance.ts'

let disk: MemoryDisk
beforeEach(() => {
  disk = new MemoryDisk()
})
storageSuite('memory', () => new MemoryStorage(disk))

const row = (i: number): StorageWrite[] => [
  { table: 't', key: `a${i}`, value: new Uint8Array([i]) },
  { table: 'u', key: `b${i}`, value: new Uint8Array([i]) },
]

/** Commits `count` rows one after the other, and says which were acknowledged. */
function writer(world: World, host: ReturnType<World['host']>, count: number): number[] {
  const acknowledged: number[] = []
  const { storage } = host
  world.scheduler.schedule(world.now, host.process, async () => {
    for (let i = 0; i < count; i++) {
      await storage.commit(row(i))
      acknowledged.push(i)
    }
  })
  return acknowledged
}

const stored = async (host: ReturnType<World['host']>, table: string): Promise<number[]> =>
  (await host.storage.list(table)).entries.map(({ value }) => value[0] as number).sort((a, b) => a - b)

describe('a simulated disk', () => {
  test('takes its time, and takes what comes meanwhile together', async () => {
    const world = new World({ seed: 1 })
    const host = world.host('a')
    host.diskLatencyMs = [10, 10]
    const durable: [string, number][] = []
    const commit = (i: number) => host.storage.commit(row(i)).then(() => durable.push([`${i}`, world.now]))
    host.clock.after(0, () => commit(0))
    host.clock.after(1, () => commit(1))
    host.clock.after(9, () => commit(2))
    await world.run(100)
    expect(durable).toEqual([
      ['0', 10],
      ['1', 20],
      ['2', 20],
    ])
  })

  test('a crash leaves what was acknowledged, and of the rest the first few, each whole', async () => {
    const lost = new Set<number>()
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 60 }), async (seed, at) => {
        const world = new World({ seed })
        const host = world.host('a')
        host.diskLatencyMs = [1, 9]
        const acknowledged = writer(world, host, 5)
        const others = [10, 11, 12].map((i) => ({ i, done: false }))
        host.clock.after(at / 2, () => {
          for (const other of others) void host.storage.commit(row(other.i)).then(() => (other.done = true))
        })
        await world.run(at)
        host.crash()
        const known = [...acknowledged, ...others.filter(({ done }) => done).map(({ i }) => i)]
        await world.run(100)
        expect([...acknowledged, ...others.filter(({ done }) => done).map(({ i }) => i)]).toEqual(known)
        host.restart()
        const rows = await stored(host, 't')
        expect(await stored(host, 'u')).toEqual(rows)
        expect(rows).toEqual(expect.arrayContaining(known))
        // In the order in which they were asked, without a gap.
        expect([0, 1, 2, 3, 4].slice(0, rows.filter((i) => i < 10).length)).toEqual(rows.filter((i) => i < 10))
        expect([10, 11, 12].slice(0, rows.filter((i) => i >= 10).length)).toEqual(rows.filter((i) => i >= 10))
        lost.add(rows.length - known.length)
      }),
      { seed: 7, numRuns: 300 },
    )
    // Both kinds of luck were met.
    expect(lost.has(0)).toBe(true)
    expect(lost.size).toBeGreaterThan(1)
  })

  test('can crash at every step: asked, and durable with nobody told', async () => {
    const run = async (crashAt: number) => {
      const world = new World({ seed: 5 })
      const host = world.host('a')
      host.diskLatencyMs = [1, 3]
      const steps: StorageStep[] = []
      host.onStorageStep = (step) => {
        steps.push(step)
        if (steps.length === crashAt) host.crash()
      }
      const acknowledged = writer(world, host, 3)
      await world.run(100)
      host.onStorageStep = () => undefined
      if (!host.alive) host.restart()
      return { steps, acknowledged, rows: await stored(host, 't') }
    }
    const whole = await run(0)
    expect(whole.steps).toEqual(['asked', 'durable', 'asked', 'durable', 'asked', 'durable'])
    for (let at = 1; at <= whole.steps.length; at++) {
      const { steps, acknowledged, rows } = await run(at)
      expect(steps).toHaveLength(at)
      const before = Math.floor((at - 1) / 2)
      expect(acknowledged).toHaveLength(before)
      if (steps.at(-1) === 'durable') expect(rows).toHaveLength(before + 1)
      else expect([before, before + 1]).toContain(rows.length)
    }
  })

  test('the same seed takes the same time and loses the same', async () => {
    const run = async (seed: number) => {
      const world = new World({ seed })
      const host = world.host('a')
      host.diskLatencyMs = [0.1, 20]
      const times: number[] = []
      host.onStorageStep = () => times.push(world.now)
      writer(world, host, 1000)
      await world.run(500)
      host.kill()
      host.restart()
      return [...times, ...(await stored(host, 't'))]
    }
    expect(await run(3)).toEqual(await run(3))
    expect(await run(3)).not.toEqual(await run(4))
  })

  test('an older disk can be put in, and only while nobody uses it', async () => {
    const world = new World({ seed: 1 })
    const host = world.host('a')
    await host.storage.commit(row(1))
    const snapshot = host.snapshotDisk()
    await host.storage.commit([...row(2), { table: 't', key: 'a1', value: undefined }])
    expect(() => host.restoreDisk(snapshot)).toThrow('kill it')
    for (let round = 0; round < 2; round++) {
      host.kill()
      host.restoreDisk(snapshot)
      host.restart()
      expect(await stored(host, 't')).toEqual([1])
      await host.storage.commit(row(3))
    }
  })

  test('a disk that fails rejects what is under way and all that follows, once and for this life', async () => {
    const world = new World({ seed: 2 })
    const host = world.host('a')
    host.diskLatencyMs = [5, 5]
    const heard: string[] = []
    host.storage.onFatal(({ code }) => heard.push(code))
    const under = host.storage.commit(row(1))
    host.failDisk(new CoveyError('DATA_FULL', 'no room', 'make some'))
    host.failDisk(new CoveyError('DATA_FULL', 'no room', 'make some'))
    await expect(under).rejects.toMatchObject({ code: 'DATA_FULL' })
    await expect(host.storage.get('t', 'a')).rejects.toMatchObject({ code: 'DATA_FULL' })
    await expect(host.storage.commit(row(2))).rejects.toMatchObject({ code: 'DATA_FULL' })
    expect(heard).toEqual(['DATA_FULL'])
    host.restart()
    expect([[], [1]]).toContainEqual(await stored(host, 't'))
  })
})
