import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import type { ControlClient } from '../../control/client.ts'
import { pc } from '../../lib/colours.ts'
import { CoveyError } from '../../lib/errors.ts'
import type { TaskRecord } from '../../tasks/task.ts'
import { EXIT_FAILED, EXIT_INTERRUPTED, printFailure } from '../failure.ts'
import { withNode } from '../find-node.ts'
import { peerNames } from '../names.ts'
import { examples, percent, plural, print } from '../output.ts'
import { addTaskOptions, type TaskOptions, taskRequest, tookMs, tookText, workerOf } from '../task-options.ts'
import { nobodyOffers } from '../unknown-capability.ts'

/** How long `run` waits for somebody to offer the capability, in milliseconds: what nodes started together need to meet. */
const PROVIDER_WAIT_MS = 5_000
/** How often it looks, in milliseconds. */
const LOOK_EVERY_MS = 250

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
    await awaitProvider(client, capability, options.json === true)
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

/**
 * Resolves when somebody offers the capability. A node that has just started may not have heard of anybody, so that this
 * waits a little, and says so; a task that nobody can do would wait until its own deadline, and nobody would know why.
 */
async function awaitProvider(client: ControlClient, name: string, quiet: boolean): Promise<void> {
  const deadline = performance.now() + PROVIDER_WAIT_MS
  for (let told = false; (await client.call('find', { name })).length === 0; told = true) {
    const { code, message, hint } = await nobodyOffers(client, name)
    if (performance.now() > deadline) throw new CoveyError(code, message, hint)
    if (!told && !quiet) process.stderr.write(pc.dim(`${message}; waiting ${PROVIDER_WAIT_MS / 1000} s\n`))
    await delay(LOOK_EVERY_MS)
  }
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
  const { id, status, result, attempts } = task
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
      const nameOf = await peerNames(client)
      const how = `${plural(attempts.length, 'attempt')}, ${tookText(task)}, on ${nameOf(worker)}`
      process.stderr.write(pc.dim(`${how}\n`))
    }
    return
  }
  process.exitCode ??= EXIT_FAILED
  const failure = errorOf(task)
  if (options.json) print(options, { ...summary, error: failure }, () => '')
  else printFailure({ ...failure, exitCode: EXIT_FAILED }, false)
}

/** The error of a task that has ended without a result. */
function errorOf({ error, id, status }: TaskRecord): { code: string; message: string; hint: string } {
  return error ?? { code: status.toUpperCase(), message: `task ${id} was ${status}`, hint: `See covey task ${id}.` }
}
