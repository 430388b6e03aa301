import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { WireSnapshotPart } from '../../control/state-protocol.ts'
import { addCommonOptions } from '../common-options.ts'
import { withNode, withVerbatimNode } from '../find-node.ts'
import { type CommonOptions, examples, jsonText, plural, print } from '../output.ts'

export function defineSnapshot(parent: Command): void {
  addCommonOptions(parent.command('snapshot').description('print everything that a namespace shows, as JSON'))
    .argument('<namespace>')
    .addHelpText('after', examples(['covey state snapshot settings > settings.json']))
    .action((namespace: string, options: CommonOptions) =>
      withVerbatimNode(options, async (client) => {
        const document = new SnapshotText()
        await client.stream('stateSnapshot', { namespace }, (part) => process.stdout.write(document.of(part)))
        process.stdout.write(document.end())
      }),
    )
}

/** A snapshot as one JSON document, an entry a line, written as its parts come. */
class SnapshotText {
  #entries = 0

  of(part: WireSnapshotPart): string {
    if ('header' in part) return `${jsonText(part.header).slice(0, -1)},"entries":[`
    return part.entries.map((entry) => `${this.#entries++ === 0 ? '' : ','}\n${jsonText(entry)}`).join('')
  }

  end(): string {
    return `${this.#entries === 0 ? '' : '\n'}]}\n`
  }
}

export function defineRestore(parent: Command): void {
  addCommonOptions(parent.command('restore').description('make everything in a namespace what a snapshot has'))
    .argument('<namespace>', 'made with the policy of the snapshot where it is new')
    .argument('<file>', 'what "snapshot" printed')
    .addHelpText(
      'after',
      '\nThese are new writes: they win over what shows here, and keys that the snapshot lacks are deleted. What others\n' +
        `write meanwhile stays.\n${examples(['covey state restore settings settings.json'])}`,
    )
    .action(async (namespace: string, file: string, options: CommonOptions) => {
      const params = { namespace, file: resolve(file) }
      const { written } = await withNode(options, (client) => client.call('stateRestore', params))
      print(options, { namespace, written }, () => `${plural(written, 'key')} of ${namespace} written`)
    })
}
