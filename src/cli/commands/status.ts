import type { Command } from 'commander'
import type { VotersStatus } from '../../consensus/voters/voters.ts'
import type { StateStatus } from '../../mesh/mesh.ts'
import type { PeerSync } from '../../state/sync/book.ts'
import { withNode } from '../find-node.ts'
import { peerNames } from '../names.ts'
import { type CommonOptions, duration, examples, fields, percent, plural, print, size } from '../output.ts'

export function define(command: Command): void {
  command.addHelpText('after', examples(['covey status --name alice'])).action(async (options: CommonOptions) => {
    const { status, sync, nameOf } = await withNode(options, async (client) => ({
      status: await client.call('status', {}),
      sync: await client.call('syncStatus', {}),
      nameOf: options.json ? String : await peerNames(client),
    }))
    const { peers, tasks, state, voters, load } = status
    print(options, { ...status, sync: sync.map(syncJson) }, () =>
      fields([
        ['name', status.name],
        ['id', status.id],
        ['mesh', status.mesh],
        ['up for', duration(status.uptimeMs)],
        ['peers', `${peers.alive} alive, ${peers.suspect} suspect`],
        [
          'tasks handed in',
          `${tasks.pending} pending, ${tasks.running} running, ${tasks.done} done, ${tasks.failed} failed, ${tasks.cancelled} cancelled`,
        ],
        [
          'work here',
          `${load.running} running, ${load.queued} queued, ${load.tasksDone} done, ${load.tasksFailed} failed; room for ${load.capacity} at once`,
        ],
        [
          'state',
          `${plural(state.entries, 'entry', 'entries')} in ${plural(state.namespaces, 'namespace')}, ${size(state.bytes)}`,
        ],
        ['vector hash', `${state.vector}, content ${state.content}`],
        [
          'state of peers',
          sync.map((peer) => `${nameOf(peer.peer)}: ${standing(peer)}`).join('\n'.padEnd(18)) || 'none connected',
        ],
        ...disputes(state, nameOf),
        ['voters', votersText(voters)],
        ['processor', `${percent(load.cpu)} of a core`],
        ['memory', size(load.memoryBytes)],
        ['addresses', status.addresses.join('\n'.padEnd(18))],
        ['data', status.data],
        ['version', `covey ${status.version}, Node ${status.nodeVersion}, process ${status.pid}`],
      ]),
    )
  })
}

/** A line for each namespace of which nodes have declared different policies. */
function disputes({ mismatches }: StateStatus, nameOf: (peer: string) => string): [string, string][] {
  return mismatches.map(({ namespace, declared }) => {
    const who = declared.map(({ peer, policy }) => `${policy} by ${nameOf(peer)}`).join(', ')
    return ['disputed', `${namespace}: ${who}. The first holds, and the others cannot write: declare one everywhere`]
  })
}

function votersText({ set, connected, needed, own }: VotersStatus): string {
  if (!set) return 'none set'
  const count = new Set([...set.voters, ...(set.next ?? [])]).size
  const here = { none: '', voter: ', this node among them', unconfirmed: ', this node soon', lost: '' }[own]
  const lost = own === 'lost' ? '; the disk of this node was lost or restored: covey voters list' : ''
  return `${count}, ${connected.length} connected, ${needed} needed${here}${lost}`
}

/** Every key is there, null where unknown. */
function syncJson({ peer, state, behind, ahead, forMs }: PeerSync): Record<string, unknown> {
  return { peer, state, behind: behind ?? null, ahead: ahead ?? null, forMs: forMs ?? null }
}

/** `in sync for 3 min 2 s`; `12 writes behind, 3 ahead, for 4.0 s`. */
function standing({ state, behind, ahead, forMs }: PeerSync): string {
  if (state === 'unknown' || forMs === undefined) return 'unknown'
  if (state === 'in sync') return `in sync for ${duration(forMs)}`
  const difference = behind === undefined ? 'differs' : `${plural(behind, 'write')} behind, ${ahead ?? 0} ahead`
  return `${difference}, for ${duration(forMs)}`
}
