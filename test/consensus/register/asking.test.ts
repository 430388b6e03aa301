import { afterEach, expect, test, vi } from 'vitest'
import type { Question } from '../../../src/consensus/register/codec.ts'
import { Laggards } from '../../../src/consensus/register/laggards.ts'
import {
  COLLECT_AFTER_MS,
  COLLECT_EVERY_MS,
  LATE_MS,
  MAX_LAGGING,
  MIN_HEDGE_MS,
  TELL_EVERY_MS,
  TELLS_AT_ONCE,
} from '../../../src/consensus/register/limits.ts'
import { Thrift } from '../../../src/consensus/register/thrift.ts'
import { Transport } from '../../../src/consensus/register/transport.ts'
import type { Configuration, Voter } from '../../../src/consensus/voters/configuration.ts'
import { World } from '../../../src/network/simulated/world.ts'
import type { Simulation } from '../../../src/testing.ts'
import { increment, nodeOf, SOON_MS, voting } from './mesh.ts'
import { voters } from './soup.ts'

type Kind = 'prepare' | 'accept' | 'read'

/** How long after they were set voters take to vote, in milliseconds. */
const CONFIRMED_MS = 2000

/** Whom anybody asks what, in order. */
function watchAsking(): { kind: Kind; peer: string; name: string }[] {
  const asked: { kind: Kind; peer: string; name: string }[] = []
  const { ask } = Transport.prototype
  vi.spyOn(Transport.prototype, 'ask').mockImplementation(function (this: Transport, ...args) {
    const [{ peer }, , question] = args
    const kind = question.prepare ? 'prepare' : question.accept ? 'accept' : 'read'
    asked.push({ kind, peer, name: question.name })
    return ask.apply(this, args)
  })
  return asked
}

/** What each voter has accepted of all registers: as many values as there are different ones. */
async function held(mesh: Simulation, voterCount: number): Promise<Set<string>> {
  const disks = new Set<string>()
  for (const { host } of mesh.nodes.slice(0, voterCount)) {
    const { entries } = await mesh.settle(host.storage.list('register.records'), SOON_MS)
    disks.add(entries.map(({ value }) => Buffer.from(value).toString('hex')).join())
  }
  return disks
}

afterEach(() => {
  vi.restoreAllMocks()
})

for (const count of [1, 2, 3, 5]) {
  test(`of ${count} voters a change asks a quorum, and soon all hold what was decided`, async () => {
    const mesh = await voting(count, 6, count)
    await mesh.run(CONFIRMED_MS)
    const asked = watchAsking()
    const quorum = Math.floor(count / 2) + 1
    for (const node of [0, 5]) {
      for (const kinds of [['prepare', 'accept'], ['accept']]) {
        asked.length = 0
        const change = increment(nodeOf(mesh, node), `r${node}`)
        await mesh.settle(change, SOON_MS)
        // The rest is told when it is decided.
        const told = asked.splice(kinds.length * quorum)
        expect(asked.map(({ kind }) => kind)).toEqual(kinds.flatMap((kind) => Array<string>(quorum).fill(kind)))
        if (node < count) expect(asked[quorum - 1]?.peer).toBe(nodeOf(mesh, node).id)
        expect(told).toHaveLength(count - quorum)
        await mesh.run(100)
      }
    }
    expect((await held(mesh, count)).size).toBe(1)
    await mesh.stop()
  })
}

test('of a register that is changed without a pause the rest is told only the newest, now and then', async () => {
  const mesh = await voting(8, 4, 3)
  await mesh.run(CONFIRMED_MS)
  const asked = watchAsking()
  const since = mesh.now
  for (let i = 0; i < 100; i++) await mesh.settle(increment(nodeOf(mesh, 0), 'r'), SOON_MS)
  const accepts = asked.filter(({ kind }) => kind === 'accept').length
  expect(accepts - 200).toBeGreaterThan(0)
  // Which of the two is not asked may change.
  expect(accepts - 200).toBeLessThanOrEqual(2 * (1 + (mesh.now - since) / TELL_EVERY_MS))
  expect(accepts - 200).toBeLessThan(70)
  await mesh.run(100)
  expect((await held(mesh, 3)).size).toBe(1)
  await mesh.stop()
})

