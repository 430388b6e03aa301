import { describe, expect, it } from 'vitest'
import { ANNOUNCEMENT_TTL_MS, SWEEP_EVERY_MS } from '../../src/capabilities/limits.ts'
import { agent, pair, Swarm, type SwarmNode, TOPIC } from './swarm.ts'

describe('two directories', () => {
  it('are equal some round trips after the connection', async () => {
    const [swarm, a, b] = await pair(1)
    a.directory.announce([agent('summarizer', 'text.summary')])
    b.directory.announce([agent('namer', 'text.entities', '2.0.0')])
    await swarm.connect(a, b)
    await swarm.world.until(() => swarm.agree(), 100)
    expect(a.events).toEqual(['join a/summarizer', 'join b/namer'])
    expect(a.directory.find({ name: 'text.entities', version: '^2.0.0' })).toEqual([
      { peer: 'b', node: 'node-b', agent: 'namer', capability: { name: 'text.entities', version: '2.0.0' } },
    ])
    expect(b.directory.all()).toEqual(a.directory.all())
    expect(b.directory.get('a')?.addresses).toEqual(a.host.network.addresses())
  })

  it('pull once, push once, and then only compare', async () => {
    const swarm = new Swarm({ seed: 19 })
    for (let i = 0; i < 20; i++) (await swarm.add(`n${i}`)).directory.announce([agent(`x${i}`)])
    const [first, second] = swarm.nodes as [SwarmNode, SwarmNode]
    await swarm.connect(first, second)
    await swarm.world.until(() => swarm.agree([first, second]), 100)
    expect([...first.asked, ...second.asked]).toEqual(['compare', 'pull', 'push'])
    await swarm.connectAll()
    await swarm.world.until(() => swarm.agree(), 1000)
    await swarm.world.run(10_000)
    for (const { asked } of swarm.nodes) asked.length = 0
    await swarm.world.run(60_000)
    const asked = swarm.nodes.flatMap((node) => node.asked)
    expect(asked.length).toBeGreaterThan(100)
    expect(new Set(asked)).toEqual(new Set(['compare']))
  })

  it('hear of a change by gossip, and of what a change took away', async () => {
    const [swarm, a, b] = await pair(2)
    a.directory.announce([agent('x'), agent('y')])
    await swarm.connect(a, b)
    await swarm.world.until(() => swarm.agree(), 100)
    await swarm.world.run(2000)
    a.directory.announce([agent('y'), agent('z')])
    await swarm.world.until(() => swarm.agree(), 50)
    expect(b.events).toEqual(['join a/x', 'join a/y', 'leave a/x', 'join a/z'])
  })

  it('put many changes of a moment into one message, each known at once on its own node', async () => {
    const [swarm, a, b] = await pair(3)
    await swarm.connect(a, b)
    await swarm.world.run(8000)
    let heard = 0
    b.host.network.subscribe(TOPIC, () => heard++)
    for (let i = 0; i < 50; i++) {
      a.directory.announce([agent(`x${i}`)])
      expect(a.directory.find({ name: `do.x${i}` })).toHaveLength(1)
    }
    await swarm.world.run(3000)
    expect(heard).toBe(1)
    expect(b.directory.find({ name: 'do.x49' })).toHaveLength(1)
  })

  it('publish anew after the first connection, unless peers were found to hold the same', async () => {
    const heardOfCrowd = async (): Promise<number> => {
      const swarm = new Swarm({ seed: 20 })
      for (let i = 0; i < 8; i++) (await swarm.add(`n${i}`)).directory.announce([agent(`x${i}`)])
      await swarm.world.run(2000)
      let heard = 0
      for (const { host } of swarm.nodes) host.network.subscribe(TOPIC, () => heard++)
      await swarm.connectAll()
      await swarm.world.run(6000)
      expect(swarm.agree()).toBe(true)
      return heard
    }
    // What they publish at the start nobody is there to hear; what they hear later is what they said again: not each of them.
    expect(await heardOfCrowd()).toBeLessThan((8 * 7) / 2)
    const [swarm, a, b] = await pair(21)
    let heard = 0
    b.host.network.subscribe(TOPIC, () => heard++)
    a.directory.announce([agent('x')])
    await swarm.world.run(2000)
    await swarm.connect(a, b)
    await swarm.world.run(6000)
    expect(heard).toBe(1)
  })

  it('exchange what is too large for gossip', async () => {
    const [swarm, a, b] = await pair(18)
    await swarm.connect(a, b)
    await swarm.world.run(8000)
    let heard = 0
    for (const { host } of [a, b]) host.network.subscribe(TOPIC, () => heard++)
    const description = 'x'.repeat(2000)
    const capabilities = Array.from({ length: 20 }, (_, n) => ({ name: `c${n}`, version: '1.0.0', description }))
    for (const node of [a, b]) {
      node.directory.announce([{ name: node.host.id, concurrency: 1, capabilities }])
      await swarm.world.until(() => swarm.agree(), 1100)
    }
    expect(heard).toBe(0)
    expect(a.directory.find({ name: 'c19' })).toHaveLength(2)
  })

  it('tell one another how busy their nodes are', async () => {
    const [swarm, a, b] = await pair(4)
    await swarm.add('c')
    await swarm.connect(a, b)
    const loads = await swarm.world.settle(a.directory.loads(['a', 'b', 'c'], 500), 500)
    expect([...loads.keys()]).toEqual(['a', 'b'])
    expect(loads.get('b')).toEqual({
      cpu: 0.5,
      memoryBytes: 2 ** 27,
      running: 1,
      queued: 2,
      capacity: 4,
      tasksDone: 3,
      tasksFailed: 0,
      meanResponseMs: undefined,
      wallClockMs: expect.closeTo(b.host.clock.now(), -2),
    })
    b.host.pause()
    const late = await swarm.world.settle(a.directory.loads(['b'], 500), 600)
    expect(late.size).toBe(0)
  })

  it('start and stop twice without harm, and a stopped one is silent', async () => {
    const [swarm, a, b] = await pair(5)
    a.directory.start()
    a.directory.announce([agent('x')])
    await swarm.connect(a, b)
    await swarm.world.until(() => swarm.agree(), 100)
    a.directory.stop()
    a.directory.stop()
    b.directory.announce([agent('y')])
    await swarm.world.run(60_000)
    expect(a.directory.find({ name: 'do.y' })).toEqual([])
    expect(a.directory.find({ name: 'do.x' })).toHaveLength(1)
    a.directory.start()
    await swarm.world.until(() => a.directory.find({ name: 'do.y' }).length === 1, 15_000)
    await swarm.world.until(() => swarm.agree(), 15_000)
  })
})

