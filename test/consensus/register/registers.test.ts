import { expect, test } from 'vitest'
import { simulate } from '../../../src/testing.ts'

const SOON_MS = 20_000

test('three voters are set, and a register is written, compared and read on any node', async () => {
  const mesh = await simulate({ seed: 1, nodes: 5 })
  await mesh.converge()
  const node = (i: number) => mesh.nodes[i]!.mesh
  const set = await mesh.settle(node(3).voters.set(['n0', 'n1', 'n2']), SOON_MS)
  expect(set).toMatchObject({ epoch: 1, voters: ['n0', 'n1', 'n2'] })
  const written = await mesh.settle(node(0).register('r').write({ a: 1 }), SOON_MS)
  expect(written).toMatchObject({ value: { a: 1 }, revision: 1 })
  const read = await mesh.settle(node(4).register('r').read(), SOON_MS)
  expect(read).toEqual(written)
  const swapped = await mesh.settle(node(3).register('r').compareAndSet(read.version, 2), SOON_MS)
  expect(swapped).toMatchObject({ applied: true, reading: { value: 2, revision: 2 } })
  const late = await mesh.settle(node(1).register('r').compareAndSet(read.version, 3), SOON_MS)
  expect(late).toEqual({ applied: false, reading: swapped.reading })
  await mesh.stop()
})

test('a voter founds the voters and changes them, itself among them', async () => {
  const mesh = await simulate({ seed: 1, nodes: 3 })
  await mesh.converge()
  const { voters } = mesh.nodes[1]!.mesh
  await mesh.settle(voters.set(['n0', 'n1', 'n2']), SOON_MS)
  expect(await mesh.settle(voters.remove('n1'), SOON_MS)).toMatchObject({ epoch: 3, voters: ['n0', 'n2'] })
  expect((await mesh.settle(voters.add('n1'), SOON_MS)).voters).toContain('n1')
  await mesh.stop()
})

test('operators who change the voters at once are done soon: each has changed them, or is told why not', async () => {
  for (let seed = 1; seed <= 3; seed++) {
    const mesh = await simulate({ seed, nodes: 4 })
    await mesh.converge()
    const voters = mesh.nodes.map((node) => node.mesh.voters)
    await mesh.settle(voters[0]!.set(['n0', 'n1', 'n2']), SOON_MS)
    const changes = [voters[0]!.add('n3'), voters[1]!.remove('n2'), voters[2]!.add('n3'), voters[3]!.remove('n0')]
    const ends = await mesh.settle(Promise.allSettled(changes), SOON_MS, 'all changes')
    const codes = ends.map((end) => (end.status === 'fulfilled' ? 'done' : end.reason.code))
    expect(codes).toContain('done')
    // Whoever came later may find that it is a voter already, or is none any more.
    for (const code of codes) expect(['done', 'VOTERS_CONFLICT', 'INVALID_INPUT']).toContain(code)
    await mesh.stop()
  }
})
