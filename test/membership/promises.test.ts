import { describe, expect, it } from 'vitest'
import { deathsByStall, messageRate, timeToDeath, timeToHeal } from './scenarios.ts'

/** A sample of what scripts/simulate/membership.ts does over 1000 seeds. */
const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe('lan, 30 nodes, links of 1 to 5 ms', () => {
  it.each(seeds(10))('a silent death is known by all within 6 s (seed %i)', async (seed) => {
    const ms = await timeToDeath({ seed, nodes: 30 })
    expect(ms).toBeLessThanOrEqual(6000)
    // Sooner would be below the floor that a stalled node's refutation needs.
    expect(ms).toBeGreaterThan(4500)
  })

  it.each(seeds(10))('a stall of 4 s is no death (seed %i)', async (seed) => {
    expect(await deathsByStall({ seed, nodes: 30 }, 4000)).toEqual([])
  })

  it.each(seeds(5))('a partition of 60 s is healed, and all are connected, within 5 s (seed %i)', async (seed) => {
    expect(await timeToHeal({ seed, nodes: 30 }, 60_000)).toBeLessThanOrEqual(5000)
  })
})

describe('beyond a full mesh', () => {
  it('a node sends as many messages a second among 200 as among 20', async () => {
    const small = await messageRate({ seed: 1, nodes: 20 }, 15)
    const large = await messageRate({ seed: 1, nodes: 200 }, 15)
    expect(large / small).toBeGreaterThan(0.8)
    expect(large / small).toBeLessThan(1.2)
    // Five probes, five answers, and next to nothing else.
    expect(small).toBeLessThan(11)
  })

  it('a silent death among 100 is known by all within 6 s', async () => {
    expect(await timeToDeath({ seed: 2, nodes: 100 })).toBeLessThanOrEqual(6000)
  })

  it('a stall of 4 s among 100 is no death', async () => {
    expect(await deathsByStall({ seed: 3, nodes: 100 }, 4000)).toEqual([])
  })
})
