import type { Command } from 'commander'
import type { ControlClient } from '../../control/client.ts'
import type { WireWatchItem } from '../../control/state-protocol.ts'
import { pc } from '../../lib/colours.ts'
import { CoveyError } from '../../lib/errors.ts'
import { addCommonOptions } from '../common-options.ts'
import { withVerbatimNode } from '../find-node.ts'
import { harmless, harmlessClient } from '../harmless.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, examples, jsonText, plural } from '../output.ts'
import { isStrong, time } from './show.ts'

export function defineWatch(parent: Command): void {
  addCommonOptions(parent.command('watch').description('the keys as they are, then a line for every change'))
    .argument('<namespace>')
    .argument('[prefix]', 'only keys that begin with it')
    .addHelpText(
      'after',
      '\nUntil Ctrl-C. A reader that is too slow is told that it fell behind, and the keys are listed anew.\n' +
        'With --json every line is an object: "entry", "listed", "set", "delete" or "behind". Of a strong namespace it tells of the\n' +
        'writes that this node hears of, of several of one key perhaps the last one alone.\n' +
        examples(['covey state watch settings', 'covey state watch jobs done/ --json']),
    )
    .action(watch)
}

async function watch(namespace: string, prefix: string | undefined, options: CommonOptions): Promise<void> {
  await withVerbatimNode(options, async (client) => {
    const lineOf = options.json ? (item: WireWatchItem) => JSON.stringify(item) : await lines(client)
    const params = { namespace, ...(prefix !== undefined && { prefix }) }
    await client.stream('stateWatch', params, (item) => process.stdout.write(`${lineOf(item)}\n`))
    throw new CoveyError(
      'WATCH_ENDED',
      `${namespace} is not watched any more`,
      'See whether its node still runs: covey status.',
    )
  })
}

async function lines(client: ControlClient): Promise<(item: WireWatchItem) => string> {
  const nameOf = await peerNames(harmlessClient(client))
  return (item) => {
    if (item.type === 'listed') return pc.dim('that is all; from here on what changes')
    if (item.type === 'behind') return pc.yellow(`${plural(item.dropped, 'change')} could not be kept; listed anew`)
    const key = harmless(item.key)
    if (item.type === 'delete') {
      const deleted = [pc.red('delete'), key]
      return 'dot' in item ? dated(item, deleted, nameOf) : deleted.join('\t')
    }
    const { entry } = item
    const shown = [item.type === 'set' ? pc.green('set') : pc.dim('entry'), key, jsonText(entry.value)]
    return isStrong(entry) ? shown.join('\t') : dated(entry, shown, nameOf)
  }
}

interface Dated {
  updatedAt: number
  updatedBy: string
}

const dated = ({ updatedAt, updatedBy }: Dated, cells: readonly string[], nameOf: (id: string) => string): string =>
  [time(updatedAt), ...cells, pc.dim(nameOf(updatedBy))].join('\t')
