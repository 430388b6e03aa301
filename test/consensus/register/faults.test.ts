import { expect, test } from 'vitest'
import { NoVotersError, VotersUnavailableError } from '../../../src/consensus/register/errors.ts'
import { CancelledError, InvalidInputError, OutcomeUnknownError } from '../../../src/lib/errors.ts'
import { simulate } from '../../../src/testing.ts'
import { increment, nodeOf, outcomeOf, SOON_MS, take, voting } from './mesh.ts'

for (const voters of [1, 2, 3, 5]) {
  test(`${voters} voters: all nodes change one register at once, and each change counts once`, async () => {
    const mesh = await voting(voters, 5, voters)
    const changes = mesh.nodes.flatMap(({ mesh: node }) => Array.from({ length: 8 }, () => increment(node, 'count')))
    const answers = await mesh.settle(Promise.all(changes), SOON_MS)
    const revisions = answers.map(({ reading }) => reading.revision).sort((a, b) => a - b)
    expect(revisions).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    const reading = await mesh.settle(nodeOf(mesh, 4).register('count').read(), SOON_MS)
    expect(reading).toEqual({ value: 40, version: '40', revision: 40 })
    await mesh.stop()
  })
}

test('of nodes that change one register without a pause none is kept from it by the others', async () => {
  const longest: number[] = []
  for (const seed of [70, 71, 72, 73]) {
    const mesh = await voting(seed, 5, 3)
    const ends = mesh.now + 2000
    const took: number[] = []
    const load = async (i: number): Promise<void> => {
      while (mesh.now < ends) {
        const begun = mesh.now
        await increment(nodeOf(mesh, i), 'count', { timeoutMs: 20_000 })
        took.push(mesh.now - begun)
      }
    }
    await mesh.settle(Promise.all([0, 3, 4].map(load)), SOON_MS)
    // A round trip takes 2 to 10 ms, and a change up to two.
    expect(took.length).toBeGreaterThan(100)
    longest.push(Math.max(...took))
    await mesh.stop()
  }
  expect(Math.max(...longest)).toBeLessThan(500)
})

test('of five that want it one takes it, and the others learn who', async () => {
  const mesh = await voting(7, 5, 3)
  const takes = await mesh.settle(Promise.all(mesh.nodes.map(({ mesh: node }) => take(node, 'it'))), SOON_MS)
  expect(takes.filter(({ applied }) => applied)).toHaveLength(1)
  expect(new Set(takes.map(({ reading }) => reading.value)).size).toBe(1)
  await mesh.stop()
})

test('a change of the node that was last takes one round trip', async () => {
  const mesh = await voting(8, 4, 3)
  const node = nodeOf(mesh, 3)
  await mesh.settle(increment(node, 'r'), SOON_MS)
  const before = mesh.now
  await mesh.settle(increment(node, 'r'), SOON_MS)
  // Links take 1 to 5 ms either way; two round trips of a quorum would take longer than one slow one only by chance.
  expect(mesh.now - before).toBeLessThanOrEqual(10)
  await mesh.stop()
})

test('a minority of voters is refused while nothing was sent, says how many answered, and goes on after', async () => {
  const mesh = await voting(9, 5, 3)
  const [a, b, c, d, e] = mesh.nodes
  await mesh.settle(increment(nodeOf(mesh, 0), 'r'), SOON_MS)
  mesh.partition([a!, d!], [b!, c!, e!])
  const error = await mesh.settle(outcomeOf(increment(nodeOf(mesh, 3), 'r', { timeoutMs: 3000 })), SOON_MS)
  expect(error).toBeInstanceOf(VotersUnavailableError)
  expect(error).toMatchObject({ answered: 1, needed: 2, code: 'VOTERS_UNAVAILABLE' })
  expect(await mesh.settle(outcomeOf(nodeOf(mesh, 0).register('r').read({ timeoutMs: 3000 })), SOON_MS)).toBeInstanceOf(
    VotersUnavailableError,
  )
  expect((await mesh.settle(increment(nodeOf(mesh, 4), 'r'), SOON_MS)).reading.value).toBe(2)
  mesh.heal()
  expect((await mesh.settle(increment(nodeOf(mesh, 3), 'r', { timeoutMs: 20_000 }), SOON_MS)).reading.value).toBe(3)
  await mesh.stop()
})

