import { describe, expect, it } from 'vitest'
import { Bench } from './bench.ts'

describe('a lease', () => {
  it('that a holder slept away is told as lost also where giving it back is the first that it does', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const slept = await bench.settle(a.lock.acquire({ ttlMs: 1_000 }))
    const { signal } = slept
    const waiting = b.lock.acquire({ waitMs: 60_000 })
    const disposed: Promise<void>[] = []
    // The end of the work, due before any timer of the lease.
    a.host.clock.after(10, () => disposed.push(slept[Symbol.asyncDispose]()))
    a.host.pause()
    const next = await bench.settle(waiting)
    a.host.resume()
    await bench.world.run(1)
    expect(signal.reason).toMatchObject({ code: 'LEASE_LOST' })
    await bench.settle(Promise.all(disposed))
    expect(next.signal.aborted).toBe(false)
  })

  it('is over once it is released, whatever renewals are under way, and is told as lost exactly when it was', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const bench = new Bench(seed)
      const { random } = bench.world
      const { lock } = bench.node('a')
      const lease = await bench.settle(lock.acquire({ ttlMs: 1_000 }))
      const { signal, fence } = lease
      bench.registers.loss = random.below(3) * 0.2
      const calls: Promise<unknown>[] = []
      const renew = (): void => void calls.push(lease.renew().catch(String))
      for (let i = random.below(4); i > 0; i--) {
        renew()
        await bench.world.run(random.below(400))
      }
      if (random.float() < 0.5) renew()
      const wasLost = signal.aborted
      const released = lease.release().then(
        () => true,
        () => false,
      )
      renew()
      const isReleased = await bench.settle(released)
      bench.registers.loss = 0
      await bench.settle(Promise.all(calls))
      await bench.world.run(5_000)
      expect(signal.aborted, `seed ${seed}`).toBe(wasLost)
      expect(lease.remainingMs).toBe(0)
      if (isReleased) expect(bench.record(), `seed ${seed}`).toBeUndefined()
      const next = await bench.settle(bench.node('b').lock.acquire())
      expect(next.fence).toBeGreaterThan(fence)
    }
  })

  it('that somebody took out of the register by hand is an error of whoever gives it back, who was not told otherwise', async () => {
    const bench = new Bench()
    const { lock, host } = bench.node('a')
    const lease = await bench.settle(lock.acquire())
    await bench.settle(bench.registers.for(host).register('lock/deploy').write(undefined))
    await expect(bench.settle(lease[Symbol.asyncDispose]())).rejects.toMatchObject({ code: 'NOT_HOLDER' })
  })
})
