import { expect, test } from 'vitest'
import { VotersConflictError } from '../../../src/consensus/register/errors.ts'
import { InvalidInputError, OutcomeUnknownError, UnreachableError } from '../../../src/lib/errors.ts'
import { MemoryDisk } from '../../../src/storage/memory-disk.ts'
import { simulate } from '../../../src/testing.ts'
import { increment, nodeOf, outcomeOf, SOON_MS, voting } from '../register/mesh.ts'

const CHANGE_MS = 70_000

test('voters are added, removed and replaced whole, and every register is carried over', async () => {
  const mesh = await voting(1, 7, 3)
  const node = nodeOf(mesh, 6)
  for (let i = 0; i < 20; i++) await mesh.settle(increment(node, `r${i}`), SOON_MS)
  expect(await mesh.settle(node.voters.add('n3'), CHANGE_MS)).toMatchObject({
    epoch: 3,
    voters: ['n0', 'n1', 'n2', 'n3'],
  })
  expect(await mesh.settle(node.voters.remove('n0'), CHANGE_MS)).toMatchObject({ epoch: 5, voters: ['n1', 'n2', 'n3'] })
  expect(await mesh.settle(nodeOf(mesh, 0).voters.set(['n4', 'n5', 'n0']), CHANGE_MS)).toMatchObject({ epoch: 7 })
  for (const i of [1, 2, 3]) mesh.nodes[i]!.kill()
  for (let i = 0; i < 20; i++) {
    const { reading } = await mesh.settle(increment(node, `r${i}`, { timeoutMs: 20_000 }), SOON_MS)
    expect(reading).toMatchObject({ value: 2, revision: 2 })
  }
  await mesh.stop()
})

test('voters change under load, and no change of a register is lost or made twice', async () => {
  const mesh = await voting(2, 6, 3)
  let over = false
  let made = 0
  // One that takes long while others are many may be forgotten by the register before it hears what became of it.
  let unknown = 0
  const load = async (i: number): Promise<void> => {
    while (!over) {
      const outcome = await outcomeOf(increment(nodeOf(mesh, i), 'count', { timeoutMs: 20_000 }))
      if (!(outcome instanceof Error)) made++
      else if (outcome instanceof OutcomeUnknownError) unknown++
      else throw outcome
    }
  }
  const loads = Promise.all([0, 4, 5].map(load))
  for (const set of [['n0', 'n1', 'n2', 'n3', 'n4'], ['n3', 'n4', 'n5'], ['n1'], ['n0', 'n1', 'n2']]) {
    await mesh.settle(nodeOf(mesh, 2).voters.set(set), CHANGE_MS)
    expect(nodeOf(mesh, 2).voters.get()?.voters).toEqual([...set].sort())
  }
  over = true
  await mesh.settle(loads, SOON_MS)
  expect(made).toBeGreaterThan(50)
  const { value } = await mesh.settle(nodeOf(mesh, 3).register('count').read(), SOON_MS)
  expect(value).toBeGreaterThanOrEqual(made)
  expect(value).toBeLessThanOrEqual(made + unknown)
  expect(unknown).toBeLessThan(3)
  await mesh.stop()
})

test('of two operators at once one wins, and the other is told what is there', async () => {
  const mesh = await voting(3, 6, 3)
  const outcomes = await mesh.settle(
    Promise.all([outcomeOf(nodeOf(mesh, 0).voters.add('n3')), outcomeOf(nodeOf(mesh, 5).voters.add('n4'))]),
    CHANGE_MS,
  )
  const conflicts = outcomes.filter((it) => it instanceof VotersConflictError)
  expect(conflicts).toHaveLength(1)
  expect(conflicts[0]).toMatchObject({ code: 'VOTERS_CONFLICT' })
  const won = outcomes.find((it) => !(it instanceof Error)) as { voters: string[] }
  expect(won.voters).toHaveLength(4)
  await mesh.stop()
})

test('a change whose operator died in its midst is finished by the next one', async () => {
  const mesh = await voting(4, 6, 3)
  for (let i = 0; i < 50; i++) await mesh.settle(increment(nodeOf(mesh, 1), `r${i}`), SOON_MS)
  const begun = outcomeOf(nodeOf(mesh, 5).voters.set(['n0', 'n3', 'n4']))
  await mesh.until(() => nodeOf(mesh, 0).voters.get()?.next !== undefined, CHANGE_MS, 'the joint configuration')
  mesh.nodes[5]!.crash()
  void begun
  // Meanwhile registers work with a majority of both.
  expect((await mesh.settle(increment(nodeOf(mesh, 1), 'r0', { timeoutMs: 20_000 }), SOON_MS)).reading.value).toBe(2)
  const set = await mesh.settle(nodeOf(mesh, 1).voters.add('n1'), CHANGE_MS)
  expect(set).toMatchObject({ epoch: 5, voters: ['n0', 'n3', 'n4', 'n1'], next: undefined })
  await mesh.stop()
})

