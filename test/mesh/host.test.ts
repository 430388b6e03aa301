import { expect, test } from 'vitest'
import { defineAgent } from '../../src/agents/define.ts'
import { simulate } from '../../src/testing.ts'

const shouter = defineAgent({
  name: 'shouter',
  capabilities: [{ name: 'text.shout', version: '1.0.0', description: 'Says it louder' }],
  handle: async () => 'LOUD',
})

test('an agent that is hosted before the start works after it', async () => {
  const mesh = await simulate({ seed: 1, nodes: 1 })
  const late = mesh.add()
  late.mesh.host(shouter)
  await mesh.settle(late.mesh.start(), 10_000)
  await mesh.converge()
  const task = (mesh.nodes[0] as (typeof mesh.nodes)[0]).mesh.submit({ capability: 'text.shout', input: {} })
  expect(await mesh.settle(task.ended(), 10_000)).toMatchObject({ status: 'done', result: 'LOUD' })
  await mesh.stop()
})
