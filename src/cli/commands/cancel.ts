import type { Command } from 'commander'
import { withNode } from '../find-node.ts'
import { type CommonOptions, examples, print } from '../output.ts'

export function define(command: Command): void {
  command
    .argument('<id>', 'of the task')
    .addHelpText('after', examples(['covey cancel 4xk2r9']))
    .action(async (id: string, options: CommonOptions) => {
      const task = await withNode(options, (client) => client.call('cancel', { id }))
      print(options, task, () => `task ${id} is ${task.status}`)
    })
}
