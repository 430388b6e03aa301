/** 30 whole nodes in the simulator, links of 5 ms: how soon a write shows on all of them, and how soon a partition is forgotten. */
import type { Namespace } from '../../src/state/namespace.ts'
import type { Simulation } from '../../src/testing.ts'

const NODES = 30
const LATENCY_MS = 5
const WRITES = 200
/** Between two writes, in virtual milliseconds. */
const PAUSE_MS = 50
/** How often it is looked whether a write shows, in virtual milliseconds. */
const LOOK_MS = 1
/** How long anything may take at most, in virtual milliseconds. */
const LIMIT_MS = 30_000
const PARTITION_MS = 60_000

/** Virtual milliseconds. */
export interface Spread {
  p50: number
  p99: number
}

/** Writes from every node in turn: how long each takes to show on all. */
export async function spread(loss: number): Promise<Spread> {
  const mesh = await meshOf(loss)
  const spaces = namespaces(mesh)
  const open = new Map<string, number>()
  const took: number[] = []
  let written = 0
  while (took.length < WRITES) {
    if (written < WRITES && mesh.now >= written * PAUSE_MS) {
      const key = `w${written}`
      open.set(key, mesh.now)
      const space = spaces[written % NODES] as Namespace
      await mesh.settle(space.set(key, written), LIMIT_MS)
      written++
    }
    await mesh.run(LOOK_MS)
    for (const [key, began] of open) {
      if (mesh.now - began > LIMIT_MS) throw new Error(`${key} shows nowhere near all after ${LIMIT_MS} virtual ms`)
      if (!spaces.every((space) => space.get(key) !== undefined)) continue
      took.push(mesh.now - began)
      open.delete(key)
    }
  }
  await mesh.stop()
  took.sort((a, b) => a - b)
  const at = (share: number): number => took[Math.ceil(took.length * share) - 1] as number
  return { p50: at(0.5), p99: at(0.99) }
}

/** Both sides of a partition write; virtual milliseconds from its end until all show the same. */
export async function healing(): Promise<number> {
  const mesh = await meshOf(0)
  const spaces = namespaces(mesh)
  const cut = Math.floor(NODES * 0.4)
  mesh.partition(mesh.nodes.slice(0, cut), mesh.nodes.slice(cut))
  const keys: string[] = []
  for (let i = 0; i < PARTITION_MS / 1000; i++) {
    const key = `p${i}`
    keys.push(key)
    await mesh.settle((spaces[(i * 7) % NODES] as Namespace).set(key, i), LIMIT_MS)
    await mesh.run(1000)
  }
  const shown = (): boolean => spaces.every((space) => keys.every((key) => space.get(key) !== undefined))
  if (shown()) throw new Error('the partition parted nobody')
  mesh.heal()
  const healed = mesh.now
  await mesh.until(shown, LIMIT_MS, 'all writes on all nodes')
  const ms = mesh.now - healed
  await mesh.stop()
  return ms
}

async function meshOf(loss: number): Promise<Simulation> {
  // The build, as tests that use covey have it; its address is computed, so that checks work without one.
  const built = new URL('../../dist/testing.js', import.meta.url).href
  const { simulate } = (await import(built)) as typeof import('../../src/testing.ts')
  const mesh = await simulate({ seed: 1, nodes: NODES, link: { latencyMs: [LATENCY_MS, LATENCY_MS], loss } })
  await mesh.converge()
  return mesh
}

const namespaces = (mesh: Simulation): Namespace[] =>
  mesh.nodes.map((node) => node.mesh.state('bench', { policy: 'latest' }))
