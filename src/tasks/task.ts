import type { CapabilityQuery } from '../capabilities/provider.ts'
import type { Json } from '../lib/json.ts'
import type { PeerId } from '../network/network.ts'

export type TaskStatus = 'pending' | 'running' | 'done' | 'failed' | 'cancelled'

/** What `submit` takes. */
export interface TaskRequest extends Omit<CapabilityQuery, 'name'> {
  capability: string
  input: Json
  /** Makes it idempotent: the same id again is the same task. Random where missing. */
  id?: string
  /** How a worker is chosen; default `auction`. */
  policy?: string
  /** How long it may take from submit to result, in milliseconds. */
  timeoutMs?: number
  /** How often it may be tried, the first included. */
  maxAttempts?: number
  /** Nodes that must not be given it. */
  exclude?: readonly PeerId[]
}

/** Why an attempt ended without a result. */
export interface TaskFault {
  code: string
  message: string
  /** What a person can do about it, where the worker knows. */
  hint?: string
}

/** One try on one worker. */
export interface TaskAttempt {
  number: number
  worker: PeerId
  startedAt: number
  endedAt?: number
  error?: TaskFault
}

/** All that the requester knows of a task; plain data, safe to print as JSON. */
export interface TaskRecord {
  id: string
  capability: string
  status: TaskStatus
  /** Wall-clock milliseconds of the requester. */
  submittedAt: number
  endedAt?: number
  attempts: readonly TaskAttempt[]
  /** Of the running attempt. */
  progress?: { fraction?: number; message?: string }
  result?: Json
  error?: { code: string; message: string; hint: string }
}

export interface TaskEvents {
  /** Something in the record changed: status, attempt or progress. */
  change: [task: TaskRecord]
}

/** What `submit` returns; the task goes on without it. */
export interface TaskHandle {
  readonly id: string
  /** The record as it is now. */
  record(): TaskRecord
  /** Resolves with the final record, whatever the end: look at its `status`. */
  ended(): Promise<TaskRecord>
  /** Every change of the record until the end, the current one first. Slow readers get the latest, not every one. */
  changes(): AsyncIterable<TaskRecord>
  cancel(reason?: string): void
}
