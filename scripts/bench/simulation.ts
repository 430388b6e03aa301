/** One simulation twice in a process of its own: the first run pays for what is compiled late, the second is what campaigns of many seeds pay. */

/** What it is sent, and what it sends back: the runs in their order. */
export interface SimulationOrder {
  seed: number
  nodes: number
  /** Virtual milliseconds, from the start of the nodes on. */
  milliseconds: number
}
export interface SimulationRun {
  /** Milliseconds that passed. */
  elapsed: number
  /** Milliseconds of processor time, of every thread. */
  cpu: number
  /** Of all that happened. */
  digest: string
}

const RUNS = 2

process.once('message', async ({ seed, nodes, milliseconds }: SimulationOrder) => {
  // The build, as tests that use covey have it; its address is computed, so that checks work without one.
  const built = new URL('../../dist/testing.js', import.meta.url).href
  const { simulate } = (await import(built)) as typeof import('../../src/testing.ts')
  const runs: SimulationRun[] = []
  while (runs.length < RUNS) {
    const started = performance.now()
    const before = process.cpuUsage()
    const mesh = await simulate({ seed, nodes })
    await mesh.run(milliseconds - mesh.now)
    const { user, system } = process.cpuUsage(before)
    runs.push({ elapsed: performance.now() - started, cpu: (user + system) / 1000, digest: mesh.digest() })
  }
  process.send?.(runs, () => process.exit())
})
