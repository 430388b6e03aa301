import type { Command } from 'commander'
import { pc } from '../../lib/colours.ts'
import { CoveyError } from '../../lib/errors.ts'
import type { MemberView } from '../../mesh/members.ts'
import { addCommonOptions } from '../common-options.ts'
import { UsageError } from '../failure.ts'
import { withNode } from '../find-node.ts'
import { type CommonOptions, examples, print, table } from '../output.ts'

/** So much of the end of an id is enough to name a node: as tables show it. */
const MIN_ID_CHARS = 8

export function define(command: Command): void {
  command.enablePositionalOptions().usage('COMMAND [OPTIONS]')
  addCommonOptions(command.command('list').description('who belongs to the mesh, there or not'))
    .addHelpText('after', examples(['covey members list']))
    .action((options: CommonOptions) =>
      withNode(options, async (client) => {
        const members = await client.call('members', {})
        print(options, members, () =>
          table(
            ['name', 'connected', 'member since', 'id'],
            members.map(({ name, self, connected, joinedAt, id }) => [
              self ? `${name} ${pc.dim('(this node)')}` : name,
              connected ? pc.green('yes') : pc.red('no'),
              joinedAt === undefined ? pc.dim('with the first write') : new Date(joinedAt).toISOString(),
              id,
            ]),
          ),
        )
      }),
    )
  addCommonOptions(command.command('evict').description('end the membership of a node that is gone for good'))
    .argument('<node>', 'its name or id, or the end of its id')
    .option('--reason <text>', 'for those who ask later')
    .addHelpText(
      'after',
      '\nWhat the node wrote and told nobody is lost, unless it comes back: then it begins anew over the state of the others and writes that\n' +
        'again; what they deleted meanwhile stays deleted. A voter goes on being one: covey voters remove NODE.\n' +
        examples(['covey members evict dave', 'covey members evict dave --reason "its disk died"']),
    )
    .action((name: string, options: CommonOptions & { reason?: string }) =>
      withNode(options, async (client) => {
        const { id, name: known } = memberOf(name, await client.call('members', {}))
        const { reason } = options
        await client.call('evict', { peer: id, ...(reason !== undefined && { reason }) })
        print(options, { evicted: id }, () => evictedText(known))
      }),
    )
  command.addHelpText(
    'after',
    '\nA member that is away holds things up: what is deleted is remembered until it knows, and writes wait for those that only it may have.\n' +
      'It is evicted when it has been away for the retention (covey config), or at once by decision.\n' +
      examples(['covey members list', 'covey members evict dave']),
  )
}

const evictedText = (name: string): string =>
  [
    `${name} is no member any more: nobody waits for it, and what was deleted meanwhile is forgotten for good`,
    `what it wrote and told nobody is lost, unless it comes back: then it begins anew and writes that again`,
  ].join('\n')

/** Throws with a hint where that is nobody, or several. */
function memberOf(text: string, members: readonly MemberView[]): MemberView {
  const [member, ...others] = members.filter(
    ({ id, name }) => id === text || name === text || (text.length >= MIN_ID_CHARS && id.endsWith(text)),
  )
  if (others.length > 0) {
    throw new UsageError(`${others.length + 1} members are called ${text}`, 'Name its id: covey members list.')
  }
  if (member) return member
  const known = members.map(({ name }) => name).join(', ')
  throw new CoveyError('NO_SUCH_MEMBER', `no member ${text} is known here`, `Members: ${known}. Or name its id.`)
}
