import type { Command } from 'commander'
import type { VoterSet, VotersStatus } from '../../consensus/voters/voters.ts'
import type { ControlClient } from '../../control/client.ts'
import { pc } from '../../lib/colours.ts'
import { CoveyError } from '../../lib/errors.ts'
import type { PeerView } from '../../mesh/mesh.ts'
import { addCommonOptions } from '../common-options.ts'
import { UsageError } from '../failure.ts'
import { withNode } from '../find-node.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, examples, plural, print, table } from '../output.ts'

export function define(command: Command): void {
  command.enablePositionalOptions().usage('COMMAND [OPTIONS]')
  addCommonOptions(command.command('list').description('who votes, and whether enough of them are reached'))
    .addHelpText('after', examples(['covey voters list']))
    .action(list)
  addCommonOptions(command.command('set').description('found the voters, or make them these'))
    .argument('<node...>', 'names or ids')
    .addHelpText('after', examples(['covey voters set alice bob carol']))
    .action((names: string[], options: CommonOptions) =>
      change(options, async (client) => client.call('votersSet', { voters: await idsOf(client, names) })),
    )
  for (const [verb, method, what] of [
    ['add', 'votersAdd', 'add a voter; one whose disk was lost or restored is taken in anew'],
    ['remove', 'votersRemove', 'remove a voter'],
  ] as const) {
    addCommonOptions(command.command(verb).description(what))
      .argument('<node>', 'its name or id')
      .addHelpText('after', examples([`covey voters ${verb} dave`]))
      .action((name: string, options: CommonOptions) =>
        change(options, async (client) => client.call(method, { voter: (await idsOf(client, [name]))[0] as string })),
      )
  }
  command.addHelpText(
    'after',
    '\nRegisters, locks, semaphores and barriers are what a majority of the voters says. With three, one may be away; with five, two. With one\n' +
      'nothing works while that one is away, and its disk is the only copy; two tolerate no loss at all.\n' +
      examples(['covey voters set alice bob carol', 'covey voters list']),
  )
}

async function change(options: CommonOptions, ask: (client: ControlClient) => Promise<VoterSet>): Promise<void> {
  await withNode(options, async (client) => {
    const set = await ask(client)
    const nameOf = await peerNames(client)
    print(
      options,
      set,
      () => `${set.voters.map(nameOf).join(', ')} vote (epoch ${set.epoch}): ${tolerance(set.voters.length)}`,
    )
  })
}

function tolerance(voters: number): string {
  const spare = Math.ceil(voters / 2) - 1
  return spare === 0 ? 'all of them are needed' : `${plural(spare, 'of them', 'of them')} may be away`
}

async function list(options: CommonOptions): Promise<void> {
  await withNode(options, async (client) => {
    const status = await client.call('voters', {})
    const nameOf = await peerNames(client)
    print(options, status, () => listText(status, nameOf))
  })
}

function listText(
  { set, own, connected, needed, available, foreign }: VotersStatus,
  nameOf: (id: string) => string,
): string {
  if (!set) return 'no voters are set: covey voters set NODE...'
  const all = [...new Set([...set.voters, ...(set.next ?? [])])]
  const role = (id: string): string => {
    if (!set.next) return 'voter'
    if (!set.next.includes(id)) return 'leaves'
    return set.voters.includes(id) ? 'voter' : 'joins'
  }
  const rows = all.map((id) => [nameOf(id), role(id), connected.includes(id) ? pc.green('yes') : pc.red('no'), id])
  const lines = [table(['node', 'role', 'reached', 'id'], rows)]
  const enough = available ? pc.green('enough') : pc.red('too few: registers and locks refuse')
  lines.push(`${connected.length} reached, ${needed} needed: ${enough}; epoch ${set.epoch}`)
  if (own === 'unconfirmed')
    lines.push(pc.yellow('this node has not yet heard whether its disk is the newest, and does not vote until then'))
  if (own === 'lost') lines.push(pc.red('the disk of this node was lost or restored: covey voters add it anew'))
  for (const { peer } of foreign)
    lines.push(pc.red(`${nameOf(peer)} belongs to voters that were founded apart from these`))
  return lines.join('\n')
}

/** Rejects with a hint where a name is nobody's, or several nodes'. */
async function idsOf(client: ControlClient, names: readonly string[]): Promise<string[]> {
  const peers = await client.call('peers', {})
  return names.map((name) => idOf(name, peers))
}

function idOf(name: string, peers: readonly PeerView[]): string {
  const [peer, ...others] = peers.filter((one) => one.id === name || one.name === name)
  if (others.length > 0)
    throw new UsageError(`${others.length + 1} nodes are called ${name}`, 'Name its id: covey peers --json.')
  if (peer) return peer.id
  const known = peers.map((one) => one.name).join(', ')
  throw new CoveyError('NO_SUCH_NODE', `no node ${name} is known here`, `Known: ${known}. Or name its id.`)
}
