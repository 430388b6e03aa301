import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PRESETS } from '../../src/membership/presets.ts'
import { Suspicion, suspicionMs } from '../../src/membership/suspicion.ts'

const timing = { suspicionFloorMs: 4500, suspicionCeilingMs: 9000, confirmations: 3 }

describe('suspicionMs', () => {
  it('goes from the ceiling to the floor with the logarithm of the confirmations', () => {
    expect(suspicionMs(0, 3, timing)).toBe(9000)
    expect(suspicionMs(1, 3, timing)).toBeCloseTo(6750)
    expect(suspicionMs(3, 3, timing)).toBe(4500)
    expect(suspicionMs(9, 3, timing)).toBe(4500)
  })

  it('is the floor where nobody could confirm', () => {
    expect(suspicionMs(0, 0, timing)).toBe(4500)
  })

  it('never falls below the floor, rises above the ceiling or grows with confirmations', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(10), (confirmations, needed) => {
        const ms = suspicionMs(confirmations, needed, timing)
        expect(ms).toBeGreaterThanOrEqual(timing.suspicionFloorMs)
        expect(ms).toBeLessThanOrEqual(timing.suspicionCeilingMs)
        expect(suspicionMs(confirmations + 1, needed, timing)).toBeLessThanOrEqual(ms)
      }),
    )
  })
})

describe('Suspicion', () => {
  it('counts each accuser once, and no more than it needs', () => {
    const suspicion = new Suspicion(1, 1000, 28, timing)
    expect(suspicion.accuse('a')).toBe(true)
    expect(suspicion.deadline).toBe(10_000)
    expect(suspicion.accuse('a')).toBe(false)
    for (const accuser of ['b', 'c', 'd']) expect(suspicion.accuse(accuser)).toBe(true)
    expect(suspicion.deadline).toBe(5500)
    expect(suspicion.accuse('e')).toBe(false)
    expect(suspicion.accusers).toEqual(['a', 'b', 'c', 'd'])
  })

  it('needs fewer confirmations in a mesh that has fewer members', () => {
    const pair = new Suspicion(1, 0, 0, timing)
    pair.accuse('a')
    expect(pair.deadline).toBe(4500)
    const three = new Suspicion(1, 0, 1, timing)
    three.accuse('a')
    expect(three.deadline).toBe(9000)
    three.accuse('b')
    expect(three.deadline).toBe(4500)
  })

  it('lasts longer by the time that its holder stood still', () => {
    const suspicion = new Suspicion(1, 0, 0, timing)
    suspicion.extend(4000)
    expect(suspicion.deadline).toBe(8500)
  })

  it('asks for a second opinion before the end, once', () => {
    const suspicion = new Suspicion(1, 0, 0, timing)
    expect(suspicion.due).toBe(4000)
    suspicion.checked = true
    expect(suspicion.due).toBe(4500)
  })
})

describe('presets', () => {
  it.each(Object.values(PRESETS))('$name leaves a stall, a period and gossip room in its floor', (preset) => {
    expect(preset.directTimeoutMs).toBeLessThan(preset.probePeriodMs)
    expect(preset.suspicionFloorMs).toBeGreaterThanOrEqual(preset.probePeriodMs + 5 * preset.gossipIntervalMs)
    expect(preset.suspicionCeilingMs).toBeGreaterThan(preset.suspicionFloorMs)
  })
})
