import { afterEach, describe, expect, it, vi } from 'vitest'
import { Detector } from '../../src/membership/detector.ts'
import { IncarnationStore } from '../../src/membership/incarnation-store.ts'
import { PRESETS } from '../../src/membership/presets.ts'
import { Rumours } from '../../src/membership/rumours.ts'
import { Suspicion } from '../../src/membership/suspicion.ts'
import { SimulatedNetwork } from '../../src/network/simulated/network.ts'
import { Bench } from './bench.ts'
import { Mesh } from './mesh.ts'
import { deathsByStall, timeToDeath, timeToHeal } from './scenarios.ts'

/** The classic mistakes, put in one at a time: each must break a promise that holds without it, or the checks are blind. */
afterEach(() => vi.restoreAllMocks())

const scenario = { seed: 5, nodes: 12 }

describe('the checks see', () => {
  it('a suspicion that is too short for a stall', async () => {
    const preset = { ...PRESETS.lan, suspicionFloorMs: 1000, suspicionCeilingMs: 2000 }
    expect(await deathsByStall(scenario, 4000)).toEqual([])
    expect(await deathsByStall({ ...scenario, preset }, 4000)).not.toEqual([])
  })

  it('a node that does not refute', async () => {
    const merge = Rumours.prototype.merge
    vi.spyOn(Rumours.prototype, 'merge').mockImplementation(function (this: Rumours, row, from, now) {
      if (row.id !== this.self.id) merge.call(this, row, from, now)
    })
    expect(await deathsByStall(scenario, 4000)).not.toEqual([])
  })

  it('a node that accuses others of its own stall', () => {
    // Timers come first after a stall, what lies in the inbox later.
    const accused = () => {
      const bench = new Bench('a', 'b', 'c')
      for (let i = 0; i < 5; i++) {
        bench.run(1000, () => true)
        // A probe may be under way, but is not over.
        bench.run(150, () => false)
        bench.now += 3000
        bench.core.tick(bench.now)
      }
      return bench.events.filter((event) => event.startsWith('suspect')).length
    }
    const sound = accused()
    vi.spyOn(Detector.prototype, 'observe').mockReturnValue(false)
    expect(accused()).toBeGreaterThan(sound)
  })

  it('connections of the dead that are kept', async () => {
    expect(await timeToHeal(scenario, 60_000)).toBeLessThan(5000)
    vi.spyOn(SimulatedNetwork.prototype, 'disconnect').mockImplementation(() => {})
    const healing = timeToHeal(scenario, 60_000)
    await expect(healing.then((ms) => ms < 5000)).resolves.toBe(false)
  })

  it('an incarnation that is forgotten in a restart', async () => {
    const back = async () => {
      const mesh = await Mesh.running(scenario)
      mesh.nodes[3]?.crash()
      const others = mesh.nodes.filter((_, i) => i !== 3)
      await mesh.until(() => mesh.complete(others, [mesh.nodes[3]!], 'dead'), 10_000, 'dead')
      await mesh.nodes[3]?.restart()
      const first = mesh.nodes[3]?.membership.self.incarnation ?? 0
      return { first, ghost: others[0]?.membership.get('n3')?.incarnation ?? 0 }
    }
    const sound = await back()
    expect(sound.first).toBeGreaterThan(sound.ghost)
    vi.spyOn(IncarnationStore.prototype, 'next').mockResolvedValue(1)
    const broken = await back()
    expect(broken.first).toBeLessThanOrEqual(broken.ghost)
  })

  it('confirmations that do not count', async () => {
    expect(await timeToDeath(scenario)).toBeLessThan(6000)
    const { accuse } = Suspicion.prototype
    vi.spyOn(Suspicion.prototype, 'accuse').mockImplementation(function (this: Suspicion, accuser) {
      return this.accusers.length === 0 && accuse.call(this, accuser)
    })
    expect(await timeToDeath(scenario)).toBeGreaterThan(6000)
  })
})
