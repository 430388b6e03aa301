import type { Agent } from '../capabilities/agent.ts'
import { InvalidInputError } from '../lib/errors.ts'
import type { Settings } from '../mesh/config.ts'

/** The agents that the settings name, loaded; the errors of a module name it. */
export async function loadHostedAgents({ agents, capabilities }: Settings): Promise<Agent[]> {
  return []
}
