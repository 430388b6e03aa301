import { expect, test } from 'vitest'
import { staleDeclarations } from '../../src/state/declarations.ts'
import type { PolicyMismatchError } from '../../src/state/errors.ts'
import type { Resolver } from '../../src/state/policy.ts'
import { converge, NAMESPACE, type Replica, replicas } from './replica.ts'

const heard = (replica: Replica): PolicyMismatchError[] => {
  const errors: PolicyMismatchError[] = []
  replica.state.on('mismatch', (error) => errors.push(error))
  return errors
}

test('two policies for one namespace are an error that both nodes see; the older declaration goes on', async () => {
  const pair = replicas('a', 'b') as [Replica, Replica]
  const errors = pair.map(heard)
  const first = pair[0].namespace('latest')
  await pair[0].world.run(1)
  const second = pair[1].namespace('merge')
  await Promise.all([first.set('k', 1), second.set('k', { x: 1 })])
  expect([first.mismatch, second.mismatch]).toEqual([undefined, undefined])
  await converge(pair)
  for (const [i, namespace] of [first, second].entries()) {
    expect(errors[i]).toHaveLength(1)
    expect(errors[i]![0]).toMatchObject({
      code: 'POLICY_MISMATCH',
      namespace: NAMESPACE,
      declared: [
        { peer: 'a', policy: 'latest' },
        { peer: 'b', policy: 'merge' },
      ],
    })
    expect(namespace.mismatch?.message).toBe(errors[i]![0]!.message)
    const { declared } = errors[i]![0]!
    expect(pair[i]!.state.mismatches()).toEqual([
      { namespace: NAMESPACE, declared: declared.map(({ peer, policy }) => ({ peer, policy })) },
    ])
  }
  await first.set('k', 2)
  for (const write of [
    () => second.set('k', 3),
    () => second.delete('k'),
    () => second.batch((batch) => batch.set('k', 1)),
    () => second.counter('c').add(),
    () => second.restore(second.snapshot()),
  ]) {
    await expect(write()).rejects.toMatchObject({ code: 'POLICY_MISMATCH' })
  }
})

test('a mismatch ends when the others that have declared it otherwise are no members any more', async () => {
  const all = replicas('a', 'b', 'c') as [Replica, Replica, Replica]
  const [a, b, c] = all
  const first = a.namespace('latest')
  await a.world.run(1)
  const second = b.namespace('merge')
  c.namespace('manual')
  await converge(all)
  expect(first.mismatch?.declared).toHaveLength(3)
  // As by a restart of b with another configuration: what a program declares twice is its own mistake.
  expect(() => b.namespace('latest')).toThrow('is declared with merge by this program')
  const members = new Set(['b'])
  const stale = staleDeclarations(b.store.core.cells, (peer) => members.has(peer))
  expect(stale.map(({ path }) => path)).toEqual(['@a', '@c'])
  await b.store.write(stale)
  // They live, and are told.
  for (const gone of [a, c]) gone.state.stop()
  await converge(all)
  expect(second.mismatch).toBeUndefined()
  await second.set('k', 1)
})

test('the last declaration of a namespace stands for as long as that holds something', async () => {
  const [a] = replicas('a') as [Replica]
  const stale = (): string[] => staleDeclarations(a.store.core.cells, () => false).map(({ key }) => key)
  const namespace = a.namespace('merge')
  await namespace.set('k', { x: 1 })
  a.state.namespace('empty', { policy: 'manual' })
  expect(stale()).toEqual(['empty'])
})

test('a node whose declaration is taken back while it runs declares anew', async () => {
  const pair = replicas('a', 'b') as [Replica, Replica]
  pair[0].namespace('merge')
  await converge(pair)
  await pair[1].store.write(staleDeclarations(pair[1].store.core.cells, () => false))
  expect(pair[1].state.policyOf(NAMESPACE)).toBeUndefined()
  await converge(pair)
  expect(pair.map(({ state }) => state.policyOf(NAMESPACE))).toEqual(['merge', 'merge'])
})

test('declaring the same everywhere, also again, writes no more than one declaration a node', async () => {
  const pair = replicas('a', 'b') as [Replica, Replica]
  const largest: Resolver = { name: 'largest', resolve: (siblings) => siblings[0]?.value }
  const errors = pair.map(heard)
  for (const { state } of pair) {
    expect(state.namespace('x', { policy: largest })).toBe(state.namespace('x', { policy: largest }))
    state.namespace('y', {})
  }
  await converge(pair)
  for (const { state } of pair) state.start()
  expect(pair.map(({ store }) => store.sequence)).toEqual([2, 2])
  expect(errors).toEqual([[], []])
  const other: Resolver = { ...largest, resolve: () => 1 }
  expect(() => pair[0].state.namespace('x', { policy: other })).toThrow('custom:largest')
})

test('a namespace that another node has declared can be opened without saying how', async () => {
  const pair = replicas('a', 'b') as [Replica, Replica]
  await pair[0].state.namespace('x', { policy: 'merge' }).set('k', { y: 1 })
  await pair[0].state.namespace('z', { policy: { name: 'own', resolve: () => 1 } }).set('k', 1)
  expect(() => pair[1].state.namespace('x')).toThrow('no namespace x is known')
  await pair[1].pull(pair[0])
  const found = pair[1].state.namespace('x')
  expect(found.policy).toBe('merge')
  expect(found.get('k')).toEqual({ y: 1 })
  await found.set('k', { y: 1, z: 2 })
  expect(pair[1].state.namespaces()).toEqual(['x', 'z'])
  expect(() => pair[1].state.namespace('z')).toThrow('custom:own')
  // Declared later, it is the same or another one.
  expect(pair[1].state.namespace('x', { policy: 'merge' })).toBe(found)
})