test('what is decided is carried over where a change after it has come to one voter alone', async () => {
  for (const seed of [21, 22, 23]) {
    const mesh = await voting(seed, 7, 3)
    const [n0, n1, n2, , , , n6] = mesh.nodes
    for (let i = 0; i < 6; i++) await mesh.settle(increment(nodeOf(mesh, 6), 'r'), SOON_MS)
    await mesh.run(1000)
    mesh.partition([n6!, n0!], [n1!, n2!])
    void outcomeOf(increment(nodeOf(mesh, 6), 'r'))
    await mesh.run(200)
    n6!.crash()
    mesh.heal()
    await mesh.settle(nodeOf(mesh, 4).voters.set(['n3', 'n4', 'n5']), CHANGE_MS)
    for (const old of [n0, n1, n2]) old!.kill()
    const { value } = await mesh.settle(nodeOf(mesh, 4).register('r').read({ timeoutMs: 20_000 }), SOON_MS)
    // The last one was made or not.
    expect([6, 7], `seed ${seed}`).toContain(value)
    await mesh.stop()
  }
})

test('two meshes founded apart say so when they meet, and neither is merged', async () => {
  const mesh = await simulate({ seed: 5, nodes: 4 })
  await mesh.converge()
  mesh.partition(mesh.nodes.slice(0, 2), mesh.nodes.slice(2))
  const left = await mesh.settle(nodeOf(mesh, 0).voters.set(['n0']), SOON_MS)
  const right = await mesh.settle(nodeOf(mesh, 2).voters.set(['n2']), SOON_MS)
  expect(left.genesis).not.toBe(right.genesis)
  mesh.heal()
  const foreign = (i: number) =>
    nodeOf(mesh, i)
      .voters.status()
      .foreign.map(({ genesis }) => genesis)
  await mesh.until(() => [0, 1, 2, 3].every((i) => foreign(i).length === 1), SOON_MS, 'all know of the other founding')
  expect(foreign(0)).toEqual([right.genesis])
  expect(foreign(3)).toEqual([left.genesis])
  expect(mesh.log.filter((line) => line.includes('founded apart')).length).toBeGreaterThan(0)
  expect(nodeOf(mesh, 1).voters.get()?.genesis).toBe(left.genesis)
  // A voter of the one side is none of the other: that would leave a change without an end, and registers without a quorum.
  const taken = await mesh.settle(outcomeOf(nodeOf(mesh, 0).voters.set(['n0', 'n2', 'n3'])), SOON_MS)
  expect(taken).toMatchObject({
    code: 'VOTERS_CONFLICT',
    message: expect.stringMatching(/^n[23] keeps voters that were founded apart/),
    hint: expect.stringContaining('new data directory'),
  })
  expect(nodeOf(mesh, 0).voters.get()).toMatchObject({ epoch: 1, voters: ['n0'], next: undefined })
  expect((await mesh.settle(increment(nodeOf(mesh, 0), 'r'), SOON_MS)).reading.value).toBe(1)
  await mesh.stop()
})

test('of two foundings whose voters overlap none counts a voter of the other as its own', async () => {
  for (let seed = 20; seed < 40; seed++) {
    const mesh = await simulate({ seed, nodes: 5 })
    await mesh.converge()
    const sets = [
      ['n0', 'n2', 'n3'],
      ['n1', 'n2', 'n3'],
    ]
    const outcomes = await mesh.settle(
      Promise.all(sets.map((set, i) => outcomeOf(nodeOf(mesh, i).voters.set(set)))),
      CHANGE_MS,
    )
    for (const outcome of outcomes) {
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(VotersConflictError)
      else {
        const { genesis, voters } = outcome as { genesis: string; voters: string[] }
        const own = voters.filter((name) => mesh.node(name).mesh.voters.get()?.genesis === genesis)
        expect(own.length, `${voters} of seed ${seed}`).toBeGreaterThan(voters.length / 2)
      }
    }
    await mesh.stop()
  }
})

test('a second founding is refused by a voter that has one', async () => {
  const mesh = await simulate({ seed: 6, nodes: 4 })
  await mesh.converge()
  const outcomes = await mesh.settle(
    Promise.all([
      outcomeOf(nodeOf(mesh, 0).voters.set(['n1', 'n2'])),
      outcomeOf(nodeOf(mesh, 3).voters.set(['n1', 'n3'])),
    ]),
    SOON_MS,
  )
  expect(outcomes.filter((it) => it instanceof VotersConflictError)).toHaveLength(1)
  await mesh.run(1000)
  expect(new Set(mesh.nodes.map((node) => node.mesh.voters.get()?.genesis)).size).toBe(1)
  await mesh.stop()
})

