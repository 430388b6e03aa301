import type { EventEmitter } from 'node:events'
import type { Agent } from '../capabilities/agent.ts'
import type { NodeLoad } from '../capabilities/load.ts'
import type { AgentDescription, CapabilityQuery, Provider } from '../capabilities/provider.ts'
import type { Barrier } from '../consensus/barrier/barrier.ts'
import type { Lock } from '../consensus/lock.ts'
import type { Register } from '../consensus/register/register.ts'
import type { Semaphore } from '../consensus/semaphore.ts'
import type { Voters, VotersStatus } from '../consensus/voters/voters.ts'
import type { VoteRequest } from '../consensus/votes/request.ts'
import type { VoteResult } from '../consensus/votes/votes.ts'
import type { CoveyError } from '../lib/errors.ts'
import type { Member, MemberState } from '../membership/member.ts'
import type { PeerId } from '../network/network.ts'
import type { Mismatch } from '../state/declarations.ts'
import type { Namespace } from '../state/namespace.ts'
import type { NamespaceOptions } from '../state/state.ts'
import type { PeerSync } from '../state/sync/book.ts'
import type { PeerReport } from '../state/sync/exchanges.ts'
import type { TaskHandle, TaskRecord, TaskRequest } from '../tasks/task.ts'
import type { Members } from './members.ts'
import type { StrongOptions } from './namespaces.ts'
import type { StateSize } from './state-size.ts'
import type { StrongNamespace } from './strong.ts'

export type { TaskHandle } from '../tasks/task.ts'

/** A running node as its program sees it: what `createMesh` returns. */
export interface Mesh extends EventEmitter<MeshEvents> {
  readonly id: PeerId
  readonly name: string
  /** The mesh's name. */
  readonly mesh: string
  /** Idempotent. */
  start(): Promise<void>
  /** Leaves gracefully: tells the others, ends running tasks, closes everything. Idempotent. */
  stop(): Promise<void>
  addresses(): string[]
  /** Connects to a multiaddr of another node. */
  join(address: string): Promise<PeerId>
  /** Hosts an agent from now on and tells the others. */
  host(agent: Agent): void
  /** This node first, then the others by name; asks the connected ones how busy they are (500 ms at most). */
  peers(): Promise<PeerView[]>
  /** Who belongs to the mesh, there or not. */
  readonly members: Members
  /** Who can do it, as far as is known here; asks the DHT where nobody known does. */
  find(query: CapabilityQuery): Promise<Provider[]>
  /** Submits a task; it goes on without the handle. */
  submit(request: TaskRequest): TaskHandle
  task(id: string): TaskHandle | undefined
  tasks(): TaskRecord[]
  /**
   * A namespace of the replicated state, which every node holds. With options it is declared; without, it must have been, here
   * or by another node. Throws `InvalidInputError`, `UnknownNamespaceError`.
   */
  state(namespace: string, options?: NamespaceOptions): Namespace
  /** A namespace whose keys are registers: linearizable, and refused where no majority of the voters is reached. */
  state(namespace: string, options: StrongOptions): StrongNamespace
  /** Names of the namespaces that hold something or are declared by anybody. */
  namespaces(): string[]
  /** Exchanges state with every connected peer now and says what moved. */
  sync(): Promise<PeerReport[]>
  /** How each connected peer's state stands beside this node's. */
  syncStatus(): Promise<PeerSync[]>
  /**
   * Asks agents for their opinion, and resolves with what their ballots come to: at the deadline, or as soon as nobody can change the choice.
   * That there is no choice is a result too. Rejects with `InvalidInputError`, `NO_ELECTORATE`, `BusyError`, `CancelledError`.
   */
  vote(request: VoteRequest, options?: { signal?: AbortSignal }): Promise<VoteResult>
  /** A value that all agree on, kept by the voters. Throws `InvalidInputError` on a name that is empty, too long or reserved. */
  register(name: string): Register
  /** A lock over a register, whose holders have rising fences. Throws `InvalidInputError` on a bad name; so do the next two. */
  lock(name: string): Lock
  /** As a lock that `permits` hold at once. */
  semaphore(name: string, permits: number): Semaphore
  /** Lets its parties through when all of them have come, or none of them. */
  barrier(name: string, parties: number): Barrier
  /** Who keeps registers. A mesh has none until somebody sets them. */
  readonly voters: Voters
  status(): MeshStatus
}

export interface PeerView {
  id: PeerId
  name: string
  state: MemberState
  self: boolean
  addresses: readonly string[]
  agents: readonly AgentDescription[]
  load: NodeLoad | undefined
  latencyMs: number | undefined
}

export interface MeshStatus {
  id: PeerId
  name: string
  mesh: string
  version: string
  uptimeMs: number
  addresses: readonly string[]
  peers: { alive: number; suspect: number }
  tasks: { pending: number; running: number; done: number; failed: number; cancelled: number }
  state: StateStatus
  voters: VotersStatus
  load: NodeLoad
}

/** The replicated state of this node. Two nodes with equal `vector` and `content` hold the same. */
export interface StateStatus extends StateSize {
  /** How many hold something or are declared. */
  readonly namespaces: number
  /** Namespaces that nodes have declared with different policies. */
  readonly mismatches: readonly Mismatch[]
  /** The hash of the version vector, 16 hexadecimal digits. */
  readonly vector: string
  /** The hash of what shows, 16 hexadecimal digits. */
  readonly content: string
}

export interface MeshEvents {
  /** The storage failed, and says how: the node stops by itself, and can do nothing for its program any more. */
  failed: [error: CoveyError]
  'peer:join': [member: Member]
  'peer:suspect': [member: Member]
  'peer:dead': [member: Member]
  'peer:left': [member: Member]
  'agent:join': [peer: PeerId, agent: AgentDescription]
  'agent:leave': [peer: PeerId, agent: AgentDescription]
  'task:change': [task: TaskRecord]
}
