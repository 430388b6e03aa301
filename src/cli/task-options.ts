import type { Command } from 'commander'
import type { TaskRecord, TaskRequest } from '../tasks/task.ts'
import { type CommonOptions, duration } from './output.ts'
import { parseDuration, readInput } from './parse.ts'

/** What `run` and `submit` share. */
export interface TaskOptions extends CommonOptions {
  policy?: string
  timeout?: number
  id?: string
}

export function addTaskOptions(command: Command): Command {
  return command
    .argument('<capability>', 'what to ask for, text.summary')
    .argument('[input]', 'JSON, @FILE with JSON, or - for JSON on stdin; null when missing')
    .option('--policy <policy>', 'how the worker is chosen: auction, least-loaded or round-robin')
    .option('--timeout <time>', 'how long it may take in all: 500ms, 30s, 2m', parseDuration)
    .option('--id <id>', 'the same id again is the same task, and runs once')
}

export function taskRequest(capability: string, input: string | undefined, options: TaskOptions): TaskRequest {
  const { policy, timeout, id } = options
  return {
    capability,
    input: readInput(input),
    ...(policy !== undefined && { policy }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(id !== undefined && { id }),
  }
}

/** From submit to end; undefined before the end. */
export const tookMs = (task: TaskRecord): number | undefined =>
  task.endedAt === undefined ? undefined : task.endedAt - task.submittedAt

/** The last node that was given it. */
export const workerOf = (task: TaskRecord): string | undefined => task.attempts.at(-1)?.worker

export const tookText = (task: TaskRecord): string => duration(tookMs(task))