test('a voter that is silent costs one hedge, and is asked after the others for a while', async () => {
  for (const seed of [20, 21, 22]) {
    const mesh = await voting(seed, 4, 3)
    const took = async (): Promise<number> => {
      const since = mesh.now
      await mesh.settle(increment(nodeOf(mesh, 3), 'r'), SOON_MS)
      return mesh.now - since
    }
    for (let i = 0; i < 10; i++) await took()
    mesh.nodes[0]!.pause()
    mesh.nodes[1]!.pause()
    mesh.nodes[seed % 2]!.resume()
    const times: number[] = []
    for (const ends = mesh.now + LATE_MS / 2; mesh.now < ends; ) times.push(await took())
    expect(Math.max(...times)).toBeLessThan(MIN_HEDGE_MS + 50)
    expect(times.filter((ms) => ms >= MIN_HEDGE_MS).length).toBeLessThanOrEqual(1)
    await mesh.stop()
  }
})

test('a voter that refuses is no reason to wait: the others are asked at once', async () => {
  const mesh = await voting(9, 5, 3)
  await mesh.settle(increment(nodeOf(mesh, 3), 'r'), SOON_MS)
  const { ask } = Transport.prototype
  vi.spyOn(Transport.prototype, 'ask').mockImplementation(function (this: Transport, ...args) {
    return args[0].peer === nodeOf(mesh, 0).id ? Promise.reject(new Error('no')) : ask.apply(this, args)
  })
  const since = mesh.now
  await mesh.settle(increment(nodeOf(mesh, 3), 'r'), SOON_MS)
  expect(mesh.now - since).toBeLessThanOrEqual(10)
  await mesh.stop()
})

test('whoever was outranked asks all at once', async () => {
  const mesh = await voting(13, 4, 3)
  await mesh.run(CONFIRMED_MS)
  for (let i = 0; i < 10; i++) await mesh.settle(increment(nodeOf(mesh, 0), 'r'), SOON_MS)
  await mesh.run(100)
  const asked = watchAsking()
  await mesh.settle(increment(nodeOf(mesh, 3), 'r'), SOON_MS)
  const kinds = asked.map(({ kind }) => kind)
  // Two refuse, after the first of which the third is asked; then the ballot is high enough.
  expect(kinds).toEqual([...Array<string>(6).fill('prepare'), ...Array<string>(3).fill('accept')])
  await mesh.run(100)
  expect(asked).toHaveLength(9)
  await mesh.stop()
})

test('a change of voters goes on beside changes of registers, of which each counts once', async () => {
  const mesh = await voting(10, 7, 3)
  const ends = mesh.now + 3000
  let made = 0
  const load = async (i: number): Promise<void> => {
    while (mesh.now < ends) {
      await increment(nodeOf(mesh, i), 'r', { timeoutMs: 20_000 })
      made++
    }
  }
  const change = async (): Promise<void> => {
    await nodeOf(mesh, 6).voters.set(['n2', 'n3', 'n4', 'n5'])
    await nodeOf(mesh, 1).voters.set(['n5', 'n6', 'n0'])
  }
  await mesh.settle(Promise.all([load(0), load(6), change()]), SOON_MS)
  expect((await mesh.settle(nodeOf(mesh, 3).register('r').read(), SOON_MS)).value).toBe(made)
  await mesh.stop()
})

test('who reads a register that is changed without a pause is not kept from it, and keeps nobody from changing it', async () => {
  const mesh = await voting(11, 5, 3)
  await mesh.settle(increment(nodeOf(mesh, 0), 'r'), SOON_MS)
  const asked = watchAsking()
  const ends = mesh.now + 3000
  const took: number[] = []
  const load = async (): Promise<void> => {
    while (mesh.now < ends) await increment(nodeOf(mesh, 0), 'r')
  }
  const read = async (): Promise<void> => {
    while (mesh.now < ends) {
      const since = mesh.now
      await nodeOf(mesh, 3).register('r').read()
      took.push(mesh.now - since)
    }
  }
  await mesh.settle(Promise.all([load(), read()]), SOON_MS)
  expect(asked.filter(({ kind }) => kind === 'prepare')).toEqual([])
  expect(Math.max(...took)).toBeLessThan(50)
  await mesh.stop()
})

