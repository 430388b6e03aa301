import { expect, test } from 'vitest'
import type { Agent } from '../../src/capabilities/agent.ts'
import { simulate } from '../../src/testing.ts'

const shouter: Agent = {
  name: 'shouter',
  capabilities: [{ name: 'text.shout', version: '1.0.0' }],
  handle: (input) => ({ text: String((input as { text: string }).text).toUpperCase() }),
}

test('nodes find one another, tell what they can do, and run a task', async () => {
  const mesh = await simulate({ seed: 1, nodes: 5, agents: (name) => (name === 'n3' ? [shouter] : []) })
  await mesh.converge(5000)
  const task = mesh.nodes[0]!.mesh.submit({ capability: 'text.shout', input: { text: 'hello' } })
  const record = await mesh.settle(task.ended(), 10_000)
  expect(record).toMatchObject({ status: 'done', result: { text: 'HELLO' }, attempts: [{ worker: 'n3' }] })
  await mesh.stop()
})
