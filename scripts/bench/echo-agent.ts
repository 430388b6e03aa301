import type { Agent } from '../../src/capabilities/agent.ts'

/** The least that an agent can do: what is measured is everything around it. */
export default {
  name: 'echo',
  capabilities: [{ name: 'bench.echo', version: '1.0.0' }],
  handle: (input) => input,
} satisfies Agent
