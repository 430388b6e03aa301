import { EventEmitter, once } from 'node:events'
import { Coordination } from '../../src/consensus/coordination.ts'
import { NoVotersError } from '../../src/consensus/register/errors.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { InvalidInputError } from '../../src/lib/errors.ts'
import type { Json } from '../../src/lib/json.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import type { Mesh, MeshEvents } from '../../src/mesh/mesh.ts'
import { Namespaces, type StrongOptions } from '../../src/mesh/namespaces.ts'
import { StateSizes } from '../../src/mesh/state-size.ts'
import type { StrongNamespace } from '../../src/mesh/strong.ts'
import { replicaId } from '../../src/state/dot.ts'
import type { Namespace } from '../../src/state/namespace.ts'
import { createState, type NamespaceOptions } from '../../src/state/state.ts'
import { StateStore } from '../../src/state/store.ts'
import type { TaskHandle, TaskRecord, TaskRequest } from '../../src/tasks/task.ts'
import { LocalRegisters } from './local-registers.ts'

/**
 * A mesh of one node in memory whose tasks end when the test says so, and whose replicated state is the real one: what the
 * control server needs, without a network.
 */
export class MemoryMesh extends EventEmitter<MeshEvents> implements Mesh {
  readonly id = '12D3KooWMemory'
  readonly name = 'memory'
  readonly mesh = 'test'
  readonly #records = new Map<string, TaskRecord>()
  readonly #changed = new EventEmitter<Record<string, [TaskRecord]>>().setMaxListeners(0)

  readonly store = new StateStore({ clock: systemClock, log: silentLog })
  /** What the last exchange with each peer came to. */
  reports: Awaited<ReturnType<Mesh['sync']>> = []
  /** How each peer stands. */
  standing: Awaited<ReturnType<Mesh['syncStatus']>> = []
  readonly #sizes = new StateSizes(this.store)
  readonly #state = createState({
    self: this.id,
    store: this.store,
    clock: systemClock,
    random: seededRandom(1),
    log: silentLog,
  })

  constructor() {
    super()
    this.store.begin(replicaId(this.id, new Uint8Array(8)), 0)
    this.#state.start()
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  addresses = (): string[] => ['/ip4/127.0.0.1/tcp/1']
  join = async (address: string): Promise<string> => `peer at ${address}`
  host = (): void => {}
  peers: Mesh['peers'] = async () => []
  readonly members: Mesh['members'] = { list: () => [], evict: async () => undefined }
  find: Mesh['find'] = async ({ name }) => {
    if (name === 'test.broken') throw new TypeError('a bug of the node')
    return []
  }

  submit(request: TaskRequest): TaskHandle {
    if (request.capability === 'test.unknown')
      throw new InvalidInputError('nobody offers test.unknown', 'covey agents lists who does what.')
    const id = request.id ?? 'task-1'
    if (!this.#records.has(id)) {
      this.#records.set(id, { id, capability: request.capability, status: 'pending', submittedAt: 1, attempts: [] })
    }
    return this.#handle(id)
  }

  task = (id: string): TaskHandle | undefined => (this.#records.has(id) ? this.#handle(id) : undefined)
  tasks = (): TaskRecord[] => [...this.#records.values()]

  readonly registers = new LocalRegisters()
  readonly coordination = new Coordination({
    self: this.id,
    registers: this.registers,
    clock: systemClock,
    random: seededRandom(1),
    log: silentLog,
    nameOf: () => this.name,
  })
  readonly #namespaces = new Namespaces({ state: this.#state, register: (name) => this.register(name), log: silentLog })

  state(namespace: string, options?: NamespaceOptions): Namespace
  state(namespace: string, options: StrongOptions): StrongNamespace
  state(namespace: string, options?: NamespaceOptions | StrongOptions): Namespace | StrongNamespace {
    return this.#namespaces.open(namespace, options)
  }
  namespaces = (): string[] => this.#state.namespaces()
  sync = async () => this.reports
  syncStatus = async () => this.standing

  register: Mesh['register'] = (name) => this.registers.register(name)
  lock: Mesh['lock'] = (name) => this.coordination.lock(name)
  semaphore: Mesh['semaphore'] = (name, permits) => this.coordination.semaphore(name, permits)
  barrier: Mesh['barrier'] = (name, parties) => this.coordination.barrier(name, parties)
  /** It has no voters. */
  readonly voters: Mesh['voters'] = {
    get: () => undefined,
    set: () => Promise.reject(new NoVotersError()),
    add: () => Promise.reject(new NoVotersError()),
    remove: () => Promise.reject(new NoVotersError()),
    status: () => ({ set: undefined, own: 'none', connected: [], needed: 0, available: false, foreign: [] }),
    ask: async () => ({ asked: [], available: false }),
  }

  vote: Mesh['vote'] = async () => {
    throw new InvalidInputError('this mesh does not vote', 'Use a real one.')
  }

  status: Mesh['status'] = () => ({
    id: this.id,
    name: this.name,
    mesh: this.mesh,
    version: '0.0.0',
    uptimeMs: 1,
    addresses: this.addresses(),
    peers: { alive: 0, suspect: 0 },
    tasks: { pending: this.#records.size, running: 0, done: 0, failed: 0, cancelled: 0 },
    state: {
      namespaces: this.namespaces().length,
      ...this.#sizes.get(),
      mismatches: [],
      vector: '0'.repeat(16),
      content: '0'.repeat(16),
    },
    voters: this.voters.status(),
    load: {
      cpu: 0,
      memoryBytes: 1,
      running: 0,
      queued: 0,
      capacity: 1,
      tasksDone: 0,
      tasksFailed: 0,
      meanResponseMs: undefined,
    },
  })

  progress(id: string, fraction: number): void {
    this.#change(id, { status: 'running', progress: { fraction } })
  }

  finish(id: string, result: Json): void {
    this.#change(id, { status: 'done', result })
  }

  /** How many wait for a change of `id`. */
  watchers = (id: string): number => this.#changed.listenerCount(id)

  #change(id: string, fields: Partial<TaskRecord>): void {
    const record = { ...(this.#records.get(id) as TaskRecord), ...fields }
    this.#records.set(id, record)
    this.#changed.emit(id, record)
  }

  #handle(id: string): TaskHandle {
    const record = (): TaskRecord => this.#records.get(id) as TaskRecord
    const changed = this.#changed
    const ended = (): boolean => !['pending', 'running'].includes(record().status)
    return {
      id,
      record,
      ended: async () => {
        while (!ended()) await once(changed, id)
        return record()
      },
      async *changes() {
        yield record()
        while (!ended()) {
          await once(changed, id)
          yield record()
        }
      },
      cancel: () => this.#change(id, { status: 'cancelled' }),
    }
  }
}
