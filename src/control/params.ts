import { z } from 'zod'
import { InvalidInputError } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import { MAX_LIST_ITEMS } from '../mesh/config.ts'
import type { ControlMethod, ControlParams } from './protocol.ts'

/** The longest id, name, range or reason, in characters: they are words, not documents. */
const MAX_WORD_CHARS = 256
/** The longest delay a timer takes, in milliseconds. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

const word = z.string().min(1).max(MAX_WORD_CHARS)
const none = z.strictObject({})
const byId = z.strictObject({ id: word })
const query = { version: word.optional(), tags: z.array(word).max(MAX_LIST_ITEMS).optional() }

/** What each method takes; checked once, at the edge. */
const schemas = {
  status: none,
  peers: none,
  find: z.strictObject({ name: word, ...query }),
  join: z.strictObject({ address: word }),
  submit: z.strictObject({
    capability: word,
    input: z.custom<Json>((value) => value !== undefined, 'is missing'),
    ...query,
    id: word.optional(),
    policy: word.optional(),
    timeoutMs: z.number().int().positive().max(MAX_TIMEOUT_MS).optional(),
    maxAttempts: z.number().int().positive().optional(),
    exclude: z.array(word).max(MAX_LIST_ITEMS).optional(),
  }),
  wait: byId,
  tasks: none,
  task: byId,
  cancel: z.strictObject({ id: word, reason: word.optional() }),
  down: none,
} satisfies Record<ControlMethod, z.ZodType>

export const isControlMethod = (method: string): method is ControlMethod => Object.hasOwn(schemas, method)

/** Throws `InvalidInputError` that names the method and the first wrong parameter. */
export function parseParams<M extends ControlMethod>(method: M, params: unknown): ControlParams<M> {
  const result = schemas[method].safeParse(params ?? {})
  // The schemas and the method types are written side by side: what the schema let through is what the method takes.
  if (result.success) return result.data as ControlParams<M>
  const issue = result.error.issues[0]
  const place = issue?.path.join('.') || 'parameters'
  throw new InvalidInputError(`${method}: ${place}: ${issue?.message}`, 'Correct it and call again.')
}