test('a founding with a peer that does not answer changes nothing, and says so', async () => {
  const mesh = await simulate({ seed: 19, nodes: 3 })
  await mesh.converge()
  const [a, , c] = mesh.nodes
  // That opens streams to all three.
  expect(await mesh.settle(outcomeOf(nodeOf(mesh, 0).voters.set(['n0', 'n1', 'n2', 'who'])), CHANGE_MS)).toBeInstanceOf(
    UnreachableError,
  )
  mesh.block(c!, a!)
  const error = await mesh.settle(outcomeOf(nodeOf(mesh, 0).voters.set(['n0', 'n1', 'n2'])), CHANGE_MS)
  expect(error).toBeInstanceOf(UnreachableError)
  expect((error as Error).message).toContain('n2 does not answer')
  mesh.heal()
  await mesh.converge()
  expect(mesh.nodes.map((node) => node.mesh.voters.get())).toEqual([undefined, undefined, undefined])
  expect(await mesh.settle(nodeOf(mesh, 0).voters.set(['n0', 'n1', 'n2']), CHANGE_MS)).toMatchObject({ epoch: 1 })
  await mesh.stop()
})

test('a node that has lost its disk, and has not heard of the voters again, founds no others', async () => {
  const mesh = await voting(12, 4, 3)
  const genesis = nodeOf(mesh, 0).voters.get()?.genesis
  const lost = mesh.nodes[3]!
  // Its peers do not notice: to them it is connected all the time.
  lost.crash()
  lost.host.restoreDisk(new MemoryDisk())
  await mesh.settle(lost.restart(), SOON_MS)
  await mesh.until(() => lost.host.network.peers().length > 0, SOON_MS, 'it is connected')
  expect(nodeOf(mesh, 3).voters.get()).toBeUndefined()
  expect(await mesh.settle(outcomeOf(nodeOf(mesh, 3).voters.set(['n3'])), CHANGE_MS)).toMatchObject({
    code: 'VOTERS_CONFLICT',
    message: 'this mesh has voters, of whom this node has only now heard: n0, n1, n2',
  })
  expect(nodeOf(mesh, 3).voters.get()?.genesis).toBe(genesis)
  await mesh.stop()
})

test('a node that has just started, and has met nobody yet, founds no others', async () => {
  const mesh = await voting(18, 3, 3)
  const late = mesh.add()
  await mesh.settle(late.mesh.start(), SOON_MS)
  expect(late.host.network.peers()).toEqual([])
  expect(await mesh.settle(outcomeOf(late.mesh.voters.set(['n3'])), CHANGE_MS)).toMatchObject({
    code: 'VOTERS_CONFLICT',
  })
  expect(late.mesh.voters.get()).toEqual(nodeOf(mesh, 0).voters.get())
  await mesh.stop()
})

test('a restored disk does not vote as the one that it was, and its node comes back as a new voter', async () => {
  const mesh = await voting(7, 4, 3)
  await mesh.settle(increment(nodeOf(mesh, 3), 'r'), SOON_MS)
  const old = mesh.nodes[1]!.host.snapshotDisk()
  for (let i = 0; i < 3; i++) {
    await mesh.settle(increment(nodeOf(mesh, 3), 'r'), SOON_MS)
    // It may be the one that is told afterwards.
    await mesh.run(100)
  }
  mesh.nodes[1]!.kill()
  mesh.nodes[1]!.host.restoreDisk(old)
  await mesh.settle(mesh.nodes[1]!.restart(), SOON_MS)
  await mesh.until(() => nodeOf(mesh, 1).voters.status().own === 'lost', SOON_MS, 'the old disk is found')
  expect(mesh.log.some((line) => line.includes('covey voters add n1'))).toBe(true)
  expect((await mesh.settle(increment(nodeOf(mesh, 1), 'r', { timeoutMs: 20_000 }), SOON_MS)).reading.value).toBe(5)
  await mesh.settle(nodeOf(mesh, 1).voters.add('n1'), CHANGE_MS)
  await mesh.until(() => nodeOf(mesh, 1).voters.status().own === 'voter', SOON_MS, 'a voter again')
  mesh.nodes[0]!.kill()
  expect((await mesh.settle(increment(nodeOf(mesh, 1), 'r', { timeoutMs: 20_000 }), SOON_MS)).reading.value).toBe(6)
  await mesh.stop()
})

