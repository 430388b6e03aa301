import type { Member } from '../../../src/membership/member.ts'
import { createRpc } from '../../../src/network/requests.ts'
import type { Rpc } from '../../../src/network/rpc.ts'
import type { SimulatedHost } from '../../../src/network/simulated/host.ts'
import { AdmittedNetwork, AdmittedRpc } from '../../../src/state/admission.ts'
import { Custody } from '../../../src/state/custody.ts'
import type { Namespace } from '../../../src/state/namespace.ts'
import { createState, type NamespaceOptions, type State } from '../../../src/state/state.ts'
import { StateStore } from '../../../src/state/store.ts'
import { createSync, type Digest, type Sync } from '../../../src/state/sync/sync.ts'
import { type Life, MESH } from './life.ts'

/**
 * The layers of the replicated state, put together as a whole node does, and nothing else of a node: what the others cost
 * would be most of a campaign.
 */
export class StateLife implements Life {
  readonly store: StateStore
  readonly custody: Custody
  started = false
  readonly #host: Pick<SimulatedHost, 'network' | 'storage'>
  readonly #rpc: Rpc
  readonly #state: State
  readonly #sync: Sync
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  /** @param members who is taken for alive now */
  constructor(host: SimulatedHost, members: () => Iterable<Member>) {
    // The ports of this life: a later one has others.
    const { network, clock, random, signer, storage, log } = host
    const ports = { network, clock, random, signer, storage, log }
    this.#host = ports
    this.#rpc = createRpc(ports)
    this.store = new StateStore(ports)
    this.#state = createState({ ...ports, self: host.id, store: this.store })
    this.custody = new Custody({
      ...ports,
      mesh: MESH,
      rpc: this.#rpc,
      store: this.store,
      onFatal: (error) => log.error('fatal', { error: String(error) }),
    })
    this.#sync = createSync({
      ...ports,
      network: new AdmittedNetwork(network, this.custody),
      rpc: new AdmittedRpc(this.#rpc, this.custody),
      store: this.store,
      mesh: MESH,
      membership: { members },
      wasEmpty: (peer) => this.custody.wasEmpty(peer),
    })
  }

  namespace(name: string, options: NamespaceOptions): Namespace {
    return this.#state.namespace(name, options)
  }

  digest(): Digest {
    return this.#sync.digest()
  }

  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #start(): Promise<void> {
    const { network, storage } = this.#host
    await storage.start()
    await this.store.load()
    await network.start()
    await this.custody.start()
    this.#state.start()
    this.started = true
    this.#sync.start()
  }

  async #stop(): Promise<void> {
    const { network, storage } = this.#host
    await this.#starting?.catch(() => {
      // Whoever started it has this error; what did start must still be stopped.
    })
    this.#state.stop()
    this.#sync.stop()
    this.custody.stop()
    this.#rpc.stop()
    await network.stop()
    await storage.stop()
  }
}
