import { type Command, InvalidArgumentError } from 'commander'
import type { ControlClient } from '../../control/client.ts'
import type { WireEntry, WireHistory, WireStrongEntry } from '../../control/state-protocol.ts'
import { pc } from '../../lib/colours.ts'
import { CoveyError } from '../../lib/errors.ts'
import { addCommonOptions } from '../common-options.ts'
import { withVerbatimNode } from '../find-node.ts'
import { harmless, harmlessClient } from '../harmless.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, examples, jsonText, plural, print, table } from '../output.ts'
import { entryTable, isStrong, time } from './show.ts'

export function defineGet(parent: Command): void {
  addCommonOptions(parent.command('get').description('print the value of a key'))
    .argument('<namespace>')
    .argument('<key>')
    .addHelpText(
      'after',
      `\nExit code 1 where it holds nothing. With --json also its version, author, time and concurrent values. Of a strong namespace it is\nthe voters' word: it sees every write that was acknowledged before.\n${examples(
        ['covey state get settings colour', 'covey state get settings colour --json'],
      )}`,
    )
    .action(get)
}

async function get(namespace: string, key: string, options: CommonOptions): Promise<void> {
  await withVerbatimNode(options, async (client) => {
    const entry = await client.call('stateGet', { namespace, key })
    if (entry === null) {
      throw new CoveyError(
        'NOT_FOUND',
        `${key} holds nothing in ${namespace}`,
        `See what does: covey state list ${namespace}.`,
      )
    }
    print(options, entry, () => jsonText(entry.value, 2))
    if (process.stderr.isTTY && !options.json) process.stderr.write(pc.dim(`${await origin(client, entry)}\n`))
  })
}

/** Where a value comes from, for people. */
async function origin(client: ControlClient, entry: WireEntry | WireStrongEntry): Promise<string> {
  if (isStrong(entry)) return `version ${entry.version}, fence ${entry.fence}, by the word of the voters`
  const { version, updatedAt, updatedBy, siblings } = entry
  const nameOf = await peerNames(harmlessClient(client))
  const others = siblings.length > 1 ? `, one of ${plural(siblings.length, 'write')} that stand` : ''
  return `version ${version}, by ${nameOf(updatedBy)}, ${time(updatedAt)}${others}`
}

interface ListOptions extends CommonOptions {
  limit?: number
  after?: string
}

export function defineList(parent: Command): void {
  addCommonOptions(parent.command('list').description('list the keys of a namespace'))
    .argument('<namespace>')
    .argument('[prefix]', 'only keys that begin with it')
    .option('--limit <count>', 'at most so many; default 100', positive)
    .option('--after <key>', 'only keys behind this one: the next page')
    .addHelpText(
      'after',
      `\nAs this node knows them; of a strong namespace that may be behind what get answers.\n${examples([
        'covey state list settings',
        'covey state list settings display/ --limit 20',
      ])}`,
    )
    .action(list)
}

async function list(namespace: string, prefix: string | undefined, options: ListOptions): Promise<void> {
  const { limit, after } = options
  await withVerbatimNode(options, async (client) => {
    const page = await client.call('stateList', {
      namespace,
      ...(prefix !== undefined && { prefix }),
      ...(after !== undefined && { after }),
      ...(limit !== undefined && { limit }),
    })
    if (options.json) return print(options, page, () => '')
    const { heading, rows } = await entryTable(client, page.entries)
    print(options, page, () => table(heading, rows))
    if (page.entries.some(isStrong)) process.stderr.write(pc.dim(`${EVENTUAL}\n`))
    if (page.next !== null) process.stderr.write(pc.dim(`There are more: --after '${harmless(page.next)}'\n`))
  })
}

/** What a list of a strong namespace is. */
const EVENTUAL = 'What this node has heard of, perhaps not the last; covey state get asks the voters.'

export function defineHistory(parent: Command): void {
  addCommonOptions(parent.command('history').description('the writes of a key, the newest first'))
    .argument('<namespace>')
    .argument('<key>')
    .addHelpText(
      'after',
      `\nAs far as this node has seen them and still keeps them. A strong namespace has none.\n${examples(['covey state history settings colour'])}`,
    )
    .action(async (namespace: string, key: string, options: CommonOptions) => {
      await withVerbatimNode(options, async (client) => {
        const history = await client.call('stateHistory', { namespace, key })
        const nameOf = options.json ? String : await peerNames(harmlessClient(client))
        print(options, history, () => historyTable(history, nameOf))
      })
    })
}

function historyTable({ items, omitted }: WireHistory, nameOf: (id: string) => string): string {
  const rows = items.map(({ version, updatedAt, updatedBy, changes, current }) => [
    version,
    current ? 'yes' : '-',
    nameOf(updatedBy),
    time(updatedAt),
    changes
      .map(
        ({ path, value, deleted }) =>
          `${path === '' ? '' : `${jsonText(path)} `}${deleted ? 'deleted' : jsonText(value)}`,
      )
      .join(', '),
  ])
  const shown = table(['version', 'stands', 'by', 'at', 'wrote'], rows)
  return omitted === 0 ? shown : `${shown}\n${pc.dim(`and ${plural(omitted, 'older write')} too large to show`)}`
}

function positive(text: string): number {
  const count = Number(text)
  if (!(Number.isInteger(count) && count > 0)) throw new InvalidArgumentError('It must be a whole number above 0.')
  return count
}
