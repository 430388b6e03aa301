import { describe, expect, it } from 'vitest'
import { Leases } from '../../src/consensus/leases/leases.ts'
import { createLock } from '../../src/consensus/lock.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { StrongOptions } from '../../src/mesh/namespaces.ts'
import { RegisterNamespace, STRONG_POLICY, type StrongWatchItem } from '../../src/mesh/strong.ts'
import { World } from '../../src/network/simulated/world.ts'
import { type SimulatedNode, simulate } from '../../src/testing.ts'
import { MemoryRegisters } from '../consensus/memory-registers.ts'
import { converge, Replica } from '../state/replica.ts'

/** Nodes with a state and registers, between which the state is exchanged when a test says so. */
class Bench {
  readonly world = new World({ seed: 1 })
  readonly registers = new MemoryRegisters(this.world)
  readonly replicas: Replica[] = []

  node(name: string): { replica: Replica; strong: RegisterNamespace; leases: Leases } {
    const replica = new Replica(this.world, name).begin()
    this.replicas.push(replica)
    const host = this.world.hosts.at(-1) as World['hosts'][number]
    const registers = this.registers.for(host)
    const index = replica.state.namespace('plans', { policy: STRONG_POLICY })
    const { clock, random, log } = host
    const leases = new Leases({ self: name, registers, clock, random, log, nameOf: String })
    return { replica, strong: new RegisterNamespace(index, (name) => registers.register(name), silentLog), leases }
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.world.settle(promise, 60_000)
  }

  async exchange(): Promise<void> {
    await this.world.run(10)
    await converge(this.replicas)
  }
}

