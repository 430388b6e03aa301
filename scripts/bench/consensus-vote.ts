import type { Agent } from '../../src/capabilities/agent.ts'

/** How long a vote among simulated nodes took. */
export interface VoteRun {
  nodes: number
  /** Of every link, each way, in milliseconds. */
  linkMs: number
  /** Virtual milliseconds from the opening to the end, when all have answered. */
  virtualMs: number
  /** Milliseconds of processor time of the vote, of all nodes. */
  cpuMs: number
}

/** Every node's agent answers at once; half of the votes are for each option, so that the last ballot decides. */
const citizen = (name: string): Agent => ({
  name: 'citizen',
  capabilities: [{ name: 'bench.vote', version: '1.0.0' }],
  handle: () => null,
  vote: () => ({ choice: Number(name.slice(1)) % 2 === 0 ? 'even' : 'odd' }),
})

/** A vote of all nodes of a simulated mesh that has found itself; in virtual time, so that it is the same on every machine. */
export async function benchVote({ nodes = 100, linkMs = 5, seed = 1 } = {}): Promise<VoteRun> {
  // The build, as tests that use covey have it; its address is computed, so that checks work without one.
  const built = new URL('../../dist/testing.js', import.meta.url).href
  const { simulate } = (await import(built)) as typeof import('../../src/testing.ts')
  return await runVote(simulate, { nodes, linkMs, seed })
}

/** As `benchVote`, with the simulator that it is given. */
export async function runVote(
  simulate: typeof import('../../src/testing.ts').simulate,
  { nodes, linkMs, seed }: { nodes: number; linkMs: number; seed: number },
): Promise<VoteRun> {
  const mesh = await simulate({ seed, nodes, link: { latencyMs: [linkMs, linkMs] }, agents: (name) => [citizen(name)] })
  await mesh.converge()
  const [opener] = mesh.nodes
  if (!opener) throw new Error('there is no node')
  const before = process.cpuUsage()
  const request = { question: 'Even or odd?', options: ['even', 'odd'], quorum: nodes, deadlineMs: 10_000 }
  const result = await mesh.settle(opener.mesh.vote(request), 20_000, 'the vote')
  const { user, system } = process.cpuUsage(before)
  if (result.ended !== 'answered' || result.turnout.ballots !== nodes) {
    throw new Error(`${result.turnout.ballots} of ${nodes} answered, it ended ${result.ended}`)
  }
  await mesh.stop()
  return { nodes, linkMs, virtualMs: result.afterMs, cpuMs: (user + system) / 1000 }
}

export function printVote({ nodes, linkMs, virtualMs, cpuMs }: VoteRun): void {
  console.log(
    `a vote of ${nodes} simulated nodes on links of ${linkMs} ms, all answer: ${virtualMs} virtual ms (${cpuMs.toFixed(0)} ms of CPU)`,
  )
}