describe('a node that', () => {
  it('is dead offers nothing, and offers again when it is back, with nothing sent', async () => {
    const [swarm, a, b] = await pair(6)
    a.directory.announce([agent('x')])
    await swarm.connect(a, b)
    await swarm.world.until(() => swarm.agree(), 100)
    for (const state of ['alive', 'suspect', 'dead', 'alive', 'left', 'alive'] as const) b.roster.set('a', state)
    expect(b.events).toEqual(['join a/x', 'leave a/x', 'join a/x', 'leave a/x', 'join a/x'])
  })

  it('membership does not know is present while it is connected', async () => {
    const [swarm, a, b] = await pair(7)
    a.directory.announce([agent('x')])
    await swarm.connect(a, b)
    await swarm.world.until(() => swarm.agree(), 100)
    a.host.network.disconnect('b')
    await swarm.world.until(() => b.events.includes('leave a/x'), 100)
    expect(b.directory.find({ name: 'do.x' })).toEqual([])
    expect(b.directory.get('a')?.agents).toHaveLength(1)
  })

  it('restarts with a higher incarnation replaces its former self, although its sequence begins anew', async () => {
    const [swarm, a, b] = await pair(8)
    for (let i = 0; i < 5; i++) a.directory.announce([agent(`old${i}`)])
    await swarm.connect(a, b)
    await swarm.world.until(() => swarm.agree(), 100)
    const again = await swarm.restart(a, 2)
    again.directory.announce([agent('new')])
    await swarm.connect(again, b)
    await swarm.world.until(() => b.directory.find({ name: 'do.new' }).length === 1, 300)
    expect(b.directory.find({ name: 'do.old4' })).toEqual([])
    expect(b.directory.get('a')?.incarnation).toBe(2)
  })

  it('lost its disk outranks its own ghost', async () => {
    const [swarm, a, b] = await pair(9)
    const old = await swarm.restart(a, 7)
    old.directory.announce([agent('old')])
    await swarm.connect(old, b)
    await swarm.world.until(() => swarm.agree(), 100)
    const again = await swarm.restart(old, 1)
    again.directory.announce([agent('new')])
    await swarm.connect(again, b)
    await swarm.world.until(() => b.directory.find({ name: 'do.new' }).length === 1, 3000)
    expect(b.directory.find({ name: 'do.old' })).toEqual([])
    await swarm.world.until(() => swarm.agree(), 100)
  })

  it('is gone for good expires everywhere, although the others exchange what they have', async () => {
    const [swarm, a, b] = await pair(10)
    const c = await swarm.add('c')
    a.directory.announce([agent('x')])
    for (const node of [b, c]) node.roster.set('a', 'alive')
    await swarm.connect(a, b)
    await swarm.world.until(() => swarm.agree([a, b]), 100)
    a.host.crash()
    await swarm.world.run(ANNOUNCEMENT_TTL_MS / 2)
    await swarm.connect(b, c)
    await swarm.world.until(() => c.directory.find({ name: 'do.x' }).length === 1, 100)
    // c counts the age that it came with, and neither gives it back to the other.
    await swarm.world.run(ANNOUNCEMENT_TTL_MS / 2 + SWEEP_EVERY_MS)
    for (const node of [b, c]) {
      expect(node.directory.get('a')).toBeUndefined()
      expect(node.events.filter((event) => event.endsWith('a/x'))).toEqual(['join a/x', 'leave a/x'])
    }
    await swarm.world.run(ANNOUNCEMENT_TTL_MS)
    expect(swarm.agree([b, c])).toBe(true)
    expect(b.directory.get('a')).toBeUndefined()
    expect(b.directory.get('c')).toBeDefined()
  })
})

