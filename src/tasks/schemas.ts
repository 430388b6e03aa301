import type { JsonSchema } from '../capabilities/agent.ts'
import type { Provider } from '../capabilities/provider.ts'
import { messageOf } from '../lib/errors.ts'
import { decodeJson, type Json } from '../lib/json.ts'
import type { PeerId } from '../network/network.ts'
import { breachOf } from './hosted.ts'
import type { OwnTask } from './own-task.ts'

/** What the requester makes of the announced schemas: who can be given the input of a task. */
export interface Fitness {
  /** Peers with an agent whose input schema the input satisfies. */
  peers: ReadonlySet<PeerId>
  /** What is wrong with it, if no provider's schema allows it. */
  breach?: string
}

/** Each schema's JSON text, so that equal schemas of many nodes are checked once a task. */
const texts = new WeakMap<JsonSchema, string>()

/** Checks a task's input against the schemas of those who offer what it asks for. */
export function fitness(task: OwnTask, providers: readonly Provider[]): Fitness {
  const peers = new Set<PeerId>()
  let breach: string | undefined
  for (const { peer, capability } of providers) {
    const verdict = capability.input && inputVerdict(task, capability.input)
    if (verdict === undefined) peers.add(peer)
    else breach ??= verdict
  }
  return peers.size === 0 && breach !== undefined ? { peers, breach } : { peers }
}

/** What is wrong with a result by the announcement of the agent that ran the task; an unknown one cannot be checked. */
export function outputBreach(
  providers: readonly Provider[],
  runner: { worker: PeerId; agent: string },
  result: Json,
): string | undefined {
  const provider = providers.find(({ peer, agent }) => peer === runner.worker && agent === runner.agent)
  if (!provider) return undefined
  try {
    return breachOf(provider.capability.output, result)
  } catch (error) {
    return `the announced schema is none: ${messageOf(error)}`
  }
}

function inputVerdict(task: OwnTask, schema: JsonSchema): string | undefined {
  const text = texts.get(schema) ?? JSON.stringify(schema)
  texts.set(schema, text)
  if (!task.verdicts.has(text)) task.verdicts.set(text, verdictOn(task, schema))
  return task.verdicts.get(text)
}

function verdictOn(task: OwnTask, schema: JsonSchema): string | undefined {
  try {
    return breachOf(schema, decodeJson(task.input))
  } catch (error) {
    return `the announced schema is none: ${messageOf(error)}`
  }
}
