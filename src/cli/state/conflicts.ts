import type { Command } from 'commander'
import type { WireConflicts } from '../../control/state-protocol.ts'
import { pc } from '../../lib/colours.ts'
import { addCommonOptions } from '../common-options.ts'
import { withNode, withVerbatimNode } from '../find-node.ts'
import { harmless, harmlessClient } from '../harmless.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, examples, jsonText, plural, print, table } from '../output.ts'
import { readValue } from '../parse.ts'
import { time } from './show.ts'
import { addWriteOptions, type WriteOptions, writeParams } from './write.ts'

export function defineConflicts(parent: Command): void {
  addCommonOptions(
    parent.command('conflicts').description('keys with concurrent values that somebody has to choose from'),
  )
    .argument('<namespace>', 'one with the policy manual')
    .addHelpText('after', examples(['covey state conflicts plans']))
    .action(async (namespace: string, options: CommonOptions) => {
      await withVerbatimNode(options, async (client) => {
        const found = await client.call('stateConflicts', { namespace })
        const nameOf = options.json ? String : await peerNames(harmlessClient(client))
        print(options, found, () => conflictTable(found, nameOf))
      })
    })
}

function conflictTable({ conflicts, omitted }: WireConflicts, nameOf: (id: string) => string): string {
  if (conflicts.length === 0) return 'no conflicts'
  const rows = conflicts.flatMap(({ key, version, siblings }) =>
    siblings.map(({ value, deleted, updatedAt, updatedBy }) => [
      harmless(key),
      version,
      nameOf(updatedBy),
      time(updatedAt),
      deleted ? 'deleted' : jsonText(value),
    ]),
  )
  const shown = table(['key', 'version', 'by', 'at', 'value'], rows)
  return omitted === 0 ? shown : `${shown}\n${pc.dim(`and ${plural(omitted, 'more conflict')} after these`)}`
}

export function defineResolve(parent: Command): void {
  const command = addCommonOptions(parent.command('resolve').description('end a conflict with a value'))
    .argument('<namespace>')
    .argument('<key>')
    .argument('<value>', 'JSON, @FILE with JSON, or - for JSON on stdin')
  addWriteOptions(command)
    .addHelpText(
      'after',
      '\nThe value replaces all that stands in the key here. With the version that "conflicts" showed as --expect,\n' +
        `only what was seen is replaced.\n${examples(['covey state resolve plans today \'"swim"\''])}`,
    )
    .action(async (namespace: string, key: string, text: string, options: WriteOptions) => {
      const params = { namespace, key, value: readValue(text), ...writeParams(options) }
      const { version } = await withNode(options, (client) => client.call('stateResolve', params))
      print(options, { namespace, key, version }, () => `${key} is at version ${version}`)
    })
}