describe('what gossip lost', () => {
  it('is repaired by the exchange with a random peer', async () => {
    const swarm = new Swarm({ seed: 11, link: { loss: 0.3 } })
    let last: SwarmNode | undefined
    for (const id of 'abcdefghij') {
      const node = await swarm.add(id)
      if (last) await swarm.connect(last, node)
      last = node
    }
    await swarm.world.until(() => swarm.agree(), 120_000)
    const heard: string[] = []
    for (const { host } of swarm.nodes) host.network.subscribe(TOPIC, (_, from) => from === 'a' && heard.push(host.id))
    swarm.nodes[0]?.directory.announce([agent('x')])
    await swarm.world.until(() => swarm.agree(), 120_000)
    for (const { directory } of swarm.nodes) expect(directory.get('a')?.agents).toHaveLength(1)
    // Gossip did not get to the end of the line.
    expect(heard).not.toContain('j')
  })

  it('is looked for within seconds where a living member has not said anything yet', async () => {
    const swarm = new Swarm({ seed: 12 })
    const [a, b, c] = [await swarm.add('a'), await swarm.add('b'), await swarm.add('c')]
    await swarm.connect(a, b)
    await swarm.world.until(() => swarm.agree([a, b]), 100)
    c.directory.announce([agent('x')])
    await swarm.connect(b, c)
    await swarm.world.until(() => swarm.agree([b, c]), 100)
    expect(a.directory.get('c')).toBeUndefined()
    a.roster.set('c', 'alive')
    await swarm.world.until(() => a.directory.find({ name: 'do.x' }).length === 1, 3000)
  })

  it('behind a partition comes when it heals', async () => {
    const swarm = new Swarm({ seed: 13 })
    for (const id of ['a', 'b', 'c', 'd']) await swarm.add(id)
    const [a, b, c, d] = swarm.nodes as [SwarmNode, SwarmNode, SwarmNode, SwarmNode]
    await swarm.connectAll()
    await swarm.world.until(() => swarm.agree(), 1000)
    swarm.world.partition([
      [a.host, b.host],
      [c.host, d.host],
    ])
    await swarm.world.run(5000)
    a.directory.announce([agent('left')])
    d.directory.announce([agent('right')])
    await swarm.world.run(55_000)
    expect(b.directory.find({ name: 'do.left' })).toHaveLength(1)
    expect(b.directory.find({ name: 'do.right' })).toEqual([])
    swarm.world.heal()
    // What membership does after a death: the dead connections are aborted, and dialled again.
    for (const one of [a, b]) for (const other of [c, d]) one.host.network.disconnect(other.host.id)
    await swarm.connectAll()
    await swarm.world.until(() => swarm.agree(), 5000)
    expect(c.directory.find({ name: 'do.left' })).toHaveLength(1)
    expect(b.directory.find({ name: 'do.right' })).toHaveLength(1)
  })
})

