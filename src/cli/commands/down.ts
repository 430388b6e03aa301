import type { Command } from 'commander'
import { CoveyError } from '../../lib/errors.ts'
import { withNode } from '../find-node.ts'
import { LEAVE_LIMIT_MS } from '../limits.ts'
import { type CommonOptions, examples, print } from '../output.ts'
import { waitForExit } from '../processes.ts'

/** How much longer than a node may take to leave we wait for its process to be gone, in milliseconds. */
const EXIT_GRACE_MS = 2_000

export function define(command: Command): void {
  command.addHelpText('after', examples(['covey down --name alice'])).action(async (options: CommonOptions) => {
    const { name, id, pid } = await withNode(options, async (client) => {
      const status = await client.call('status', {})
      return { ...status, ...(await client.call('down', {})) }
    })
    if (!(await waitForExit(pid, LEAVE_LIMIT_MS + EXIT_GRACE_MS))) {
      throw new CoveyError(
        'STILL_RUNNING',
        `${name} (process ${pid}) has not ended`,
        `Its log says why; kill -9 ${pid} ends it.`,
      )
    }
    print(options, { id, name, pid, stopped: true }, () => `${name} has left and stopped`)
  })
}
