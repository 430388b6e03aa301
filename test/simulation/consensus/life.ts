import { Consensus } from '../../../src/consensus/consensus.ts'
import { Coordination } from '../../../src/consensus/coordination.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { Random } from '../../../src/lib/random.ts'
import { RegisterNamespace } from '../../../src/mesh/strong.ts'
import { createRpc } from '../../../src/network/requests.ts'
import type { Namespace } from '../../../src/state/namespace.ts'
import type { ConsensusNode } from './node.ts'
import { RestlessRpc, type Wires } from './restless-rpc.ts'

/** What a strong namespace lists is heard by gossip, which there is none of here. */
const NO_INDEX = {
  name: 'fenced',
  mismatch: undefined,
  entry: () => undefined,
  set: async () => '',
  delete: async () => '',
} as unknown as Namespace

/** One life of a node's process: registers, leases and barriers over its ports, and nothing else of a node. */
export class Life {
  readonly node: ConsensusNode
  readonly clock: Clock
  readonly rpc: RestlessRpc
  readonly registers: Consensus
  readonly coordination: Coordination
  /** What locks protect. */
  readonly fenced: RegisterNamespace
  #started: Promise<void> | undefined

  /** @param random decides what is done to messages */
  constructor(node: ConsensusNode, random: Random, wires: Wires) {
    const { host } = node
    const { network, clock, log, storage } = host
    this.node = node
    this.clock = clock
    const rpc = new RestlessRpc(createRpc({ network, clock, log }), host, random, wires)
    this.rpc = rpc
    this.registers = new Consensus({
      network,
      rpc,
      clock,
      random: host.random,
      log,
      storage,
      directory: { all: () => [] },
      reach: (peer, timeoutMs) => network.connect(peer, [], timeoutMs),
      onFatal: (error) => log.error('fatal', { error: String(error) }),
    })
    this.coordination = new Coordination({
      self: host.id,
      registers: this.registers,
      clock,
      random: host.random,
      log,
      nameOf: (peer) => peer,
    })
    this.fenced = new RegisterNamespace(NO_INDEX, (name) => this.registers.register(name), log)
  }

  /** Its process is gone. */
  get isOver(): boolean {
    return this.node.life !== this || !this.node.host.alive
  }

  /** Idempotent. */
  start(): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  async #start(): Promise<void> {
    const { host } = this.node
    await host.storage.start()
    await this.registers.load()
    await host.network.start()
    this.registers.start()
  }
}