test('a register that somebody has changed without word to the first voter is not collected yet', async () => {
  const mesh = await voting(12, 5, 3)
  const first = mesh.nodes[0]!
  const changer = mesh.nodes[3]!
  await mesh.settle(nodeOf(mesh, 0).register('r').write(undefined), SOON_MS)
  await mesh.run(COLLECT_AFTER_MS - 2 * COLLECT_EVERY_MS)
  mesh.block(first, changer)
  mesh.block(changer, first)
  const clear = (i: number) =>
    mesh.settle(nodeOf(mesh, i).register('r').write(undefined, { nonce: 'mine', timeoutMs: 20_000 }), SOON_MS)
  const cleared = await clear(3)
  await mesh.run(6 * COLLECT_EVERY_MS)
  // Who repeats it must be known to have made it.
  expect(await clear(4)).toEqual(cleared)
  await mesh.run(COLLECT_AFTER_MS + 3 * COLLECT_EVERY_MS)
  for (const { host } of mesh.nodes.slice(0, 3)) {
    expect((await mesh.settle(host.storage.list('register.records'), SOON_MS)).entries).toEqual([])
  }
  await mesh.stop()
})

/** Laggards of three voters in virtual time, whom nobody answers before `answer`. */
function laggards() {
  const world = new World({ seed: 1 })
  const { clock, log } = world.host('n')
  const told: string[] = []
  const open: (() => void)[] = []
  const transport = {
    ask: ({ acceptor }: Voter, _: Configuration, { name }: Question) => {
      told.push(`${acceptor} ${name}`)
      return new Promise((resolve) => open.push(() => resolve({})))
    },
  } as unknown as Transport
  const answer = async (): Promise<void> => {
    for (const it of open.splice(0)) it()
    await world.run(0)
  }
  return { world, told, answer, it: new Laggards({ transport, thrift: new Thrift(), clock, log }) }
}

const twice = Array.from({ length: 2 * TELLS_AT_ONCE }, (_, i) => `r${i}`)
const quorum = new Set(['a0', 'a1'])

test('of what one voter is to be told only so much is under way, and what it heard otherwise is not told', async () => {
  const { world, told, answer, it } = laggards()
  for (const name of twice) it.decided(voters(3), { name }, quorum)
  await world.run(2 * TELL_EVERY_MS)
  expect(told).toEqual(twice.slice(0, TELLS_AT_ONCE).map((name) => `a2 ${name}`))
  it.decided(voters(3), { name: twice[TELLS_AT_ONCE]! }, new Set(['a0', 'a1', 'a2']))
  await answer()
  expect(told.splice(TELLS_AT_ONCE)).toEqual(twice.slice(TELLS_AT_ONCE + 1).map((name) => `a2 ${name}`))
  it.stop()
})

test('of more than may wait to be told the oldest is left out', async () => {
  const { world, told, answer, it } = laggards()
  const names = Array.from({ length: TELLS_AT_ONCE + MAX_LAGGING + 10 }, (_, i) => `r${i}`)
  for (const name of names) it.decided(voters(3), { name }, quorum)
  for (let i = 0; i < names.length / TELLS_AT_ONCE + 2; i++) {
    await world.run(2 * TELL_EVERY_MS)
    await answer()
  }
  expect(told.at(-1)).toBe(`a2 ${names.at(-1)}`)
  expect(told).toHaveLength(TELLS_AT_ONCE + MAX_LAGGING)
  it.stop()
})

test('after its end, which may come twice, nobody is told anything', async () => {
  const { world, told, answer, it } = laggards()
  for (const name of twice) it.decided(voters(3), { name }, quorum)
  await world.run(2 * TELL_EVERY_MS)
  it.stop()
  it.stop()
  await answer()
  it.decided(voters(3), { name: 'late' }, quorum)
  await world.run(1000)
  expect(told).toHaveLength(TELLS_AT_ONCE)
})
