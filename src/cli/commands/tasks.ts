import type { Command } from 'commander'
import { withNode } from '../find-node.ts'
import { type CommonOptions, examples, plural, print, shortId, state, table } from '../output.ts'
import { tookText, workerOf } from '../task-options.ts'

export function define(command: Command): void {
  command.addHelpText('after', examples(['covey tasks --json'])).action(async (options: CommonOptions) => {
    const tasks = await withNode(options, (client) => client.call('tasks', {}))
    print(options, tasks, () =>
      table(
        ['id', 'capability', 'status', 'tried', 'worker', 'took'],
        tasks.map((task) => {
          const worker = workerOf(task)
          return [
            task.id,
            task.capability,
            state(task.status),
            plural(task.attempts.length, 'time'),
            worker === undefined ? '-' : shortId(worker),
            tookText(task),
          ]
        }),
      ),
    )
  })
}