describe('a strong namespace', () => {
  it('shows every node what was last written, before anything is exchanged', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    expect(await bench.settle(a.strong.get('colour'))).toBeUndefined()
    const version = await bench.settle(a.strong.set('colour', 'green'))
    expect(await bench.settle(b.strong.entry('colour'))).toEqual({ key: 'colour', value: 'green', version, fence: 0 })
    await bench.settle(b.strong.set('colour', null))
    expect(await bench.settle(a.strong.get('colour'))).toBeNull()
    expect(await bench.settle(a.strong.delete('colour'))).toBe(true)
    expect(await bench.settle(b.strong.delete('colour'))).toBe(false)
    expect(await bench.settle(b.strong.entry('colour'))).toBeUndefined()
    expect(bench.registers.reading('state/plans/colour').value).toBeUndefined()
  })

  it('lets one of all who expect the same succeed', async () => {
    const bench = new Bench()
    const nodes = ['a', 'b', 'c', 'd'].map((name) => bench.node(name))
    const claims = nodes.map(({ strong, replica }) => strong.set('job', replica.name, { expect: null }))
    const ends = await bench.settle(Promise.allSettled(claims))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const current = await bench.settle((nodes[0] as (typeof nodes)[0]).strong.entry('job'))
    for (const end of ends) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'VERSION_CONFLICT', current })
    }
    const { strong } = nodes[1] as (typeof nodes)[0]
    await bench.settle(strong.set('job', 'next', { expect: current?.version as string }))
    await expect(bench.settle(strong.delete('job', { expect: current?.version as string }))).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
      current: { value: 'next' },
    })
  })

  it('refuses a stale fence, also after a delete and from whoever has none', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    const first = await bench.settle(createLock(a.leases, 'plans').acquire())
    const stale = first.fence
    await bench.settle(a.strong.set('plan', 1, { fence: stale }))
    await bench.settle(first.release())
    const { fence } = await bench.settle(createLock(b.leases, 'plans').acquire())
    await bench.settle(b.strong.set('plan', 2, { fence }))
    await expect(bench.settle(a.strong.set('plan', 3, { fence: stale }))).rejects.toMatchObject({ code: 'STALE_FENCE' })
    await expect(bench.settle(a.strong.set('plan', 3))).rejects.toMatchObject({ code: 'STALE_FENCE' })
    await expect(bench.settle(a.strong.delete('plan', { fence: stale }))).rejects.toMatchObject({ code: 'STALE_FENCE' })
    expect(await bench.settle(b.strong.delete('plan', { fence }))).toBe(true)
    await expect(bench.settle(a.strong.set('plan', 3, { fence: stale }))).rejects.toMatchObject({ code: 'STALE_FENCE' })
    expect(await bench.settle(a.strong.get('plan'))).toBeUndefined()
    await bench.settle(b.strong.set('plan', 4, { fence, expect: null }))
  })

  it('lists and watches what it has heard of, the later decision whatever the clocks', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    // The later writer's clock is an hour behind.
    ;(bench.world.find('b') as World['hosts'][number]).machine.skewMs = -3_600_000
    await bench.settle(a.strong.set('x', 1))
    await bench.settle(b.strong.set('x', 2))
    await bench.settle(b.strong.set('y', 3))
    await bench.settle(a.strong.set('z', 4))
    await bench.settle(b.strong.delete('z'))
    expect(a.strong.list().entries.map(({ key }) => key)).toEqual(['x', 'z'])
    await bench.exchange()
    for (const { strong } of [a, b]) {
      const { entries } = strong.list()
      expect(entries.map(({ key, value }) => [key, value])).toEqual([
        ['x', 2],
        ['y', 3],
      ])
      for (const entry of entries) expect(await bench.settle(strong.entry(entry.key))).toEqual(entry)
    }
    const seen: StrongWatchItem[] = []
    const watch = a.strong.watch('x')
    const watching = (async () => {
      for await (const item of watch) seen.push(item)
    })()
    await bench.settle(b.strong.set('x', 5))
    await bench.exchange()
    await bench.settle(a.strong.delete('x'))
    await bench.world.run(10)
    await watch.return?.()
    await watching
    expect(seen.map((item) => ('entry' in item ? `${item.type} ${item.entry.value}` : item.type))).toEqual([
      'entry 2',
      'listed',
      'set 5',
      'delete',
    ])
  })

  it('shows a write whose writer died before it told anybody once it was read', async () => {
    const bench = new Bench()
    const [a, b] = [bench.node('a'), bench.node('b')]
    await bench.settle(a.strong.set('x', 1))
    expect(b.strong.list().entries).toEqual([])
    await bench.settle(b.strong.get('x'))
    await bench.world.run(10)
    expect(b.strong.list().entries).toMatchObject([{ key: 'x', value: 1 }])
  })

  it('that another node takes for eventual is an error that both see', async () => {
    const bench = new Bench()
    const a = bench.node('a')
    await bench.settle(a.strong.set('x', 1))
    const other = new Replica(bench.world, 'b').begin()
    await bench.world.run(10)
    const eventual = other.state.namespace('plans', { policy: 'latest' })
    await converge([...bench.replicas, other])
    await expect(eventual.set('x', 2)).rejects.toMatchObject({ code: 'POLICY_MISMATCH' })
    const declared = { code: 'POLICY_MISMATCH', message: expect.stringContaining('custom:strong by a, latest by b') }
    expect(eventual.mismatch).toMatchObject(declared)
    expect(a.replica.state.namespace('plans', { policy: STRONG_POLICY }).mismatch).toMatchObject(declared)
    await bench.settle(a.strong.set('x', 3))
    const late = new Bench()
    const first = new Replica(late.world, 'a').begin()
    first.state.namespace('plans', { policy: 'latest' })
    await late.world.run(10)
    const { strong, replica } = late.node('b')
    await converge([first, replica])
    await expect(late.settle(strong.set('x', 1))).rejects.toMatchObject({ code: 'POLICY_MISMATCH' })
  })

  it('lists and watches nothing that a node has written to it as to an eventual one', async () => {
    const bench = new Bench()
    const a = bench.node('a')
    await bench.settle(a.strong.set('x', 1))
    await bench.settle(a.strong.set('z', 1))
    const other = new Replica(bench.world, 'b').begin()
    const eventual = other.state.namespace('plans', { policy: 'latest' })
    await bench.settle(eventual.set('y', 'foreign'))
    await converge([...bench.replicas, other])
    expect(a.strong.list({ limit: 2 })).toMatchObject({ entries: [{ key: 'x' }], next: 'y' })
    expect(a.strong.list({ after: 'y' }).entries).toMatchObject([{ key: 'z', value: 1 }])
    const watch = a.strong.watch()
    for (const item of [{ key: 'x' }, { key: 'z' }, { type: 'listed' }]) {
      expect(await bench.settle(watch.next())).toMatchObject({ value: item })
    }
    const waiting = watch.next()
    await watch.return?.()
    expect(await bench.settle(waiting)).toMatchObject({ done: true })
  })

  it('refuses what registers cannot do, and says why', async () => {
    const { strong } = new Bench().node('a')
    expect(() => strong.batch()).toThrow(
      expect.objectContaining({ code: 'NOT_IN_STRONG', hint: expect.stringContaining('one key') }),
    )
    expect(() => strong.history('x')).toThrow(expect.objectContaining({ code: 'NOT_IN_STRONG' }))
    for (const key of ['', 'k'.repeat(1025), 'ü'.repeat(251)]) {
      await expect(strong.get(key)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
    await expect(strong.set('x', 1, { fence: -1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(strong.set('x', Number.NaN)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

it.each([
  ['a consistency that there is not', { consistency: 'weak' }, 'there is no consistency "weak"'],
  ['another one, by its name', { consistency: 'eventual' }, 'there is no consistency "eventual"'],
  ['a policy beside it', { consistency: 'strong', policy: 'merge' }, 'a strong one has no policy'],
])('a namespace with %s is refused', async (_, options, message) => {
  const mesh = await simulate({ seed: 1, nodes: 1 })
  const [{ mesh: node }] = mesh.nodes as [SimulatedNode]
  expect(() => node.state('plans', options as StrongOptions)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', message: `namespace plans: ${message}` }),
  )
  expect(node.state('plans', { consistency: undefined, policy: 'merge' } as object)).toHaveProperty('batch')
})
