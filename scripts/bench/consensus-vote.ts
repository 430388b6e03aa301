import type { Agent } from '../../src/capabilities/agent.ts'
import { simulate } from '../../src/testing.ts'
import type { Goal } from './goals.ts'

/** A vote among simulated nodes: how many, and how long each link takes each way, in milliseconds. */
const NODES = 100
const LINK_MS = 5

const VOTE_GOAL_MS = 200

/** Every node's agent answers at once. */
const citizen = (name: string): Agent => ({
  name: 'citizen',
  capabilities: [{ name: 'bench.vote', version: '1.0.0' }],
  handle: () => null,
  vote: () => ({ choice: Number(name.slice(1)) % 2 === 0 ? 'even' : 'odd' }),
})

/**
 * Virtual milliseconds of a vote of all nodes of a simulated mesh that has found itself, when all answer: the same on every
 * machine. The quorum is everybody, so that the last ballot counts.
 */
export async function benchVote(seed = 1): Promise<number> {
  const link = { latencyMs: [LINK_MS, LINK_MS] as const }
  const mesh = await simulate({ seed, nodes: NODES, link, agents: (name) => [citizen(name)] })
  await mesh.converge()
  const request = { question: 'Even or odd?', options: ['even', 'odd'], quorum: NODES, deadlineMs: 10_000 }
  const vote = mesh.node('n0').mesh.vote(request)
  const { ended, turnout, afterMs } = await mesh.settle(vote, 20_000, 'the vote')
  if (ended !== 'answered') throw new Error(`${turnout.ballots} of ${NODES} answered, it ended ${ended}`)
  await mesh.stop()
  return afterMs
}

export const voteGoal = (virtualMs: number): Goal => ({
  text: `ms for a vote of ${NODES} simulated nodes on links of ${LINK_MS} ms when all answer, below ${VOTE_GOAL_MS}`,
  value: virtualMs,
  reached: virtualMs < VOTE_GOAL_MS,
})