test('a last try that had no time for answers does not take back those of the tries before it', async () => {
  const mesh = await voting(15, 4, 3)
  for (const i of [1, 2]) mesh.nodes[i]!.pause()
  const node = nodeOf(mesh, 3)
  // The last try of some of these calls ends as it begins.
  const said = new Set<number>()
  for (let timeoutMs = 3000; timeoutMs < 3040; timeoutMs++) {
    const calls = [increment(node, `r${timeoutMs}`, { timeoutMs }), node.register('r').read({ timeoutMs })]
    for (const error of await mesh.settle(Promise.all(calls.map(outcomeOf)), SOON_MS)) {
      said.add((error as VotersUnavailableError).answered)
    }
  }
  expect([...said]).toEqual([1])
  await mesh.stop()
})

test('an answer that is lost makes the outcome unknown; the same nonce, by another node too, is told what it made', async () => {
  const mesh = await voting(10, 5, 3)
  const [a, b, c, d] = mesh.nodes
  const node = nodeOf(mesh, 3)
  await mesh.settle(increment(node, 'r'), SOON_MS)
  // The voters hear it, and it does not hear them.
  for (const voter of [a!, b!, c!]) mesh.block(voter, d!)
  const unknown = await mesh.settle(outcomeOf(increment(node, 'r', { nonce: 'mine', timeoutMs: 2000 })), SOON_MS)
  expect(unknown).toBeInstanceOf(OutcomeUnknownError)
  expect((await mesh.settle(increment(nodeOf(mesh, 0), 'r'), SOON_MS)).reading.value).toBe(3)
  mesh.heal()
  const again = await mesh.settle(increment(node, 'r', { nonce: 'mine', timeoutMs: 20_000 }), SOON_MS)
  expect(again).toEqual({ applied: true, reading: { value: 2, version: '2', revision: 2 } })
  expect(await mesh.settle(increment(nodeOf(mesh, 4), 'r', { nonce: 'mine' }), SOON_MS)).toEqual(again)
  expect((await mesh.settle(nodeOf(mesh, 1).register('r').read(), SOON_MS)).value).toBe(3)
  await mesh.stop()
})

test('a nonce that is long past is known to have been used, and its outcome is not', async () => {
  const mesh = await voting(11, 3, 3)
  const node = nodeOf(mesh, 0)
  await mesh.settle(increment(node, 'r', { nonce: 'old' }), SOON_MS)
  for (let i = 0; i < 40; i++) await mesh.settle(increment(node, 'r'), SOON_MS)
  expect(await mesh.settle(outcomeOf(increment(node, 'r', { nonce: 'old' })), SOON_MS)).toBeInstanceOf(
    OutcomeUnknownError,
  )
  expect((await mesh.settle(node.register('r').read(), SOON_MS)).value).toBe(41)
  await mesh.stop()
})

test('voters that die and come back, all of them too, have kept what was decided', async () => {
  const mesh = await voting(12, 4, 3)
  for (const node of mesh.nodes) node.host.diskLatencyMs = [1, 4]
  for (let round = 0; round < 4; round++) {
    const answer = increment(nodeOf(mesh, 3), 'r', { timeoutMs: 20_000 })
    mesh.nodes[round % 3]!.crash()
    expect((await mesh.settle(answer, SOON_MS)).reading.value).toBe(round + 1)
    await mesh.settle(mesh.nodes[round % 3]!.restart(), SOON_MS)
  }
  for (const node of mesh.nodes.slice(0, 3)) node.kill()
  await mesh.settle(Promise.all(mesh.nodes.slice(0, 3).map((node) => node.restart())), SOON_MS)
  const reading = await mesh.settle(nodeOf(mesh, 3).register('r').read({ timeoutMs: 20_000 }), SOON_MS)
  expect(reading.value).toBe(4)
  await mesh.stop()
})

