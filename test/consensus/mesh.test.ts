import { describe, expect, it } from 'vitest'
import type { Lease } from '../../src/consensus/leases/lease.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import { type SimulatedNode, type Simulation, simulate } from '../../src/testing.ts'

const SOON_MS = 60_000

/** Five nodes, the first three of which vote. */
async function voting(seed: number): Promise<Simulation> {
  const mesh = await simulate({ seed, nodes: 5 })
  await mesh.converge()
  const voters = ['n0', 'n1', 'n2']
  await mesh.settle((mesh.nodes[0] as SimulatedNode).mesh.voters.set(voters), SOON_MS)
  const know = (node: SimulatedNode): boolean => node.mesh.voters.get() !== undefined
  await mesh.until(() => mesh.nodes.every(know), SOON_MS, 'all know the voters')
  return mesh
}

const on = (mesh: Simulation, index: number): Mesh => (mesh.nodes[index] as SimulatedNode).mesh

describe('a lock among real nodes and voters', () => {
  it.each([
    [3, 4],
    [0, 4],
    [4, 1],
  ])('of n%i that is killed is held by n%i within its time and a tenth', async (holder, next) => {
    const ttlMs = 2_000
    for (let seed = 1; seed <= 5; seed++) {
      const mesh = await voting(seed)
      const first = await mesh.settle(on(mesh, holder).lock('deploy').acquire({ ttlMs }), SOON_MS)
      const waiting = on(mesh, next).lock('deploy').acquire({ ttlMs, waitMs: SOON_MS })
      await mesh.run(3_000 + 137 * seed)
      const { fence } = first
      mesh.nodes[holder]?.kill()
      const killedAt = mesh.now
      const lease = await mesh.settle(waiting, SOON_MS)
      expect(mesh.now - killedAt, `seed ${seed}`).toBeLessThanOrEqual(ttlMs * 1.1)
      expect(lease.fence).toBeGreaterThan(fence)
      await mesh.stop()
    }
  })

  it('is lost by a holder that was paused for longer, whose writes a strong namespace refuses', async () => {
    const mesh = await voting(7)
    const paused = await mesh.settle(on(mesh, 3).lock('deploy').acquire({ ttlMs: 2_000 }), SOON_MS)
    const { fence } = paused
    const waiting = on(mesh, 4).lock('deploy').acquire({ waitMs: SOON_MS })
    await mesh.run(1_000)
    const seen: boolean[] = []
    mesh.nodes[3]?.host.clock.after(1, () => seen.push(paused.signal.aborted))
    mesh.nodes[3]?.pause()
    const next = await mesh.settle(waiting, SOON_MS)
    const open = (index: number) => on(mesh, index).state('releases', { consistency: 'strong' })
    await mesh.settle(open(4).set('current', 'new', { fence: next.fence }), SOON_MS)
    mesh.nodes[3]?.resume()
    await mesh.run(1)
    expect(seen).toEqual([true])
    const late = open(3).set('current', 'old', { fence })
    await expect(mesh.settle(late, SOON_MS)).rejects.toMatchObject({ code: 'STALE_FENCE' })
    expect(await mesh.settle(open(0).get('current'), SOON_MS)).toBe('new')
    await mesh.stop()
  })

  it('is not given to a minority, and a holder there loses it before the majority gives it away', async () => {
    const mesh = await voting(8)
    const lease = await mesh.settle(on(mesh, 2).lock('deploy').acquire({ ttlMs: 2_000 }), SOON_MS)
    let lostAt = Number.POSITIVE_INFINITY
    lease.signal.addEventListener('abort', () => {
      lostAt = mesh.now
    })
    const [a, b, c, d, e] = mesh.nodes as [SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode]
    const waiting = a.mesh.lock('deploy').acquire({ waitMs: SOON_MS })
    await mesh.run(100)
    mesh.partition([a, b, d], [c, e])
    const minority = e.mesh.lock('deploy').acquire({ waitMs: 3_000 })
    const refused = expect(minority).rejects.toMatchObject({
      code: expect.stringMatching(/VOTERS_UNAVAILABLE|OUTCOME_UNKNOWN/),
    })
    const taken: Lease = await mesh.settle(waiting, SOON_MS)
    expect(lostAt).toBeLessThan(mesh.now)
    await mesh.run(10_000)
    await refused
    mesh.heal()
    await mesh.settle(taken.release(), SOON_MS)
    await mesh.settle(e.mesh.lock('deploy').acquire(), SOON_MS)
    await mesh.stop()
  })

  it('lets no stale fence win in an eventual namespace, whoever is cut off and whatever the clocks', async () => {
    const mesh = await voting(9)
    const [stale, winner] = [mesh.nodes[3] as SimulatedNode, mesh.nodes[4] as SimulatedNode]
    const paused = await mesh.settle(stale.mesh.lock('deploy').acquire({ ttlMs: 2_000 }), SOON_MS)
    const { fence } = paused
    stale.host.machine.skewMs = 3_600_000
    mesh.partition(
      [stale],
      mesh.nodes.filter((node) => node !== stale),
    )
    const next = await mesh.settle(winner.mesh.lock('deploy').acquire({ waitMs: SOON_MS }), SOON_MS)
    await mesh.settle(
      winner.mesh.state('releases', { policy: 'latest' }).set('current', 'new', { fence: next.fence }),
      SOON_MS,
    )
    // It cannot know better, and its clock is an hour ahead.
    await mesh.settle(stale.mesh.state('releases', { policy: 'latest' }).set('current', 'old', { fence }), SOON_MS)
    mesh.heal()
    const all = (): unknown[] =>
      mesh.nodes.map((node) => node.mesh.state('releases', { policy: 'latest' }).get('current'))
    await mesh.until(() => all().every((value) => value === 'new'), SOON_MS, 'the newer fence wins everywhere')
    await mesh.stop()
  })
})

describe('a barrier among real nodes and voters', () => {
  it('lets all through, or breaks for all when one dies', async () => {
    const mesh = await voting(10)
    const wait = (index: number) => on(mesh, index).barrier('start', 5).wait({ waitMs: SOON_MS })
    const passed = await mesh.settle(Promise.all([0, 1, 2, 3, 4].map(wait)), SOON_MS)
    expect(new Set(passed).size).toBe(1)
    const waits = [0, 1, 2, 3].map(wait)
    const ends = Promise.allSettled(waits.slice(0, 3))
    await mesh.run(500)
    mesh.nodes[3]?.kill()
    for (const end of await mesh.settle(ends, SOON_MS)) {
      expect(end).toMatchObject({
        reason: { code: 'BARRIER_BROKEN', message: expect.stringContaining('n3 is silent') },
      })
    }
    await mesh.stop()
  })
})
