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

/** Something on a node that handles tasks. */
export interface Agent {
  name: string
  capabilities: readonly Capability[]
  /** How many tasks it runs at once; default 1. */
  concurrency?: number
  /** Does the work. What it throws fails the attempt with the error's message. */
  handle(input: Json, context: TaskContext): Json | Promise<Json>
}
