import { loadAgents } from '../agents/load.ts'
import { execAgent } from '../agents/process.ts'
import type { Agent } from '../capabilities/agent.ts'
import { systemClock } from '../lib/clock.ts'
import type { Settings } from '../mesh/config.ts'

/** The agents that the settings name: modules loaded, programs wrapped. The errors of a module name it. */
export async function loadHostedAgents({ agents, capabilities }: Settings): Promise<Agent[]> {
  const loaded: Agent[] = []
  // One after the other: when two modules fail, it is always the first that is told of.
  for (const spec of agents) loaded.push(...(await loadAgents(spec)))
  const programs = capabilities.map(({ name, exec }) =>
    execAgent({ capability: name, command: exec, clock: systemClock }),
  )
  return [...loaded, ...programs]
}
