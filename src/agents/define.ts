import type { Agent, Capability } from '../capabilities/agent.ts'
import { validator } from '../capabilities/schema.ts'
import { describeAgent } from '../capabilities/validate.ts'
import { CoveyError, InvalidInputError } from '../lib/errors.ts'

/** A capability as it is written by hand: a name alone, or an object whose version may be left out. */
export type CapabilitySpec = string | (Omit<Capability, 'version'> & { version?: string })

/** An agent as it is written by hand. */
export interface AgentSpec extends Omit<Agent, 'capabilities'> {
  capabilities: readonly CapabilitySpec[]
}

/** Version of a capability that names none. */
const DEFAULT_VERSION = '1.0.0'

/**
 * Makes an agent of what was written by hand: fills in versions (`1.0.0`) and checks names, limits and schemas. Throws
 * `InvalidInputError` that names the field; `where` is the origin it names besides.
 *
 *     export default defineAgent({
 *       name: 'shouter',
 *       capabilities: ['text.shout'],
 *       handle: ({ text }: { text: string }) => ({ text: text.toUpperCase() }),
 *     })
 */
export function defineAgent(spec: AgentSpec, where = 'defineAgent'): Agent {
  const { name, concurrency, capabilities } = describeAgent(withVersions(spec), where)
  const here = `${where}: agent "${name}"`
  if (typeof spec.handle !== 'function') {
    throw new InvalidInputError(
      `${here}: "handle" is ${spec.handle === undefined ? 'missing' : `a ${typeof spec.handle}`}`,
      'Write handle(input, context) { return result }.',
    )
  }
  if (spec.vote !== undefined && typeof spec.vote !== 'function') {
    throw new InvalidInputError(
      `${here}: "vote" is a ${typeof spec.vote}`,
      'Write vote(question, context) { return { choice } }.',
    )
  }
  for (const capability of capabilities) {
    for (const field of ['input', 'output'] as const) checkSchema(capability, field, here)
  }
  return {
    name,
    concurrency,
    capabilities,
    // Called on its owner, which may be an object of a class.
    handle: (input, context) => spec.handle(input, context),
    ...(spec.vote && { vote: spec.vote.bind(spec) }),
  }
}

/** Leaves anything that is not a capability as it is, for the check to name. */
function withVersions(spec: unknown): unknown {
  if (typeof spec !== 'object' || spec === null) return spec
  const { name, concurrency, capabilities } = spec as Partial<Record<keyof AgentSpec, unknown>>
  const filled = Array.isArray(capabilities)
    ? capabilities.map((item: unknown) => {
        if (typeof item === 'string') return { name: item, version: DEFAULT_VERSION }
        return typeof item === 'object' && item !== null ? { version: DEFAULT_VERSION, ...item } : item
      })
    : capabilities
  return { name, concurrency, capabilities: filled }
}

function checkSchema(capability: Capability, field: 'input' | 'output', where: string): void {
  const schema = capability[field]
  if (schema === undefined) return
  try {
    validator(schema)
  } catch (error) {
    if (!(error instanceof CoveyError)) throw error
    const message = `${where}: capability "${capability.name}": "${field}": ${error.message}`
    throw new InvalidInputError(message, error.hint, { cause: error })
  }
}
