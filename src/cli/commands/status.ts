import type { Command } from 'commander'
import { withNode } from '../find-node.ts'
import { type CommonOptions, duration, examples, fields, percent, print, size } from '../output.ts'

export function define(command: Command): void {
  command.addHelpText('after', examples(['covey status --name alice'])).action(async (options: CommonOptions) => {
    const status = await withNode(options, (client) => client.call('status', {}))
    const { peers, tasks, load } = status
    print(options, status, () =>
      fields([
        ['name', status.name],
        ['id', status.id],
        ['mesh', status.mesh],
        ['up for', duration(status.uptimeMs)],
        ['peers', `${peers.alive} alive, ${peers.suspect} suspect`],
        [
          'tasks handed in',
          `${tasks.pending} pending, ${tasks.running} running, ${tasks.done} done, ${tasks.failed} failed, ${tasks.cancelled} cancelled`,
        ],
        [
          'work here',
          `${load.running} running, ${load.queued} queued, ${load.tasksDone} done, ${load.tasksFailed} failed; room for ${load.capacity} at once`,
        ],
        ['processor', `${percent(load.cpu)} of a core`],
        ['memory', size(load.memoryBytes)],
        ['addresses', status.addresses.join('\n'.padEnd(18))],
        ['data', status.data],
        ['version', `covey ${status.version}, Node ${status.nodeVersion}, process ${status.pid}`],
      ]),
    )
  })
}
