import type { Command } from 'commander'
import { withNode } from '../find-node.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, examples, plural, print, state, table } from '../output.ts'
import { tookText, workerOf } from '../task-options.ts'

export function define(command: Command): void {
  command.addHelpText('after', examples(['covey tasks --json'])).action((options: CommonOptions) =>
    withNode(options, async (client) => {
      const tasks = await client.call('tasks', {})
      const nameOf = options.json ? String : await peerNames(client)
      print(options, tasks, () =>
        table(
          ['id', 'capability', 'status', 'tried', 'worker', 'took'],
          tasks.map((task) => [
            task.id,
            task.capability,
            state(task.status),
            plural(task.attempts.length, 'time'),
            nameOf(workerOf(task)),
            tookText(task),
          ]),
        ),
      )
    }),
  )
}
