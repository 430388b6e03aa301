import type { Agent, Capability, JsonSchema } from '../capabilities/agent.ts'
import { matches } from '../capabilities/match.ts'
import type { AgentDescription, CapabilityQuery } from '../capabilities/provider.ts'
import { validator } from '../capabilities/schema.ts'
import { describeAgent } from '../capabilities/validate.ts'
import type { Json } from '../lib/json.ts'
import { fitOf } from './score.ts'

/** Weight of the latest run in a capability's mean run time: about the last ten runs count. */
const LATEST_WEIGHT = 0.2

/** One capability of a hosted agent. */
export interface HostedCapability {
  readonly capability: Capability
  /** Mean milliseconds of its runs here, the latest weighing most; undefined before the first. */
  meanMs: number | undefined
}

/** An agent of this node, checked. */
export class HostedAgent {
  readonly name: string
  readonly description: AgentDescription
  readonly slots: number
  readonly handle: Agent['handle']
  readonly #capabilities: readonly HostedCapability[]

  /** Throws `InvalidInputError` on what is no agent. */
  constructor(agent: Agent) {
    this.description = describeAgent(agent, 'host')
    const { name, concurrency, capabilities } = this.description
    this.name = name
    this.slots = concurrency
    this.handle = (input, context) => agent.handle(input, context)
    this.#capabilities = capabilities.map((capability) => ({ capability, meanMs: undefined }))
  }

  /** What of it a query looks for. */
  find(query: CapabilityQuery): HostedCapability | undefined {
    return this.#capabilities.find(({ capability }) => matches(query, capability))
  }
}

/** How well a capability that matches a query fits it, 0 to 1. */
export const fitFor = (query: CapabilityQuery, { tags = [] }: Capability): number =>
  fitOf(query.tags?.length ?? 0, tags.length)

/** Notes how long a run took. */
export function noteRun(hosted: HostedCapability, ms: number): void {
  hosted.meanMs = hosted.meanMs === undefined ? ms : hosted.meanMs + LATEST_WEIGHT * (ms - hosted.meanMs)
}

/**
 * What is wrong with a value, if anything; a missing schema allows all. Compiled at first use, because most schemas of a
 * node that starts are never needed. Throws `InvalidInputError` on a schema that is none.
 */
export const breachOf = (schema: JsonSchema | undefined, value: Json): string | undefined =>
  schema && validator(schema)(value)
