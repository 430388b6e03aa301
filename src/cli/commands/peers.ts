import type { Command } from 'commander'
import { pc } from '../../lib/colours.ts'
import type { PeerView } from '../../mesh/mesh.ts'
import { withNode } from '../find-node.ts'
import { type CommonOptions, duration, examples, print, shortId, state, table } from '../output.ts'

export function define(command: Command): void {
  command
    .addHelpText('after', examples(['covey peers', 'covey peers --json']))
    .action(async (options: CommonOptions) => {
      const peers = await withNode(options, (client) => client.call('peers', {}))
      print(options, peers.map(peerJson), () =>
        table(
          ['name', 'state', 'latency', 'running', 'agents', 'id', 'address'],
          peers.map((peer) => [
            peer.self ? `${peer.name} ${pc.dim('(this node)')}` : peer.name,
            state(peer.state),
            duration(peer.latencyMs),
            peer.load === undefined ? '-' : `${peer.load.running} of ${peer.load.capacity} tasks`,
            peer.agents.map((agent) => agent.name).join(', ') || '-',
            shortId(peer.id),
            withoutId(peer.addresses[0]),
          ]),
        ),
      )
    })
}

/** Every key is there, null where unknown. */
function peerJson({ id, name, state, self, addresses, agents, load, latencyMs }: PeerView): Record<string, unknown> {
  return { id, name, state, self, addresses, agents, load: load ?? null, latencyMs: latencyMs ?? null }
}

const withoutId = (address: string | undefined): string => address?.replace(/\/p2p\/.*$/, '') ?? '-'
