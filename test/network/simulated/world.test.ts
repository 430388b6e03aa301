import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Scheduler, type SimulatedEvent } from '../../../src/network/simulated/scheduler.ts'
import { World } from '../../../src/network/simulated/world.ts'

describe('the scheduler', () => {
  test('runs events by time, then by the order in which they were scheduled, and drains promise jobs after each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 60 }), async (times) => {
        const scheduler = new Scheduler()
        const seen: [number, number][] = []
        let jobs = 0
        times.forEach((at, i) => {
          scheduler.schedule(at, undefined, async () => {
            expect(jobs).toBe(0)
            jobs++
            for (let turn = 0; turn < 5; turn++) await null
            jobs--
            seen.push([scheduler.now, i])
          })
        })
        await scheduler.run(100)
        const expected = times.map((at, i): [number, number] => [at, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
        expect(seen).toEqual(expected)
        expect(scheduler.now).toBe(100)
      }),
    )
  })

  test('keeps that order however far ahead, whatever is cancelled, and for what events schedule in turn', async () => {
    const wait = fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.integer({ min: 0, max: 30 }),
      fc.double({ min: 0, max: 4000, noNaN: true }),
      fc.integer({ min: 1020, max: 1030 }),
    )
    const plan = fc.record({ wait, next: fc.array(wait, { maxLength: 3 }), cancel: fc.option(fc.nat(200)) })
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { maxLength: 40 }), fc.array(wait, { maxLength: 6 }), async (plans, stops) => {
        const scheduler = new Scheduler()
        const events: { event: SimulatedEvent; ran: boolean }[] = []
        const order: [number, number][] = []
        const schedule = (ms: number, then: () => void): void => {
          const one = {
            ran: false,
            event: scheduler.schedule(scheduler.now + ms, undefined, () => {
              one.ran = true
              order.push([scheduler.now, one.event.sequence])
              expect(scheduler.now).toBe(one.event.at)
              then()
            }),
          }
          events.push(one)
        }
        for (const { wait: ms, next, cancel } of plans) {
          schedule(ms, () => {
            for (const later of next) schedule(later, () => undefined)
            const other = events[cancel ?? -1]
            if (other && !other.ran) other.event.cancel()
          })
        }
        // In several runs: what is scheduled between them may be due before anything that was looked at.
        for (const ms of stops) {
          await scheduler.run(scheduler.now + ms)
          schedule(ms / 2, () => undefined)
        }
        await scheduler.run(20_000)
        expect(order).toEqual([...order].sort((a, b) => a[0] - b[0] || a[1] - b[1]))
        expect(order.length).toBe(events.filter(({ event }) => !event.cancelled).length)
        for (const { event, ran } of events) expect(ran).toBe(!event.cancelled)
      }),
    )
  })

  test('passes over years in which little happens', async () => {
    const scheduler = new Scheduler()
    let days = 0
    const day = (): void => {
      days++
      // A timer that is always near, and never comes.
      scheduler.schedule(scheduler.now + 900, undefined, () => undefined).cancel()
      scheduler.schedule(scheduler.now + 86_400_000, undefined, day)
    }
    scheduler.schedule(1, undefined, day)
    let seconds = 0
    const second = (): void => {
      if (++seconds < 300_000) scheduler.schedule(scheduler.now + 1000, undefined, second)
    }
    scheduler.schedule(1000, undefined, second)
    const started = process.cpuUsage()
    await scheduler.run(3 * 365 * 86_400_000)
    expect([days, seconds]).toEqual([3 * 365, 300_000])
    // Slot by slot these seconds alone would be 300 million steps.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1500)
  })

  test('what an event throws rejects the run, and the next run goes on', async () => {
    const scheduler = new Scheduler()
    scheduler.schedule(1, undefined, () => {
      throw new Error('on purpose')
    })
    let later = false
    scheduler.schedule(2, undefined, () => {
      later = true
    })
    await expect(scheduler.run(5)).rejects.toThrow('on purpose')
    await scheduler.run(5)
    expect(later).toBe(true)
  })
})

