import type { Command } from 'commander'
import type { PeerView } from '../../mesh/mesh.ts'
import { withNode } from '../find-node.ts'
import { type CommonOptions, duration, examples, percent, plural, print, size, table } from '../output.ts'

export function define(command: Command): void {
  command
    .addHelpText('after', examples(['covey agents', 'covey agents --json']))
    .action(async (options: CommonOptions) => {
      const peers = await withNode(options, (client) => client.call('peers', {}))
      const nodes = peers.filter((peer) => peer.state === 'alive' || peer.state === 'suspect').map(agentsOf)
      print(options, nodes, () => `${loads(nodes)}\n\n${capabilities(nodes)}`)
    })
}

/** How busy one node is and what its agents do; null where it did not answer or has nothing to average yet. */
function agentsOf({ id, name, self, agents, load }: PeerView) {
  const ended = load === undefined ? 0 : load.tasksDone + load.tasksFailed
  return {
    id,
    name,
    self,
    cpu: load?.cpu ?? null,
    memoryBytes: load?.memoryBytes ?? null,
    load: load === undefined ? null : { running: load.running, queued: load.queued, capacity: load.capacity },
    tasksDone: load?.tasksDone ?? null,
    tasksFailed: load?.tasksFailed ?? null,
    errorRate: load === undefined || ended === 0 ? null : load.tasksFailed / ended,
    meanResponseMs: load?.meanResponseMs ?? null,
    agents,
  }
}

type NodeAgents = ReturnType<typeof agentsOf>

function loads(nodes: readonly NodeAgents[]): string {
  return table(
    ['node', 'processor', 'memory', 'running', 'queued', 'done', 'errors', 'average response'],
    nodes.map((node) => [
      node.name,
      node.cpu === null ? '-' : percent(node.cpu),
      node.memoryBytes === null ? '-' : size(node.memoryBytes),
      node.load === null ? '-' : `${node.load.running} of ${node.load.capacity}`,
      node.load === null ? '-' : plural(node.load.queued, 'task'),
      node.tasksDone === null ? '-' : plural(node.tasksDone, 'task'),
      node.errorRate === null ? '-' : percent(node.errorRate),
      duration(node.meanResponseMs ?? undefined),
    ]),
  )
}

/** A line for what several nodes offer alike. */
function capabilities(nodes: readonly NodeAgents[]): string {
  const offers = nodes.flatMap(({ name, agents }) =>
    agents.flatMap((agent) => agent.capabilities.map((capability) => ({ node: name, agent: agent.name, capability }))),
  )
  const alike = Map.groupBy(offers, ({ agent, capability }) => `${capability.name} ${capability.version} ${agent}`)
  const rows = [...alike].map(([key, same]) => {
    const [name = '', version = '', agent = ''] = key.split(' ')
    const description = same[0]?.capability.description ?? '-'
    return [name, version, agent, same.map(({ node }) => node).join(', '), description]
  })
  return table(
    ['capability', 'version', 'agent', 'nodes', 'description'],
    rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  )
}
