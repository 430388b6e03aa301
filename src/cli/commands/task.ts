import type { Command } from 'commander'
import type { TaskRecord } from '../../tasks/task.ts'
import { withNode } from '../find-node.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, duration, examples, fields, percent, print, state, table } from '../output.ts'
import { tookText } from '../task-options.ts'

export function define(command: Command): void {
  command
    .argument('<id>', 'of the task')
    .addHelpText('after', examples(['covey task 4xk2r9']))
    .action(async (id: string, options: CommonOptions) => {
      await withNode(options, async (client) => {
        const task = await client.call('task', { id })
        const nameOf = options.json ? String : await peerNames(client)
        print(options, task, () => describe(task, nameOf))
      })
    })
}

function describe(task: TaskRecord, nameOf: (id: string) => string): string {
  const { fraction, message } = task.progress ?? {}
  const progress = [fraction === undefined ? '' : percent(fraction), message ?? ''].join(' ').trim()
  const facts: [string, string][] = [
    ['id', task.id],
    ['capability', task.capability],
    ['status', state(task.status)],
    ['handed in', new Date(task.submittedAt).toISOString()],
    ['took', tookText(task)],
  ]
  if (task.status === 'running' && progress !== '') facts.push(['progress', progress])
  if (task.result !== undefined) facts.push(['result', JSON.stringify(task.result)])
  if (task.error !== undefined)
    facts.push(['error', `${task.error.message} (${task.error.code})`], ['', task.error.hint])
  return task.attempts.length === 0 ? fields(facts) : `${fields(facts)}\n\n${attempts(task, nameOf)}`
}

function attempts(task: TaskRecord, nameOf: (id: string) => string): string {
  return table(
    ['attempt', 'worker', 'took', 'ended with'],
    task.attempts.map((attempt) => [
      String(attempt.number),
      nameOf(attempt.worker),
      duration(attempt.endedAt === undefined ? undefined : attempt.endedAt - attempt.startedAt),
      attempt.error?.message ?? (attempt.endedAt === undefined ? '-' : 'a result'),
    ]),
  )
}
