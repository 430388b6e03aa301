import type { Command } from 'commander'
import type { AskedVoters, VoterSet, VotersStatus, VoterWord } from '../../consensus/voters/voters.ts'
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
  addCommonOptions(command.command('list').description('asks each voter whether it votes, and says whether enough do'))
    .addHelpText('after', examples(['covey voters list']))
    .action(list)
  addCommonOptions(command.command('set').description('found the voters, or make them these'))
    .argument('<node...>', 'names or ids')
    .addHelpText('after', examples(['covey voters set alice bob carol']))
    .action((names: string[], options: CommonOptions) =>
      change(options, async (client) => client.call('votersSet', { voters: await idsOf(client, names, 'alive') })),
    )
  for (const [verb, method, prefer, what] of [
    ['add', 'votersAdd', 'alive', 'add a voter; one whose disk was lost or restored is taken in anew'],
    ['remove', 'votersRemove', 'voter', 'remove a voter, also one that is gone for good'],
  ] as const) {
    addCommonOptions(command.command(verb).description(what))
      .argument('<node>', 'its name or id')
      .addHelpText('after', examples([`covey voters ${verb} dave`]))
      .action((name: string, options: CommonOptions) =>
        change(options, async (client) =>
          client.call(method, { voter: (await idsOf(client, [name], prefer))[0] as string }),
        ),
      )
  }
  command.addHelpText(
    'after',
    '\nRegisters, locks, semaphores and barriers are what a majority of the voters says. With three, one may be away; with five, two. With one\n' +
      'nothing works while that one is away, and its disk is the only copy; two tolerate no loss at all. A name that several nodes have had\n' +
      'is that of the living one, and for remove that of the voter.\n' +
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
  if (voters === 1) return 'nothing works while it is away, and its disk is the only copy'
  if (voters === 2) return 'either of them away stops all; one or three serve better'
  const may = `${plural(Math.ceil(voters / 2) - 1, 'of them', 'of them')} may be away`
  return voters % 2 === 0 ? `${may}, no more than with ${voters - 1}` : may
}

async function list(options: CommonOptions): Promise<void> {
  await withNode(options, async (client) => {
    const status = await client.call('voters', {})
    const nameOf = await peerNames(client)
    print(options, status, () => listText(status, nameOf))
  })
}

const WORDS: Readonly<Record<VoterWord, string>> = {
  votes: pc.green('yes'),
  unconfirmed: pc.yellow('not yet: it asks the others whether its disk is the newest'),
  lost: pc.red('no: its disk was lost or restored'),
  away: pc.red('no: it does not answer'),
}

function listText(
  { set, asked, needed, available, foreign }: VotersStatus & AskedVoters,
  nameOf: (id: string) => string,
): string {
  if (!set) return 'no voters are set: covey voters set NODE NODE NODE'
  const role = (id: string): string => {
    if (!set.next) return 'voter'
    if (!set.next.includes(id)) return 'leaves'
    return set.voters.includes(id) ? 'voter' : 'joins'
  }
  const of = (word: VoterWord): string[] => asked.filter((one) => one.word === word).map(({ peer }) => nameOf(peer))
  const rows = asked.map(({ peer, word }) => [nameOf(peer), role(peer), WORDS[word], peer])
  const enough = available ? pc.green('enough') : pc.red('too few: registers and locks refuse')
  const lines = [
    table(['node', 'role', 'votes', 'id'], rows),
    `${plural(of('votes').length, 'votes', 'vote')}, ${needed} needed: ${enough}; epoch ${set.epoch}`,
  ]
  if (set.next)
    lines.push(pc.yellow('a change is under way, or its operator is gone: the next covey voters command finishes it'))
  for (const name of of('lost')) lines.push(pc.red(`take ${name} in anew: covey voters add ${name}`))
  const away = of('away')
  if (away.length > 0) {
    const all = set.voters.map(nameOf).join(' ')
    lines.push(
      `${away.join(', ')}: votes again when it is back. If its disk is lost, start it anew and name all: covey voters set ${all}`,
    )
  }
  for (const { peer } of foreign) {
    lines.push(
      pc.red(
        `${nameOf(peer)} belongs to voters that were founded apart from these, and locks of the one exclude nobody of the other.`,
      ),
      'Keep those of one side: start the nodes of the other with new data directories (covey up --data DIR).',
    )
  }
  return lines.join('\n')
}

/** Rejects with a hint where a name is nobody's, or that of several nodes that `prefer` does not tell apart. */
async function idsOf(client: ControlClient, names: readonly string[], prefer: 'alive' | 'voter'): Promise<string[]> {
  const peers = await client.call('peers', {})
  const { set } = (await client.call('status', {})).voters
  const voters = [...(set?.voters ?? []), ...(set?.next ?? [])]
  const isPreferred = (peer: PeerView): boolean =>
    prefer === 'alive' ? peer.state === 'alive' : voters.includes(peer.id)
  // One that is gone for long is known by its vote alone.
  return names.map((name) => (voters.includes(name) ? name : idOf(name, peers, isPreferred)))
}

function idOf(name: string, peers: readonly PeerView[], isPreferred: (peer: PeerView) => boolean): string {
  const called = peers.filter((one) => one.id === name || one.name === name)
  const preferred = called.filter(isPreferred)
  const [peer, ...others] = preferred.length > 0 ? preferred : called
  if (others.length > 0) {
    const ids = called.map(({ id, state }) => `${id} (${state})`).join(', ')
    throw new UsageError(`${called.length} nodes are called ${name}`, `Name one by its id: ${ids}.`)
  }
  if (peer) return peer.id
  const known = peers.map((one) => one.name).join(', ')
  throw new CoveyError('NO_SUCH_NODE', `no node ${name} is known here`, `Known: ${known}. Or name its id.`)
}
