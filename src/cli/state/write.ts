import { type Command, Option } from 'commander'
import { POLICIES, type PolicyName } from '../../state/policy.ts'
import { addCommonOptions } from '../common-options.ts'
import { withNode } from '../find-node.ts'
import { type CommonOptions, examples, print } from '../output.ts'
import { parseNumber, readValue } from '../parse.ts'

export interface WriteOptions extends CommonOptions {
  expect?: string
  fence?: number
}

/** What --expect says instead of a version: that the key holds nothing. */
const NOTHING = 'none'

/** What every write takes. */
export const addWriteOptions = (command: Command): Command =>
  command
    .option('--expect <version>', `only if this is its version; "${NOTHING}": only if the key holds nothing`)
    .option(
      '--fence <number>',
      'of the lock under which it is written: a newer holder wins ($COVEY_FENCE)',
      parseNumber,
    )

/** The parameters of a write that the options give. */
export const writeParams = ({ expect, fence }: WriteOptions): { expect?: string | null; fence?: number } => ({
  ...(expect !== undefined && { expect: expect === NOTHING ? null : expect }),
  ...(fence !== undefined && { fence }),
})

interface SetOptions extends WriteOptions {
  policy?: PolicyName
  strong?: true
  rank?: number
}

export function defineSet(parent: Command): void {
  const command = addCommonOptions(parent.command('set').description('write a value'))
    .argument('<namespace>', 'made by its first write')
    .argument('<key>')
    .argument('<value>', 'JSON, @FILE with JSON, or - for JSON on stdin')
    .addOption(
      new Option('--policy <policy>', 'of a new namespace: what shows of concurrent writes; default latest').choices([
        ...POLICIES,
      ]),
    )
    .addOption(
      new Option('--strong', 'of a new namespace: the voters decide every read and write of a key').conflicts([
        'policy',
        'rank',
      ]),
    )
  addWriteOptions(command)
    .option('--rank <number>', 'how much it counts among concurrent writes, with the policy priority', parseNumber)
    .addHelpText(
      'after',
      '\n--expect protects from what this node has heard of: two nodes that write at the same moment both succeed,\n' +
        'and the policy of the namespace says what shows. In a strong namespace the voters decide: of all that expect one version one\n' +
        'succeeds, on whichever node, and a minority of the voters refuses. What a namespace is, its first write says for life, to all nodes.\n' +
        examples([
          'covey state set settings colour \'"green"\'',
          'covey state set plans today @plan.json --policy manual',
          'covey state set leases report \'"alice"\' --strong --expect none',
          'covey state set settings colour \'"blue"\' --expect 3-4bpwQe81.00f2c1a9d37e5b46',
        ]),
    )
    .action(set)
}

async function set(namespace: string, key: string, text: string, options: SetOptions): Promise<void> {
  const { policy, rank, strong } = options
  const value = readValue(text)
  const more = { ...(policy && { policy }), ...(strong && { strong }), ...(rank !== undefined && { rank }) }
  const params = { namespace, key, value, ...writeParams(options), ...more }
  const { version } = await withNode(options, (client) => client.call('stateSet', params))
  print(options, { namespace, key, version }, () => `${key} is at version ${version}`)
}

export function defineDelete(parent: Command): void {
  const command = addCommonOptions(parent.command('delete').description('delete a key'))
    .argument('<namespace>')
    .argument('<key>')
  addWriteOptions(command)
    .addHelpText('after', examples(['covey state delete settings colour']))
    .action(async (namespace: string, key: string, options: WriteOptions) => {
      const params = { namespace, key, ...writeParams(options) }
      const { deleted } = await withNode(options, (client) => client.call('stateDelete', params))
      print(options, { namespace, key, deleted }, () => (deleted ? `${key} is deleted` : `${key} held nothing`))
    })
}
