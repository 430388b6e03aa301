/** One run of the simulator in a process of its own, whose heap and compiled code no other run has touched. */

/** What it is sent, and what it sends back. */
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

process.once('message', async ({ seed, nodes, milliseconds }: SimulationOrder) => {
  // The build, as tests that use covey have it; its address is computed, so that checks work without one.
  const built = new URL('../../dist/testing.js', import.meta.url).href
  const { simulate } = (await import(built)) as typeof import('../../src/testing.ts')
  const started = performance.now()
  const before = process.cpuUsage()
  const mesh = await simulate({ seed, nodes })
  await mesh.run(milliseconds - mesh.now)
  const { user, system } = process.cpuUsage(before)
  const elapsed = performance.now() - started
  process.send?.({ elapsed, cpu: (user + system) / 1000, digest: mesh.digest() } satisfies SimulationRun, () => {
    process.exit()
  })
})