test('what can be no set of voters is refused', async () => {
  const mesh = await voting(8, 3, 1)
  const refused = async (promise: Promise<unknown>): Promise<unknown> => mesh.settle(outcomeOf(promise), CHANGE_MS)
  const node = nodeOf(mesh, 1)
  expect(await refused(node.voters.set([]))).toBeInstanceOf(InvalidInputError)
  expect(await refused(node.voters.remove('n0'))).toMatchObject({
    message: 'n0 is the last voter, and cannot be removed',
  })
  expect(await refused(node.voters.remove('n2'))).toBeInstanceOf(InvalidInputError)
  expect(await refused(node.voters.set(['']))).toBeInstanceOf(InvalidInputError)
  // A name typed twice would found a set that is smaller than meant.
  expect(await refused(node.voters.set(['n1', 'n1']))).toMatchObject({ message: 'n1 is named twice' })
  expect(await refused(node.voters.add('nobody'))).toBeInstanceOf(UnreachableError)
  expect(node.voters.get()).toMatchObject({ epoch: 1, voters: ['n0'] })
  await mesh.stop()
})

test('a node that comes later learns who votes', async () => {
  const mesh = await voting(9, 3, 3)
  for (let i = 0; i < 3; i++) {
    const late = mesh.add()
    await mesh.settle(late.mesh.start(), SOON_MS)
    await mesh.until(() => late.mesh.voters.get() !== undefined, 5000, 'the voters are known')
    await mesh.settle(increment(late.mesh, 'r'), SOON_MS)
  }
  await mesh.stop()
})

test('two foundings that have met say so once, not for ever', async () => {
  const mesh = await simulate({ seed: 10, nodes: 2 })
  await mesh.converge()
  mesh.partition([mesh.nodes[0]!], [mesh.nodes[1]!])
  await mesh.settle(nodeOf(mesh, 0).voters.set(['n0']), SOON_MS)
  await mesh.settle(nodeOf(mesh, 1).voters.set(['n1']), SOON_MS)
  mesh.heal()
  await mesh.until(() => nodeOf(mesh, 0).voters.status().foreign.length > 0, SOON_MS)
  await mesh.run(1000)
  const before = mesh.world.scheduler.processed
  await mesh.run(10_000)
  // Probes alone make some hundred events in ten seconds; an endless exchange of notices thousands.
  expect(mesh.world.scheduler.processed - before).toBeLessThan(2000)
  await mesh.stop()
})

test('a voter that is asked says whether it votes, whatever the connections say', async () => {
  const mesh = await voting(11, 4, 3)
  const node = nodeOf(mesh, 3)
  const votes = (i: number): boolean => nodeOf(mesh, i).voters.status().own === 'voter'
  await mesh.until(() => [0, 1, 2].every(votes), SOON_MS, 'each has heard that its disk is the newest')
  const words = async (): Promise<string> => {
    const { asked, available } = await mesh.settle(node.voters.ask(), SOON_MS)
    return `${asked.map(({ peer, word }) => `${peer} ${word}`).join(', ')}: ${available ? 'enough' : 'too few'}`
  }
  expect(await words()).toBe('n0 votes, n1 votes, n2 votes: enough')
  // Stopped: its connections stand.
  mesh.nodes[2]!.pause()
  expect(node.voters.status().connected).toContain('n2')
  expect(await words()).toBe('n0 votes, n1 votes, n2 away: enough')
  mesh.nodes[2]!.resume()
  const old = mesh.nodes[1]!.host.snapshotDisk()
  // What was seen of it in one change is told with the next.
  for (let i = 0; i < 3; i++) await mesh.settle(increment(node, 'r'), SOON_MS)
  mesh.nodes[1]!.kill()
  mesh.nodes[1]!.host.restoreDisk(old)
  await mesh.settle(mesh.nodes[1]!.restart(), SOON_MS)
  await mesh.until(() => nodeOf(mesh, 1).voters.status().own === 'lost', SOON_MS, 'the old disk is found')
  mesh.nodes[0]!.kill()
  expect(await words()).toBe('n0 away, n1 lost, n2 votes: too few')
  // It has just started, and hears of its disk from one that has lost its own.
  mesh.nodes[2]!.kill()
  await mesh.settle(mesh.nodes[2]!.restart(), SOON_MS)
  await mesh.until(() => nodeOf(mesh, 2).voters.status().own === 'unconfirmed', SOON_MS, 'it is back')
  await mesh.run(1000)
  expect(await words()).toBe('n0 away, n1 lost, n2 unconfirmed: too few')
  await mesh.stop()
})
