import { seededRandom } from '../../src/lib/random.ts'
import type { Preset } from '../../src/membership/presets.ts'
import { Mesh, type Node } from './mesh.ts'

/** What the promises of this layer are measured by; shared by the tests and by scripts/simulate. All times are virtual. */
export interface Scenario {
  seed: number
  nodes: number
  preset?: Preset
}

/** A running mesh some random time after its start, and a victim: both follow from the seed. */
async function settled(
  scenario: Scenario,
): Promise<{ mesh: Mesh; victim: Node; others: Node[]; random: () => number }> {
  const random = seededRandom(scenario.seed)
  const mesh = await Mesh.running(scenario)
  await mesh.world.run(1000 + random.float() * 2000)
  const victim = mesh.nodes[random.below(mesh.nodes.length)] as Node
  return { mesh, victim, others: mesh.nodes.filter((node) => node !== victim), random: () => random.float() }
}

/** Milliseconds from a silent crash until every other node has declared the crashed one dead. */
export async function timeToDeath(scenario: Scenario): Promise<number> {
  const { mesh, victim, others } = await settled(scenario)
  victim.crash()
  return mesh.until(() => mesh.complete(others, [victim], 'dead'), 60_000, `${victim.id} dead for all`)
}

/** Who declared whom dead because one node stood still for `ms`. */
export async function deathsByStall(scenario: Scenario, ms: number): Promise<string[]> {
  const { mesh, victim } = await settled(scenario)
  const deaths: string[] = []
  for (const node of mesh.nodes) node.membership.on('dead', ({ id }) => deaths.push(`${node.id} buried ${id}`))
  victim.host.pause()
  await mesh.world.run(ms)
  victim.host.resume()
  await mesh.world.run(15_000)
  return deaths
}

/**
 * Milliseconds from the end of a partition of `ms` into two random parts until everybody is alive for everybody and
 * connected with everybody.
 */
export async function timeToHeal(scenario: Scenario, ms: number): Promise<number> {
  const { mesh, random } = await settled(scenario)
  const cut = 0.1 + 0.8 * random()
  // The first and the last are always apart: an empty side would be no partition.
  const last = mesh.nodes.length - 1
  const sides = mesh.nodes.map((node, i) => ({ node, side: i === 0 || (i !== last && random() < cut) }))
  const hosts = (side: boolean) => sides.filter((one) => one.side === side).map(({ node }) => node.host)
  mesh.world.partition([hosts(true), hosts(false)])
  await mesh.world.run(ms)
  mesh.world.heal()
  return mesh.until(() => mesh.complete() && mesh.connected(), 120_000, 'a healed mesh')
}

/** Messages of this protocol that a node sends a second, of every node, while nothing happens. */
export async function messageRate(scenario: Scenario, seconds: number): Promise<number> {
  const { mesh } = await settled(scenario)
  const sent = () => mesh.nodes.reduce((sum, node) => sum + node.membership.counters().sent, 0)
  const before = sent()
  await mesh.world.run(seconds * 1000)
  return (sent() - before) / seconds / mesh.nodes.length
}
