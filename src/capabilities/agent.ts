import type { Json } from '../lib/json.ts'

/** A JSON Schema (draft 2020-12 or draft-07) as plain JSON. */
export type JsonSchema = { readonly [key: string]: Json }

/** One thing that an agent can do. */
export interface Capability {
  /** Dotted lower-case name, `text.summary`. */
  name: string
  /** Semantic version of its input and output, `1.0.0`. */
  version: string
  /** One sentence for people and language models. */
  description?: string
  /** What `handle` takes. Tasks whose input breaks it are refused on both sides. */
  input?: JsonSchema
  /** What `handle` returns. A result that breaks it fails the task. */
  output?: JsonSchema
  /** Free words to choose by, `gpu`, `eu-west`. */
  tags?: readonly string[]
}

/** What a handler gets besides the input. */
export interface TaskContext {
  /** The task's id: the same in every attempt. */
  readonly id: string
  /** The capability's name that was asked for. */
  readonly capability: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /** Aborts when the task is cancelled, its deadline is over or the node stops: end soon. */
  readonly signal: AbortSignal
  /** Tells the requester how far it is: `fraction` from 0 to 1, and a line for people. Cheap; may be called often. */
  progress(fraction: number | undefined, message?: string): void
}

/** How ballots become a result: protocols/vote. */
export type VoteMethod = 'plurality' | 'majority' | 'approval' | 'ranked'

/** What an agent is asked for its opinion of. */
export interface VoteQuestion {
  readonly id: string
  readonly question: string
  readonly options: readonly string[]
  readonly method: VoteMethod
  /** The id of the node that asks. */
  readonly opener: string
}

export interface VoteContext {
  /** For how long an opinion still counts, in milliseconds from now. */
  readonly remainingMs: number
  /** Aborts when that time is over or the node stops. */
  readonly signal: AbortSignal
}

/** What an agent says to a question. `abstain` counts for the quorum and for no option. */
export type Opinion =
  | 'abstain'
  | {
      /** One of the options; of `approval` all that are approved of, of `ranked` the best first. None of them abstains. */
      choice: string | readonly string[]
      /** How sure it is, 0 to 1. */
      confidence?: number
      /** Goes into the receipt; a longer one than 1 KiB is cut. */
      reason?: string
    }

/** Something on a node that handles tasks. */
export interface Agent {
  name: string
  capabilities: readonly Capability[]
  /** How many tasks it runs at once; default 1. */
  concurrency?: number
  /** Does the work. What it throws fails the attempt with the error's message. */
  handle(input: Json, context: TaskContext): Json | Promise<Json>
  /**
   * Has an opinion. A node votes with one voice: that of its first agent with this handler that the electorate asks for.
   * What it throws abstains, with the error in the log.
   */
  vote?(question: VoteQuestion, context: VoteContext): Opinion | Promise<Opinion>
}
