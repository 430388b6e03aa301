import { EventEmitter } from 'node:events'
import type { Agent } from '../capabilities/agent.ts'
import { createDirectory, type Directory } from '../capabilities/directory.ts'
import type { NodeLoad } from '../capabilities/load.ts'
import type { CapabilityQuery, Provider } from '../capabilities/provider.ts'
import type { Barrier } from '../consensus/barrier/barrier.ts'
import { Consensus } from '../consensus/consensus.ts'
import { Coordination } from '../consensus/coordination.ts'
import type { Lock } from '../consensus/lock.ts'
import type { Register, Registers } from '../consensus/register/register.ts'
import type { Semaphore } from '../consensus/semaphore.ts'
import type { Voters } from '../consensus/voters/voters.ts'
import type { VoteRequest } from '../consensus/votes/request.ts'
import { createVotes, type VoteResult, type Votes } from '../consensus/votes/votes.ts'
import type { Clock } from '../lib/clock.ts'
import { messageOf, StoppedError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Signer } from '../lib/signer.ts'
import type { Member } from '../membership/member.ts'
import { createMembership, type Membership } from '../membership/membership.ts'
import type { Preset } from '../membership/presets.ts'
import type { Network, PeerId } from '../network/network.ts'
import { createRpc } from '../network/requests.ts'
import type { DirectRpc } from '../network/rpc.ts'
import { AdmittedNetwork, AdmittedRpc } from '../state/admission.ts'
import { Custody } from '../state/custody.ts'
import type { Namespace } from '../state/namespace.ts'
import { createState, type NamespaceOptions, type State } from '../state/state.ts'
import { StateStore } from '../state/store.ts'
import type { PeerSync } from '../state/sync/book.ts'
import type { PeerReport } from '../state/sync/exchanges.ts'
import { createSync, type Sync } from '../state/sync/sync.ts'
import type { Storage } from '../storage/storage.ts'
import type { TaskHandle, TaskRecord, TaskRequest } from '../tasks/task.ts'
import { createTasks, type Tasks } from '../tasks/tasks.ts'
import { Joining } from './joining.ts'
import { type Members, RosterMembers } from './members.ts'
import type { Mesh, MeshEvents, MeshStatus, PeerView, StateStatus } from './mesh.ts'
import { Namespaces, type StrongOptions } from './namespaces.ts'
import { StateSizes } from './state-size.ts'
import type { StrongNamespace } from './strong.ts'
import type { Usage } from './usage.ts'
import { VERSION } from './version.ts'

/** The five ports, and where lines go: all that a node sees of the world. */
export interface NodePorts {
  network: Network
  clock: Clock
  random: Random
  signer: Signer
  storage: Storage
  log: Log
  usage: () => Usage
}

export interface NodeOptions {
  /** The mesh's name. */
  mesh: string
  /** The node's label. */
  name: string
  preset: Preset
  agents: readonly Agent[]
  /** Addresses to connect to at start and to come back to. */
  join: readonly string[]
  /** A member that is away for longer is evicted, in milliseconds; default 30 days. */
  retentionMs?: number
}

/** How long peers may take to say how busy they are, in milliseconds: a person is waiting for the table. */
const LOADS_TIMEOUT_MS = 500
/** How long asking the DHT for a capability may take, in milliseconds. */
const FIND_TIMEOUT_MS = 3000

