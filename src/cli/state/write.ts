import { type Command, Option } from 'commander'
import { POLICIES, type PolicyName } from '../../state/policy.ts'
import { addCommonOptions } from '../common-options.ts'
import { withNode } from '../find-node.ts'
import { type CommonOptions, examples, print } from '../output.ts'
import { readValue } from '../parse.ts'

export interface ExpectOptions extends CommonOptions {
  expect?: string
}

/** What --expect says instead of a version: that the key holds nothing. */
const NOTHING = 'none'

export const addExpect = (command: Command): Command =>
  command.option('--expect <version>', `only if this is the version here; "${NOTHING}": only if the key holds nothing`)

/** The `expect` parameter of a write, where the option is given. */
export const expectation = ({ expect }: ExpectOptions): { expect?: string | null } =>
  expect === undefined ? {} : { expect: expect === NOTHING ? null : expect }

interface SetOptions extends ExpectOptions {
  policy?: PolicyName
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
  addExpect(command)
    .addHelpText(
      'after',
      '\n--expect protects from what this node has heard of: two nodes that write at the same moment both succeed,\n' +
        'and the policy of the namespace says what shows.\n' +
        examples([
          'covey state set settings colour \'"green"\'',
          'covey state set plans today @plan.json --policy manual',
          'covey state set settings colour \'"blue"\' --expect 3-4bpwQe81.00f2c1a9d37e5b46',
        ]),
    )
    .action(set)
}

async function set(namespace: string, key: string, text: string, options: SetOptions): Promise<void> {
  const { policy } = options
  const value = readValue(text)
  const params = { namespace, key, value, ...expectation(options), ...(policy && { policy }) }
  const { version } = await withNode(options, (client) => client.call('stateSet', params))
  print(options, { namespace, key, version }, () => `${key} is at version ${version}`)
}

export function defineDelete(parent: Command): void {
  const command = addCommonOptions(parent.command('delete').description('delete a key'))
    .argument('<namespace>')
    .argument('<key>')
  addExpect(command)
    .addHelpText('after', examples(['covey state delete settings colour']))
    .action(async (namespace: string, key: string, options: ExpectOptions) => {
      const params = { namespace, key, ...expectation(options) }
      const { deleted } = await withNode(options, (client) => client.call('stateDelete', params))
      print(options, { namespace, key, deleted }, () => (deleted ? `${key} is deleted` : `${key} held nothing`))
    })
}