describe('findAnywhere', () => {
  it('asks the DHT where nobody known offers it, and dials what it names', async () => {
    const swarm = new Swarm({ seed: 14 })
    const [a, b, c] = [await swarm.add('a'), await swarm.add('b'), await swarm.add('c')]
    await swarm.connect(b, c)
    c.directory.announce([agent('rare', 'rare.thing')])
    await swarm.world.run(10_000)
    // The only peer of a tells it nothing: its directory is stopped.
    b.directory.stop()
    await swarm.connect(a, b)
    expect(a.directory.find({ name: 'rare.thing' })).toEqual([])
    const found = await swarm.world.settle(a.directory.findAnywhere({ name: 'rare.thing' }, 3000), 3000)
    expect(found).toMatchObject([{ peer: 'c', agent: 'rare' }])
    expect(a.host.network.isConnected('c')).toBe(true)
  })

  it('answers with nothing when nobody has it, or only the dead', async () => {
    const [swarm, a, b] = await pair(15)
    const gone = await swarm.add('gone')
    gone.directory.announce([agent('x')])
    await swarm.connect(gone, b)
    await swarm.world.run(10_000)
    gone.host.crash()
    b.directory.stop()
    await swarm.connect(a, b)
    const before = swarm.world.now
    expect(await swarm.world.settle(a.directory.findAnywhere({ name: 'do.x' }, 2000), 2500)).toEqual([])
    expect(swarm.world.now - before).toBeLessThanOrEqual(2001)
    expect(await swarm.world.settle(a.directory.findAnywhere({ name: 'nobody.has' }, 2000), 2500)).toEqual([])
  })

  it('answers at once with what is known', async () => {
    const [swarm, a] = await pair(16)
    a.directory.announce([agent('x')])
    const before = swarm.world.now
    expect(await swarm.world.settle(a.directory.findAnywhere({ name: 'do.x' }, 3000), 10)).toHaveLength(1)
    expect(swarm.world.now).toBe(before)
  })

  it('refuses a version that is no range', async () => {
    const [, a] = await pair(17)
    expect(() => a.directory.find({ name: 'do.x', version: 'newest' })).toThrow('"newest" is no version range')
    await expect(a.directory.findAnywhere({ name: 'do.x', version: '>>1' }, 10)).rejects.toThrow('no version range')
  })
})

describe('a hundred nodes, each connected to a few', () => {
  it('know all of one another within seconds, and a change within one more', async () => {
    const swarm = new Swarm({ seed: 40, link: { loss: 0.01 } })
    for (let i = 0; i < 100; i++) (await swarm.add(`n${i}`)).directory.announce([agent('x'), agent(`y${i}`)])
    const { nodes, world } = swarm
    await world.settle(
      Promise.all(
        nodes.flatMap((node, i) =>
          [i + 1, i + 7, i + 31].map((j) => node.host.network.connect(`n${j % 100}`, [], 10_000)),
        ),
      ),
      10_000,
    )
    for (const { roster } of nodes) for (const { host } of nodes) roster.set(host.id, 'alive')
    await world.until(() => swarm.agree(), 10_000)
    for (const { directory } of nodes) expect(directory.find({ name: 'do.x' })).toHaveLength(100)
    await world.run(10_000)
    nodes[17]?.directory.announce([agent('z')])
    await world.run(1000)
    const knowing = nodes.filter(({ directory }) => directory.find({ name: 'do.z' }).length === 1)
    expect(knowing.length).toBeGreaterThan(95)
    await world.until(() => swarm.agree(), 60_000)
    for (const { directory } of nodes) expect(directory.dropped).toEqual({ oversized: 0, malformed: 0, unsigned: 0 })
  })

  it('go the same way from the same seed', async () => {
    const run = async (): Promise<string> => {
      const swarm = new Swarm({ seed: 41, link: { loss: 0.05, duplicate: 0.1, reorder: 0.1 } })
      for (let i = 0; i < 20; i++) (await swarm.add(`n${i}`)).directory.announce([agent(`y${i}`)])
      await swarm.connectAll()
      await swarm.world.run(30_000)
      expect(swarm.agree()).toBe(true)
      return swarm.world.trace.digest()
    }
    expect(await run()).toBe(await run())
  })
})

describe('too much to announce', () => {
  it('is an error that says how much, and changes nothing', async () => {
    const [swarm, a] = await pair(30)
    a.directory.announce([agent('x')])
    const description = 'x'.repeat(2000)
    const capabilities = Array.from({ length: 60 }, (_, n) => ({ name: `c${n}`, version: '1.0.0', description }))
    const big = { name: 'big', concurrency: 1, capabilities }
    expect(() => a.directory.announce([big])).toThrow(/bytes to announce, the limit is 65536/)
    expect(() => a.directory.announce([agent('a b')])).toThrow('node node-a: "name" is "a b"')
    await swarm.world.run(2000)
    expect(a.directory.find({ name: 'do.x' })).toHaveLength(1)
    expect(a.directory.find({ name: 'c1' })).toEqual([])
  })
})
