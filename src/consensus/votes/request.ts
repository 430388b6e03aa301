import { z } from 'zod'
import type { VoteMethod } from '../../capabilities/agent.ts'
import type { PeerId } from '../../network/network.ts'
import { MAX_ELECTORATE } from './limits.ts'
import { parseShape } from './parse.ts'
import { METHODS } from './vote.ts'

/** Who is asked. The weight of a voter is a whole number; those without one count once. */
export type ElectorateRequest =
  /** Nodes with an agent that offers the capability, as far as is known here. */
  | { readonly capability: string; readonly version?: string; readonly tags?: readonly string[] }
  /** Nodes with a capability that has all of the tags. */
  | { readonly tags: readonly string[] }
  /** Ids of nodes; a name is refused, since several may have it. */
  | { readonly voters: readonly PeerId[] | Readonly<Record<PeerId, number>> }

export interface VoteRequest {
  question: string
  /** Two or more, each once. */
  options: readonly string[]
  /** Default: every member that this node sees alive, itself too; right after its start that is itself alone. Fixed when the vote opens. */
  electorate?: ElectorateRequest
  /**
   * `plurality` (default): the most votes. `majority`: more than half of those that choose. `approval`: ballots name all they approve of. `ranked`:
   * ballots rank, an instant run-off counts.
   */
  method?: VoteMethod
  /** The least weight of ballots, abstentions among them; default 0. */
  quorum?: number
  /** The least share that the choice must have of the ballots that choose, 0 to 1; default 0. */
  threshold?: number
  /** After how many milliseconds whoever has not voted is not waited for any more. */
  deadlineMs: number
}

const words = z.array(z.string())

/** Its shape; what the values may be is checked with the vote that is made of it. */
export const voteRequestSchema: z.ZodType<VoteRequest> = z.strictObject({
  question: z.string(),
  options: words,
  electorate: z
    .union([
      z.strictObject({
        capability: z.string().min(1),
        version: z.string().exactOptional(),
        tags: words.exactOptional(),
      }),
      z.strictObject({ tags: words.min(1) }),
      z.strictObject({
        voters: z.union([words.min(1).max(MAX_ELECTORATE), z.record(z.string(), z.number())]),
      }),
    ])
    .exactOptional(),
  method: z.enum(METHODS).exactOptional(),
  quorum: z.number().exactOptional(),
  threshold: z.number().exactOptional(),
  deadlineMs: z.number(),
})

/** Throws `InvalidInputError` on what is no request. Fields that are there but undefined are as if they were not. */
export function checkRequest(request: VoteRequest): VoteRequest {
  const given = Object.entries(request ?? {}).filter(([, value]) => value !== undefined)
  return parseShape(Object.fromEntries(given), voteRequestSchema, 'a vote')
}