test('what no register takes is refused before anything is sent', async () => {
  const mesh = await voting(13, 3, 3)
  const node = nodeOf(mesh, 0)
  expect(() => node.register('')).toThrow(InvalidInputError)
  expect(() => node.register('x'.repeat(600))).toThrow(InvalidInputError)
  expect(() => node.register('covey.voters')).toThrow(InvalidInputError)
  const refused = async (promise: Promise<unknown>): Promise<void> => {
    expect(await mesh.settle(outcomeOf(promise), SOON_MS)).toBeInstanceOf(InvalidInputError)
  }
  await refused(node.register('r').write('x'.repeat(65 * 1024)))
  await refused(node.register('r').update(() => 'x'.repeat(65 * 1024)))
  await refused(node.register('r').write(1, { nonce: '' }))
  await refused(node.register('r').write(1, { timeoutMs: 0 }))
  expect((await mesh.settle(node.register('r').read(), SOON_MS)).revision).toBe(0)
  await mesh.stop()
})

test('without voters a register says how to set them', async () => {
  const mesh = await simulate({ seed: 14, nodes: 2 })
  await mesh.converge()
  const error = await mesh.settle(outcomeOf(nodeOf(mesh, 0).register('r').read()), SOON_MS)
  expect(error).toBeInstanceOf(NoVotersError)
  expect((error as NoVotersError).hint).toContain('covey voters set')
  await mesh.stop()
})

test('a node that has just started, and has met nobody yet, asks the voters all the same', async () => {
  const mesh = await voting(16, 3, 3)
  const late = mesh.add()
  await mesh.settle(late.mesh.start(), SOON_MS)
  expect(late.mesh.voters.get()).toBeUndefined()
  const calls = [increment(late.mesh, 'r'), increment(late.mesh, 's'), late.mesh.lock('deploy').acquire({ waitMs: 0 })]
  expect(await mesh.settle(Promise.all(calls), SOON_MS)).toMatchObject([
    { applied: true },
    { applied: true },
    { fence: 1 },
  ])
  await mesh.stop()
})

test('a register of a node that has not started, or has stopped, says so', async () => {
  const mesh = await voting(20, 3, 3)
  const { mesh: late } = mesh.add()
  expect(await outcomeOf(late.register('r').read())).toMatchObject({ code: 'STOPPED' })
  await mesh.settle(late.start(), SOON_MS)
  const waiting = outcomeOf(late.register('r').read())
  await mesh.settle(late.stop(), SOON_MS)
  expect(await mesh.settle(waiting, SOON_MS)).toMatchObject({ code: 'STOPPED' })
  expect(await outcomeOf(late.register('r').read())).toMatchObject({ code: 'STOPPED' })
  await mesh.stop()
})

test('a node that never meets anybody is told that there are no voters, also where it wants to add one', async () => {
  const mesh = await simulate({ seed: 17, nodes: 1 })
  const { voters, register } = { voters: nodeOf(mesh, 0).voters, register: nodeOf(mesh, 0).register('r') }
  await mesh.settle(nodeOf(mesh, 0).start(), SOON_MS)
  const said = async (promise: Promise<unknown>): Promise<unknown> => mesh.settle(outcomeOf(promise), SOON_MS)
  const since = mesh.now
  expect(await said(register.read({ timeoutMs: 300 }))).toBeInstanceOf(NoVotersError)
  expect(mesh.now - since).toBeLessThanOrEqual(300)
  expect(await said(register.read({ signal: AbortSignal.abort() }))).toBeInstanceOf(CancelledError)
  expect(await said(voters.remove('n0'))).toBeInstanceOf(NoVotersError)
  // By then it would have met somebody.
  const later = mesh.now
  expect(await said(register.read())).toBeInstanceOf(NoVotersError)
  expect(mesh.now).toBe(later)
  // It may be the only one that does not know the voters of this mesh: one that is added founds none.
  expect(await said(voters.add('n0'))).toBeInstanceOf(NoVotersError)
  expect(voters.get()).toBeUndefined()
  expect(await said(voters.set(['n0']))).toMatchObject({ voters: ['n0'] })
  await mesh.stop()
})

test('who waits for a register on any node is told that it changed', async () => {
  const mesh = await voting(15, 5, 3)
  let hints = 0
  const end = mesh.nodes[4]!.parts.registers.onHint('r', () => hints++)
  await mesh.run(100)
  await mesh.settle(increment(nodeOf(mesh, 3), 'r'), SOON_MS)
  await mesh.until(() => hints > 0, 1000, 'a hint')
  end()
  await mesh.stop()
})
