import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { voteRequestSchema } from '../consensus/votes/request.ts'
import { InvalidInputError } from '../lib/errors.ts'
import type { Json } from '../lib/json.ts'
import { MAX_LIST_ITEMS } from '../mesh/config.ts'
import { MAX_PAGE_ENTRIES } from '../state/listing.ts'
import { POLICIES } from '../state/policy.ts'
import type { ControlMethod, ControlParams } from './protocol.ts'

/** The longest id, name, range or reason, in characters: they are words, not documents. */
const MAX_WORD_CHARS = 256
/** The longest delay a timer takes, in milliseconds. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

const word = z.string().min(1).max(MAX_WORD_CHARS)
const none = z.strictObject({})
const byId = z.strictObject({ id: word })
const query = { version: word.optional(), tags: z.array(word).max(MAX_LIST_ITEMS).optional() }
const json = z.custom<Json>((value) => value !== undefined, 'is missing')
/** What a namespace is called and what a key may be is checked where they are used; here they only are texts. */
const namespace = word
const text = z.string()
const key = { namespace, key: text }
/** What a lease may be is checked where it is made. */
const lease = { name: text, ttlMs: z.number().optional(), waitMs: z.number().optional() }
const write = { ...key, expect: word.nullable().optional(), fence: z.int().min(0).optional() }

/** What each method takes; checked once, at the edge. */
const schemas = {
  status: none,
  peers: none,
  members: none,
  evict: z.strictObject({ peer: word, reason: word.optional() }),
  find: z.strictObject({ name: word, ...query }),
  join: z.strictObject({ address: word }),
  submit: z.strictObject({
    capability: word,
    input: json,
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
  vote: voteRequestSchema,
  stateNamespaces: none,
  stateGet: z.strictObject(key),
  stateSet: z.strictObject({
    ...write,
    value: json,
    policy: z.enum(POLICIES).optional(),
    rank: z.int().min(0).optional(),
    strong: z.boolean().optional(),
  }),
  stateDelete: z.strictObject(write),
  stateList: z.strictObject({
    namespace,
    prefix: text.optional(),
    after: text.optional(),
    limit: z.number().int().positive().max(MAX_PAGE_ENTRIES).optional(),
  }),
  stateHistory: z.strictObject(key),
  stateConflicts: z.strictObject({ namespace }),
  stateResolve: z.strictObject({ ...write, value: json }),
  stateWatch: z.strictObject({ namespace, prefix: text.optional(), stream: word }),
  stateSnapshot: z.strictObject({ namespace, stream: word }),
  stateRestore: z.strictObject({ namespace, file: z.string().refine(isAbsolute, 'must be an absolute path') }),
  sync: none,
  syncStatus: none,
  lock: z.strictObject({ ...lease, stream: word }),
  semaphore: z.strictObject({ ...lease, permits: z.number(), stream: word }),
  barrier: z.strictObject({ name: text, parties: z.number(), waitMs: z.number().optional() }),
  registerGet: z.strictObject({ name: text }),
  registerSet: z.strictObject({ name: text, value: json }),
  registerDelete: z.strictObject({ name: text }),
  registerCas: z.strictObject({ name: text, expected: text, value: json }),
  voters: none,
  votersSet: z.strictObject({ voters: z.array(word).max(MAX_LIST_ITEMS) }),
  votersAdd: z.strictObject({ voter: word }),
  votersRemove: z.strictObject({ voter: word }),
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
