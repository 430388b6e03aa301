import { expect, test } from 'vitest'
import { PRESETS } from '../../src/membership/presets.ts'
import { Node } from '../../src/mesh/node.ts'
import { World } from '../../src/network/simulated/world.ts'
import { portsOf } from '../network/simulated/ports.ts'

const SOON_MS = 10_000

/** Nodes that are called by something else than their ids, as real ones are. */
async function called(world: World, names: readonly string[]): Promise<Node[]> {
  const nodes = names.map((name, i) => {
    const host = world.host(`id-${i}`)
    const options = { mesh: 'simulated', name, preset: PRESETS.lan, agents: [], join: [] }
    return new Node({ ...portsOf(host), usage: () => ({ cpu: 0, memoryBytes: 0 }) }, options)
  })
  await world.settle(Promise.all(nodes.map((node) => node.start())), SOON_MS)
  const areKnown = (node: Node): boolean => node.members.list().every(({ name }) => names.includes(name))
  await world.until(
    () => nodes.every((node) => node.members.list().length === names.length && areKnown(node)),
    SOON_MS,
    'all know who is called what',
  )
  return nodes
}

test('what is decided about nodes takes their ids, and refuses names with the ids of those who have them', async () => {
  const world = new World({ seed: 1 })
  const nodes = await called(world, ['alice', 'bob', 'bob'])
  const [alice] = nodes as [Node, Node, Node]
  const refused = async (promise: Promise<unknown>, name: string, ids: string): Promise<void> => {
    await expect(world.settle(promise, SOON_MS)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: `"${name}" is the name of a node, not its id`,
      hint: `Nodes called so: ${ids}.`,
    })
  }
  await refused(alice.voters.set(['alice']), 'alice', 'id-0')
  expect(alice.voters.get()).toBeUndefined()
  await world.settle(alice.voters.set(['id-0']), SOON_MS)
  await refused(alice.voters.set(['id-0', 'bob']), 'bob', 'id-1, id-2')
  await refused(alice.voters.add('bob'), 'bob', 'id-1, id-2')
  await refused(alice.voters.remove('alice'), 'alice', 'id-0')
  await refused(alice.members.evict('bob'), 'bob', 'id-1, id-2')
  const poll = { question: 'Which?', options: ['a', 'b'], deadlineMs: 1000 }
  await refused(alice.vote({ ...poll, electorate: { voters: ['id-0', 'bob'] } }), 'bob', 'id-1, id-2')
  await refused(alice.vote({ ...poll, electorate: { voters: { alice: 2 } } }), 'alice', 'id-0')
  await world.settle(Promise.all(nodes.map((node) => node.stop())), SOON_MS)
})
