import type { Command } from 'commander'
import pc from 'picocolors'
import type { ControlClient } from '../../control/client.ts'
import type { TaskRecord } from '../../tasks/task.ts'
import { EXIT_FAILED, EXIT_INTERRUPTED, printFailure } from '../failure.ts'
import { withNode } from '../find-node.ts'
import { examples, percent, plural, print } from '../output.ts'
import { addTaskOptions, type TaskOptions, taskRequest, tookMs, tookText, workerOf } from '../task-options.ts'
import { nobodyOffers } from '../unknown-capability.ts'

export function define(command: Command): void {
  addTaskOptions(command)
    .addHelpText(
      'after',
      `\nCtrl-C cancels the task.\n${examples([
        'covey run text.language \'{"text":"Guten Tag"}\'',
        'covey run text.summary @letter.json --timeout 30s --json',
      ])}`,
    )
    .action(run)
}

async function run(capability: string, input: string | undefined, options: TaskOptions): Promise<void> {
  const request = taskRequest(capability, input, options)
  await withNode(options, async (client) => {
    const { id } = await client.call('submit', request)
    const stopListening = cancelOnInterrupt(client, id)
    const progress = await showProgress(client)
    const task = await client.call('wait', { id }).finally(() => {
      progress.end()
      stopListening()
    })
    await report(client, task, options)
  })
}

/** The first Ctrl-C cancels the task, and its end is waited for; the second one ends the command at once. */
function cancelOnInterrupt(client: ControlClient, id: string): () => void {
  const onInterrupt = (): void => {
    process.once('SIGINT', () => process.exit(EXIT_INTERRUPTED))
    process.exitCode = EXIT_INTERRUPTED
    // Whether it could be cancelled shows in the record that is waited for.
    client
      .call('cancel', { id, reason: 'interrupted' })
      .catch((error: Error) => process.stderr.write(`${error.message}\n`))
  }
  process.once('SIGINT', onInterrupt)
  return () => process.removeListener('SIGINT', onInterrupt)
}

async function showProgress(client: ControlClient): Promise<{ end(): void }> {
  if (!process.stderr.isTTY) return { end: () => {} }
  const { createLogUpdate } = await import('log-update')
  const line = createLogUpdate(process.stderr)
  client.onTask((task) => {
    const { fraction, message } = task.progress ?? {}
    const parts = [fraction === undefined ? '' : percent(fraction), message ?? '']
    const attempt = task.attempts.length > 1 ? pc.yellow(`attempt ${task.attempts.length}`) : ''
    line([pc.cyan(task.status), attempt, ...parts].filter((part) => part !== '').join('  '))
  })
  return { end: () => line.clear() }
}

async function report(client: ControlClient, task: TaskRecord, options: TaskOptions): Promise<void> {
  const { id, status, result, attempts, error } = task
  const worker = workerOf(task)
  const summary = {
    id,
    status,
    result: result ?? null,
    worker: worker ?? null,
    attempts: attempts.length,
    durationMs: tookMs(task) ?? null,
  }
  if (status === 'done') {
    print(options, summary, () => JSON.stringify(result, null, 2))
    if (process.stderr.isTTY && !options.json) {
      process.stderr.write(pc.dim(`${plural(attempts.length, 'attempt')}, ${tookText(task)}, on ${worker}\n`))
    }
    return
  }
  process.exitCode ??= EXIT_FAILED
  const failure = await explain(client, task)
  if (options.json) print(options, { ...summary, error: failure ?? error ?? null }, () => '')
  else printFailure({ ...failure, exitCode: EXIT_FAILED }, false)
}

/** The error of a task that has ended without a result; where nobody offers the capability, with what may have been meant. */
async function explain(
  client: ControlClient,
  task: TaskRecord,
): Promise<{ code: string; message: string; hint: string }> {
  const { error, id, status, capability } = task
  if (error === undefined)
    return { code: status.toUpperCase(), message: `task ${id} was ${status}`, hint: `See covey task ${id}.` }
  if (task.attempts.length > 0 || (await client.call('find', { name: capability })).length > 0) return error
  return { ...(await nobodyOffers(client, capability)), code: error.code }
}
