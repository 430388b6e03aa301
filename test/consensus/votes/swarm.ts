import { expect } from 'vitest'
import type { Agent, Opinion, VoteContext, VoteQuestion } from '../../../src/capabilities/agent.ts'
import type { BallotBody, SignedBallot } from '../../../src/consensus/votes/ballot.ts'
import { decodeTaken, encodeBallot, VOTE_PROTOCOL } from '../../../src/consensus/votes/messages.ts'
import type { VoteRequest } from '../../../src/consensus/votes/request.ts'
import { checkReceipt } from '../../../src/consensus/votes/verify.ts'
import { createVotes, type VoteResult, type Votes } from '../../../src/consensus/votes/votes.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { PeerId } from '../../../src/network/network.ts'
import { createRpc } from '../../../src/network/requests.ts'
import type { Rpc } from '../../../src/network/rpc.ts'
import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import { World, type WorldOptions } from '../../../src/network/simulated/world.ts'

type Handler = (question: VoteQuestion, context: VoteContext, clock: Clock) => Opinion | Promise<Opinion>

export interface VoteNode {
  id: PeerId
  host: SimulatedHost
  rpc: Rpc
  votes: Votes
}

/** Says the same to every question. */
export const always =
  (choice: string): Handler =>
  () => ({ choice })

/** Never answers, and hears no signal. */
export const silent: Handler = () => new Promise(() => {})

/** An agent that votes. */
export const voting = (handler: Handler, clock: Clock, fields: Partial<Agent> = {}): Agent => ({
  name: 'citizen',
  capabilities: [{ name: 'test.vote', version: '1.0.0' }],
  handle: () => null,
  vote: (question, context) => handler(question, context, clock),
  ...fields,
})

/** Votes on simulated machines, with no membership but a list: everybody is alive until the test says otherwise. */
export class VoteSwarm {
  readonly world: World
  readonly nodes: VoteNode[] = []

  constructor(options: Partial<WorldOptions> = {}) {
    this.world = new World({ seed: 1, multicast: false, link: { latencyMs: [1, 2] }, ...options })
  }

  /** A node whose agent answers by the handler; without one it has no agent. */
  async add(id: string, handler?: Handler): Promise<VoteNode> {
    const node = this.#boot(this.world.host(id), handler)
    this.nodes.push(node)
    await this.world.settle(node.host.network.start(), 1000)
    return node
  }

  /** A new process on the machine of a node, with the same identity and nothing remembered. */
  async restart(node: VoteNode, handler?: Handler): Promise<VoteNode> {
    node.host.restart()
    const next = this.#boot(node.host, handler)
    this.nodes[this.nodes.indexOf(node)] = next
    await this.world.settle(next.host.network.start(), 1000)
    return next
  }

  /** Opens a vote of two colours and lets time pass until it is over. */
  run(node: VoteNode, request: Partial<VoteRequest> = {}): Promise<VoteResult> {
    return this.world.settle(this.open(node, request), 60_000, 'the end of the vote')
  }

  open(node: VoteNode, request: Partial<VoteRequest> = {}): Promise<VoteResult> {
    return node.votes.vote({ question: 'Which colour?', options: ['red', 'green'], deadlineMs: 10_000, ...request })
  }

  /** Brings a ballot to a node; resolves with the code of its refusal, or `held`. */
  async bring(from: VoteNode, to: VoteNode, ballot: SignedBallot | Uint8Array): Promise<string> {
    const answer = await this.send(from, to, ballot instanceof Uint8Array ? ballot : encodeBallot(ballot))
    return typeof answer === 'string' ? answer : 'held'
  }

  /** Sends a message; resolves with the code of its refusal, or with the ballot that the answer brings. */
  async send(from: VoteNode, to: VoteNode, body: Uint8Array): Promise<string | { ballot?: BallotBody }> {
    await this.world.settle(from.host.network.connect(to.id, to.host.network.addresses(), 5000), 5000)
    return this.world.settle(
      from.rpc.request(to.id, VOTE_PROTOCOL, body, { timeoutMs: 1000 }).then(
        (answer) => {
          const ballot = decodeTaken(answer)?.body
          return ballot ? { ballot } : {}
        },
        (error: { code: string }) => error.code,
      ),
      2000,
    )
  }

  #boot(host: SimulatedHost, handler?: Handler): VoteNode {
    const { network, clock, random, signer, log } = host
    const rpc = createRpc(host)
    const votes = createVotes({
      network,
      rpc,
      clock,
      random,
      signer,
      log,
      mesh: 'test',
      membership: {
        members: () => this.nodes.map(({ id }) => ({ id, state: 'alive' as const })).filter(({ id }) => id !== host.id),
        ensureConnected: (peer, timeoutMs) =>
          network.connect(peer, this.world.find(peer)?.network.addresses() ?? [], timeoutMs),
      },
      directory: { find: () => [], all: () => [] },
    })
    if (handler) votes.host(voting(handler, clock))
    votes.start()
    return { id: host.id, host, rpc, votes }
  }
}

/** Checks that a result's receipt is whole, also over JSON. */
export const isWhole = (node: VoteNode, { receipt }: VoteResult): void =>
  expect(checkReceipt(JSON.parse(JSON.stringify(receipt)), node.host.signer.verify)).toEqual([])

/** Opener a, who votes red, with b and c. */
export async function three(b = always('green'), c = always('green')) {
  const swarm = new VoteSwarm()
  const nodes = [await swarm.add('a', always('red')), await swarm.add('b', b), await swarm.add('c', c)] as const
  return { swarm, nodes }
}