describe('a host', () => {
  test('paused: timers wait, and run in order at the resume', async () => {
    const world = new World({ seed: 1 })
    const host = world.host('a')
    const seen: string[] = []
    host.clock.after(10, () => seen.push('first'))
    const second = host.clock.after(20, () => seen.push('second'))
    host.clock.after(15, () => second.cancel())
    host.clock.after(30, () => seen.push('third'))
    host.pause()
    await world.run(1000)
    expect(seen).toEqual([])
    host.resume()
    await world.run(0)
    expect(seen).toEqual(['first', 'third'])
  })

  test('killed: its timers never run again; restarted it has its disk and new ports', async () => {
    const world = new World({ seed: 1 })
    const host = world.host('a')
    await host.storage.commit([{ table: 't', key: 'k', value: new Uint8Array([7]) }])
    host.clock.after(10, () => expect.unreachable())
    const before = host.network
    host.kill()
    host.restart()
    await world.run(100)
    expect(host.network).not.toBe(before)
    expect([...((await host.storage.get('t', 'k')) ?? [])]).toEqual([7])
  })

  test('skewed and drifting clocks show in its times and nowhere else', async () => {
    const world = new World({ seed: 1 })
    const [a, b] = [world.host('a'), world.host('b')]
    a.machine.skewMs = 3_600_000
    b.machine.drift = 0.01
    await world.run(10_000)
    expect(a.clock.now() - b.clock.now()).toBe(3_600_000 - 100)
    expect(b.clock.monotonic()).toBeCloseTo(10_100)
    expect(a.clock.monotonic()).toBeCloseTo(10_000)
  })
})

describe('connections', () => {
  const connected = async (seed = 1) => {
    const world = new World({ seed, multicast: false })
    const [a, b] = [world.host('a'), world.host('b')]
    await a.network.start()
    await b.network.start()
    await world.settle(a.network.connect('b', [], 1000), 1000)
    return { world, a, b }
  }

  test('a killed peer shows within two latencies, a crashed one does not', async () => {
    const { world, a, b } = await connected()
    b.kill()
    await world.run(10)
    expect(a.network.isConnected('b')).toBe(false)
    const other = await connected()
    other.b.crash()
    await other.world.run(60_000)
    expect(other.a.network.isConnected('b')).toBe(true)
  })

  test('what a partition stopped arrives at the next retransmission after it, not at its end', async () => {
    const { world, a, b } = await connected()
    let arrived = 0
    b.network.handle('/p', (stream) =>
      stream.listen({
        frames: () => {
          arrived = world.now
        },
        drained() {},
        closed() {},
      }),
    )
    const stream = await world.settle(a.network.open('b', '/p', 1000), 1000)
    world.partition([[a], [b]])
    stream.send([new Uint8Array(1)])
    await world.run(60_000)
    world.heal()
    const healed = world.now
    await world.until(() => arrived > 0, 120_000)
    expect(arrived - healed).toBeGreaterThan(10_000)
  })

  test('a dial across a partition times out, one to a dead process is refused at once', async () => {
    const world = new World({ seed: 1, multicast: false })
    const [a, b, c] = [world.host('a'), world.host('b'), world.host('c')]
    for (const host of [a, b, c]) await host.network.start()
    world.partition([[a], [b, c]])
    const outcome = a.network.connect('b', [], 2000)
    await expect(world.settle(outcome, 3000)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(world.now).toBe(2000)
    c.kill()
    const refused = b.network.connect('c', [], 2000)
    await expect(world.settle(refused, 100)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  test('nodes hear of one another by multicast', async () => {
    const world = new World({ seed: 3 })
    const heard = new Set<string>()
    for (const name of ['a', 'b', 'c']) {
      const host = world.host(name)
      host.network.on('discover', ({ id }) => heard.add(`${name}>${id}`))
      await host.network.start()
    }
    await world.until(() => heard.size === 6, 15_000)
  })
})
