import type { Command } from 'commander'
import type { VoterSet } from '../../consensus/voters/voters.ts'
import type { ControlClient } from '../../control/client.ts'
import { CoveyError } from '../../lib/errors.ts'
import type { PeerView } from '../../mesh/mesh.ts'
import { addCommonOptions } from '../common-options.ts'
import { UsageError } from '../failure.ts'
import { withNode } from '../find-node.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, examples, plural, print } from '../output.ts'
import { describeVoters } from '../voters-text.ts'

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
    print(options, status, () => describeVoters(status, nameOf))
  })
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
