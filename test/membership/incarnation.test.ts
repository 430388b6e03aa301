import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INCARNATION_BLOCK, OwnIncarnation } from '../../src/membership/incarnation.ts'
import { IncarnationStore } from '../../src/membership/incarnation-store.ts'
import { MemoryStorage } from '../../src/storage/memory.ts'

describe('OwnIncarnation', () => {
  it('raises within its block at once', () => {
    const own = new OwnIncarnation(65, 129)
    expect(own.raise(65)).toEqual({ ready: true, reserve: undefined })
    expect(own.current).toBe(66)
    expect(own.raise(70)).toEqual({ ready: true, reserve: undefined })
    expect(own.current).toBe(71)
  })

  it('asks for the next block when half of this one is used, once', () => {
    const own = new OwnIncarnation(1, 65)
    expect(own.raise(31)).toEqual({ ready: true, reserve: undefined })
    expect(own.raise(32)).toEqual({ ready: true, reserve: 33 + INCARNATION_BLOCK })
    expect(own.raise(33)).toEqual({ ready: true, reserve: undefined })
  })

  it('waits for the disk where a rumour leaps out of the block', () => {
    const own = new OwnIncarnation(1, 65)
    expect(own.raise(1000)).toEqual({ ready: false, reserve: 1001 + INCARNATION_BLOCK })
    expect(own.current).toBe(1)
    expect(own.extend(1001 + INCARNATION_BLOCK)).toBe(true)
    expect(own.current).toBe(1001)
  })

  it('never tells a number that is not durable, and outranks every rumour once the disk has answered', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(3000), fc.constant('disk' as const)), { maxLength: 50 }), (steps) => {
        const own = new OwnIncarnation(1, 1 + INCARNATION_BLOCK)
        let durable = 1 + INCARNATION_BLOCK
        let asked: number[] = []
        let loudest = 0
        const disk = () => {
          for (const bound of asked) {
            durable = Math.max(durable, bound)
            own.extend(bound)
          }
          asked = []
        }
        for (const step of steps) {
          if (step === 'disk') disk()
          else {
            loudest = Math.max(loudest, step)
            const { ready, reserve } = own.raise(step)
            if (reserve !== undefined) asked.push(reserve)
            if (ready) expect(own.current).toBeGreaterThan(step)
          }
          expect(own.current).toBeLessThan(durable)
        }
        disk()
        if (steps.some((step) => step !== 'disk')) expect(own.current).toBeGreaterThan(loudest)
      }),
    )
  })
})

describe('IncarnationStore', () => {
  it('gives each start a number above all that an earlier one could have used', async () => {
    const storage = new MemoryStorage()
    const first = await new IncarnationStore(storage).next()
    const store = new IncarnationStore(storage)
    expect(await store.next()).toBe(first + INCARNATION_BLOCK)
    await store.reserve(1000)
    expect(await new IncarnationStore(storage).next()).toBe(1000)
  })

  it.each(['x', '-3', '1.5', '"7"', '9007199254740993'])('refuses to start from %s', async (text) => {
    const storage = new MemoryStorage()
    await storage.commit([{ table: 'membership', key: 'incarnation', value: new TextEncoder().encode(text) }])
    await expect(new IncarnationStore(storage).next()).rejects.toMatchObject({ code: 'BAD_INCARNATION' })
  })
})
