import { describe, expect, it } from 'vitest'
import type { Lease } from '../../src/consensus/leases/lease.ts'
import { GIVE_UP_MS, MAX_TTL_MS, MAX_WAITING, MIN_TTL_MS, PLACE_TTL_MS } from '../../src/consensus/leases/limits.ts'
import { createLock } from '../../src/consensus/lock.ts'
import { Bench } from './bench.ts'

describe('a lock', () => {
  it('is given to one, then to the next, with a higher fence each time, and leaves nothing behind', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const first = await bench.settle(a.lock.acquire())
    const second = b.lock.acquire()
    await bench.world.run(20_000)
    expect(first.signal.aborted).toBe(false)
    await bench.settle(first.release())
    const next = await bench.settle(second)
    expect(next.fence).toBeGreaterThan(first.fence)
    await bench.settle(next.release())
    expect(bench.registers.reading('lock/deploy').value).toBeUndefined()
    const third = await bench.settle(a.lock.acquire())
    expect(third.fence).toBeGreaterThan(next.fence)
  })

  it('goes in the order in which they came', async () => {
    const bench = new Bench()
    const holder = await bench.settle(bench.node('h').lock.acquire())
    const order: string[] = []
    const waits: Promise<void>[] = []
    for (const name of ['a', 'b', 'c', 'd']) {
      const { lock } = bench.node(name)
      waits.push(
        lock.acquire({ waitMs: 100_000 }).then(async (lease) => {
          order.push(name)
          await lease.release()
        }),
      )
      await bench.world.run(100)
    }
    await bench.settle(holder.release())
    await bench.settle(Promise.all(waits))
    expect(order).toEqual(['a', 'b', 'c', 'd'])
  })

  it.each([
    [2_000, true],
    [2_000, false],
    [10_000, false],
  ])('of a holder that is killed goes to the next within its %i ms and 10 % (hints: %s)', async (ttlMs, hints) => {
    for (let seed = 1; seed <= 20; seed++) {
      const bench = new Bench(seed)
      bench.registers.hints = hints
      const [a, b] = [bench.node('a'), bench.node('b')]
      const lost = await bench.settle(a.lock.acquire({ ttlMs }))
      const waiting = b.lock.acquire({ ttlMs, waitMs: 60_000 })
      await bench.world.run(bench.world.random.below(10_000))
      a.host.kill()
      const killedAt = bench.world.now
      const lease = await bench.settle(waiting)
      expect(bench.world.now - killedAt, `seed ${seed}`).toBeLessThanOrEqual(ttlMs * 1.1)
      expect(lease.fence).toBeGreaterThan(lost.fence)
    }
  })

  it('goes to the first in the queue that lives, however many before it died', async () => {
    const bench = new Bench()
    const dying = ['a', 'b', 'c', 'd'].map((name) => bench.node(name))
    await bench.settle((dying[0] as (typeof dying)[0]).lock.acquire({ ttlMs: 1_000 }))
    for (const { lock } of dying.slice(1)) {
      // It dies before it is told.
      void lock.acquire({ waitMs: 100_000 })
      await bench.world.run(100)
    }
    const waiting = bench.node('e').lock.acquire({ waitMs: 100_000 })
    await bench.world.run(100)
    for (const { host } of dying) host.kill()
    const killedAt = bench.world.now
    await bench.settle(waiting)
    expect(bench.world.now - killedAt).toBeLessThan(1.1 * (1_000 + 3 * PLACE_TTL_MS))
  })

  it('is lost by a holder that was paused before it does anything else, and given back harmlessly', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const paused = await bench.settle(a.lock.acquire({ ttlMs: 1_000 }))
    const { signal } = paused
    const waiting = b.lock.acquire({ waitMs: 60_000 })
    const seen: boolean[] = []
    // Work that is under way when it wakes up: its timer was due before any of the lease's own.
    a.host.clock.after(10, () => seen.push(paused.signal.aborted))
    a.host.pause()
    const next = await bench.settle(waiting)
    expect(signal.aborted).toBe(false)
    a.host.resume()
    await bench.world.run(1)
    expect(seen).toEqual([true])
    expect(signal.reason).toMatchObject({ code: 'LEASE_LOST' })
    expect(paused.remainingMs).toBe(0)
    expect(paused.fence).toBeLessThan(next.fence)
    await expect(bench.settle(paused.renew())).rejects.toMatchObject({ code: 'LEASE_LOST' })
    await expect(bench.settle(paused.release())).rejects.toMatchObject({
      code: 'NOT_HOLDER',
      message: expect.stringContaining('node b (fence'),
    })
    await bench.settle(paused[Symbol.asyncDispose]())
    expect(next.signal.aborted).toBe(false)
  })

  it('is lost by a holder that is cut off before anybody else gets it, whatever the clocks', async () => {
    for (const drift of [-0.01, 0, 0.01]) {
      const bench = new Bench()
      const [a, b] = [bench.node('a'), bench.node('b')]
      a.host.machine.drift = drift
      b.host.machine.drift = -drift
      b.host.machine.skewMs = 1e9
      const lease = await bench.settle(a.lock.acquire({ ttlMs: 3_000 }))
      const waiting = b.lock.acquire({ waitMs: 60_000 })
      await bench.world.run(5_000)
      let lostAt = 0
      lease.signal.addEventListener('abort', () => {
        lostAt = bench.world.now
      })
      bench.registers.cut.add('a')
      await bench.settle(waiting)
      expect(lostAt).toBeGreaterThan(0)
      expect(lostAt).toBeLessThan(bench.world.now)
    }
  })

  it('outlives lost messages while one of several renewals comes through', async () => {
    const bench = new Bench(3)
    const { lock } = bench.node('a')
    const lease = await bench.settle(lock.acquire({ ttlMs: 10_000 }))
    bench.registers.loss = 0.05
    await bench.world.run(300_000)
    expect(lease.signal.aborted).toBe(false)
  })

  it('says who holds it when the wait is over, and takes the place back', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const { fence } = await bench.settle(a.lock.acquire())
    await expect(bench.settle(b.lock.acquire({ waitMs: 0 }))).rejects.toMatchObject({
      code: 'HELD',
      message: `lock "deploy" is held by node a (fence ${fence})`,
    })
    await expect(bench.settle(b.lock.acquire({ waitMs: 2_000 }))).rejects.toMatchObject({ code: 'HELD' })
    await bench.world.run(100)
    expect(bench.record()?.waiting).toEqual([])
  })

  it('is not waited for when the caller has lost interest', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const lease = await bench.settle(a.lock.acquire())
    const interest = new AbortController()
    const waiting = b.lock.acquire({ signal: interest.signal })
    await bench.world.run(1_000)
    expect(bench.record()?.waiting).toHaveLength(1)
    interest.abort(new Error('no more'))
    await expect(bench.settle(waiting)).rejects.toThrow('no more')
    await bench.settle(lease.release())
    await bench.world.run(100)
    expect(bench.record()).toBeUndefined()
  })

  it('passes over those who died while they waited', async () => {
    const bench = new Bench()
    bench.registers.hints = false
    const holder = await bench.settle(bench.node('h').lock.acquire())
    const dead = bench.node('dead')
    for (let i = 0; i < 5; i++) void dead.lock.acquire({ waitMs: 1e6 }).catch(() => undefined)
    await bench.world.run(100)
    const waiting = bench.node('alive').lock.acquire({ waitMs: 1e6 })
    await bench.world.run(20_000)
    dead.host.kill()
    await bench.settle(holder.release())
    const from = bench.world.now
    await bench.settle(waiting)
    expect(bench.world.now - from).toBeLessThan(PLACE_TTL_MS * 1.25)
  })

  it('goes in the end to who never waits for long, though the first in the queue died', async () => {
    const bench = new Bench()
    const holder = await bench.settle(bench.node('h').lock.acquire())
    const dead = bench.node('dead')
    void dead.lock.acquire({ waitMs: 1e6 }).catch(() => undefined)
    await bench.world.run(100)
    dead.host.kill()
    await bench.settle(holder.release())
    const { lock } = bench.node('alive')
    const from = bench.world.now
    const refusals: string[] = []
    let lease: Lease | undefined
    while (!lease && bench.world.now - from < 10 * PLACE_TTL_MS) {
      await bench.world.run(100)
      lease = await bench.settle(lock.acquire({ waitMs: 0 })).catch(({ message }: Error) => {
        refusals.push(message)
        return undefined
      })
    }
    expect(lease).toBeDefined()
    expect(bench.world.now - from).toBeLessThan(PLACE_TTL_MS * 1.25)
    expect(new Set(refusals)).toEqual(
      new Set(['lock "deploy" is held by nobody, and node dead is the next to have it']),
    )
  })

  it('is not kept from a node by what it gave up itself, when no answer came', async () => {
    const bench = new Bench()
    const { lock } = bench.node('a')
    const first = lock.acquire({ ttlMs: MAX_TTL_MS, waitMs: 1_000 })
    await bench.world.run(0)
    bench.registers.cut.add('a')
    await expect(bench.settle(first)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(bench.record()?.holders).toHaveLength(1)
    // Until it has given up to take back what it asked for.
    await bench.world.run(60_000)
    bench.registers.cut.delete('a')
    const from = bench.world.now
    await bench.settle(lock.acquire())
    expect(bench.world.now - from).toBeLessThan(100)
  })

  it('refuses a queue that grows without end', async () => {
    const bench = new Bench()
    const holder = await bench.settle(bench.node('h').lock.acquire())
    const { lock } = bench.node('w')
    const waits = Array.from({ length: MAX_WAITING }, () => lock.acquire({ waitMs: 1e6 }).catch(() => undefined))
    await bench.world.until(() => bench.record()?.waiting.length === MAX_WAITING, 10_000)
    await expect(bench.settle(lock.acquire())).rejects.toMatchObject({ code: 'BUSY' })
    expect(waits).toHaveLength(MAX_WAITING)
    await bench.settle(holder.release())
  })

  it('is held by the same one when the answer to its acquisition was lost', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const waiting = a.lock.acquire()
    // After the request is on its way, before its answer is.
    await bench.world.run(0)
    bench.registers.cut.add('a')
    await bench.world.run(100)
    expect(bench.record()?.holders).toHaveLength(1)
    bench.registers.cut.delete('a')
    const lease = await bench.settle(waiting)
    await expect(bench.settle(b.lock.acquire({ waitMs: 0 }))).rejects.toMatchObject({ code: 'HELD' })
    expect(lease.remainingMs).toBeGreaterThan(5_000)
    await bench.settle(lease.release())
  })

  it('heals where an acquisition whose answer was lost is given up', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const waiting = a.lock.acquire({ ttlMs: 2_000, waitMs: 1_000 })
    await bench.world.run(0)
    bench.registers.cut.add('a')
    await expect(bench.settle(waiting)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    const from = bench.world.now
    const lease = await bench.settle(b.lock.acquire({ ttlMs: 2_000 }))
    expect(bench.world.now - from).toBeLessThan(2_000 * 1.1)
    await bench.settle(lease.release())
  })

  it('waits for voters that are away, and says so in the end', async () => {
    const bench = new Bench()
    const { lock } = bench.node('a')
    bench.registers.cut.add('a')
    await expect(bench.settle(lock.acquire({ waitMs: 3_000 }))).rejects.toMatchObject({ code: 'VOTERS_UNAVAILABLE' })
    const waiting = lock.acquire()
    await bench.world.run(7_000)
    bench.registers.cut.delete('a')
    await bench.settle(waiting)
  })

  it('is given back when the node stops, and waits end', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const taken = await bench.settle(a.lock.acquire())
    const waiting = b.lock.acquire()
    const { signal } = taken
    const stopping = a.leases.stop()
    expect(signal.reason).toMatchObject({ code: 'LEASE_LOST', message: expect.stringContaining('its node stops') })
    // Its user has time to end what he does.
    await bench.world.run(500)
    expect(bench.record()?.holders).toHaveLength(1)
    await bench.settle(taken.release())
    await bench.settle(stopping)
    const lease: Lease = await bench.settle(waiting)
    expect(lease.signal.aborted).toBe(false)
    const another = b.lock.acquire()
    await bench.world.run(100)
    const stopped = b.leases.stop()
    await expect(bench.settle(another)).rejects.toMatchObject({ code: 'STOPPED' })
    await bench.settle(stopped)
    await bench.world.run(100)
    expect(bench.record()).toBeUndefined()
  })

  it('is waited for by nobody when the node has stopped: the places in the queue are gone with it', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const lease = await bench.settle(a.lock.acquire())
    const waiting = b.lock.acquire()
    await bench.world.run(100)
    expect(bench.record()?.waiting).toHaveLength(1)
    const stopped = b.leases.stop()
    await expect(bench.settle(waiting)).rejects.toMatchObject({ code: 'STOPPED' })
    await bench.settle(stopped)
    // Its registers stop next.
    expect(bench.record()?.waiting).toEqual([])
    await bench.settle(lease.release())
  })

  it('is not waited for by a node that stops while no voter answers for longer than it takes to give up', async () => {
    const bench = new Bench()
    const { lock, leases } = bench.node('a')
    bench.registers.cut.add('a')
    const waiting = lock.acquire()
    await bench.world.run(100)
    const from = bench.world.now
    const stopped = leases.stop()
    await expect(bench.settle(waiting)).rejects.toMatchObject({ code: 'STOPPED' })
    await bench.settle(stopped)
    expect(bench.world.now - from).toBeLessThanOrEqual(GIVE_UP_MS)
  })

  it('refuses names, leases and waits that are none', async () => {
    const { lock, leases } = new Bench().node('a')
    for (const ttlMs of [
      0,
      -1,
      MIN_TTL_MS - 1,
      MAX_TTL_MS + 1,
      365 * 86_400_000,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]) {
      await expect(lock.acquire({ ttlMs })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        hint: expect.stringContaining('500 ms'),
      })
    }
    await expect(lock.acquire({ waitMs: -1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    for (const name of ['', 'x'.repeat(129), '\ud800']) {
      expect(() => createLock(leases, name)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
    }
  })
})
