import { DECLINED } from '../../../src/consensus/register/register.ts'
import { type Mesh, type Simulation, simulate } from '../../../src/testing.ts'

/** How long anything may take in virtual time, in milliseconds. */
export const SOON_MS = 30_000

/** Nodes of which the first ones vote, and all know that. */
export async function voting(seed: number, nodes: number, voters: number): Promise<Simulation> {
  const mesh = await simulate({ seed, nodes })
  await mesh.converge()
  const ids = mesh.nodes.slice(0, voters).map(({ name }) => name)
  await mesh.settle(nodeOf(mesh, 0).voters.set(ids), SOON_MS)
  await mesh.until(() => mesh.nodes.every((node) => node.mesh.voters.get()), SOON_MS, 'all know the voters')
  return mesh
}

export const nodeOf = (mesh: Simulation, i: number): Mesh => mesh.nodes[i]!.mesh

/** Adds one to a register that counts. */
export const increment = (node: Mesh, name: string, options: { nonce?: string; timeoutMs?: number } = {}) =>
  node.register(name).update(({ value }) => ((value ?? 0) as number) + 1, options)

/** Takes a register if nobody has it. */
export const take = (node: Mesh, name: string) =>
  node.register(name).update(({ value }) => (value === undefined ? node.id : DECLINED))

/** What a promise comes to, as a value in either case. */
export const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)
