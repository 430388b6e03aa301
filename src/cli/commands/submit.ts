import type { Command } from 'commander'
import { withNode } from '../find-node.ts'
import { examples, print } from '../output.ts'
import { addTaskOptions, type TaskOptions, taskRequest } from '../task-options.ts'

export function define(command: Command): void {
  addTaskOptions(command)
    .addHelpText(
      'after',
      `\nPrints the task's id; covey task ID shows how it goes.\n${examples(['echo \'{"text":"Hello"}\' | covey submit text.stats -'])}`,
    )
    .action(async (capability: string, input: string | undefined, options: TaskOptions) => {
      const request = taskRequest(capability, input, options)
      const task = await withNode(options, (client) => client.call('submit', request))
      print(options, task, () => task.id)
    })
}
