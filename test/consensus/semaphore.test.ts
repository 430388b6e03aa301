import { describe, expect, it } from 'vitest'
import type { Lease } from '../../src/consensus/leases/lease.ts'
import { readLeases } from '../../src/consensus/leases/record.ts'
import { createSemaphore } from '../../src/consensus/semaphore.ts'
import { Bench } from './bench.ts'

const REGISTER = 'semaphore/printers'

describe('a semaphore', () => {
  it('is held by as many as it has permits, each with a fence of its own', async () => {
    const bench = new Bench()
    const nodes = ['a', 'b', 'c', 'd'].map((name) => createSemaphore(bench.node(name).leases, 'printers', 2))
    const held = new Set<Lease>()
    const fences: number[] = []
    let most = 0
    const turns = nodes.map(async (semaphore) => {
      for (let i = 0; i < 5; i++) {
        const lease = await semaphore.acquire({ waitMs: 1e6 })
        held.add(lease)
        fences.push(lease.fence)
        most = Math.max(most, held.size)
        await new Promise<void>((resolve) => bench.world.scheduler.schedule(bench.world.now + 50, undefined, resolve))
        held.delete(lease)
        await lease.release()
      }
    })
    await bench.settle(Promise.all(turns))
    expect(most).toBe(2)
    expect(new Set(fences).size).toBe(20)
    expect(bench.registers.reading(REGISTER).value).toBeUndefined()
    for (const { reading } of bench.registers.history) {
      expect(readLeases(reading.value)?.holders.length ?? 0).toBeLessThanOrEqual(2)
    }
  })

  it('is no lock of the same name', async () => {
    const bench = new Bench()
    const { leases, lock } = bench.node('a')
    await bench.settle(createSemaphore(leases, 'deploy', 1).acquire())
    await bench.settle(lock.acquire({ waitMs: 0 }))
  })

  it('with other permits on another node is an error that both see', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const [three, two] = [createSemaphore(a.leases, 'printers', 3), createSemaphore(b.leases, 'printers', 2)]
    const lease = await bench.settle(three.acquire())
    expect(three.mismatch).toBeUndefined()
    await expect(bench.settle(two.acquire())).rejects.toMatchObject({
      code: 'PERMITS_MISMATCH',
      message: 'semaphore "printers" has 2 permits, and 3 by node a',
    })
    await bench.world.run(5_000)
    expect(three.mismatch).toMatchObject({ message: 'semaphore "printers" has 3 permits, and 2 by node b' })
    expect(lease.signal.aborted).toBe(false)
    await bench.settle(lease.release())
    await bench.settle(two.acquire())
  })

  it('refuses permits that are none', () => {
    const { leases } = new Bench().node('a')
    for (const permits of [0, 1.5, 65, Number.NaN]) {
      expect(() => createSemaphore(leases, 'printers', permits)).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT' }),
      )
    }
  })
})
