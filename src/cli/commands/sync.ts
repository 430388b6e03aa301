import type { Command } from 'commander'
import type { SyncReport } from '../../control/state-protocol.ts'
import { pc } from '../../lib/colours.ts'
import { EXIT_FAILED } from '../failure.ts'
import { withNode } from '../find-node.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, examples, plural, print, size, table } from '../output.ts'

export function define(command: Command): void {
  command
    .addHelpText(
      'after',
      `\nNodes do this on their own; it says what moved. Exit code 1 where an exchange failed.\n${examples(['covey sync'])}`,
    )
    .action((options: CommonOptions) =>
      withNode(options, async (client) => {
        const reports = await client.call('sync', {})
        if (reports.some(({ error }) => error !== null)) process.exitCode = EXIT_FAILED
        const nameOf = options.json ? String : await peerNames(client)
        print(options, reports, () => reportTable(reports, nameOf))
      }),
    )
}

function reportTable(reports: readonly SyncReport[], nameOf: (id: string) => string): string {
  if (reports.length === 0) return 'no peer is connected'
  const moved = ({ events, bytes }: SyncReport['sent']): string =>
    events === 0 ? 'nothing' : `${plural(events, 'write')}, ${size(bytes)}`
  return table(
    ['node', 'sent', 'received', 'repaired', 'result'],
    reports.map(({ peer, sent, received, repaired, error }) => [
      nameOf(peer),
      moved(sent),
      moved(received),
      String(repaired),
      error === null ? pc.green('ok') : `${pc.red(error.message)}: ${error.hint}`,
    ]),
  )
}
