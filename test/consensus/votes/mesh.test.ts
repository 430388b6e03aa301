import { expect, test } from 'vitest'
import { benchVote, voteGoal } from '../../../scripts/bench/consensus-vote.ts'
import type { Agent, Opinion } from '../../../src/capabilities/agent.ts'
import { checkReceipt } from '../../../src/consensus/votes/verify.ts'
import type { VoteResult } from '../../../src/consensus/votes/votes.ts'
import { type SimulatedNode, type Simulation, simulate } from '../../../src/testing.ts'

const voter = (choice: string, fields: Partial<Agent> = {}): Agent => ({
  name: 'citizen',
  capabilities: [{ name: 'test.vote', version: '1.0.0' }],
  handle: () => null,
  vote: (): Opinion => ({ choice }),
  ...fields,
})

const QUESTION = { question: 'Which colour?', options: ['red', 'green'], deadlineMs: 10_000 }

const isWhole = ({ host }: SimulatedNode, { receipt }: VoteResult): void =>
  expect(checkReceipt(receipt, host.signer.verify)).toEqual([])

/** A mesh whose nodes all know one another. */
async function meshOf(nodes: number, agents: (name: string) => Agent[], seed = 1): Promise<Simulation> {
  const mesh = await simulate({ seed, nodes, agents })
  await mesh.converge()
  return mesh
}

test('a hundred nodes at 5 ms links are asked, dialled where they are no neighbours, and all counted within 200 ms', async () => {
  const { value, reached } = voteGoal(await benchVote())
  expect(reached, `it took ${value} ms`).toBe(true)
}, 60_000)

test('a whole mesh votes, from any node, and every receipt is whole', async () => {
  const mesh = await meshOf(5, (name) => [voter(name < 'n3' ? 'red' : 'green')])
  for (const node of mesh.nodes) {
    const result = await mesh.settle(node.mesh.vote({ ...QUESTION, quorum: 5 }), 5000)
    expect(result).toMatchObject({ choice: 'red', ended: 'answered', turnout: { ballots: 5, of: 5 } })
    isWhole(node, result)
  }
  await mesh.stop()
})

test('those who offer a capability or have a tag are asked, each by the agent that does', async () => {
  const gpu = [{ name: 'test.gpu', version: '1.0.0', tags: ['fast'] }]
  const mesh = await meshOf(4, (name) => [
    voter('red'),
    ...(name < 'n2' ? [voter('green', { name: 'gpu', capabilities: gpu })] : []),
  ])
  const [node] = mesh.nodes as [SimulatedNode]
  for (const electorate of [
    { capability: 'test.gpu', version: '^1.0.0' },
    { tags: ['fast'] },
    { capability: 'test.gpu', tags: ['fast'] },
  ]) {
    const result = await mesh.settle(node.mesh.vote({ ...QUESTION, electorate }), 5000)
    expect(result.receipt.vote.electorate.map(({ id }) => id)).toEqual(['n0', 'n1'])
    expect(result).toMatchObject({ choice: 'green' })
    isWhole(node, result)
  }
  for (const electorate of [
    { capability: 'test.quantum' },
    { tags: ['slow'] },
    { capability: 'test.gpu', version: '^2.0.0' },
  ]) {
    await expect(node.mesh.vote({ ...QUESTION, electorate })).rejects.toMatchObject({ code: 'NO_ELECTORATE' })
  }
  mesh.node('n1').kill()
  await mesh.until(() => node.mesh.status().peers.alive === 2, 20_000, 'the death of n1')
  for (const electorate of [{ tags: ['fast'] }, { capability: 'test.gpu' }]) {
    await mesh.run(10_000)
    const result = await mesh.settle(node.mesh.vote({ ...QUESTION, electorate }), 5000)
    expect(result.receipt.vote.electorate).toEqual([{ id: 'n0', weight: 1 }])
  }
  await mesh.stop()
})

test('named voters with weights decide, whoever opens', async () => {
  const mesh = await meshOf(4, (name) => [voter(name === 'n1' ? 'green' : 'red')])
  const electorate = { voters: { n1: 3, n2: 1, n3: 1 } }
  const result = await mesh.settle(mesh.node('n0').mesh.vote({ ...QUESTION, electorate, method: 'majority' }), 5000)
  expect(result).toMatchObject({ choice: 'green', turnout: { of: 5 } })
  await mesh.stop()
})

test('voters that are killed, crash or hang while they think do not block it, under any seed', async () => {
  for (const seed of [1, 2, 3]) {
    const hanging: Agent['vote'] = () => new Promise(() => {})
    const mesh = await meshOf(7, (name) => [voter('red', name < 'n4' ? {} : { vote: hanging })], seed)
    const [node] = mesh.nodes as [SimulatedNode]
    const running = node.mesh.vote({ ...QUESTION, quorum: 5, deadlineMs: 8000 })
    await mesh.run(100)
    mesh.node('n4').kill()
    mesh.node('n5').crash()
    mesh.node('n6').pause()
    const result = await mesh.settle(running, 9000)
    expect(result).toMatchObject({ choice: null, noChoice: 'quorum', ended: 'deadline', afterMs: 8000 })
    expect(result.unheard.map(({ voter: id }) => id)).toEqual(['n4', 'n5', 'n6'])
    isWhole(node, result)
    await mesh.stop()
  }
}, 30_000)

test('both sides of a partition may ask, and each is told how many it heard', async () => {
  const mesh = await meshOf(5, (name) => [voter(name < 'n3' ? 'red' : 'green')])
  const [a, b, c, d, e] = mesh.nodes as [SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode]
  mesh.partition([a, b, c], [d, e])
  // The electorate is fixed while all are thought to be alive: a side cannot shrink it to itself.
  const votes = [a, d].map(({ mesh: own }) => own.vote({ ...QUESTION, quorum: 3, deadlineMs: 5000 }))
  const [large, small] = await mesh.settle(Promise.all(votes), 6000)
  expect(large).toMatchObject({ choice: 'red', turnout: { ballots: 3, of: 5 } })
  expect(small).toMatchObject({ choice: null, noChoice: 'quorum', turnout: { ballots: 2, of: 5 } })
  isWhole(a, large as VoteResult)
  isWhole(d, small as VoteResult)
  mesh.heal()
  await mesh.stop()
})

test('the same seed gives the same run', async () => {
  const run = async (): Promise<string> => {
    const mesh = await meshOf(6, (name) => [voter(name < 'n3' ? 'red' : 'green')], 7)
    await mesh.settle(mesh.node('n0').mesh.vote({ ...QUESTION, quorum: 6 }), 5000)
    return mesh.digest()
  }
  expect(await run()).toBe(await run())
})