/** Puts the layers of one node together over its ports. Everything is made here and nowhere else. */
export class Node extends EventEmitter<MeshEvents> implements Mesh {
  readonly name: string
  readonly mesh: string
  readonly members: Members
  readonly #ports: NodePorts
  readonly #options: NodeOptions
  readonly #rpc: DirectRpc
  readonly #membership: Membership
  readonly #directory: Directory
  readonly #store: StateStore
  readonly #stateSizes: StateSizes
  readonly #state: State
  readonly #custody: Custody
  readonly #sync: Sync
  readonly #consensus: Consensus
  readonly #coordination: Coordination
  readonly #namespaces: Namespaces
  readonly #tasks: Tasks
  readonly #votes: Votes
  readonly #joining: Joining
  #startedAt = 0
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor(ports: NodePorts, options: NodeOptions) {
    super()
    const { mesh, name, preset, retentionMs } = options
    this.#ports = ports
    this.#options = options
    this.name = name
    this.mesh = mesh
    this.#joining = new Joining(ports)
    this.#rpc = createRpc(ports)
    this.#membership = createMembership({ ...ports, rpc: this.#rpc, preset })
    this.#directory = createDirectory({
      ...ports,
      rpc: this.#rpc,
      membership: this.#membership,
      mesh,
      name,
      incarnation: () => this.#membership.self.incarnation,
      load: () => this.#load(),
    })
    this.#store = new StateStore(ports)
    this.#stateSizes = new StateSizes(this.#store)
    this.#state = createState({ ...ports, self: ports.network.self, store: this.#store })
    this.#custody = new Custody({
      ...ports,
      mesh,
      rpc: this.#rpc,
      store: this.#store,
      ...(retentionMs !== undefined && { retentionMs }),
      onFatal: (error) => this.#stateFailed(error),
    })
    const nameOf = (peer: PeerId): string => this.#nameOf(peer)
    this.members = new RosterMembers({ ...ports, roster: this.#custody.roster, membership: this.#membership, nameOf })
    this.#sync = createSync({
      ...ports,
      network: new AdmittedNetwork(ports.network, this.#custody),
      rpc: new AdmittedRpc(this.#rpc, this.#custody),
      store: this.#store,
      mesh,
      membership: this.#membership,
      wasEmpty: (peer) => this.#custody.wasEmpty(peer),
    })
    this.#consensus = new Consensus({
      ...ports,
      rpc: this.#rpc,
      directory: this.#directory,
      reach: (peer, timeoutMs) => this.#membership.ensureConnected(peer, timeoutMs),
      onFatal: (error) => this.#stateFailed(error),
    })
    this.#coordination = new Coordination({
      ...ports,
      self: this.id,
      registers: this.#consensus,
      nameOf,
    })
    this.#namespaces = new Namespaces({ ...ports, state: this.#state, register: (name) => this.register(name) })
    this.#tasks = createTasks({ ...ports, rpc: this.#rpc, directory: this.#directory, membership: this.#membership })
    this.#votes = createVotes({
      ...ports,
      rpc: this.#rpc,
      membership: this.#membership,
      directory: this.#directory,
      mesh,
    })
    this.#forwardEvents()
  }

  get id(): PeerId {
    return this.#ports.network.self
  }

  start(): Promise<void> {
    if (this.#stopping) return Promise.reject(new StoppedError('this node'))
    this.#starting ??= this.#start()
    return this.#starting
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  addresses(): string[] {
    return this.#ports.network.addresses()
  }

  join(address: string): Promise<PeerId> {
    return this.#joining.join(address)
  }

  host(agent: Agent): void {
    this.#tasks.host(agent)
    this.#votes.host(agent)
    this.#announce()
  }

  async peers(): Promise<PeerView[]> {
    const members = [this.#membership.self, ...this.#membership.members()]
    const loads = await this.#directory.loads(
      members.filter(({ state }) => state === 'alive' || state === 'suspect').map(({ id }) => id),
      LOADS_TIMEOUT_MS,
    )
    const views = members.map((member) => this.#view(member, loads.get(member.id)))
    return views.sort((a, b) => Number(b.self) - Number(a.self) || (a.name < b.name ? -1 : 1))
  }

  find(query: CapabilityQuery): Promise<Provider[]> {
    return this.#directory.findAnywhere(query, FIND_TIMEOUT_MS)
  }

  submit(request: TaskRequest): TaskHandle {
    return this.#tasks.submit(request)
  }

  task(id: string): TaskHandle | undefined {
    return this.#tasks.task(id)
  }

  tasks(): TaskRecord[] {
    return this.#tasks.tasks()
  }

  state(namespace: string, options?: NamespaceOptions): Namespace
  state(namespace: string, options: StrongOptions): StrongNamespace
  state(namespace: string, options?: NamespaceOptions | StrongOptions): Namespace | StrongNamespace {
    return this.#namespaces.open(namespace, options)
  }

  namespaces(): string[] {
    return this.#state.namespaces()
  }

  register(name: string): Register {
    return this.#consensus.register(name)
  }

  lock(name: string): Lock {
    return this.#coordination.lock(name)
  }

  semaphore(name: string, permits: number): Semaphore {
    return this.#coordination.semaphore(name, permits)
  }

  barrier(name: string, parties: number): Barrier {
    return this.#coordination.barrier(name, parties)
  }

  get voters(): Voters {
    return this.#consensus.voters
  }

  sync(): Promise<PeerReport[]> {
    return this.#sync.syncNow()
  }

  syncStatus(): Promise<PeerSync[]> {
    return this.#sync.status()
  }

  vote(request: VoteRequest, options?: { signal?: AbortSignal }): Promise<VoteResult> {
    return this.#votes.vote(request, options)
  }

  status(): MeshStatus {
    const counts = { pending: 0, running: 0, done: 0, failed: 0, cancelled: 0 }
    for (const { status } of this.#tasks.tasks()) counts[status]++
    const peers = { alive: 0, suspect: 0 }
    for (const { id, state } of this.#membership.members()) {
      if (id !== this.id && (state === 'alive' || state === 'suspect')) peers[state]++
    }
    return {
      id: this.id,
      name: this.name,
      mesh: this.mesh,
      version: VERSION,
      uptimeMs: Math.round(this.#ports.clock.monotonic() - this.#startedAt),
      addresses: this.addresses(),
      peers,
      tasks: counts,
      state: this.#stateStatus(),
      voters: this.voters.status(),
      load: this.#load(),
    }
  }

  /** The replicated state itself, for whoever checks it from outside: simulations. */
  get store(): StateStore {
    return this.#store
  }

  /** Who is a member, what may be forgotten; for whoever checks it from outside. */
  get custody(): Custody {
    return this.#custody
  }

  /** Registers with their hints, for whoever checks them from outside. */
  get registers(): Registers {
    return this.#consensus
  }

  /** How many living peers are known with what they can do. */
  knows(): number {
    const living = this.#membership.members().filter(({ state }) => state === 'alive')
    return living.filter(({ id }) => this.#directory.get(id)).length
  }

  async #start(): Promise<void> {
    const { network, clock, storage } = this.#ports
    this.#startedAt = clock.monotonic()
    await storage.start()
    await this.#store.load()
    await this.#consensus.load()
    for (const agent of this.#options.agents) {
      this.#tasks.host(agent)
      this.#votes.host(agent)
    }
    await network.start()
    await this.#membership.start()
    await this.#custody.start()
    this.#consensus.start()
    this.#state.start()
    this.#sync.start()
    this.#directory.start()
    this.#tasks.start()
    this.#votes.start()
    this.#announce()
    this.#joining.start(this.#options.join)
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => {
      // Whoever called `start` has this error; what did start must still be stopped.
    })
    this.#joining.stop()
    this.#votes.stop()
    await this.#tasks.stop()
    await this.#coordination.stop()
    this.#consensus.stop()
    this.#directory.stop()
    this.#state.stop()
    this.#sync.stop()
    this.#custody.stop()
    await this.#membership.leave()
    await this.#membership.stop()
    this.#rpc.stop()
    await this.#ports.network.stop()
    await this.#ports.storage.stop()
  }

  #announce(): void {
    this.#directory.announce(this.#tasks.descriptions())
  }

  #stateFailed(error: unknown): void {
    this.#ports.log.error('the replicated state cannot be kept any more', { error: messageOf(error) })
  }

  #stateStatus(): StateStatus {
    const { vector, content } = this.#sync.digest()
    const mismatches = this.#state.mismatches()
    return { namespaces: this.namespaces().length, ...this.#stateSizes.get(), mismatches, vector, content }
  }

  #load(): NodeLoad {
    return { ...this.#ports.usage(), ...this.#tasks.load(), version: VERSION }
  }

  #view(member: Member, load: NodeLoad | undefined): PeerView {
    const { id, state, addresses, latencyMs } = member
    const self = id === this.id
    return {
      id,
      name: this.#nameOf(id),
      state,
      self,
      addresses,
      agents: this.#directory.get(id)?.agents ?? [],
      load,
      latencyMs,
    }
  }

  /** A node that has not announced itself yet is called by the end of its id: the beginning is the same for all. */
  #nameOf(id: PeerId): string {
    return id === this.id ? this.name : (this.#directory.get(id)?.name ?? id.slice(-8))
  }

  #forwardEvents(): void {
    this.#membership.on('join', (member) => this.emit('peer:join', member))
    this.#membership.on('suspect', (member) => this.emit('peer:suspect', member))
    this.#membership.on('dead', (member) => this.emit('peer:dead', member))
    this.#membership.on('left', (member) => this.emit('peer:left', member))
    this.#directory.on('agent:join', (peer, agent) => this.emit('agent:join', peer, agent))
    this.#directory.on('agent:leave', (peer, agent) => this.emit('agent:leave', peer, agent))
    this.#tasks.on('change', (task) => this.emit('task:change', task))
  }
}
